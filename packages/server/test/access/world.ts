import type { Actor } from "../../src/identity/actor.ts";
import { FIELD_KINDS, type Plan, type Table, type Value } from "../../src/model/index.ts";
import type { Random } from "./random.ts";

export const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;

export type Row = Readonly<Record<string, Value>>;
/** The rows of each collection. */
export type World = ReadonlyMap<string, readonly Row[]>;

export function idNumber(number: number): Uint8Array {
  const id = new Uint8Array(16);
  id[0] = 1;
  id[15] = number;
  return id;
}

export const ACCOUNTS = [1, 2, 3].map(idNumber);
export const TENANTS = [101, 102].map(idNumber);

/** Few values, so that equal ones meet often, and those that are hard: null, empty, text whose order differs between UTF-16 and UTF-8. */
const POOLS: Readonly<Record<string, readonly Value[]>> = {
  text: [null, "", "a", "A", "ab", "b", "é", "\uffee", "😀", "a%b_c", "K", "\u212a"],
  integer: [null, -3, 0, 1, 2, 7, 9_007_199_254_740_991],
  number: [null, -0.5, 0, 1, 2, 2.5, 1e300],
  boolean: [null, 0, 1],
  dateTime: [null, 0, 1_767_225_600_000_000, 1_767_225_600_000_001],
  json: [null, "{}", "[1]"],
  bytes: [null, new Uint8Array(0), Uint8Array.of(1), Uint8Array.of(1, 255), Uint8Array.of(255)],
};

const ROWS: Readonly<Record<string, number>> = { documents: 40, teams: 5, members: 14, vaults: 25 };
const NULL_REF = 0.25;

export function randomWorld(plan: Plan, random: Random): World {
  const ids = new Map(
    plan.collections.map(({ name }, table) => [name, Array.from({ length: ROWS[name] ?? 10 }, (_, at) => idNumber(20 + table * 50 + at))]),
  );
  const refs = (to: string): readonly Uint8Array[] => (to === "accounts" ? ACCOUNTS : (ids.get(to) ?? []));
  const valueFor = (kind: string, to: string | undefined, values: readonly string[] | undefined): Value => {
    if (to !== undefined) return random.chance(NULL_REF) ? null : random.pick(refs(to));
    return random.pick(values === undefined ? (POOLS[kind] ?? [null]) : [null, ...values]);
  };
  return new Map(
    plan.collections.map(({ name, fields }) => [
      name,
      (ids.get(name) ?? []).map((id) => {
        const cells = fields.map((field): [string, Value] => [field.name, valueFor(field.kind, field.ref, field.values)]);
        const kept: Record<string, Value> = {
          created_at: 5,
          updated_at: random.below(3),
          id,
          ...(fields.some((field) => field.name === "tenant") ? { tenant: random.pick(TENANTS) } : {}),
        };
        return { ...Object.fromEntries(cells), ...kept };
      }),
    ]),
  );
}

/** The plan's tables as a store needs them; encrypted fields lie there as bytes of which only null can be asked. */
export function tablesOf(plan: Plan): readonly Table[] {
  return plan.collections.map(({ name, fields }) => ({
    name,
    kind: "rows",
    key: ["id"],
    columns: fields.map((field) => ({
      name: field.name,
      type: field.secrecy === "plain" ? FIELD_KINDS[field.kind].column : "blob",
      nullable: !field.required,
    })),
    indexes: [],
    changes: false,
  }));
}

export function storedRow(plan: Plan, collection: string, row: Row): Row {
  const closed = plan.collections.find(({ name }) => name === collection)?.fields.filter(({ secrecy }) => secrecy !== "plain") ?? [];
  return { ...row, ...Object.fromEntries(closed.map(({ name }) => [name, row[name] === null ? null : Uint8Array.of(9)])) };
}

export function randomActor(random: Random): Actor {
  if (random.chance(0.12)) return { kind: "nobody" };
  if (random.chance(0.15)) return { kind: "service", keyId: "k", scopes: SCOPES.filter(() => random.chance(0.5)) };
  return {
    kind: "account",
    id: random.pick(ACCOUNTS),
    sessionId: idNumber(200),
    tenant: random.pick([null, ...TENANTS]),
    roles: ROLES.filter(() => random.chance(0.4)),
    houseRole: random.pick([null, "owner"]),
    aal: random.pick([1, 2]),
    mfaAt: random.pick([null, NOW, NOW - 5 * MINUTE_MS, NOW - 10 * MINUTE_MS, NOW - 10 * MINUTE_MS - 1, NOW + 1]),
    unfinished: random.chance(0.05),
  };
}

export const ROLES = ["clerk", "boss"] as const;
export const SCOPES = ["documents:read", "documents:write", "documents:update", "vaults:read", "vaults:write"] as const;
