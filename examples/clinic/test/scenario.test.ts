import assert from "node:assert/strict";
import { test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { createAppClient, createFetch, type HttpVersion } from "../connect.ts";
import { createDoctors, insertPatients, patientOf } from "../people.ts";
import { authenticatorCode } from "../totp.ts";
import { startServer } from "./server.ts";

const DOCTORS = Number(process.env["CLINIC_DOCTORS"] ?? 100);
const PATIENTS = Number(process.env["CLINIC_PATIENTS"] ?? 10_000);
const STEP_MS = 30_000;

for (const version of ["h2", "h1"] as const satisfies readonly HttpVersion[]) {
  test(`Holdfast serves the clinic to an unmodified client over ${version}`, async (t) => {
    await using server = await startServer();
    await using ownFetch = await createFetch(server.connection, version);
    const connect = (key = server.connection.publishableKey): SupabaseClient => createAppClient(server.connection, key, ownFetch);
    const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
    const admin = connect(secretKey);

    const doctors = await createDoctors(admin, DOCTORS);
    const clients: SupabaseClient[] = [];

    await t.test("signs everybody in and takes their patients in bulk", async () => {
      for (const doctor of doctors) {
        const client = connect();
        assert.equal((await client.auth.signInWithPassword(doctor)).error, null);
        await insertPatients(client, doctor.id, PATIENTS / DOCTORS);
        clients.push(client);
      }
    });
    const [mine, theirs] = [clients[0], clients[1]];
    const [me, other] = [doctors[0], doctors[1]];
    assert.ok(mine && theirs && me && other);

    await t.test("shows each doctor exactly the own patients", async () => {
      const { data, count, error } = await mine.from("patients").select("id,name,national_id,status,doctor", { count: "exact" });
      assert.equal(error, null);
      assert.equal(count, PATIENTS / DOCTORS);
      assert.ok(data?.every((row) => row.doctor === me.id));
      assert.ok(data?.some((row) => row.name === patientOf(me.id, 3).name));
      assert.deepEqual((await mine.from("patients").select("id").eq("doctor", other.id)).data, []);
    });

    await t.test("filters, orders, pages and counts", async () => {
      const active = await mine.from("patients").select("id", { count: "exact", head: true }).eq("status", "active");
      const discharged = await mine.from("patients").select("id", { count: "exact", head: true }).neq("status", "active");
      assert.equal((active.count ?? 0) + (discharged.count ?? 0), PATIENTS / DOCTORS);
      const page = await mine
        .from("patients")
        .select("id,created_at", { count: "exact" })
        .order("created_at", { ascending: false })
        .range(5, 9);
      assert.equal(page.data?.length, 5);
      assert.equal(page.status, 206);
      const found = await mine.from("patients").select("name").eq("national_id", patientOf(me.id, 7).national_id).single();
      assert.equal(found.data?.name, patientOf(me.id, 7).name);
      assert.equal((await mine.from("patients").select("id").like("name", "Marker%")).status, 400, "an encrypted field is not searched");
    });

    await t.test("refuses to read and to write across doctors", async () => {
      const { data: rows } = await mine.from("patients").select("id,status").limit(1);
      const id = rows?.[0]?.id;
      assert.ok(id);
      assert.deepEqual((await theirs.from("patients").select().eq("id", id)).data, []);
      assert.deepEqual((await theirs.from("patients").update({ status: "discharged" }).eq("id", id).select()).data, []);
      assert.equal((await theirs.from("patients").insert(patientOf(me.id, 99_999))).status, 403);
      assert.equal((await mine.from("patients").update({ doctor: other.id }).eq("id", id)).status, 403);
      assert.deepEqual((await mine.from("patients").delete().eq("id", id).select()).data ?? [], []);
      assert.equal((await mine.from("patients").select("id,status").eq("id", id).single()).data?.status, rows?.[0]?.status);
      assert.notEqual((await connect().from("patients").select()).data?.length ?? 0, PATIENTS);
    });

    await t.test("inserts or changes in one call", async () => {
      const first = await mine
        .from("patients")
        .upsert({ ...patientOf(me.id, 50_000), id: crypto.randomUUID() })
        .select("id,status")
        .single();
      assert.equal(first.error, null);
      const again = await mine
        .from("patients")
        .upsert({ ...patientOf(me.id, 50_000), id: first.data?.id, status: "discharged" })
        .select("id,status");
      assert.deepEqual(again.data, [{ id: first.data?.id, status: "discharged" }]);
      const stolen = await theirs.from("patients").upsert({ ...patientOf(other.id, 50_000), id: first.data?.id });
      assert.notEqual(stolen.error, null);
    });

    await t.test("answers patients with their visits, and visits with their patients, across the rules of both", async () => {
      const idOf = async (client: SupabaseClient): Promise<string> =>
        (await client.from("patients").select("id").limit(1).single()).data?.id ?? "";
      const [patient, hers] = [await idOf(mine), await idOf(theirs)];
      const days = ["2026-03-01", "2026-03-03", "2026-03-02"];
      const rows = days.map((day) => ({ patient, at: `${day}T09:00:00Z`, notes: `Marker visit of ${day}` }));
      const made = await mine.from("visits").insert(rows).select("notes, patient:patients(doctor)");
      assert.deepEqual([made.error, made.data?.length, made.data?.[0]?.patient], [null, 3, { doctor: me.id }]);
      assert.notEqual((await mine.from("visits").insert({ patient: hers, at: "2026-03-04T09:00:00Z", notes: "not mine" })).error, null);
      assert.equal((await theirs.from("visits").insert({ patient: hers, at: "2026-03-04T09:00:00Z", notes: "hers" })).error, null);

      const seen = await mine
        .from("patients")
        .select("*, doctor:accounts(id), visits(id, at, notes)", { count: "exact" })
        .order("at", { referencedTable: "visits", ascending: false })
        .limit(2, { referencedTable: "visits" })
        .eq("id", patient)
        .single();
      assert.equal(seen.error, null);
      assert.deepEqual(seen.data?.doctor, { id: me.id });
      assert.deepEqual(
        seen.data?.visits.map(({ notes }: { notes: string }) => notes),
        ["Marker visit of 2026-03-03", "Marker visit of 2026-03-02"],
      );
      const inner = await mine.from("patients").select("id, visits!inner(id)", { count: "exact" }).gte("visits.at", "2026-03-02T00:00:00Z");
      assert.deepEqual([inner.error, inner.count, inner.data?.[0]?.visits.length], [null, 1, 2]);
      const named = await mine.from("visits").select("patients!inner(name)").eq("patients.national_id", patientOf(me.id, 0).national_id);
      assert.equal(named.error, null);
      const other = await theirs.from("visits").select("notes, patients(doctor)");
      assert.equal(other.data?.length, 1, "nothing of another doctor's patients, on either way");

      const auditing = connect();
      const auditor = { email: `auditor-${version}-${Date.now()}@clinic.example`, password: `${crypto.randomUUID()} is long` };
      const account = await admin.auth.admin.createUser({ ...auditor, email_confirm: true });
      await admin.auth.admin.updateUserById(account.data.user?.id ?? "", { app_metadata: { roles: ["auditor"] } });
      await auditing.auth.signInWithPassword(auditor);
      const checked = await auditing.from("patients").select("id, visits!inner(at, notes)", { count: "exact" });
      assert.deepEqual([checked.error, checked.count], [null, 2]);
      assert.ok(
        checked.data?.every(({ visits }) => visits.every(({ notes }) => notes === null)),
        "an auditor reads no notes",
      );
    });

    await t.test("raises a session with a second factor, and takes each code once", async () => {
      const enrolled = await mine.auth.mfa.enroll({ factorType: "totp" });
      assert.equal(enrolled.error, null);
      const { id: factorId, totp } = enrolled.data ?? {};
      assert.ok(factorId && totp);
      assert.match(totp.qr_code, /^data:image\/svg\+xml/);
      const code = authenticatorCode(totp.secret, Date.now());
      assert.equal((await mine.auth.mfa.challengeAndVerify({ factorId, code })).error, null);
      assert.equal((await mine.auth.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel, "aal2");

      const fresh = connect();
      await fresh.auth.signInWithPassword(me);
      assert.notEqual((await fresh.from("patients").select("id").limit(1)).error, null, "a session that owes its factor reads nothing");
      assert.notEqual((await fresh.auth.mfa.challengeAndVerify({ factorId, code })).error, null, "a code works once");
      const next = authenticatorCode(totp.secret, Date.now() + STEP_MS);
      assert.equal((await fresh.auth.mfa.challengeAndVerify({ factorId, code: next })).error, null);
      assert.equal((await fresh.from("patients").select("id").limit(1)).data?.length, 1);
    });

    await t.test("refreshes, answers a lost answer again, and ends the family when an old token comes back", async () => {
      const client = connect();
      const { data } = await client.auth.signInWithPassword(other);
      const first = data.session?.refresh_token ?? "";
      const second = (await client.auth.refreshSession({ refresh_token: first })).data.session?.refresh_token ?? "";
      assert.notEqual(second, first);
      assert.equal((await client.auth.refreshSession({ refresh_token: first })).data.session?.refresh_token, second);
      const third = (await client.auth.refreshSession({ refresh_token: second })).data.session?.refresh_token ?? "";
      assert.notEqual(third, second);
      assert.notEqual((await client.auth.refreshSession({ refresh_token: first })).error, null);
      assert.notEqual((await connect().auth.refreshSession({ refresh_token: third })).error, null, "the thief's copy is dead too");
    });

    await t.test("ends sessions and changes roles on the next request", async () => {
      const victim = doctors[2];
      assert.ok(victim);
      const [a, b] = [connect(), connect()];
      await a.auth.signInWithPassword(victim);
      await b.auth.signInWithPassword(victim);
      const token = (await b.auth.getSession()).data.session?.access_token ?? "";
      assert.equal((await a.auth.signOut({ scope: "others" })).error, null);
      assert.notEqual((await b.auth.getUser(token)).error, null);
      assert.equal((await a.from("patients").insert(patientOf(victim.id, 70_000))).error, null);
      await admin.auth.admin.updateUserById(victim.id, { app_metadata: { roles: [] } });
      assert.equal((await a.from("patients").insert(patientOf(victim.id, 70_001))).status, 403);
      await admin.auth.admin.updateUserById(victim.id, { app_metadata: { roles: ["auditor"] } });
      const seen = await a.from("patients").select("id", { count: "exact", head: true }).eq("status", "active").eq("doctor", me.id);
      assert.ok((seen.count ?? 0) > 0, "an auditor reads all patients");
      assert.equal((await a.auth.signOut()).error, null);
    });

    await t.test("leaves a trail that verifies", () => {
      const report = server.command("trail", "verify") as { ok: boolean };
      assert.equal(report.ok, true);
    });
  });
}
