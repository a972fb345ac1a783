import assert from "node:assert/strict";
import { test } from "node:test";
import { createAppClient, createFetch } from "../connect.ts";
import { authenticatorCode } from "../totp.ts";
import { startServer } from "./server.ts";

const EMAIL = "invited@clinic.example";
const PASSWORD = "seven ferries cross at dusk";
const OTHER_PASSWORD = "eight ferries cross at dawn";

test("Holdfast invites a doctor to the clinic, who loses the password later and keeps the factor", async (t) => {
  await using server = await startServer();
  await using ownFetch = await createFetch(server.connection, "h2");
  const { url, publishableKey } = server.connection;
  const connect = (key = publishableKey) => createAppClient(server.connection, key, ownFetch);
  const { secretKey } = server.command("keys", "create", "--scope", "accounts:write", "--expires", "1h") as { secretKey: string };
  /** The development mailbox, as the one who works on this machine sees it. */
  const codeFor = async (purpose: string): Promise<string> => {
    const response = await ownFetch(`${url}/auth/v1/dev/mailbox`, { headers: { apikey: publishableKey } });
    const { letters } = (await response.json()) as { letters: { to: string; purpose: string; code?: string }[] };
    return letters.findLast((letter) => letter.to === EMAIL && letter.purpose === purpose)?.code ?? "";
  };
  const doctor = connect();
  let secret = "";
  let factorId = "";

  await t.test("sends the invitation, and the invited chooses a password", async () => {
    const invited = await connect(secretKey).auth.admin.inviteUserByEmail(EMAIL);
    assert.equal(invited.error, null);
    const { error } = await doctor.auth.verifyOtp({ email: EMAIL, token: await codeFor("invite"), type: "invite" });
    assert.equal(error, null);
    assert.equal((await doctor.auth.updateUser({ password: PASSWORD })).error, null);
    const id = invited.data.user?.id ?? "";
    await connect(secretKey).auth.admin.updateUserById(id, { app_metadata: { roles: ["doctor"] } });
    assert.equal((await doctor.from("patients").insert({ name: "Grace", national_id: "1", status: "active", doctor: id })).status, 201);
  });

  await t.test("enrols a second factor", async () => {
    const { data } = await doctor.auth.mfa.enroll({ factorType: "totp" });
    assert.ok(data?.type === "totp");
    [secret, factorId] = [data.totp.secret, data.id];
    const code = authenticatorCode(secret, Date.now());
    assert.equal((await doctor.auth.mfa.challengeAndVerify({ factorId, code })).error, null);
  });

  await t.test("recovers by a letter, which opens nothing until the factor is shown", async () => {
    const fresh = connect();
    assert.equal((await fresh.auth.resetPasswordForEmail(EMAIL)).error, null);
    const recovered = await fresh.auth.verifyOtp({ email: EMAIL, token: await codeFor("recovery"), type: "recovery" });
    assert.equal(recovered.error, null);
    assert.equal((await fresh.from("patients").select("name")).status, 401);
    assert.equal((await fresh.auth.updateUser({ password: OTHER_PASSWORD })).error?.code, "insufficient_aal");
    const code = authenticatorCode(secret, Date.now() + 30_000);
    assert.equal((await fresh.auth.mfa.challengeAndVerify({ factorId, code })).error, null);
    assert.equal((await fresh.auth.updateUser({ password: OTHER_PASSWORD })).error, null);
    assert.deepEqual((await fresh.from("patients").select("name")).data, [{ name: "Grace" }]);
    assert.equal((await connect().auth.signInWithPassword({ email: EMAIL, password: PASSWORD })).error?.code, "invalid_credentials");
  });
});
