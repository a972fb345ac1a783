import assert from "node:assert/strict";
import { test } from "node:test";
import { type Action, createAccess, passes } from "../../src/access/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import { isFault } from "../../src/kit/index.ts";
import { collection, define, planFrom } from "../../src/model/index.ts";
import {
  account,
  clerk,
  EMPTY,
  fields,
  grantOf,
  isMember,
  key,
  ME,
  members,
  nobody,
  OTHER,
  parents,
  planWhere,
  row,
  TENANT,
  things,
  withFactor,
} from "./things.ts";
import { NOW, type Row } from "./world.ts";

for (const action of ["read", "create", "update", "delete"] as const) {
  test(`Holdfast lets nobody ${action} where the plan says nothing`, () => {
    for (const actor of [nobody, account, clerk, withFactor, key])
      assert.deepEqual(grantOf(planWhere(undefined), actor, action), { allow: false, because: "rule" });
  });
}

const UNCHANGED: readonly (readonly [says: string, before: Row | undefined, after: Row, expected: boolean])[] = [
  ["the same", row({ owner: ME }), row({ owner: new Uint8Array(ME) }), true],
  ["another", row({ owner: ME }), row({ owner: OTHER }), false],
  ["null and null", EMPTY, EMPTY, true],
  ["something and null", row({ owner: ME }), EMPTY, false],
  ["null and something", EMPTY, row({ owner: ME }), false],
];

for (const [says, before, after, expected] of UNCHANGED) {
  test(`Holdfast finds ${says} ${expected ? "unchanged" : "changed"}`, () => {
    const plan = planWhere(({ row: changed, actor, not }) => ({
      update: { old: actor.signedIn(), new: changed.owner.unchanged() },
      fields: { title: { read: not(actor.signedIn()) } },
    }));
    const grant = grantOf(plan, account, "update");
    assert.ok(grant.allow);
    assert.equal(passes(grant.new, after, before, isMember), expected);
  });
}

test("Holdfast finds nothing unchanged where there was no row", () => {
  for (const sense of ["is", "isNot"] as const)
    assert.equal(passes({ op: "unchanged", sense, field: "owner" }, EMPTY, undefined, isMember), false);
});

const stepUp = planWhere(({ row: asked, actor, all, any, not }) => ({
  read: actor.mfa.within("10m"),
  create: actor.level.is(2),
  update: all(asked.owner.is(actor.id), actor.mfa.within("10m")),
  delete: any(all(actor.role.is("boss"), actor.mfa.within("10m")), all(not(actor.signedIn()), actor.level.is(2))),
}));

const STEPS: readonly (readonly [says: string, actor: Actor, action: Action, expected: "allow" | "rule" | "step-up"])[] = [
  ["an account without a factor", account, "read", "step-up"],
  ["an account whose factor is too old", { ...account, aal: 2, mfaAt: NOW - 600_001 }, "read", "step-up"],
  ["an account with a fresh factor", withFactor, "read", "allow"],
  ["nobody", nobody, "read", "rule"],
  ["a secret key", key, "read", "rule"],
  ["an account at level 1", account, "create", "step-up"],
  ["an account beside a rule on rows", account, "update", "step-up"],
  ["an account whom no factor helps", account, "delete", "rule"],
  ["an account whose role waits for a factor", { ...account, roles: ["boss"] }, "delete", "step-up"],
  ["a session that owes its factor, where one is asked", { ...account, roles: ["boss"], unfinished: true }, "delete", "step-up"],
  ["a session that owes its factor, where none helps", { ...account, unfinished: true }, "delete", "rule"],
];

for (const [says, actor, action, expected] of STEPS) {
  test(`Holdfast answers ${expected} to ${says}`, () => {
    const grant = grantOf(stepUp, actor, action);
    assert.equal(grant.allow ? "allow" : grant.because, expected);
  });
}

test("Holdfast gives a session that owes its factor not even what is public", () => {
  const open = planWhere((words) => ({ read: words.public() }));
  assert.equal(grantOf(open, nobody, "read").allow, true);
  assert.deepEqual(grantOf(open, { ...account, unfinished: true }, "read"), { allow: false, because: "step-up" });
});

test("Holdfast gives a secret key no more than its scopes, also of what is public", () => {
  const open = planWhere((words) => ({ read: words.public(), delete: words.public() }));
  const reader: Actor = { kind: "service", keyId: "k", scopes: ["things:read", "parents:write"] };
  assert.equal(grantOf(open, reader, "read").allow, true);
  assert.deepEqual(grantOf(open, reader, "delete"), { allow: false, because: "rule" });
});

test("Holdfast never takes a house role for a role of the app", () => {
  const plan = planFrom(
    define({
      name: "App",
      roles: ["owner"],
      collections: { things: collection({ fields, access: ({ actor }) => ({ read: actor.role.is("owner") }) }), parents, members },
    }),
  );
  assert.equal(grantOf(plan, { ...account, houseRole: "owner" }, "read").allow, false);
  assert.equal(grantOf(plan, { ...account, roles: ["owner"] }, "read").allow, true);
});

test("Holdfast puts the tenant of the actor into every filter of a tenant's collection", () => {
  const mine = { op: "compare", sense: "is", column: "tenant", by: "eq", value: TENANT };
  const plan = planWhere(
    (words) => ({ read: words.public(), create: words.public(), update: words.public(), delete: words.public() }),
    true,
  );
  const inTenant: Actor = { ...account, tenant: TENANT };
  const open = { op: "all", of: [] };
  const closed = new Map();
  assert.deepEqual(grantOf(plan, inTenant, "read"), { allow: true, old: mine, new: open, read: closed, write: closed });
  assert.deepEqual(grantOf(plan, inTenant, "create"), { allow: true, old: open, new: mine, read: closed, write: closed });
  assert.deepEqual(grantOf(plan, inTenant, "update"), { allow: true, old: mine, new: mine, read: closed, write: closed });
  assert.deepEqual(grantOf(plan, inTenant, "delete"), { allow: true, old: mine, new: open, read: closed, write: closed });
  for (const actor of [account, nobody, key]) assert.deepEqual(grantOf(plan, actor, "read"), { allow: false, because: "rule" });
});

test("Holdfast guards a field by its own rules, beside those of the row", () => {
  const plan = planWhere(({ row: asked, actor, ...words }) => ({
    read: words.public(),
    update: words.public(),
    fields: {
      title: { read: asked.owner.is(actor.id) },
      count: { write: actor.role.is("clerk") },
      secret: { read: actor.signedIn(), write: actor.role.is("boss") },
    },
  }));
  const never = { op: "any", of: [] };
  const mine = { op: "compare", sense: "is", column: "owner", by: "eq", value: ME };
  const seen = (actor: Actor): unknown => {
    const grant = grantOf(plan, actor, "read");
    return grant.allow && [Object.fromEntries(grant.read), Object.fromEntries(grant.write)];
  };
  assert.deepEqual(seen(nobody), [
    { title: never, secret: never },
    { count: never, secret: never },
  ]);
  assert.deepEqual(seen(account), [{ title: mine }, { count: never, secret: never }]);
  assert.deepEqual(seen(clerk), [{ title: mine }, { secret: never }]);
});

test("Holdfast grants nothing on a collection that is not of its plan", () => {
  const plan = planWhere((words) => ({ read: words.public() }));
  const twin = { ...things(plan) };
  assert.throws(
    () => createAccess(plan)(nobody, "read", twin, NOW),
    (error) => isFault(error, "data.missing"),
  );
});

test("Holdfast does not guess a field that is missing from the row", () => {
  const { owner: _owner, ...partial } = EMPTY;
  assert.throws(
    () => passes({ op: "compare", sense: "isNotTrue", column: "owner", by: "eq", value: ME }, partial, undefined, isMember),
    (error) => isFault(error, "internal"),
  );
});
