import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createAppClient, createFetch } from "../connect.ts";
import { createDoctors, patientOf } from "../people.ts";
import { command } from "./command.ts";
import { type RunningServer, startServer } from "./server.ts";

const ROUNDS = process.env["HOLDFAST_SLOW"] === "1" ? 200 : 5;
const VERIFY_EVERY = 25;
const WRITERS = 8;
const LOAD_MS_MAX = 400;
const IDS_PER_LOOK = 100;
const ATTEMPTS_MAX = 120;
/** A token that lives for less is not begun with: the longest look, with all its waiting for the limits, is shorter. */
const TOKEN_MS_MIN = 240_000;
/** What the client says when the server could not be asked. */
const NO_ANSWER = 0;

test(`Holdfast loses no acknowledged write in ${ROUNDS} kills under load`, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "clinic-kill-"));
  const seen: Seen = { round: 0, output: () => "" };
  try {
    const rows = await killOften(folder, seen);
    t.diagnostic(`${rows} acknowledged writes in ${ROUNDS} rounds, all there`);
    assert.ok(rows > ROUNDS);
  } catch (error) {
    // A write that is lost once in thousands is found in what it left, or not at all.
    const because = error instanceof Error ? error.stack : String(error);
    await writeFile(join(folder, "failure.txt"), `after ${seen.round} of ${ROUNDS} kills: ${because}\n\n${seen.output()}`);
    t.diagnostic(`What it left is kept in ${folder}.`);
    throw error;
  }
  await rm(folder, { recursive: true, force: true });
});

/** How far it came, and what the server of that round printed. */
interface Seen {
  round: number;
  output: () => string;
}

/** Returns how many acknowledged writes were looked for, and found. */
async function killOften(folder: string, seen: Seen): Promise<number> {
  const env = { HOLDFAST_DATA: join(folder, "data"), HOLDFAST_KEY: `file:${join(folder, "root.key")}` };
  const acknowledged = new Map<string, string>();
  // Looked for at the next start; at the very end all of them are, once more.
  const fresh = new Map<string, string>();
  let doctor: Doctor | undefined;

  for (; seen.round < ROUNDS; seen.round++) {
    await using server = await startServer({ folder });
    seen.output = server.output;
    await using ownFetch = await createFetch(server.connection, "h2");
    doctor ??= await createDoctor(server, ownFetch);
    const bearer = await clientOf(doctor, server, ownFetch);
    await missing(bearer, fresh);
    fresh.clear();
    const killed = sleep(50 + Math.random() * LOAD_MS_MAX).then(() => server.stop("SIGKILL"));
    const { id } = doctor;
    await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(bearer, id, `${seen.round}-${writer}`, fresh)));
    await killed;
    for (const [row, name] of fresh) acknowledged.set(row, name);
    if (seen.round % VERIFY_EVERY === VERIFY_EVERY - 1 || seen.round === ROUNDS - 1) {
      assert.equal((command(env, ["trail", "verify"]) as { ok: boolean }).ok, true, `the trail after round ${seen.round + 1}`);
    }
  }

  await using server = await startServer({ folder });
  await using ownFetch = await createFetch(server.connection, "h2");
  assert.ok(doctor);
  await missing(await clientOf(doctor, server, ownFetch), acknowledged);
  // A restore checks the integrity of the whole database before it says that it is done.
  const backup = join(folder, "after.holdfast");
  server.command("backup", backup);
  const elsewhere = { HOLDFAST_DATA: join(folder, "restored"), HOLDFAST_KEY: `file:${join(folder, "second-root.key")}` };
  command(elsewhere, ["restore", backup, "--old-root", env.HOLDFAST_KEY]);
  return acknowledged.size;
}

/** Who writes, with a token that is handed over as it is, so that most rounds begin with the load. */
interface Doctor {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  token: string;
  endsAtMs: number;
}

async function createDoctor(server: RunningServer, ownFetch: typeof fetch): Promise<Doctor> {
  const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
  const [made] = await createDoctors(createAppClient(server.connection, secretKey, ownFetch), 1);
  assert.ok(made);
  return { ...made, token: "", endsAtMs: 0 };
}

/** Signs in anew before the token ends: on a busy machine the kills take longer than one lives. */
async function clientOf(doctor: Doctor, { connection }: RunningServer, ownFetch: typeof fetch): Promise<SupabaseClient> {
  if (doctor.endsAtMs - Date.now() < TOKEN_MS_MIN) {
    const { data } = await createAppClient(connection, connection.publishableKey, ownFetch).auth.signInWithPassword(doctor);
    assert.ok(data.session);
    doctor.token = data.session.access_token;
    doctor.endsAtMs = Date.now() + data.session.expires_in * 1_000;
  }
  return createAppClient(connection, connection.publishableKey, withToken(ownFetch, doctor.token));
}

/** Inserts and changes one row after another until the server is gone; what was answered with success is remembered. */
async function write(client: SupabaseClient, doctor: string, name: string, acknowledged: Map<string, string>): Promise<void> {
  for (let n = 0; ; n++) {
    const id = crypto.randomUUID();
    const inserted = await client.from("patients").insert({ ...patientOf(doctor, n), name: `${name}-${n}`, id });
    if (inserted.error) return;
    acknowledged.set(id, `${name}-${n}`);
    if (n % 3 !== 0) continue;
    const changed = await client
      .from("patients")
      .update({ name: `${name}-${n}-changed` })
      .eq("id", id);
    // What was not answered may have happened or not: only this row's name is then unknown.
    acknowledged.set(id, changed.error ? "" : `${name}-${n}-changed`);
    if (changed.error) return;
  }
}

/** Fails for every acknowledged write that is not there with its value. */
async function missing(client: SupabaseClient, acknowledged: ReadonlyMap<string, string>): Promise<void> {
  const ids = [...acknowledged.keys()];
  for (let from = 0; from < ids.length; from += IDS_PER_LOOK) {
    const asked = ids.slice(from, from + IDS_PER_LOOK);
    const data = await rowsOf(client, asked);
    const found = new Map(data.map((row) => [row.id, row.name]));
    for (const id of asked) {
      assert.ok(found.has(id), `the row ${id} was acknowledged and is gone`);
      const name = acknowledged.get(id);
      if (name !== "") assert.equal(found.get(id), name);
    }
  }
}

/** Whoever asks for very many rows meets the limits, and comes again when they say so; also when a connection broke. */
async function rowsOf(client: SupabaseClient, ids: readonly string[]): Promise<readonly { id: string; name: string }[]> {
  for (let attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
    const { data, error, status } = await client.from("patients").select("id,name").in("id", ids);
    if (error === null) return data;
    assert.ok(status === 429 || status === NO_ANSWER, `${status} ${error.message}`);
    await sleep(1_000);
  }
  throw new Error(`The limits did not let up in ${ATTEMPTS_MAX} attempts.`);
}

function withToken(ownFetch: typeof fetch, token: string): typeof fetch {
  return (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set("authorization", `Bearer ${token}`);
    return ownFetch(input, { ...init, headers: Object.fromEntries(headers) });
  };
}

function sleep(ms: number): Promise<void> {
  return new Promise((wake) => setTimeout(wake, ms));
}
