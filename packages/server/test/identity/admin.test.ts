import assert from "node:assert/strict";
import { test } from "node:test";
import { type AdminChange, notices } from "../../src/identity/index.ts";
import { formatId } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import {
  type House,
  kinds,
  newcomer,
  OTHER_PASSWORD,
  openHouse,
  PASSWORD,
  planWith,
  refused,
  SERVICE,
  signIn,
  visit,
  withFactor,
} from "./house.ts";

const address = "ada@example.org";

async function create(house: House, asked: AdminChange & { address?: string } = {}) {
  return house.identity.admin.create(await visit(house, { actor: SERVICE }), { address, password: PASSWORD, confirm: true, ...asked });
}

async function change(house: House, id: Uint8Array, wish: AdminChange) {
  return house.identity.admin.change(await visit(house, { actor: SERVICE }), id, wish);
}

test("Holdfast makes accounts for an administrator, who may sign in anywhere", async () => {
  await using house = await openHouse({ plan: planWith({ signUp: "closed" }) });
  const account = await create(house, { appMetadata: { roles: ["doctor"], team: "a" }, userMetadata: { name: "Ada" } });
  assert.deepEqual(kinds(house.events), ["account.created", "roles.changed"]);
  assert.deepEqual(
    [account.address, account.roles, account.appMetadata, account.userMetadata],
    [address, ["doctor"], { team: "a" }, { name: "Ada" }],
  );
  await signIn(house, { loopback: false });
  assert.equal(await refused(create(house, { address: "ADA@example.org" })), "email_exists");
});

test("Holdfast refuses what an administrator may not write", async (t) => {
  const rows: readonly (readonly [string, AdminChange, string])[] = [
    ["a role that the plan does not have", { appMetadata: { roles: ["owner"] } }, "validation_failed"],
    ["roles that are no list", { appMetadata: { roles: "doctor" } }, "validation_failed"],
    ["roles that are no texts", { appMetadata: { roles: [1] } }, "validation_failed"],
    ["a role named like what objects have", { appMetadata: { roles: ["constructor"] } }, "validation_failed"],
    ["a tenant that is no id", { appMetadata: { tenant: "x" } }, "validation_failed"],
    ["a weak password", { password: "password" }, "weak_password"],
    ["no address", { address: "x" }, "email_address_invalid"],
    ["too much metadata", { appMetadata: { text: "x".repeat(20_000) } }, "validation_failed"],
  ];
  for (const [name, wish, reason] of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { id } = await create(house, { address: "eve@example.org" });
      house.events.length = 0;
      assert.equal(await refused(change(house, id, wish)), reason);
      if (wish.address === undefined) assert.equal(await refused(create(house, wish)), reason);
      assert.deepEqual(house.events, []);
    });
  }
});

test("Holdfast keeps house roles out of an administrator's reach", async () => {
  await using house = await openHouse();
  const { id } = await create(house, { appMetadata: { house_role: "owner", houseRole: "owner" } });
  const { actor } = await visit(house, await signIn(house));
  assert.ok(actor.kind === "account" && actor.houseRole === null, formatId(id));
});

test("Holdfast replaces roles, merges the rest of app metadata, and lets go of what is null", async () => {
  await using house = await openHouse();
  const { id } = await create(house, { appMetadata: { roles: ["doctor"], a: 1, b: 2 } });
  const after = await change(house, id, { appMetadata: { roles: ["auditor", "auditor"], a: null } });
  assert.deepEqual([after.roles, after.appMetadata], [["auditor"], { b: 2 }]);
  assert.deepEqual((await change(house, id, { appMetadata: { c: 3 } })).roles, ["auditor"]);
});

test("Holdfast lists accounts by pages, without those that are removed", async () => {
  await using house = await openHouse();
  const made = [];
  for (let index = 0; index < 7; index++) {
    house.clock.advance(1_000);
    made.push(await create(house, { address: `person${index}@example.org` }));
  }
  const removed = made[3];
  assert.ok(removed);
  await house.identity.admin.remove(await visit(house, { actor: SERVICE }), removed.id);
  const list = (number: number) => house.store.view((view) => house.identity.admin.list(view, { number, size: 4 }));
  const [first, second] = [await list(1), await list(2)];
  assert.deepEqual([first.total, second.total], [6, 6]);
  assert.deepEqual(
    [...first.accounts, ...second.accounts].map((account) => account.address),
    [6, 5, 4, 2, 1, 0].map((index) => `person${index}@example.org`),
  );
});

test("Holdfast leaves nothing of a removed account but its id", async () => {
  await using house = await openHouse();
  const session = await withFactor(house, await newcomer(house));
  await house.identity.admin.remove(await visit(house, { actor: SERVICE }), session.id);
  assert.equal(await refused(visit(house, session)), "session_not_found");
  assert.equal(await refused(signIn(house)), "invalid_credentials");
  assert.equal(await refused(change(house, session.id, { password: OTHER_PASSWORD })), "user_not_found");
  assert.equal(await refused(house.identity.admin.remove(await visit(house, { actor: SERVICE }), session.id)), "user_not_found");
  const columns = ["address", "address_even", "address_odd", "password", "user_metadata", "app_metadata", "house_role"];
  const rows = await house.store.view((view) => view.read({ table: "identity.accounts", columns, where: EVERY_ROW }));
  assert.deepEqual(rows, [columns.map(() => null)]);
  const again = await newcomer(house);
  assert.notDeepEqual(again.id, session.id, "the address is free, and the new account is another one");
});

test("Holdfast confirms a new address only where the administrator says so", async () => {
  await using house = await openHouse();
  const { id } = await create(house);
  const session = await signIn(house);
  assert.equal((await change(house, id, { address: "new@example.org" })).confirmedAt, null);
  assert.equal(await refused(visit(house, session)), "session_not_found");
  assert.equal(await refused(signIn(house, { address: "new@example.org", loopback: false })), "email_not_confirmed");
  assert.notEqual((await change(house, id, { confirm: true })).confirmedAt, null);
  await signIn(house, { address: "new@example.org", loopback: false });
  await create(house, { address: "eve@example.org" });
  assert.equal(await refused(change(house, id, { address: "eve@example.org" })), "email_exists");
});

test("Holdfast makes the first operator by a code that works once, for loopback", async (t) => {
  const given = (code: string) => ({ code, address, password: PASSWORD });
  await t.test("and the first is the owner", async () => {
    await using house = await openHouse();
    assert.equal(await house.identity.operators.exists(), false);
    const { code } = await house.identity.operators.code("loopback");
    assert.match(code, /^(?:[a-z2-7]{4}-){7}[a-z2-7]{4}$/);
    await house.identity.operators.redeem(await visit(house), given(code.toUpperCase()));
    assert.deepEqual(kinds(house.events), ["operator.added"]);
    assert.equal(await house.identity.operators.exists(), true);
    const { actor } = await visit(house, await signIn(house, { loopback: false }));
    assert.ok(actor.kind === "account" && actor.houseRole === "owner" && actor.roles.length === 0);
    assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(code))), "otp_expired");
    const next = await house.identity.operators.code("anywhere");
    await house.identity.operators.redeem(await visit(house, { loopback: false }), { ...given(next.code), address: "eve@example.org" });
    const eve = (await visit(house, await signIn(house, { address: "eve@example.org" }))).actor;
    assert.ok(eve.kind === "account" && eve.houseRole === "operator");
  });
  await t.test("not elsewhere, where it is not even tried", async () => {
    await using house = await openHouse();
    const { code } = await house.identity.operators.code("loopback");
    for (let tries = 0; tries < 6; tries++)
      assert.equal(await refused(house.identity.operators.redeem(await visit(house, { loopback: false }), given(code))), "otp_expired");
    await house.identity.operators.redeem(await visit(house), given(code));
  });
  await t.test("not after five wrong tries", async () => {
    await using house = await openHouse();
    const { code } = await house.identity.operators.code("loopback");
    const wrong = `${code.slice(0, -1)}${code.endsWith("a") ? "b" : "a"}`;
    for (let tries = 0; tries < 5; tries++)
      assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(wrong))), "otp_expired");
    assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(code))), "otp_expired");
  });
  await t.test("not after a quarter of an hour, nor after a newer code", async () => {
    await using house = await openHouse();
    const { code } = await house.identity.operators.code("loopback");
    const { code: newer } = await house.identity.operators.code("loopback");
    assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(code))), "otp_expired");
    house.clock.advance(900_000);
    assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(newer))), "otp_expired");
  });
  await t.test("not for an account whose password is another, or whose address nobody confirmed", async () => {
    await using house = await openHouse();
    await newcomer(house);
    await create(house, { address: "eve@example.org", password: OTHER_PASSWORD });
    const { code } = await house.identity.operators.code("loopback");
    assert.equal(await refused(house.identity.operators.redeem(await visit(house), given(code))), "otp_expired");
    assert.equal(
      await refused(house.identity.operators.redeem(await visit(house), { ...given(code), address: "eve@example.org" })),
      "otp_expired",
    );
    await house.identity.operators.redeem(await visit(house), { code, address: "eve@example.org", password: OTHER_PASSWORD });
  });
});

test("Holdfast says at start how accounts are made here", () => {
  const local = { loopbackOnly: true, confirmation: "unlessLoopback" } as const;
  const named = { loopbackOnly: false, confirmation: "unlessLoopback" } as const;
  assert.match(notices(planWith({}), local).join("\n"), /tells whether an address has an account/);
  assert.match(notices(planWith({}), named).join("\n"), /email_provider_disabled/);
  assert.doesNotMatch(notices(planWith({}), { ...local, confirmation: "always" }).join("\n"), /tells whether/);
  assert.match(notices(planWith({ signUp: "closed" }), named).join("\n"), /Sign-up is closed/);
});

test("Holdfast tells the owner, at the old address, what an administrator changed", async () => {
  await using house = await openHouse();
  const session = await withFactor(house, await newcomer(house));
  const told = async () =>
    house.identity
      .letters(await visit(house))
      .filter(({ code }) => code === undefined)
      .map(({ purpose, to }) => `${purpose} ${to}`);
  const before = (await told()).length;
  await change(house, session.id, { password: OTHER_PASSWORD });
  await house.identity.admin.removeFactor(await visit(house, { actor: SERVICE }), session.id, session.factor);
  await change(house, session.id, { address: "new@example.org" });
  await change(house, session.id, { appMetadata: { roles: ["doctor"] } });
  assert.deepEqual((await told()).slice(before), [
    `password-changed ${address}`,
    `factors-changed ${address}`,
    `address-changed ${address}`,
  ]);
});

test("Holdfast lets the invited enrol and then choose a password where a second factor is required", async () => {
  await using house = await openHouse({ plan: planWith({ secondFactor: "required", signUp: "invited" }) });
  const { link } = await house.identity.admin.handOver(await visit(house, { actor: SERVICE }), {
    purpose: "invite",
    address,
    userMetadata: {},
  });
  const issued = await house.identity.redeem(await visit(house), { by: "link", purpose: "invite", link });
  const session = { token: issued.accessToken, refreshToken: issued.refreshToken, id: issued.account.id };
  assert.equal(await refused(house.identity.change(await visit(house, session), { password: PASSWORD })), "insufficient_aal");
  const raised = await withFactor(house, session);
  await house.identity.change(await visit(house, raised), { password: PASSWORD });
  await signIn(house, { loopback: false });
});

test("Holdfast sweeps away what has expired and nothing else", async () => {
  await using house = await openHouse();
  const old = await newcomer(house);
  house.clock.advance(25 * 86_400_000);
  await newcomer(house, "eve@example.org");
  const counts = () =>
    house.store.view(async (view) => {
      const of = ["identity.sessions", "identity.one_time_codes"];
      return Promise.all(of.map((table) => view.count({ table, where: EVERY_ROW })));
    });
  assert.deepEqual(await counts(), [2, 4]);
  await house.identity.sweep();
  assert.deepEqual(await counts(), [2, 2]);
  house.clock.advance(6 * 86_400_000);
  await house.identity.sweep();
  assert.deepEqual(await counts(), [1, 0]);
  assert.equal(await refused(house.identity.refresh(await visit(house), old.refreshToken)), "refresh_token_not_found");
});
