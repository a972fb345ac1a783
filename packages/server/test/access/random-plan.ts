import { formatId } from "../../src/kit/index.ts";
import {
  accounts,
  boolean,
  bytes,
  type Condition,
  collection,
  dateTime,
  define,
  integer,
  json,
  number,
  oneOf,
  type Plan,
  planFrom,
  type RowWords,
  type RuleWords,
  ref,
  text,
} from "../../src/model/index.ts";
import type { Random } from "./random.ts";
import { ACCOUNTS, idNumber, ROLES, SCOPES, TENANTS } from "./world.ts";

const TEXTS = ["", "a", "ab", "é", "\uffee", "😀"];
const INTEGERS = [-3, 0, 1, 2, 7];
const MOMENTS = ["1970-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000001Z"];
const BLOBS = ["", "AQ==", "\\x01ff"];
const IDS = [...ACCOUNTS, ...TENANTS, idNumber(20), idNumber(21)].map(formatId);

const teams = collection({ fields: { name: text(), owner: ref(accounts) } });
const members = collection({ fields: { team: ref(teams), account: ref(accounts), level: integer() } });
const fields = {
  owner: ref(accounts),
  author: ref(accounts),
  team: ref(teams),
  status: oneOf("open", "closed"),
  title: text(),
  note: text(),
  count: integer(),
  weight: number(),
  done: boolean(),
  at: dateTime(),
  until: dateTime(),
  content: bytes(),
  data: json(),
  secret: text().encrypted(),
};
const parents = collection({ fields });
const documentFields = { ...fields, parent: ref(parents) };
const vaultFields = { owner: ref(accounts), document: ref("documents"), amount: integer() };

type Words = RuleWords<RowWords<typeof documentFields>>;
type VaultWords = RuleWords<RowWords<typeof vaultFields>>;
type Make = () => Condition;

/** A plan with the same tables for every seed, and rules that are written with the words of a config. */
export function randomPlan(random: Random): Plan {
  const vaults = collection({
    fields: vaultFields,
    access: (words) => {
      const rule = (): Condition => compose(random, words, vaultLeaves(random, words), 2);
      return { read: rule(), create: rule(), update: rule(), delete: rule() };
    },
  }).tenant();
  const documents = collection({
    fields: documentFields,
    access: (words) => {
      const leaves = documentLeaves(random, words);
      const rule = (): Condition => compose(random, words, leaves, 3);
      const withBefore = (): Condition => compose(random, words, [...leaves, ...unchangedLeaves(words)], 3);
      const guarded = { title: { read: rule() }, count: { write: rule() }, note: { read: rule(), write: rule() } };
      return { read: rule(), create: rule(), update: { old: rule(), new: withBefore() }, delete: rule(), fields: guarded };
    },
  });
  // `exists` and the refs above reach each collection by its name or its word, whichever they were given.
  return planFrom(define({ name: "Fuzz", roles: ROLES, collections: { documents, teams, members, parents, vaults } }));
}

type Connectives = Pick<Words, "all" | "any" | "not">;

function compose(random: Random, words: Connectives, leaves: readonly Make[], depth: number): Condition {
  const form = depth === 0 ? 0 : random.below(6);
  if (form < 2) return random.pick(leaves)();
  if (form === 2) return words.not(compose(random, words, leaves, depth - 1));
  const parts = Array.from({ length: 1 + random.below(3) }, () => compose(random, words, leaves, depth - 1));
  return form === 3 || form === 4 ? words.all(...parts) : words.any(...parts);
}

function actorLeaves(random: Random, { actor, public: everybody }: Words | VaultWords): readonly Make[] {
  return [
    () => everybody(),
    () => actor.signedIn(),
    () => actor.role.is(random.pick(ROLES)),
    () => actor.role.in(ROLES),
    () => actor.mfa.within("10m"),
    () => actor.level.is(random.pick([1, 2])),
    () => actor.scope.has(random.pick(SCOPES)),
    () => actor.id.isNull(),
    () => actor.tenant.isNotNull(),
    () => actor.id.is(random.pick(IDS)),
    () => actor.id.isNot(random.pick(IDS)),
    () => actor.id.in([random.pick(IDS), random.pick(IDS)]),
  ];
}

const ORDERS = ["lt", "lte", "gt", "gte"] as const;

function documentLeaves(random: Random, words: Words): readonly Make[] {
  const { row, actor, all, not, exists } = words;
  const some = <T>(items: readonly T[]): T => random.pick(items);
  const few = <T>(items: readonly T[]): T[] => Array.from({ length: 1 + random.below(3) }, () => some(items));
  const order = (): (typeof ORDERS)[number] => some(ORDERS);
  return [
    ...actorLeaves(random, words),
    () => row.owner.is(actor.id),
    () => row.owner.is(actor.id),
    () => row.owner.isNot(actor.id),
    () => actor.id.is(row.author),
    () => row.owner.is(row.author),
    () => row.owner.isNot(row.author),
    () => row.id.is(actor.tenant),
    () => row.team.in(few(IDS)),
    () => row.status.is(some(["open", "closed"])),
    () => row.status.in(["open", "closed"]),
    () => row.status.isNot("open"),
    () => row.title.is(some(TEXTS)),
    () => row.title[order()](some(TEXTS)),
    () => row.title[order()](row.note),
    () => row.title.in(few(TEXTS)),
    () => row.count.isNot(some(INTEGERS)),
    () => row.count[order()](some(INTEGERS)),
    () => row.count[order()](row.weight),
    () => row.weight.is(row.count),
    () => row.weight[order()](some(INTEGERS)),
    () => row.count.in(few(INTEGERS)),
    () => row.done.is(some([true, false])),
    () => row.done.isNot(true),
    () => row.at[order()](some(MOMENTS)),
    () => row.at[order()](row.until),
    () => row.content.is(some(BLOBS)),
    () => row.content.in(few(BLOBS)),
    () => some([row.owner, row.title, row.count, row.data, row.secret, row.parent]).isNull(),
    () => some([row.team, row.weight, row.done, row.at, row.secret]).isNotNull(),
    () => row.parent.owner.is(actor.id),
    () => row.parent.owner.isNot(actor.id),
    () => row.parent.count[order()](some(INTEGERS)),
    () => row.parent.title.in(few(TEXTS)),
    () => row.parent.note.isNull(),
    () => row.parent.note.isNotNull(),
    () => row.parent.team.owner.is(actor.id),
    () => row.parent.team.name.isNull(),
    () => exists(members, (other) => all(other.team.is(row.team), other.account.is(actor.id))),
    () => exists(members, (other) => all(row.team.is(other.team), not(other.account.is(actor.id)), other.level.gte(some(INTEGERS)))),
    () => exists(members, (other) => other.level.is(row.count)),
    () => exists(members, (other) => all(other.account.is(row.owner), other.team.owner.is(actor.id))),
    () =>
      exists(members, (other) =>
        all(
          other.team.is(row.team),
          exists(teams, (team) => all(team.id.is(other.team), team.owner.isNot(actor.id))),
        ),
      ),
    () => exists("vaults", (other) => all(field(other, "document").is(row.id), field(other, "amount").isNotNull())),
  ];
}

function field<W>(row: Readonly<Record<string, W>>, name: string): W {
  const found = row[name];
  if (found === undefined) throw new TypeError(`no field ${name}`);
  return found;
}

function unchangedLeaves({ row }: Words): readonly Make[] {
  const fieldsOfRow = [row.owner, row.title, row.count, row.weight, row.done, row.content, row.secret, row.parent];
  return fieldsOfRow.map((each) => () => each.unchanged());
}

function vaultLeaves(random: Random, words: VaultWords): readonly Make[] {
  const { row, actor, exists, all } = words;
  return [
    ...actorLeaves(random, words),
    () => row.owner.is(actor.id),
    () => row.owner.isNot(actor.id),
    () => row.amount.gt(random.pick(INTEGERS)),
    () => row.amount.isNull(),
    () => exists("documents", (other) => all(field(other, "id").is(row.document), field(other, "owner").is(actor.id))),
    () => exists("vaults", (other) => all(field(other, "owner").is(row.owner), field(other, "amount").isNull())),
  ];
}
