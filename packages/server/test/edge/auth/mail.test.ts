import assert from "node:assert/strict";
import { test } from "node:test";
import type { Identity } from "../../../src/identity/index.ts";
import { codeAt, OTHER_PASSWORD, PASSWORD, PLAN, planWith, visit } from "../../identity/house.ts";
import { type ReadMessage, readMessage, startMailServer } from "../../mail/mail-server.ts";
import { deliveryOf, waiting } from "../../mail/post.ts";
import { type Served, serve } from "./clients.ts";

const email = "ada@example.org";
const other = "ada.lovelace@example.net";
const mine = { email, password: PASSWORD };
const MINUTE_MS = 60_000;

type Client = ReturnType<Served["client"]>;

interface Post extends Served {
  /** Delivers what waits, and shows what has come to this address since it was last asked for. */
  mailTo(address: string): Promise<readonly (ReadMessage & { readonly code: string; readonly hash: string; readonly url: string })[]>;
}

/** The dialect with a mail server behind it. */
async function serveWithMail(wish: Parameters<typeof serve>[0] = {}): Promise<Post> {
  const server = await startMailServer();
  const served = await serve({ ...wish, needs: { ...wish.needs, mail: "outbox" } });
  const delivery = deliveryOf(served.house, server.settings);
  const seen = new Set<unknown>();
  return {
    ...served,
    async mailTo(address) {
      await delivery.deliver();
      const fresh = server.received.filter((message) => message.to.includes(address) && !seen.has(message));
      for (const message of fresh) seen.add(message);
      return fresh.map(({ raw }) => {
        const message = readMessage(raw);
        const url = /^https:\S+$/m.exec(message.text)?.[0] ?? "";
        return { ...message, url, code: /^ {4}(\d{8})$/m.exec(message.text)?.[1] ?? "", hash: /#token_hash=([^&]+)/.exec(url)?.[1] ?? "" };
      });
    },
    async [Symbol.asyncDispose]() {
      await delivery[Symbol.asyncDispose]();
      await served[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function member(served: Post, address = email): Promise<Client> {
  const client = served.client();
  assert.equal((await client.auth.signUp({ email: address, password: PASSWORD })).error, null);
  const [letter] = await served.mailTo(address);
  assert.equal((await client.auth.verifyOtp({ email: address, token: letter?.code ?? "", type: "signup" })).error, null);
  return client;
}

test("Holdfast confirms a sign-up by a letter, also on loopback once there is a mail server, by code and by link", async (t) => {
  for (const by of ["code", "link"] as const) {
    await t.test(`by ${by}`, async () => {
      await using served = await serveWithMail();
      const client = served.client();
      const made = await client.auth.signUp(mine);
      assert.deepEqual([made.error, made.data.session], [null, null]);
      assert.equal((await client.auth.signInWithPassword(mine)).error?.code, "email_not_confirmed");
      const [letter] = await served.mailTo(email);
      assert.ok(letter !== undefined);
      assert.equal(letter.url, `https://localhost:8443/auth/v1/verify#token_hash=${letter.hash}&type=signup`);
      const given =
        by === "code" ? ({ email, token: letter.code, type: "email" } as const) : ({ token_hash: letter.hash, type: "email" } as const);
      const confirmed = await client.auth.verifyOtp(given);
      assert.deepEqual([confirmed.error, typeof confirmed.data.session?.access_token], [null, "string"]);
      const again = await served.client().auth.signUp(mine);
      assert.deepEqual([again.error, again.data.user?.confirmation_sent_at === undefined], [null, false]);
      const [notice, ...rest] = await served.mailTo(email);
      assert.deepEqual([notice?.headers.get("subject"), notice?.code, rest.length], ["You already have an account at Clinic", "", 0]);
      await served.client().auth.signUp(mine);
      assert.deepEqual(await served.mailTo(email), [], "told once in an hour");
    });
  }
});

test("Holdfast recovers an account by a letter, tells its owner, and weakens no factor", async () => {
  await using served = await serveWithMail();
  const client = await member(served);
  const enrolled = await client.auth.mfa.enroll({ factorType: "totp" });
  assert.ok(enrolled.data?.type === "totp");
  const { secret } = enrolled.data.totp;
  const factorId = enrolled.data.id;
  await client.auth.mfa.challengeAndVerify({ factorId, code: codeAt(served.house.vault, secret, served.house.clock.now()) });
  const subjects = async (): Promise<readonly unknown[]> => (await served.mailTo(email)).map(({ headers }) => headers.get("subject"));
  assert.deepEqual(await subjects(), ["The second factor of your account at Clinic was changed"]);
  served.house.clock.advance(2 * MINUTE_MS);

  const fresh = served.client();
  assert.equal((await fresh.auth.resetPasswordForEmail(email)).error, null);
  const [letter] = await served.mailTo(email);
  const recovered = await fresh.auth.verifyOtp({ token_hash: letter?.hash ?? "", type: "recovery" });
  assert.equal(recovered.error, null);
  assert.equal((await fresh.auth.updateUser({ password: OTHER_PASSWORD })).error?.code, "insufficient_aal");
  await fresh.auth.mfa.challengeAndVerify({ factorId, code: codeAt(served.house.vault, secret, served.house.clock.now()) });
  assert.equal((await fresh.auth.updateUser({ password: OTHER_PASSWORD })).error, null);
  assert.deepEqual(await subjects(), ["Your password at Clinic was changed"]);
  assert.equal((await served.client().auth.signInWithPassword({ email, password: OTHER_PASSWORD })).error, null);
});

test("Holdfast signs in by a code that is sent, makes an account for who has none, and keeps no password of before", async () => {
  await using served = await serveWithMail();
  const client = served.client();
  assert.equal((await client.auth.signInWithOtp({ email, options: { data: { name: "Ada" } } })).error, null);
  const [letter] = await served.mailTo(email);
  assert.deepEqual([letter?.url, letter?.hash], ["", ""], "our own page would sign in nowhere");
  const signedIn = await client.auth.verifyOtp({ email, token: letter?.code ?? "", type: "email" });
  assert.deepEqual([signedIn.error, signedIn.data.user?.user_metadata], [null, { name: "Ada" }]);
  assert.equal((await client.auth.updateUser({ password: PASSWORD })).error, null);
  served.house.clock.advance(MINUTE_MS);
  await served.mailTo(email);

  // Nobody gets data of theirs into an account that is there.
  await served
    .client()
    .auth.signInWithOtp({ email, options: { data: { name: "Eve" }, emailRedirectTo: "https://app.example.org/welcome" } });
  const [second] = await served.mailTo(email);
  const again = await served.client().auth.verifyOtp({ token_hash: second?.hash ?? "", type: "magiclink" });
  assert.deepEqual([again.error, again.data.user?.user_metadata], [null, { name: "Ada" }]);

  // Somebody signs up with an address that is not theirs; its owner signs in by a code.
  await served.client().auth.signUp({ email: other, password: OTHER_PASSWORD });
  await served.client().auth.signInWithOtp({ email: other });
  const code = (await served.mailTo(other)).find(({ headers }) => headers.get("subject") === "Your sign-in code for Clinic");
  assert.equal((await served.client().auth.verifyOtp({ email: other, token: code?.code ?? "", type: "email" })).error, null);
  assert.equal(
    (await served.client().auth.signInWithPassword({ email: other, password: OTHER_PASSWORD })).error?.code,
    "invalid_credentials",
  );
});

test("Holdfast answers whoever asks for a code alike, with the same commits and steps, whether there is an account or not", async (t) => {
  const rows: readonly (readonly [string, (client: Client, address: string) => Promise<{ error: unknown }>])[] = [
    ["recovery", (client, address) => client.auth.resetPasswordForEmail(address)],
    ["sign-in by code", (client, address) => client.auth.signInWithOtp({ email: address, options: { shouldCreateUser: false } })],
    ["a sign-up again", (client, address) => client.auth.resend({ type: "signup", email: address })],
    ["a change of address again", (client, address) => client.auth.resend({ type: "email_change", email: address })],
  ];
  for (const [name, ask] of rows) {
    await t.test(name, async () => {
      await using served = await serveWithMail();
      await member(served);
      const seen: unknown[] = [];
      for (const address of [email, "nobody@example.org"]) {
        const [commits, hashes] = [served.house.commits(), served.house.hashes()];
        const { error } = await ask(served.client(), address);
        const codes = await served.house.store.view((view) =>
          view.count({ table: "identity.one_time_codes", where: { op: "all", of: [] } }),
        );
        seen.push([error, served.house.commits() - commits, served.house.hashes() - hashes, await waiting(served.house), codes]);
        await served.mailTo(address);
        await served.house.identity.endEverything();
      }
      assert.deepEqual(seen[0], seen[1]);
      assert.deepEqual(await served.mailTo("nobody@example.org"), []);
    });
  }
});

test("Holdfast makes no account by a code where sign-up is not open", async () => {
  await using served = await serveWithMail({ needs: { plan: planWith({ signUp: "invited" }) } });
  assert.equal((await served.client().auth.signInWithOtp({ email })).error, null);
  assert.deepEqual(await served.mailTo(email), []);
  assert.equal((await (await served.admin()).auth.admin.listUsers()).data.users.length, 0);
});

test("Holdfast changes an address when both confirm, in any order, and not before", async (t) => {
  for (const order of [
    [email, other],
    [other, email],
  ] as const) {
    for (const by of ["code", "link"] as const) {
      await t.test(`${order[0]} first, by ${by}`, async () => {
        await using served = await serveWithMail();
        const client = await member(served);
        const elsewhere = served.client();
        await elsewhere.auth.signInWithPassword(mine);
        const asked = await client.auth.updateUser({ email: other });
        assert.deepEqual([asked.error, asked.data.user?.email, asked.data.user?.new_email], [null, email, other]);
        const letters = new Map([[email, (await served.mailTo(email))[0]], [other, (await served.mailTo(other))[0]]]); // biome-ignore format: one line
        for (const [at, address] of order.entries()) {
          const letter = letters.get(address);
          assert.ok(letter !== undefined && letter.code !== "" && letter.hash !== "");
          const given = by === "code" ? { email: address, token: letter.code } : { token_hash: letter.hash };
          assert.equal((await client.auth.getUser()).data.user?.email, email);
          const { error } = await served
            .client()
            .auth.verifyOtp({ ...given, type: "email_change" } as Parameters<typeof client.auth.verifyOtp>[0]);
          assert.equal(error, null, `side ${at}`);
          assert.equal((await served.client().auth.verifyOtp({ ...given, type: "email_change" } as Parameters<typeof client.auth.verifyOtp>[0])).error?.code, "otp_expired"); // biome-ignore format: one line
        }
        assert.equal((await client.auth.getUser()).data.user?.email, other, "the session that asked goes on");
        assert.notEqual((await elsewhere.auth.getUser()).error, null);
        assert.deepEqual((await served.mailTo(email)).map(({ headers }) => headers.get("subject")), ["The address of your account at Clinic was changed"]); // biome-ignore format: one line
        assert.equal((await served.client().auth.signInWithPassword(mine)).error?.code, "invalid_credentials");
        assert.equal((await served.client().auth.signInWithPassword({ ...mine, email: other })).error, null);
      });
    }
  }
});

test("Holdfast tells nobody whose the wanted address is, and takes it from nobody", async () => {
  await using served = await serveWithMail();
  const eve = await member(served, "eve@example.org");
  await member(served);
  served.house.clock.advance(MINUTE_MS);
  const free = await eve.auth.updateUser({ email: "free@example.org" });
  await served.mailTo("eve@example.org");
  served.house.clock.advance(MINUTE_MS);
  const taken = await eve.auth.updateUser({ email });
  assert.deepEqual([free.error, taken.error, taken.data.user?.new_email], [null, null, email]);
  const [notice] = await served.mailTo(email);
  assert.deepEqual([notice?.headers.get("subject"), notice?.code], ["Your address was asked for at Clinic", ""]);
  const [own] = await served.mailTo("eve@example.org");
  assert.equal((await eve.auth.verifyOtp({ email: "eve@example.org", token: own?.code ?? "", type: "email_change" })).error, null);
  assert.equal((await eve.auth.getUser()).data.user?.email, "eve@example.org", "half of it changes nothing");
  assert.equal((await served.client().auth.signInWithPassword(mine)).error, null);
});

test("Holdfast takes a change of address for what it is: fresh, one at a time, one letter a minute", async () => {
  await using served = await serveWithMail();
  const client = await member(served);
  assert.equal((await client.auth.updateUser({ email: other })).error, null);
  const [first] = await served.mailTo(other);
  const tooSoon = await client.auth.updateUser({ email: "third@example.org" });
  assert.deepEqual([tooSoon.error?.code, tooSoon.error?.status], ["over_email_send_rate_limit", 429]);
  assert.equal(
    (await client.auth.verifyOtp({ email: other, token: first?.code ?? "", type: "email" })).error?.code,
    "otp_expired",
    "it signs nobody in",
  );
  served.house.clock.advance(MINUTE_MS);
  assert.equal((await client.auth.updateUser({ email: "third@example.org" })).error, null);
  assert.equal(
    (await client.auth.verifyOtp({ email: other, token: first?.code ?? "", type: "email_change" })).error?.code,
    "otp_expired",
    "the one before is void",
  );
  served.house.clock.advance(10 * MINUTE_MS);
  await client.auth.refreshSession();
  assert.equal((await client.auth.updateUser({ email: other })).error?.code, "reauthentication_needed");
  const renewed = await client.auth.updateUser({ email: other, current_password: PASSWORD } as Parameters<
    typeof client.auth.updateUser
  >[0]);
  assert.equal(renewed.error, null);
  const wrong = { email: other, token: "00000000", type: "email_change" } as const;
  for (let tries = 0; tries < 5; tries++) assert.equal((await client.auth.verifyOtp(wrong)).error?.code, "otp_expired");
  const [letter] = await served.mailTo(other);
  assert.equal((await client.auth.verifyOtp({ ...wrong, token: letter?.code ?? "" })).error?.code, "otp_expired", "five tries");
  assert.equal((await client.auth.verifyOtp({ token_hash: letter?.hash ?? "", type: "email_change" })).error, null, "and the link its own");
});

test("Holdfast stops a change of address when its owner recovers the account or changes the password", async (t) => {
  const rows: readonly (readonly [string, (served: Post, client: Client) => Promise<void>])[] = [
    [
      "recovers",
      async (served) => {
        await served.client().auth.resetPasswordForEmail(email);
        const letter = (await served.mailTo(email)).find(({ url }) => url.endsWith("type=recovery"));
        assert.equal((await served.client().auth.verifyOtp({ token_hash: letter?.hash ?? "", type: "recovery" })).error, null);
      },
    ],
    ["changes", async (_served, client) => assert.equal((await client.auth.updateUser({ password: OTHER_PASSWORD })).error, null)],
  ];
  for (const [name, stop] of rows) {
    await t.test(name, async () => {
      await using served = await serveWithMail();
      const client = await member(served);
      await client.auth.updateUser({ email: other });
      const [current, wanted] = [(await served.mailTo(email))[0], (await served.mailTo(other))[0]];
      await stop(served, client);
      for (const letter of [current, wanted]) {
        const given = { token_hash: letter?.hash ?? "", type: "email_change" } as const;
        assert.equal((await served.client().auth.verifyOtp(given)).error?.code, "otp_expired");
      }
      served.house.clock.advance(MINUTE_MS);
      await served.client().auth.resend({ type: "email_change", email });
      assert.deepEqual(await served.mailTo(other), [], "and nothing of it is sent again");
    });
  }
});

test("Holdfast sends an invitation for whoever administers accounts, and the invited choose a password", async () => {
  await using served = await serveWithMail({ needs: { plan: planWith({ signUp: "invited" }) } });
  const admin = await served.admin();
  const invited = await admin.auth.admin.inviteUserByEmail(email, { data: { ward: 3 }, redirectTo: "https://app.example.org/welcome" });
  assert.deepEqual([invited.error, invited.data.user?.email, invited.data.user?.user_metadata], [null, email, { ward: 3 }]);
  const [letter] = await served.mailTo(email);
  assert.equal(letter?.url, `https://app.example.org/welcome#token_hash=${letter?.hash}&type=invite`);
  served.house.clock.advance(23 * 60 * MINUTE_MS);
  const client = served.client();
  assert.equal((await client.auth.verifyOtp({ token_hash: letter?.hash ?? "", type: "invite" })).error, null);
  assert.equal((await client.auth.updateUser({ password: PASSWORD })).error, null);
  assert.equal((await (await served.admin()).auth.admin.inviteUserByEmail(email)).error?.code, "email_exists");
  assert.equal((await client.auth.admin.inviteUserByEmail("x@example.org")).error?.code, "no_authorization");
});

test("Holdfast leads a link only to pages that the plan names, whole and exact", async (t) => {
  await using served = await serveWithMail();
  await member(served);
  const rows = [
    ["https://app.example.org/welcome", true],
    ["https://app.example.org/welcome?next=//evil.example", false],
    ["https://app.example.org/go?to=https://evil.example", false],
    ["https://evil.example/", false],
    ["javascript:alert(1)", false],
    ["https://app.example.org/welcome#x", false],
  ] as const;
  for (const [redirectTo, isTaken] of rows) {
    await t.test(redirectTo, async () => {
      served.house.clock.advance(MINUTE_MS);
      await served.client().auth.resetPasswordForEmail(email, { redirectTo });
      const [letter] = await served.mailTo(email);
      const target = isTaken ? redirectTo : "https://localhost:8443/auth/v1/verify";
      assert.ok(letter !== undefined);
      assert.equal(letter.url, `${target}#token_hash=${letter.hash}&type=recovery`);
      assert.ok(!`${letter.text}${letter.html}`.includes("evil"));
    });
  }
});

test("Holdfast sends no link to a page of its own that could not do what the letter is for", async () => {
  await using served = await serveWithMail({ needs: { plan: planWith({ secondFactor: "required" }) } });
  const admin = await served.admin();
  await admin.auth.admin.inviteUserByEmail(email);
  await admin.auth.admin.inviteUserByEmail(other, { redirectTo: "https://app.example.org/welcome" });
  const [invited, elsewhere] = [(await served.mailTo(email))[0], (await served.mailTo(other))[0]];
  assert.deepEqual([invited?.url, invited?.code.length], ["", 8]);
  assert.ok(elsewhere?.url.startsWith("https://app.example.org/welcome#token_hash="));
  await served.client().auth.signInWithOtp({ email, options: { emailRedirectTo: "https://app.example.org/welcome" } });
  assert.match((await served.mailTo(email))[0]?.url ?? "", /^https:\/\/app\.example\.org\/welcome#token_hash=[^&]+&type=email$/);
});

test("Holdfast writes in the language of the browser, and in the plan's to everybody else", async () => {
  await using served = await serveWithMail({ needs: { plan: { ...PLAN, mail: { ...PLAN.mail, language: "ko" } } } });
  await served.client(undefined, { "Accept-Language": "en-GB,en;q=0.9,ko;q=0.8" }).auth.signUp(mine);
  await served.client(undefined, { "Accept-Language": "fr" }).auth.signUp({ ...mine, email: other });
  const subject = async (address: string): Promise<unknown> => (await served.mailTo(address))[0]?.headers.get("subject");
  assert.deepEqual([await subject(email), await subject(other)], ["Confirm your address for Clinic", "Clinic 이메일 주소 확인"]);
});

test("Holdfast tells the owner of a sign-in from elsewhere, in its own words, and not of one from the same place", async () => {
  await using served = await serveWithMail();
  await member(served);
  const { identity } = served.house;
  const signIn = async (address: string, agent: string): Promise<readonly string[]> => {
    const from = await visit(served.house, { address, loopback: false });
    await identity.signIn({ ...from, agent }, { address: email, password: PASSWORD } satisfies Parameters<Identity["signIn"]>[1]);
    return (await served.mailTo(email)).map(({ text }) => text);
  };
  const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  const [told] = await signIn("203.0.113.9", firefox);
  assert.ok(told?.includes("Firefox, Linux · 203.0.113.9"));
  assert.deepEqual(await signIn("203.0.113.10", firefox.replaceAll("140", "141")), []);
  assert.equal((await signIn("198.51.100.1", firefox)).length, 1);
  const [lie] = await signIn("203.0.113.9", "visit https://evil.example now");
  assert.ok(lie !== undefined && !lie.includes("evil") && lie.includes("203.0.113.9"));
});
