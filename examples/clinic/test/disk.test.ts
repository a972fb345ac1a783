import assert from "node:assert/strict";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createAppClient, createFetch } from "../connect.ts";
import { createDoctors, insertPatients, patientOf } from "../people.ts";
import { scan } from "./scan.ts";
import { startServer } from "./server.ts";

const PATIENTS = 200;

test("Holdfast leaves nothing readable on the disk, and restores all of it elsewhere", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "clinic-disk-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const temporary = join(folder, "tmp");
  await mkdir(temporary);
  const backups = join(folder, "backups");
  await mkdir(backups);
  const file = join(backups, "one.holdfast");
  const env = { TMPDIR: temporary, SQLITE_TMPDIR: temporary };
  const markers = new Map<string, string | Uint8Array>();
  let rows: unknown;
  let token = "";
  let doctor: Awaited<ReturnType<typeof createDoctors>>[number] | undefined;
  let secretKey = "";

  await t.test("no value, password, token, code or key, in any file, also a deleted one that is still open", async () => {
    await using server = await startServer({ folder, env });
    await using ownFetch = await createFetch(server.connection, "h2");
    ({ secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string });
    [doctor] = await createDoctors(createAppClient(server.connection, secretKey, ownFetch), 1);
    assert.ok(doctor);
    const client = createAppClient(server.connection, server.connection.publishableKey, ownFetch);
    const { data } = await client.auth.signInWithPassword(doctor);
    await insertPatients(client, doctor.id, PATIENTS);
    await client.from("patients").update({ name: "Marker Changed" }).eq("national_id", patientOf(doctor.id, 3).national_id);
    const enrolled = await client.auth.mfa.enroll({ factorType: "totp" });
    await client.auth.updateUser({ data: { nickname: "Marker Nickname" } });
    token = data.session?.access_token ?? "";
    const [, kit] = await Promise.all([readFile(join(folder, "root.key"), "utf8"), kitOf(folder)]);
    for (const [name, marker] of Object.entries({
      name: "Marker Name",
      changedName: "Marker Changed",
      korean: "홍길동",
      nationalId: "MARKER-",
      nickname: "Marker Nickname",
      address: doctor.email,
      password: doctor.password,
      accessToken: token.slice(-40),
      refreshToken: (data.session?.refresh_token ?? "").slice(-20),
      secretKey: secretKey.slice(-30),
      totpSecret: enrolled.data?.totp.secret ?? "",
      rootKey: (await readFile(join(folder, "root.key"), "utf8")).trim().slice(-30),
      recoveryKit: (kit.split("\n").find((line) => /^[A-Z0-9-]{40,}/.test(line)) ?? "").slice(-40),
    })) {
      assert.ok(marker.length >= 3, `${name} is a marker`);
      markers.set(name, marker);
    }
    assert.deepEqual(scan(markers, [server.data, temporary], server.process.pid), []);
    server.command("backup", file);
    assert.deepEqual(scan(markers, [server.data, temporary, backups], server.process.pid), []);
    const all = await client.from("patients").select("*").order("id");
    assert.equal(all.error, null);
    assert.equal(all.data?.length, PATIENTS);
    rows = all.data;
  });

  await t.test("nor after it has stopped", () =>
    assert.deepEqual(scan(markers, [join(folder, "data"), temporary, backups], undefined), []),
  );

  await t.test("which a scan would find if it were there", async () => {
    const planted = join(folder, "planted");
    await mkdir(planted);
    await writeFile(join(planted, "note"), `x${Buffer.from("..Marker Name..").toString("utf8")}y`);
    assert.deepEqual(scan(new Map([["name", "Marker Name"]]), [planted], undefined).length, 1);
  });

  for (const [by, how] of [
    ["the old root key", () => ["--old-root", `file:${join(folder, "root.key")}`]],
    ["the recovery kit alone", async () => ["--kit", await kitPath(folder)]],
  ] as const) {
    await t.test(`brings the same rows back with ${by}, and every session has ended`, async () => {
      const elsewhere = await mkdtemp(join(tmpdir(), "clinic-restored-"));
      t.after(() => rm(elsewhere, { recursive: true, force: true }));
      const { command } = await import("./command.ts");
      command({ HOLDFAST_DATA: join(elsewhere, "data"), HOLDFAST_KEY: `file:${join(elsewhere, "root.key")}` }, [
        "restore",
        file,
        ...(await how()),
      ]);
      await using server = await startServer({ folder: elsewhere });
      await using ownFetch = await createFetch(server.connection, "h2");
      const client = createAppClient(server.connection, server.connection.publishableKey, ownFetch);
      assert.notEqual((await client.auth.getUser(token)).error, null, "the old session is over");
      assert.ok(doctor);
      assert.equal((await client.auth.signInWithPassword(doctor)).error, null);
      assert.deepEqual((await client.from("patients").select("*").order("id")).data, rows);
      assert.equal((server.command("trail", "verify") as { ok: boolean }).ok, true);
    });
  }
});

async function kitPath(folder: string): Promise<string> {
  const { readdir } = await import("node:fs/promises");
  const name = (await readdir(folder)).find((entry) => entry.endsWith(".recovery-kit"));
  assert.ok(name, "the first start wrote a recovery kit beside the root key");
  return join(folder, name);
}

async function kitOf(folder: string): Promise<string> {
  return readFile(await kitPath(folder), "utf8");
}
