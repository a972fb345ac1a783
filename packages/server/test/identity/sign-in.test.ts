import assert from "node:assert/strict";
import { test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { kinds, newcomer, OTHER_PASSWORD, openHouse, PASSWORD, planWith, refused, SERVICE, signIn, visit } from "./house.ts";

test("Holdfast signs a newcomer up and in, and says so in the trail", async () => {
  await using house = await openHouse();
  const made = await newcomer(house);
  assert.deepEqual(kinds(house.events), ["account.created", "session.issued"]);
  house.events.length = 0;
  const again = await signIn(house);
  assert.deepEqual(again.id, made.id);
  assert.deepEqual(kinds(house.events), ["session.issued"]);
  const actor = (await visit(house, again)).actor;
  assert.deepEqual(actor, {
    kind: "account",
    id: made.id,
    sessionId: actor.kind === "account" ? actor.sessionId : undefined,
    tenant: null,
    roles: [],
    houseRole: null,
    aal: 1,
    mfaAt: null,
    unfinished: false,
  });
});

test("Holdfast does the same work for a wrong password, an unknown address, and an account without a password", async (t) => {
  await using house = await openHouse();
  await newcomer(house);
  const invited = { purpose: "invite", address: "invited@example.org", userMetadata: {} } as const;
  await house.identity.admin.handOver(await visit(house, { actor: SERVICE }), invited);
  const rows = [
    ["a wrong password", "ada@example.org"],
    ["an unknown address", "nobody@example.org"],
    ["an account without a password", "invited@example.org"],
    ["what is no address", "not an address"],
  ] as const;
  const seen = new Set<string>();
  for (const [name, address] of rows) {
    await t.test(name, async () => {
      const [hashes, commits] = [house.hashes(), house.commits()];
      house.events.length = 0;
      const work = house.identity.signIn(await visit(house, { loopback: false }), { address, password: OTHER_PASSWORD });
      const error = await work.then(
        () => assert.fail("signed in"),
        (fault: unknown) => fault,
      );
      assert.ok(isFault(error));
      assert.deepEqual(kinds(house.events), ["signin.refused"]);
      seen.add(JSON.stringify([error.code, error.message, error.detail, house.hashes() - hashes, house.commits() - commits]));
    });
  }
  assert.equal(seen.size, 1, [...seen].join("\n"));
});

test("Holdfast stops looking at a password after 100 failures in a row, also after a restart, and says nothing of it", async () => {
  await using house = await openHouse();
  await newcomer(house);
  const wrong = async (identity = house.identity) =>
    refused(identity.signIn(await visit(house), { address: "ada@example.org", password: OTHER_PASSWORD }));
  for (let tries = 0; tries < 99; tries++) assert.equal(await wrong(), "invalid_credentials");
  await signIn(house); // one short of the limit; a success starts the count anew
  for (let tries = 0; tries < 99; tries++) await wrong();
  assert.equal(await wrong(await house.restarted()), "invalid_credentials");
  const hashes = house.hashes();
  assert.equal(await refused(signIn(house)), "invalid_credentials");
  assert.equal(house.hashes() - hashes, 1, "the work is done all the same");
  const account = await house.identity.admin.change(await visit(house, { actor: SERVICE }), (await listed(house)).id, {
    password: OTHER_PASSWORD,
  });
  assert.equal(account.address, "ada@example.org");
  await signIn(house, { password: OTHER_PASSWORD });
});

async function listed(house: Awaited<ReturnType<typeof openHouse>>) {
  const { accounts } = await house.store.view((view) => house.identity.admin.list(view, { number: 1, size: 10 }));
  const [account] = accounts;
  assert.ok(account);
  return account;
}

test("Holdfast refuses states of an account only to whoever shows its password", async (t) => {
  const rows = [
    { name: "suspended", change: { banMs: 1_000 }, reason: "user_banned" },
    { name: "suspension lifted", change: { banMs: null }, reason: undefined },
  ];
  for (const { name, change, reason } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { id, token } = await newcomer(house);
      await house.identity.admin.change(await visit(house, { actor: SERVICE }), id, change);
      assert.equal(await refused(signIn(house, { password: OTHER_PASSWORD })), "invalid_credentials");
      if (reason === undefined) {
        await signIn(house);
        return;
      }
      assert.equal(await refused(signIn(house)), reason);
      assert.equal(await refused(visit(house, { token })), "session_not_found", "the sessions ended with it");
      house.clock.advance(1_001);
      await signIn(house);
    });
  }
});

test("Holdfast keeps an unconfirmed account to loopback", async () => {
  await using house = await openHouse();
  const { token, refreshToken } = await newcomer(house);
  assert.equal(await refused(signIn(house, { loopback: false })), "email_not_confirmed");
  assert.equal(await refused(house.identity.refresh(await visit(house, { loopback: false }), refreshToken)), "email_not_confirmed");
  await visit(house, { token });
});

test("Holdfast counts sign-ins that come at once, each of them", async () => {
  await using house = await openHouse();
  await newcomer(house);
  const call = await visit(house);
  const tries = Array.from({ length: 12 }, () =>
    refused(house.identity.signIn(call, { address: "ada@example.org", password: OTHER_PASSWORD })),
  );
  const answers = await Promise.all(tries);
  const counted = answers.filter((answer) => answer === "invalid_credentials").length;
  const [row] = await house.store.view((view) =>
    view.read({ table: "identity.accounts", columns: ["failed_passwords"], where: { op: "all", of: [] } }),
  );
  assert.equal(row?.[0], counted);
  assert.ok(answers.every((answer) => answer === "invalid_credentials" || answer === "server.busy"));
});

test("Holdfast takes one address in all its spellings, and no other", async (t) => {
  await using house = await openHouse();
  await newcomer(house, "Ada@Bücher.example");
  const rows = [
    ["ADA@BÜCHER.EXAMPLE", undefined],
    ["ada@xn--bcher-kva.example", undefined],
    ["ada@bu\u0308cher.example", undefined],
    ["ada+x@bücher.example", "invalid_credentials"],
    ["ada@bucher.example", "invalid_credentials"],
    [" ada@bücher.example", "invalid_credentials"],
  ] as const;
  for (const [address, reason] of rows) {
    await t.test(JSON.stringify(address), async () => {
      if (reason === undefined) await signIn(house, { address });
      else assert.equal(await refused(signIn(house, { address })), reason);
    });
  }
});

test("Holdfast offers sign-up as the plan and the place allow", async (t) => {
  const rows = [
    { name: "open, on loopback", accounts: {}, loopback: true, expected: undefined },
    { name: "open, elsewhere, without mail", accounts: {}, loopback: false, expected: "email_provider_disabled" },
    { name: "invited", accounts: { signUp: "invited" }, loopback: true, expected: "signup_disabled" },
    { name: "closed", accounts: { signUp: "closed" }, loopback: true, expected: "signup_disabled" },
  ] as const;
  for (const { name, accounts, loopback, expected } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse({ plan: planWith(accounts) });
      const work = house.identity.signUp(await visit(house, { loopback }), {
        address: "ada@example.org",
        password: PASSWORD,
        metadata: {},
      });
      if (expected === undefined) assert.equal((await work).outcome, "issued");
      else assert.equal(await refused(work), expected);
      assert.equal(house.events.length > 0, expected === undefined);
    });
  }
});

test("Holdfast writes a hash of today's parameters when an old one is shown to be right", async () => {
  await using house = await openHouse();
  await newcomer(house);
  const old = new Proxy(house.vault, {
    get: (target, name) => (name === "passwords" ? { ...target.passwords, isOutdated: () => true } : Reflect.get(target, name)),
  });
  const read = () =>
    house.store.view((view) => view.read({ table: "identity.accounts", columns: ["password"], where: { op: "all", of: [] } }));
  const [before] = await read();
  const identity = await house.restarted({ vault: old });
  await identity.signIn(await visit(house), { address: "ada@example.org", password: PASSWORD });
  const [after] = await read();
  assert.notEqual(after?.[0], before?.[0]);
  await signIn(house);
});
