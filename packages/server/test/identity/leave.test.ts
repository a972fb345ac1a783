import assert from "node:assert/strict";
import { test } from "node:test";
import type { Delayed } from "../../src/identity/index.ts";
import { formatId } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import {
  type House,
  kinds,
  newcomer,
  openHouse,
  PASSWORD,
  planWith,
  refused,
  SERVICE,
  type SignedIn,
  signIn,
  visit,
  withFactor,
} from "./house.ts";
import { FRESH_MS } from "./times.ts";

const DAY_MS = 86_400_000;
const GRACE_MS = 30 * DAY_MS;
const open = () => openHouse({ plan: planWith({ deletionGraceMs: GRACE_MS, factorResetMs: DAY_MS }) });
const OPERATOR = { by: "the operator", visit: undefined };

const people = (house: House) => house.identity.people();
const leave = async (house: House, session: SignedIn): Promise<Delayed> => (await people(house)).leave(await visit(house, session));
const due = async (house: House) => (await (await people(house)).dueErasures(house.clock.now())).map(formatId);

test("Holdfast ends all sessions of an account that leaves at once, and erases it when the grace is over", async () => {
  await using house = await open();
  const session = await newcomer(house);
  const other = await signIn(house);
  house.events.length = 0;
  const { dueAt } = await leave(house, session);
  assert.equal(dueAt, house.clock.now() + GRACE_MS);
  for (const one of [session, other]) {
    assert.equal(await refused(visit(house, one)), "session_not_found");
    assert.notEqual(await refused(house.identity.refresh(await visit(house), one.refreshToken)), undefined);
  }
  assert.deepEqual(kinds(house.events), ["account.changed", "session.ended"]);
  assert.equal(
    await refused(house.identity.admin.change(await visit(house, { actor: SERVICE }), session.id, { password: PASSWORD })),
    "user_not_found",
  );
  house.clock.advance(GRACE_MS - 1);
  assert.deepEqual(await due(house), []);
  house.clock.advance(1);
  assert.deepEqual(await due(house), [formatId(session.id)]);
  assert.equal(await refused(signIn(house)), "invalid_credentials");
  assert.equal(await (await people(house)).keep(OPERATOR, session.id), false, "what is due is not taken back");
});

test("Holdfast takes a deletion back by whom it may be taken back, and by nobody else", async (t) => {
  await t.test("its own, by signing in", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await leave(house, session);
    house.clock.advance(GRACE_MS - 1);
    house.events.length = 0;
    await visit(house, await signIn(house));
    assert.ok(house.events.some((event) => event.kind === "account.changed" && event.what === "deletion taken back by itself"));
    house.clock.advance(DAY_MS);
    assert.deepEqual(await due(house), []);
    assert.equal((await house.store.view((view) => house.identity.admin.get(view, session.id))).deletedAt, null);
  });
  await t.test("its own, by a code that is sent", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await leave(house, session);
    const nobody = await visit(house);
    await house.identity.sendCode(nobody, { purpose: "otp", address: "ada@example.org", create: false, metadata: {} });
    const { code } = house.identity.letters(nobody).findLast(({ purpose }) => purpose === "otp") ?? {};
    const issued = await house.identity.redeem(nobody, { by: "code", purpose: "otp", address: "ada@example.org", code: code ?? "" });
    await visit(house, { token: issued.accessToken });
    assert.equal(issued.account.deletedAt, null);
    house.clock.advance(GRACE_MS);
    assert.deepEqual(await due(house), []);
  });
  await t.test("an administrator's, not by a code that is sent", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await house.identity.admin.remove(await visit(house, { actor: SERVICE }), session.id);
    const nobody = await visit(house);
    await house.identity.sendCode(nobody, { purpose: "otp", address: "ada@example.org", create: false, metadata: {} });
    const { code } = house.identity.letters(nobody).findLast(({ purpose }) => purpose === "otp") ?? {};
    const redeem = house.identity.redeem(nobody, { by: "code", purpose: "otp", address: "ada@example.org", code: code ?? "" });
    assert.equal(await refused(redeem), "invalid_credentials");
  });
  await t.test("its own, not with a wrong password", async () => {
    await using house = await open();
    await leave(house, await newcomer(house));
    assert.equal(await refused(signIn(house, { password: "not the right one at all" })), "invalid_credentials");
    house.clock.advance(GRACE_MS);
    assert.equal((await due(house)).length, 1);
  });
  await t.test("its own, with a factor: the session still owes it", async () => {
    await using house = await open();
    await leave(house, await withFactor(house, await newcomer(house)));
    const { actor } = await visit(house, await signIn(house));
    assert.ok(actor.kind === "account" && actor.unfinished);
  });
  await t.test("an administrator's, not by signing in", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await house.identity.admin.remove(await visit(house, { actor: SERVICE }), session.id);
    assert.equal(await refused(signIn(house)), "invalid_credentials");
    house.clock.advance(GRACE_MS);
    assert.equal((await due(house)).length, 1);
  });
  await t.test("an administrator's, by an operator, who tells the owner", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await house.identity.admin.remove(await visit(house, { actor: SERVICE }), session.id);
    const order = { by: "an operator", visit: await visit(house, { actor: SERVICE }) };
    assert.equal(await (await people(house)).keep(order, session.id), true);
    await visit(house, await signIn(house));
    assert.equal(await (await people(house)).keep(order, session.id), false);
    const told = house.identity.letters(await visit(house)).map(({ purpose }) => purpose);
    assert.deepEqual(told.slice(-2), ["account-leaving", "account-stays"]);
  });
  await t.test("an erasure that has begun, by nobody", async () => {
    await using house = await open();
    const session = await newcomer(house);
    await (await people(house)).beginErasure(OPERATOR, session.id);
    assert.equal(await refused(signIn(house)), "invalid_credentials");
    assert.equal(await (await people(house)).keep(OPERATOR, session.id), false);
    assert.deepEqual(await due(house), [formatId(session.id)]);
  });
});

test("Holdfast wants a fresh proof before an account leaves or is handed out", async (t) => {
  const acts: Readonly<Record<string, (house: House, session: { readonly token: string }) => Promise<unknown>>> = {
    leave: async (house, session) => (await people(house)).leave(await visit(house, session)),
    "be handed out": async (house, session) => (await people(house)).requireFreshProof(await visit(house, session)),
  };
  for (const [name, act] of Object.entries(acts)) {
    await t.test(`to ${name}: the password`, async () => {
      await using house = await open();
      const session = await newcomer(house);
      house.clock.advance(FRESH_MS + 1);
      const { accessToken: token } = await house.identity.refresh(await visit(house), session.refreshToken);
      assert.equal(await refused(act(house, { token })), "reauthentication_needed");
      await act(house, await signIn(house));
    });
    await t.test(`to ${name}: the factor`, async () => {
      await using house = await open();
      const session = await withFactor(house, await newcomer(house));
      assert.equal(await refused(act(house, await signIn(house))), "insufficient_aal");
      house.clock.advance(FRESH_MS + 1);
      const { accessToken: token } = await house.identity.refresh(await visit(house), session.refreshToken);
      assert.equal(await refused(act(house, { token })), "insufficient_aal");
    });
  }
});

test("Holdfast leaves nothing of an erased account in any of its tables but, where others name it, the bare id", async (t) => {
  for (const shell of [false, true]) {
    await t.test(shell ? "named by rows of others" : "named by nobody", async () => {
      await using house = await open();
      const session = await withFactor(house, await newcomer(house));
      await newcomer(house, "bob@example.org");
      const { factor } = session;
      await house.identity.factors.challenge(await visit(house, session), factor);
      await house.identity.sendCode(await visit(house), { purpose: "recovery", address: "ada@example.org" });
      await house.identity.admin.removeFactor(await visit(house, { actor: SERVICE }), session.id, factor);
      const { steps, clears } = await house.store.view(async (view) => (await people(house)).erasureSteps(view, session.id, shell));
      const receipt = await house.store.commit({ steps });
      assert.ok(receipt.committed);
      const counts = Object.fromEntries(clears.map((name, at) => [name, receipt.cleared[at] ?? 0]));
      for (const table of ["sessions", "factors", "used_steps", "challenges", "recovery_codes", "one_time_codes", "factor_resets"])
        assert.ok((counts[`identity.${table}`] ?? 0) > 0, table);
      const accounts = await house.store.view((view) =>
        view.read({ table: "identity.accounts", columns: ["id", "address", "password", "user_metadata", "created_at"], where: EVERY_ROW }),
      );
      const mine = accounts.filter(([id]) => id instanceof Uint8Array && Buffer.compare(id, session.id) === 0);
      assert.deepEqual(mine, shell ? [[session.id, null, null, null, 0]] : []);
      assert.equal(accounts.length, shell ? 2 : 1);
      assert.equal(await refused(signIn(house)), "invalid_credentials");
      assert.notDeepEqual((await newcomer(house)).id, session.id, "the address is free, for another account");
    });
  }
});

test("Holdfast finds an account by its id and by its address, and exports it without a secret", async () => {
  await using house = await open();
  const session = await withFactor(house, await newcomer(house));
  const found = await people(house);
  assert.deepEqual(await found.find(formatId(session.id)), session.id);
  assert.deepEqual(await found.find(" ADA@example.org "), session.id);
  assert.equal(await found.find("nobody@example.org"), undefined);
  assert.equal(await found.find("no address"), undefined);
  await house.identity.change(await visit(house, session), { address: "lovelace@example.org" });
  const exported = await found.export(session.id);
  assert.equal(exported.account.wantedAddress, "lovelace@example.org");
  assert.deepEqual(
    [exported.account.address, exported.hasPassword, exported.sessions.length, exported.sessions[0]?.agent, exported.recoveryCodesLeft],
    ["ada@example.org", true, 1, "test agent", 10],
  );
  const printed = JSON.stringify(exported, (_key, value: unknown) => (value instanceof Uint8Array ? formatId(value) : value));
  for (const secret of [session.secret, "argon2", session.token, session.refreshToken]) assert.ok(!printed.includes(secret));
});
