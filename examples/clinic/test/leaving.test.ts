import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createAppClient, createFetch } from "../connect.ts";
import { createDoctors, type Doctor, insertPatients, patientOf } from "../people.ts";
import { startServer } from "./server.ts";

const PATIENTS = 40;

test("Holdfast lets a doctor of the clinic take the own data, leave, come back, and be erased for good", async (t) => {
  await using server = await startServer();
  await using ownFetch = await createFetch(server.connection, "h2");
  const { url, publishableKey } = server.connection;
  const connect = (key = publishableKey): SupabaseClient => createAppClient(server.connection, key, ownFetch);
  const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
  const [leaver, stayer] = await createDoctors(connect(secretKey), 2);
  assert.ok(leaver && stayer);
  const client = connect();

  const signIn = async (doctor: Doctor) => (await client.auth.signInWithPassword(doctor)).error?.code;
  const call = async (method: string, path: string) => {
    const token = (await client.auth.getSession()).data.session?.access_token ?? "";
    return ownFetch(`${url}/auth/v1/${path}`, { method, headers: { apikey: publishableKey, authorization: `Bearer ${token}` } });
  };

  await t.test("hands out what the rules let the doctor read, and a manifest", async () => {
    assert.equal(await signIn(leaver), undefined);
    await insertPatients(client, leaver.id, PATIENTS);
    const response = await call("POST", "user/export");
    assert.equal(response.status, 200);
    const { parts, statement } = (await response.json()) as { parts: Record<string, unknown[]>; statement: { account: string } };
    assert.deepEqual([statement.account, parts["rows/patients/1"]?.length], [leaver.id, PATIENTS]);
    assert.ok(JSON.stringify(parts).includes(patientOf(leaver.id, 7).name));
  });

  await t.test("ends the session of a doctor who leaves, and takes the deletion back at the next sign-in", async () => {
    assert.equal((await call("DELETE", "user")).status, 200);
    assert.notEqual((await client.from("patients").select("id").limit(1)).error, null);
    assert.equal(await signIn(leaver), undefined);
    assert.equal((await client.from("patients").select("id").limit(1)).data?.length, 1);
  });

  await t.test("erases by the operator's word while it serves, with a certificate that proves itself", async () => {
    const file = join(server.folder, "certificate.json");
    const erased = server.command("subject", "erase", leaver.email, file, "--yes") as { statement: { named: unknown; openings: number } };
    assert.deepEqual(erased.statement.named, [{ collection: "patients", field: "doctor", rows: PATIENTS }]);
    assert.ok(erased.statement.openings > PATIENTS, "what opened the trail is gone with the doctor");
    const { publicKey } = server.command("trail", "verify") as { publicKey: string };
    assert.deepEqual((server.command("subject", "check", file, "--public-key", publicKey) as { ok: boolean }).ok, true);
    assert.ok((await readFile(file, "utf8")).includes(leaver.id));
    assert.notEqual((await client.from("patients").select("id").limit(1)).error, null);
    assert.equal(await signIn(leaver), "invalid_credentials");
  });

  await t.test("answers afterwards who did what, as far as anybody can still tell", async () => {
    assert.equal(await signIn(stayer), undefined);
    await insertPatients(client, stayer.id, 3);
    const about = (id: string) => server.command("incident", "--from", "1h", "--actor", id) as { changes: unknown[]; total: number };
    assert.equal(about(stayer.id).changes.length, 1);
    const gone = about(leaver.id);
    assert.deepEqual([gone.total, gone.changes], [0, []], "the trail tells nothing of a person who was erased");
    assert.equal((server.command("trail", "verify") as { ok: boolean }).ok, true);
  });
});
