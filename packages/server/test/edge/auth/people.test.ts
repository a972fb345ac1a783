import assert from "node:assert/strict";
import { test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { codeAt, PASSWORD, planWith } from "../../identity/house.ts";
import { type Served, serve } from "./clients.ts";

const email = "ada@example.org";
const mine = { email, password: PASSWORD };
const DAY_MS = 86_400_000;
const needs = { plan: planWith({ deletionGraceMs: 30 * DAY_MS, factorResetMs: DAY_MS }) };

interface Call {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A plain call with a session's token, or with a secret key. */
async function call(served: Served, method: string, path: string, { token, key }: { token?: string; key?: string } = {}): Promise<Call> {
  const apikey = key ?? served.house.identity.publishableKey;
  const headers = { apikey, authorization: `Bearer ${token ?? apikey}` };
  const response = await served.fetch(`${served.url}/auth/v1/${path}`, { method, headers });
  const body: unknown = await response.json();
  return { status: response.status, body: typeof body === "object" && body !== null ? { ...body } : {} };
}

async function tokenOf(client: SupabaseClient): Promise<string> {
  return (await client.auth.getSession()).data.session?.access_token ?? "";
}

async function secretKey({ house }: Served): Promise<string> {
  return (await house.identity.keys.create({ scopes: ["accounts:write"], lifetimeMs: 60_000, networks: [] })).secretKey;
}

async function enrol(served: Served, client: SupabaseClient) {
  const { data } = await client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" });
  assert.ok(data?.type === "totp");
  const { data: challenge } = await client.auth.mfa.challenge({ factorId: data.id });
  const code = codeAt(served.house.vault, data.totp.secret, served.house.clock.now());
  const verified = await client.auth.mfa.verify({ factorId: data.id, challengeId: challenge?.id ?? "", code });
  assert.equal(verified.error, null);
  const { recovery_codes: codes } = { recovery_codes: undefined, ...verified.data } as { recovery_codes: unknown };
  assert.ok(Array.isArray(codes));
  return { factorId: data.id, codes: codes.map(String) };
}

test("Holdfast gives supabase-js recovery codes with the first factor, and takes one in place of a code", async () => {
  await using served = await serve({ needs });
  const client = served.client();
  await client.auth.signUp(mine);
  const { factorId, codes } = await enrol(served, client);
  assert.equal(codes.length, 10);
  assert.equal((await client.auth.getUser()).data.user?.email, email, "the client goes on with its session");
  const refreshed = await client.auth.refreshSession();
  assert.equal(refreshed.error, null);
  assert.ok(!JSON.stringify(refreshed.data.session).includes(codes[0] ?? "?"), "what the client keeps has no code in it any more");

  const fresh = served.client();
  await fresh.auth.signInWithPassword(mine);
  assert.deepEqual(await call(served, "GET", "recovery_codes", { token: await tokenOf(fresh) }).then(({ status }) => status), 401);
  assert.equal((await fresh.auth.mfa.challengeAndVerify({ factorId, code: codes[4] ?? "" })).error, null);
  assert.equal((await fresh.auth.mfa.getAuthenticatorAssuranceLevel()).data?.currentLevel, "aal2");
  const token = await tokenOf(fresh);
  assert.deepEqual(await call(served, "GET", "recovery_codes", { token }), { status: 200, body: { left: 9 } });
  const renewed = await call(served, "POST", "recovery_codes", { token });
  assert.ok(Array.isArray(renewed.body["recovery_codes"]) && renewed.body["recovery_codes"].length === 10);
  const again = served.client();
  await again.auth.signInWithPassword(mine);
  assert.equal((await again.auth.mfa.challengeAndVerify({ factorId, code: codes[5] ?? "" })).error?.code, "mfa_verification_failed");
});

test("Holdfast lets an account leave and come back by signing in, and an administrator take a removal back", async () => {
  await using served = await serve({ needs });
  const client = served.client();
  await client.auth.signUp(mine);
  const id = (await client.auth.getUser()).data.user?.id ?? "";
  const left = await call(served, "DELETE", "user", { token: await tokenOf(client) });
  assert.deepEqual([left.status, left.body], [200, { due_at: new Date(served.house.clock.now() + 30 * DAY_MS).toISOString() }]);
  assert.equal((await call(served, "GET", "user", { token: await tokenOf(client) })).status, 401);
  assert.equal((await client.auth.signInWithPassword(mine)).error, null);

  const admin = await served.admin();
  const key = await secretKey(served);
  assert.equal((await call(served, "POST", `admin/users/${id}/restore`, { key })).status, 404, "nothing waits");
  assert.equal((await admin.auth.admin.deleteUser(id)).error, null);
  assert.equal((await served.client().auth.signInWithPassword(mine)).error?.code, "invalid_credentials");
  assert.deepEqual(await call(served, "POST", `admin/users/${id}/restore`, { key }), { status: 200, body: { restored: true } });
  assert.equal((await served.client().auth.signInWithPassword(mine)).error, null);
});

test("Holdfast waits with the reset of a lost factor, and its owner can stop it", async () => {
  await using served = await serve({ needs });
  const client = served.client();
  await client.auth.signUp(mine);
  const id = (await client.auth.getUser()).data.user?.id ?? "";
  const { factorId } = await enrol(served, client);
  const [admin, key] = [await served.admin(), await secretKey(served)];
  const due_at = new Date(served.house.clock.now() + DAY_MS).toISOString();
  assert.deepEqual(await call(served, "POST", `admin/users/${id}/factor_reset`, { key }), { status: 200, body: { due_at } });
  assert.deepEqual(await call(served, "DELETE", `admin/users/${id}/factor_reset`, { key }), { status: 200, body: { stopped: true } });
  assert.equal((await admin.auth.admin.mfa.deleteFactor({ userId: id, id: factorId })).error, null);
  assert.equal((await admin.auth.admin.mfa.listFactors({ userId: id })).data?.factors.length, 1, "it is asked for, and not done");
  assert.deepEqual(await call(served, "DELETE", "factor_reset", { token: await tokenOf(client) }), {
    status: 200,
    body: { stopped: true },
  });
  assert.deepEqual(await call(served, "DELETE", "factor_reset", { token: await tokenOf(client) }), {
    status: 200,
    body: { stopped: false },
  });
});

test("Holdfast keeps what concerns another account to keys of the scope accounts:write", async () => {
  await using served = await serve({ needs });
  const client = served.client();
  await client.auth.signUp(mine);
  const id = (await client.auth.getUser()).data.user?.id ?? "";
  for (const [method, path] of [
    ["POST", "restore"],
    ["POST", "factor_reset"],
    ["DELETE", "factor_reset"],
  ] as const) {
    const { status } = await call(served, method, `admin/users/${id}/${path}`, { token: await tokenOf(client) });
    assert.ok(status === 401 || status === 403, `${method} ${path}: ${status}`);
  }
  assert.equal((await call(served, "DELETE", "user")).status, 401);
});
