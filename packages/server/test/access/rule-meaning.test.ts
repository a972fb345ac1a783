import assert from "node:assert/strict";
import { test } from "node:test";
import { createAccess, passes } from "../../src/access/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import type { Condition } from "../../src/model/index.ts";
import {
  account,
  clerk,
  EMPTY,
  isMember,
  key,
  ME,
  members,
  nobody,
  OTHER,
  PARENT,
  planWhere,
  row,
  TENANT,
  things,
  UUID_ME,
  type Words,
  withFactor,
} from "./things.ts";
import { idNumber, NOW, type Row } from "./world.ts";

type Case = readonly [says: string, rule: (words: Words) => Condition, actor: Actor, row: Row, expected: boolean];

/** Each operator where it is true, where it is false, and where a null takes part; every line is asked again under not(). */
const CASES: readonly Case[] = [
  ["public()", (w) => w.public(), nobody, EMPTY, true],
  ["signedIn()", ({ actor }) => actor.signedIn(), account, EMPTY, true],
  ["signedIn()", ({ actor }) => actor.signedIn(), nobody, EMPTY, false],
  ["signedIn()", ({ actor }) => actor.signedIn(), key, EMPTY, false],
  ["role.is", ({ actor }) => actor.role.is("clerk"), clerk, EMPTY, true],
  ["role.is", ({ actor }) => actor.role.is("boss"), clerk, EMPTY, false],
  ["role.is", ({ actor }) => actor.role.is("boss"), nobody, EMPTY, false],
  ["role.in", ({ actor }) => actor.role.in(["boss", "clerk"]), clerk, EMPTY, true],
  ["role.in", ({ actor }) => actor.role.in(["boss", "clerk"]), account, EMPTY, false],
  ["level.is(2)", ({ actor }) => actor.level.is(2), withFactor, EMPTY, true],
  ["level.is(2)", ({ actor }) => actor.level.is(2), account, EMPTY, false],
  ["level.is(1)", ({ actor }) => actor.level.is(1), nobody, EMPTY, false],
  ["mfa.within, to the millisecond", ({ actor }) => actor.mfa.within("10m"), withFactor, EMPTY, true],
  ["mfa.within, one too late", ({ actor }) => actor.mfa.within("10m"), { ...account, aal: 2, mfaAt: NOW - 600_001 }, EMPTY, false],
  ["mfa.within, from the future", ({ actor }) => actor.mfa.within("10m"), { ...account, aal: 2, mfaAt: NOW + 1 }, EMPTY, false],
  ["mfa.within", ({ actor }) => actor.mfa.within("10m"), nobody, EMPTY, false],
  ["scope.has", ({ actor }) => actor.scope.has("things:read"), key, EMPTY, true],
  ["scope.has, by write", ({ actor }) => actor.scope.has("things:update"), key, EMPTY, true],
  ["scope.has, of another collection", ({ actor }) => actor.scope.has("parents:read"), key, EMPTY, false],
  ["scope.has", ({ actor }) => actor.scope.has("things:read"), account, EMPTY, false],
  ["actor.id.is", ({ actor }) => actor.id.is(UUID_ME), account, EMPTY, true],
  ["actor.id.is", ({ actor }) => actor.id.is(UUID_ME), { ...account, id: OTHER }, EMPTY, false],
  ["actor.id.is", ({ actor }) => actor.id.is(UUID_ME), nobody, EMPTY, false],
  ["actor.id.isNot", ({ actor }) => actor.id.isNot(UUID_ME), nobody, EMPTY, false],
  ["actor.id.in", ({ actor }) => actor.id.in([UUID_ME]), account, EMPTY, true],
  ["actor.id.in", ({ actor }) => actor.id.in([UUID_ME]), nobody, EMPTY, false],
  ["actor.tenant.isNull", ({ actor }) => actor.tenant.isNull(), account, EMPTY, true],
  ["actor.tenant.isNull", ({ actor }) => actor.tenant.isNull(), { ...account, tenant: TENANT }, EMPTY, false],
  ["actor.id.isNotNull", ({ actor }) => actor.id.isNotNull(), nobody, EMPTY, false],
  ["is the actor", ({ row, actor }) => row.owner.is(actor.id), account, row({ owner: ME }), true],
  ["is the actor", ({ row, actor }) => row.owner.is(actor.id), account, row({ owner: OTHER }), false],
  ["is the actor", ({ row, actor }) => row.owner.is(actor.id), account, EMPTY, false],
  ["is the actor", ({ row, actor }) => row.owner.is(actor.id), nobody, row({ owner: ME }), false],
  ["is the actor", ({ row, actor }) => row.owner.is(actor.id), key, row({ owner: ME }), false],
  ["is not the actor", ({ row, actor }) => row.owner.isNot(actor.id), account, row({ owner: OTHER }), true],
  ["is not the actor", ({ row, actor }) => row.owner.isNot(actor.id), account, EMPTY, false],
  ["is not the actor", ({ row, actor }) => row.owner.isNot(actor.id), nobody, row({ owner: OTHER }), false],
  ["is another field", ({ row }) => row.owner.is(row.author), nobody, row({ owner: ME, author: ME }), true],
  ["is another field", ({ row }) => row.owner.is(row.author), nobody, row({ owner: ME }), false],
  ["is another field", ({ row }) => row.owner.is(row.author), nobody, EMPTY, false],
  ["is", ({ row }) => row.title.is("a"), nobody, row({ title: "a" }), true],
  ["is", ({ row }) => row.title.is("a"), nobody, row({ title: "A" }), false],
  ["is", ({ row }) => row.done.is(false), nobody, EMPTY, false],
  ["isNot", ({ row }) => row.title.isNot("a"), nobody, row({ title: "b" }), true],
  ["isNot", ({ row }) => row.title.isNot("a"), nobody, EMPTY, false],
  ["lt", ({ row }) => row.count.lt(3), nobody, row({ count: 2 }), true],
  ["lt", ({ row }) => row.count.lt(3), nobody, row({ count: 3 }), false],
  ["lt", ({ row }) => row.count.lt(3), nobody, EMPTY, false],
  ["lte", ({ row }) => row.count.lte(3), nobody, row({ count: 3 }), true],
  ["lte", ({ row }) => row.count.lte(3), nobody, EMPTY, false],
  ["gt", ({ row }) => row.at.gt("1970-01-01T00:00:00Z"), nobody, row({ at: 1 }), true],
  ["gt", ({ row }) => row.at.gt("1970-01-01T00:00:00Z"), nobody, row({ at: 0 }), false],
  ["gte", ({ row }) => row.at.gte("1970-01-01T00:00:00Z"), nobody, row({ at: 0 }), true],
  ["gte", ({ row }) => row.at.gte("1970-01-01T00:00:00Z"), nobody, EMPTY, false],
  ["in", ({ row }) => row.title.in(["a", "b"]), nobody, row({ title: "b" }), true],
  ["in", ({ row }) => row.title.in(["a", "b"]), nobody, row({ title: "c" }), false],
  ["in", ({ row }) => row.title.in(["a", "b"]), nobody, EMPTY, false],
  ["isNull", ({ row }) => row.secret.isNull(), nobody, EMPTY, true],
  ["isNull", ({ row }) => row.secret.isNull(), nobody, row({ secret: "s" }), false],
  ["isNotNull", ({ row }) => row.title.isNotNull(), nobody, EMPTY, false],
  ["all", ({ row, all, actor }) => all(row.title.is("a"), row.count.is(1), actor.signedIn()), account, row({ title: "a", count: 1 }), true],
  ["all", ({ row, all }) => all(row.title.is("a"), row.count.is(1)), nobody, row({ title: "a" }), false],
  ["any", ({ row, any }) => any(row.title.is("a"), row.count.is(1)), nobody, row({ count: 1 }), true],
  ["any", ({ row, any, actor }) => any(row.title.is("a"), actor.signedIn()), nobody, EMPTY, false],
  ["not", ({ row, actor, not }) => not(row.owner.is(actor.id)), nobody, row({ owner: ME }), true],
  ["not of not", ({ row, actor, not }) => not(not(row.owner.is(actor.id))), account, row({ owner: ME }), true],
  ["a field through a ref", ({ row, actor }) => row.parent.owner.is(actor.id), account, row({ parent: PARENT }), true],
  ["a field through a ref", ({ row, actor }) => row.parent.owner.is(actor.id), account, row({ parent: idNumber(31) }), false],
  ["a field through a ref", ({ row, actor }) => row.parent.owner.is(actor.id), account, EMPTY, false],
  ["a field through a ref", ({ row, actor }) => row.parent.owner.is(actor.id), nobody, row({ parent: PARENT }), false],
  ["null through a ref", ({ row }) => row.parent.name.isNull(), nobody, row({ parent: idNumber(31) }), true],
  ["null through a ref that is null", ({ row }) => row.parent.name.isNull(), nobody, EMPTY, true],
  ["null through a ref", ({ row }) => row.parent.name.isNull(), nobody, row({ parent: PARENT }), false],
  [
    "exists",
    ({ row, actor, all, exists }) => exists(members, (m) => all(m.team.is(row.parent), m.account.is(actor.id))),
    account,
    row({ parent: PARENT }),
    true,
  ],
  [
    "exists",
    ({ row, actor, all, exists }) => exists(members, (m) => all(m.team.is(row.parent), m.account.is(actor.id))),
    { ...account, id: OTHER },
    row({ parent: PARENT }),
    false,
  ],
  [
    "exists",
    ({ row, actor, all, exists }) => exists(members, (m) => all(m.team.is(row.parent), m.account.is(actor.id))),
    account,
    EMPTY,
    false,
  ],
  [
    "exists",
    ({ row, actor, all, exists }) => exists(members, (m) => all(m.team.is(row.parent), m.account.is(actor.id))),
    nobody,
    row({ parent: PARENT }),
    false,
  ],
];

function mayRead(rule: (words: Words) => Condition, actor: Actor, asked: Row): boolean {
  const plan = planWhere((words) => ({ read: rule(words) }));
  const grant = createAccess(plan)(actor, "read", things(plan), NOW);
  return grant.allow && passes(grant.old, asked, undefined, isMember);
}

CASES.forEach(([says, rule, actor, asked, expected], at) => {
  test(`Holdfast finds ${says} ${expected ? "true" : "false"}, and its not() the opposite (${at})`, () => {
    assert.equal(mayRead(rule, actor, asked), expected);
    assert.equal(
      mayRead((words) => words.not(rule(words)), actor, asked),
      !expected,
    );
  });
});
