import assert from "node:assert/strict";
import { type Action, createAccess, type Grant, passes } from "../../src/access/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import {
  accounts,
  boolean,
  type Collection,
  collection,
  dateTime,
  define,
  integer,
  type Plan,
  planFrom,
  type RowWords,
  type RuleWords,
  ref,
  text,
  type Value,
} from "../../src/model/index.ts";
import { someone } from "../identity/actor.ts";
import { idNumber, NOW, type Row } from "./world.ts";

export const ME = idNumber(1);
export const OTHER = idNumber(2);
export const TENANT = idNumber(101);
export const UUID_ME = "01000000-0000-0000-0000-000000000001";

export const parents = collection({ fields: { owner: ref(accounts), name: text() } });
export const members = collection({ fields: { team: ref(parents), account: ref(accounts) } });
export const fields = {
  owner: ref(accounts),
  author: ref(accounts),
  parent: ref(parents),
  title: text(),
  count: integer(),
  done: boolean(),
  at: dateTime(),
  secret: text().encrypted(),
};
export type Words = RuleWords<RowWords<typeof fields>>;

export function planWhere(access: Parameters<typeof collection<typeof fields>>[0]["access"], tenant = false): Plan {
  const things = collection({ fields, ...(access === undefined ? {} : { access }) });
  return planFrom(
    define({ name: "App", roles: ["clerk", "boss"], collections: { things: tenant ? things.tenant() : things, parents, members } }),
  );
}

export function things(plan: Plan): Collection {
  const [first] = plan.collections;
  assert.ok(first);
  return first;
}

export const nobody: Actor = { kind: "nobody" };
export const account = someone(ME, { sessionId: OTHER });
export const clerk: Actor = { ...account, roles: ["clerk"] };
export const withFactor: Actor = { ...account, aal: 2, mfaAt: NOW - 600_000 };
export const key: Actor = { kind: "service", keyId: "k", scopes: ["things:read", "things:write"] };

export const EMPTY: Row = {
  id: idNumber(9),
  owner: null,
  author: null,
  parent: null,
  title: null,
  count: null,
  done: null,
  at: null,
  secret: null,
};
export const PARENT = idNumber(30);
/** Two parents: mine with a name, another's without. */
export const PARENTS: readonly Row[] = [
  { id: PARENT, owner: ME, name: "p" },
  { id: idNumber(31), owner: OTHER, name: null },
];

/** The relation that the rows below live in: PARENTS, and one membership of mine. */
export const isMember: Parameters<typeof passes>[3] = (leaf, value) => {
  const rows = leaf.table === "parents" ? PARENTS : [{ id: idNumber(40), team: PARENT, account: ME }];
  return rows.some(
    (row) =>
      passes({ op: "compare", sense: "is", column: leaf.pick, by: "eq", value }, row, undefined, isMember) &&
      passes(leaf.where, row, undefined, isMember),
  );
};

export const row = (cells: Readonly<Record<string, Value>>): Row => ({ ...EMPTY, ...cells });

export function grantOf(plan: Plan, actor: Actor, action: Action): Grant {
  return createAccess(plan)(actor, action, things(plan), NOW);
}
