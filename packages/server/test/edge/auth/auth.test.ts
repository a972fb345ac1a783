import assert from "node:assert/strict";
import { test } from "node:test";
import { createRemoteJWKSet, customFetch, jwtVerify } from "jose";
import { codeAt, kinds, OTHER_PASSWORD, PASSWORD, planWith, visit } from "../../identity/house.ts";
import { type Served, serve } from "./clients.ts";

const email = "ada@example.org";
const mine = { email, password: PASSWORD };
/** Any part of the address, but not the three letters within the digits of an id. */
const ADDRESS = /(?<![\w-])ada(?![\w-])|example\.org/i;

for (const version of ["h2", "h1"] as const) {
  test(`Holdfast serves an unmodified supabase-js over ${version}: sign-up, session, change, sign-out`, async () => {
    await using served = await serve({ version });
    const client = served.client();
    const made = await client.auth.signUp({ ...mine, options: { data: { name: "Ada" } } });
    assert.equal(made.error, null);
    assert.deepEqual(
      [made.data.user?.email, made.data.user?.user_metadata, made.data.session?.token_type],
      [email, { name: "Ada" }, "bearer"],
    );
    const user = await client.auth.getUser();
    assert.equal(user.data.user?.id, made.data.user?.id);
    const changed = await client.auth.updateUser({ password: OTHER_PASSWORD, data: { ward: 3 } });
    assert.deepEqual([changed.error, changed.data.user?.user_metadata], [null, { name: "Ada", ward: 3 }]);
    const refreshed = await client.auth.refreshSession();
    assert.equal(refreshed.error, null);
    assert.equal((await client.auth.signOut()).error, null);
    assert.equal((await client.auth.getUser(refreshed.data.session?.access_token)).error?.name, "AuthSessionMissingError");
    assert.equal((await client.auth.signInWithPassword({ email, password: OTHER_PASSWORD })).error, null);
  });
}

test("Holdfast gives supabase-js a second factor", async () => {
  await using served = await serve();
  const client = served.client();
  await client.auth.signUp(mine);
  const { data, error } = await client.auth.mfa.enroll({ factorType: "totp", friendlyName: "phone" });
  assert.equal(error, null);
  assert.ok(data?.type === "totp");
  assert.match(data.totp.qr_code, /^data:image\/svg\+xml;utf-8,<svg/);
  const code = codeAt(served.house.vault, data.totp.secret, served.house.clock.now());
  assert.equal((await client.auth.mfa.challengeAndVerify({ factorId: data.id, code })).error, null);
  const level = async (one: typeof client) => (await one.auth.mfa.getAuthenticatorAssuranceLevel()).data;
  assert.deepEqual(await level(client).then((at) => [at?.currentLevel, at?.nextLevel]), ["aal2", "aal2"]);

  const fresh = served.client();
  const signedIn = await fresh.auth.signInWithPassword(mine);
  const renewed = await fresh.auth.refreshSession();
  for (const { data: given } of [signedIn, renewed]) {
    assert.deepEqual(
      [given.user?.email, given.user?.app_metadata, given.user?.factors?.length],
      [undefined, {}, 1],
      "no more than it may ask for",
    );
  }
  assert.deepEqual(await level(fresh).then((at) => [at?.currentLevel, at?.nextLevel]), ["aal1", "aal2"]);
  const factors = await fresh.auth.mfa.listFactors();
  assert.deepEqual([factors.error, factors.data?.totp.length, factors.data?.totp[0]?.friendly_name], [null, 1, "phone"]);
  const seen = (await fresh.auth.getUser()).data.user;
  assert.deepEqual([seen?.email, seen?.user_metadata], [undefined, {}]);
  assert.equal((await fresh.auth.updateUser({ data: { a: 1 } })).error?.code, "insufficient_aal");
  assert.equal((await fresh.auth.mfa.unenroll({ factorId: data.id })).error?.code, "insufficient_aal");
  const again = await fresh.auth.mfa.challengeAndVerify({ factorId: data.id, code });
  assert.deepEqual([again.error?.code, again.error?.status], ["mfa_verification_failed", 422]);
  const next = codeAt(served.house.vault, data.totp.secret, served.house.clock.now() + 30_000);
  assert.equal((await fresh.auth.mfa.challengeAndVerify({ factorId: data.id, code: next })).error, null);
  assert.equal((await fresh.auth.mfa.unenroll({ factorId: data.id })).error, null);
});

test("Holdfast answers refusals in the words that supabase-js knows", async (t) => {
  await using served = await serve();
  const client = served.client();
  await client.auth.signUp(mine);
  await client.auth.signOut({ scope: "local" });
  type Refusal = { readonly code?: string | undefined; readonly status?: number | undefined; readonly name: string } | null;
  const rows: readonly (readonly [string, () => Promise<{ readonly error: Refusal }>, string, number])[] = [
    ["a wrong password", () => client.auth.signInWithPassword({ email, password: "x" }), "invalid_credentials", 400],
    ["an unknown address", () => client.auth.signInWithPassword({ email: "no@example.org", password: "x" }), "invalid_credentials", 400],
    ["an address that is taken", () => client.auth.signUp(mine), "user_already_exists", 422],
    ["a weak password", () => client.auth.signUp({ email: "b@example.org", password: "passwordpassword" }), "weak_password", 422],
    ["what is no address", () => client.auth.signUp({ email: "b", password: PASSWORD }), "email_address_invalid", 400],
    ["no name", () => client.auth.signInAnonymously(), "anonymous_provider_disabled", 422],
    ["a phone number", () => client.auth.signUp({ phone: "123", password: PASSWORD }), "phone_provider_disabled", 422],
    [
      "a phone number at sign-in",
      () => client.auth.signInWithPassword({ phone: "123", password: PASSWORD }),
      "phone_provider_disabled",
      422,
    ],
    ["a token of another provider", () => client.auth.signInWithIdToken({ provider: "google", token: "x" }), "provider_disabled", 422],
    ["single sign-on", () => client.auth.signInWithSSO({ domain: "example.org" }), "saml_provider_disabled", 422],
    ["a wrong code", () => client.auth.verifyOtp({ email, token: "12345678", type: "signup" }), "otp_expired", 400],
    ["a wrong link", () => client.auth.verifyOtp({ token_hash: "x", type: "email" }), "otp_expired", 400],
    ["a code that was never sent", () => client.auth.verifyOtp({ email, token: "1", type: "magiclink" }), "otp_expired", 400],
    [
      "a code of a change that nobody asked for",
      () => client.auth.verifyOtp({ email, token: "1", type: "email_change" }),
      "otp_expired",
      400,
    ],
    ["a code of a type that is not there", () => client.auth.verifyOtp({ token_hash: "x", type: "sms" as "email" }), "otp_disabled", 422],
    ["a refresh token of nobody", () => client.auth.refreshSession({ refresh_token: "x" }), "refresh_token_not_found", 400],
    ["administration without a secret key", () => client.auth.admin.listUsers(), "no_authorization", 401],
  ];
  for (const [name, work, code, status] of rows) {
    await t.test(name, async () => {
      const { error } = await work();
      assert.deepEqual([error?.code, error?.status], [code, status]);
    });
  }
});

test("Holdfast tells supabase-js why a password is weak", async () => {
  await using served = await serve();
  const { error } = await served.client().auth.signUp({ email, password: "short" });
  assert.equal(error?.name, "AuthWeakPasswordError");
  assert.deepEqual(error && "reasons" in error && error.reasons, ["length"]);
});

test("Holdfast lets supabase-js administer accounts with a secret key, and with nothing less", async () => {
  await using served = await serve({ needs: { plan: planWith({ signUp: "closed" }) } });
  const admin = await served.admin();
  const made = await admin.auth.admin.createUser({ ...mine, email_confirm: true, user_metadata: { name: "Ada" } });
  assert.equal(made.error, null);
  const id = made.data.user?.id ?? "";
  assert.ok(made.data.user?.email_confirmed_at);
  const changed = await admin.auth.admin.updateUserById(id, { app_metadata: { roles: ["doctor"] } });
  assert.deepEqual(changed.data.user?.app_metadata, { provider: "email", providers: ["email"], roles: ["doctor"] });
  assert.equal((await admin.auth.admin.updateUserById(id, { app_metadata: { roles: ["king"] } })).error?.code, "validation_failed");
  for (let index = 0; index < 3; index++)
    await admin.auth.admin.createUser({ email: `p${index}@example.org`, password: PASSWORD, email_confirm: true });
  const page = await admin.auth.admin.listUsers({ page: 1, perPage: 3 });
  assert.equal(page.error, null);
  assert.deepEqual(
    "nextPage" in page.data && [page.data.users.length, page.data.total, page.data.nextPage, page.data.lastPage],
    [3, 4, 2, 2],
  );

  const client = served.client();
  await client.auth.signInWithPassword(mine);
  const asUser = served.client(undefined, { Authorization: `Bearer ${(await client.auth.getSession()).data.session?.access_token}` });
  assert.equal((await asUser.auth.admin.getUserById(id)).error?.code, "not_admin");
  assert.equal((await admin.auth.admin.updateUserById(id, { ban_duration: "1h" })).error, null);
  assert.equal((await client.auth.signInWithPassword(mine)).error?.code, "user_banned");
  assert.equal((await admin.auth.admin.updateUserById(id, { ban_duration: "none" })).error, null);
  const signedIn = await client.auth.signInWithPassword(mine);
  assert.equal(signedIn.error, null);
  const enrolled = await client.auth.mfa.enroll({ factorType: "totp" });
  assert.ok(enrolled.data?.type === "totp");
  const code = codeAt(served.house.vault, enrolled.data.totp.secret, served.house.clock.now());
  await client.auth.mfa.challengeAndVerify({ factorId: enrolled.data.id, code });
  const factors = await admin.auth.admin.mfa.listFactors({ userId: id });
  assert.equal(factors.data?.factors.length, 1);
  assert.equal((await admin.auth.admin.mfa.deleteFactor({ userId: id, id: enrolled.data.id })).error, null);
  assert.equal((await admin.auth.admin.deleteUser(id)).error, null);
  assert.equal((await admin.auth.admin.getUserById(id)).error?.code, "user_not_found");
  assert.equal((await client.auth.signInWithPassword(mine)).error?.code, "invalid_credentials");
  const service = kinds(served.house.events);
  for (const kind of ["account.created", "account.changed", "account.removed", "roles.changed", "factor.changed"] as const)
    assert.ok(service.includes(kind), kind);
});

test("Holdfast refuses a secret key that a browser brings", async () => {
  await using served = await serve();
  const { secretKey } = await served.house.identity.keys.create({ scopes: ["accounts:write"], lifetimeMs: 60_000, networks: [] });
  for (const [headers, expected] of [
    [{ Origin: "https://evil.example" }, "key_in_browser"],
    [{ "Sec-Fetch-Site": "cross-site" }, "key_in_browser"],
    [{ "Sec-Fetch-Mode": "cors" }, undefined],
  ] as const) {
    assert.equal((await served.client(secretKey, headers).auth.admin.listUsers()).error?.code, expected);
  }
});

test("Holdfast lets an invitation be handed over and redeemed with supabase-js", async () => {
  await using served = await serve({ needs: { plan: planWith({ signUp: "invited" }) } });
  const admin = await served.admin();
  assert.equal((await served.client().auth.signUp(mine)).error?.code, "signup_disabled");
  const { secretKey } = await served.house.identity.keys.create({ scopes: ["accounts:write"], lifetimeMs: 60_000, networks: [] });
  const elsewhere = served.client(secretKey, { Via: "1.1 proxy" });
  assert.equal((await elsewhere.auth.admin.inviteUserByEmail(email)).error?.code, "email_provider_disabled");
  const handed = await admin.auth.admin.generateLink({ type: "invite", email, options: { data: { ward: 3 } } });
  assert.equal(handed.error, null);
  const client = served.client();
  const token = handed.data.properties?.hashed_token ?? "";
  const redeemed = await client.auth.verifyOtp({ token_hash: token, type: "invite" });
  assert.deepEqual([redeemed.error, redeemed.data.user?.user_metadata], [null, { ward: 3 }]);
  assert.equal((await client.auth.updateUser({ password: PASSWORD })).error, null);
  assert.equal((await served.client().auth.signInWithPassword(mine)).error, null);
});

test("Holdfast confirms an address with supabase-js and the development mailbox", async () => {
  await using served = await serve({ needs: { confirmation: "always" } });
  const client = served.client();
  const made = await client.auth.signUp(mine);
  assert.deepEqual([made.error, made.data.session], [null, null]);
  const again = await client.auth.signUp(mine);
  assert.deepEqual(shape(again.data.user), shape(made.data.user));
  served.house.clock.advance(60_000);
  assert.equal((await client.auth.resend({ type: "signup", email })).error, null);
  const answer = await served.fetch(`${served.url}/auth/v1/dev/mailbox`, { headers: { apikey: served.house.identity.publishableKey } });
  const { letters } = (await answer.json()) as { letters: { to: string; code: string }[] };
  assert.deepEqual(
    letters.map(({ to }) => to),
    [email, email, email],
  );
  const redeemed = await client.auth.verifyOtp({ email, token: letters.at(-1)?.code ?? "", type: "signup" });
  assert.equal(redeemed.error, null);
  assert.ok(redeemed.data.session);
  assert.deepEqual(shape((await client.auth.signUp(mine)).data.user), shape(made.data.user), "confirmed or not, the answer is the same");
  const through = { apikey: served.house.identity.publishableKey, "X-Forwarded-For": "203.0.113.9" };
  assert.equal((await served.fetch(`${served.url}/auth/v1/dev/mailbox`, { headers: through })).status, 404);
});

/** What can be told from an answer: its fields and its values, but those that are new each time. */
function shape(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value)
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id")
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time"),
  );
}

test("Holdfast publishes keys with which others can verify its tokens", async () => {
  await using served = await serve();
  const { data } = await served.client().auth.signUp(mine);
  const keys = createRemoteJWKSet(new URL(`${served.url}/auth/v1/.well-known/jwks.json`), { [customFetch]: served.fetch });
  const currentDate = new Date(served.house.clock.now());
  const { payload } = await jwtVerify(data.session?.access_token ?? "", keys, {
    audience: "authenticated",
    algorithms: ["ES256"],
    currentDate,
  });
  assert.deepEqual([payload.sub, payload["aal"], payload.iss], [data.user?.id, "aal1", "https://localhost:8443/auth/v1"]);
  assert.doesNotMatch(JSON.stringify(payload), ADDRESS, "no address in a token");
});

test("Holdfast asks the firewall about the name that is given, never in clear, and tells it how it went", async () => {
  await using served = await serve();
  const client = served.client();
  await client.auth.signUp(mine);
  await client.auth.signInWithPassword(mine);
  await client.auth.signInWithPassword({ email: "ADA@EXAMPLE.ORG", password: "x" });
  const asked = served.firewall.asked.filter((facts) => facts.stage === "identifier");
  const learned = served.firewall.learned.filter((outcome) => outcome.kind === "signIn");
  assert.deepEqual([asked.length, new Set(asked.map(({ identifier }) => identifier)).size], [2, 1]);
  assert.deepEqual(
    learned.map(({ ok }) => ok),
    [true, false],
  );
  assert.doesNotMatch(JSON.stringify([asked, learned]), ADDRESS);
  assert.ok(served.firewall.asked.some((facts) => facts.stage === "head" && facts.limit === "signIn"));
  served.firewall.verdict = (facts) =>
    facts.stage === "identifier" ? { act: "refuse", rule: "guessing", afterMs: 2_000 } : { act: "allow" };
  const hashes = served.house.hashes();
  const { error } = await client.auth.signInWithPassword(mine);
  assert.deepEqual([error?.code, error?.status, served.house.hashes() - hashes], ["over_request_rate_limit", 429, 0]);
});

test("Holdfast makes the first operator over the wire, on loopback alone", async () => {
  await using served = await serve();
  const { code } = await served.house.identity.operators.code("loopback");
  const post = (headers: Record<string, string>) =>
    served.fetch(`${served.url}/auth/v1/operator`, {
      method: "POST",
      headers: { apikey: served.house.identity.publishableKey, "content-type": "application/json", ...headers },
      body: JSON.stringify({ code, ...mine }),
    });
  assert.equal((await post({ Via: "1.1 proxy" })).status, 400);
  assert.equal((await post({})).status, 200);
  assert.equal((await post({})).status, 400);
});

test("Holdfast takes no broken body, and answers each in the dialect's shape", async (t) => {
  await using served = await serve();
  const { publishableKey } = served.house.identity;
  const post = (path: string, body: string | Uint8Array, type = "application/json") =>
    served.fetch(`${served.url}/auth/v1/${path}`, {
      method: "POST",
      headers: { apikey: publishableKey, "content-type": type },
      body: Buffer.from(body),
    });
  const rows: readonly (readonly [string, string | Uint8Array, number, string?])[] = [
    ["nothing", "", 422],
    ["no JSON", "{", 400],
    ["no object", "[]", 400],
    ["null", "null", 400],
    ["not UTF-8", Uint8Array.of(0x7b, 0xff, 0x7d), 400],
    ["a key twice", '{"email":"a@example.org","email":"b@example.org"}', 400],
    ["a name that is no text", '{"email":{"$ne":1},"password":"x"}', 400],
    ["a password that is no text", '{"email":"a@example.org","password":1}', 400],
    ["metadata that is no object", '{"email":"a@example.org","password":"seven purple lanterns","data":[1]}', 400],
    ["NUL in the name", '{"email":"a\\u0000@example.org","password":"seven purple lanterns"}', 400],
    ["half a character", '{"email":"a@example.org","password":"\\ud800 seven purple lanterns"}', 400],
    ["too much", `{"email":"${"x".repeat(40_000)}"}`, 413],
    ["a form", "email=a", 415, "application/x-www-form-urlencoded"],
  ];
  for (const [name, body, status, type] of rows) {
    await t.test(name, async () => {
      const answer = await post("signup", body, type);
      const text = await answer.text();
      assert.equal(answer.status, status, text);
      const { code, error_code: word, msg } = JSON.parse(text) as Record<string, unknown>;
      assert.deepEqual([code, typeof word, typeof msg], [status, "string", "string"]);
      assert.ok(answer.headers.get("x-request-id"));
    });
  }
  assert.deepEqual(kinds(served.house.events), []);
});

test("Holdfast has no answer of this dialect kept by a cache", async () => {
  await using served = await serve();
  const client = served.client();
  await client.auth.signUp(mine);
  const token = (await client.auth.getSession()).data.session?.access_token;
  for (const path of ["user", "settings", "dev/mailbox"]) {
    const headers = { apikey: served.house.identity.publishableKey, authorization: `Bearer ${token}` };
    assert.match((await served.fetch(`${served.url}/auth/v1/${path}`, { headers })).headers.get("cache-control") ?? "", /no-store/);
  }
});

test("Holdfast says in its settings what it offers", async () => {
  await using served = await serve();
  const settings = async (served: Served) => {
    const headers = { apikey: served.house.identity.publishableKey };
    return (await (await served.fetch(`${served.url}/auth/v1/settings`, { headers })).json()) as Record<string, unknown>;
  };
  const { disable_signup: isClosed, mailer_autoconfirm: isImmediate } = await settings(served);
  assert.deepEqual([isClosed, isImmediate], [false, true]);
});

test("Holdfast takes who asks from the session and from nothing that a body says", async () => {
  await using served = await serve();
  const [ada, eve] = [served.client(), served.client()];
  const victim = (await ada.auth.signUp(mine)).data.user?.id ?? "";
  const { data } = await eve.auth.signUp({ email: "eve@example.org", password: PASSWORD });
  const put = (body: object) =>
    served.fetch(`${served.url}/auth/v1/user`, {
      method: "PUT",
      headers: {
        apikey: served.house.identity.publishableKey,
        authorization: `Bearer ${data.session?.access_token}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
  assert.equal((await put({ id: victim, user_id: victim, sub: victim, data: { hit: true } })).status, 200);
  assert.deepEqual((await ada.auth.getUser()).data.user?.user_metadata, {});
  assert.deepEqual((await eve.auth.getUser()).data.user?.user_metadata, { hit: true });
  for (const body of [{ app_metadata: { roles: ["doctor"] } }, { role: "service_role" }]) assert.equal((await put(body)).status, 403);
});

test("Holdfast redeems nothing by a link that something may follow before a person does", async () => {
  await using served = await serve({ needs: { confirmation: "always" } });
  const headers = { apikey: served.house.identity.publishableKey };
  await served.client().auth.signUp(mine);
  const [letter] = served.house.identity.letters(await visit(served.house));
  const query = `token=${letter?.code}&token_hash=${letter?.link}&type=signup&email=${email}`;
  const page = await served.fetch(`${served.url}/auth/v1/verify?${query}`, { headers });
  const html = await page.text();
  assert.deepEqual([page.status, html.includes(letter?.link ?? ""), html.includes(letter?.code ?? "")], [200, false, false]);
  const policy = page.headers.get("content-security-policy") ?? "";
  assert.ok(policy.includes("default-src 'none'") && policy.includes("frame-ancestors 'none'") && !policy.includes("unsafe"));
  assert.equal(
    (await served.client().auth.verifyOtp({ token_hash: letter?.link ?? "", type: "signup" })).error,
    null,
    "looking used nothing up",
  );
  assert.equal((await served.fetch(`${served.url}/auth/v1/logout`, { headers })).status, 405);
});

test("Holdfast opens no route of this dialect to whoever brings no key, but the public keys", async (t) => {
  await using served = await serve();
  const paths = [
    "signup",
    "token?grant_type=password",
    "verify",
    "recover",
    "resend",
    "operator",
    "logout",
    "factors",
    "admin/users",
    "otp",
    "sso",
  ];
  for (const path of paths) {
    await t.test(path, async () => {
      const answer = await served.fetch(`${served.url}/auth/v1/${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      assert.deepEqual([answer.status, ((await answer.json()) as { error_code: string }).error_code], [401, "no_authorization"]);
    });
  }
  assert.equal((await served.fetch(`${served.url}/auth/v1/.well-known/jwks.json`)).status, 200);
});
