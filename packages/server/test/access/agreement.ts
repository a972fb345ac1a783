import { type Check, createAccess, type GrantOf, passes } from "../../src/access/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import {
  ACTIONS,
  type Action,
  type Collection,
  EVERY_ROW,
  type Filter,
  type Leaf,
  NO_ROW,
  type Plan,
  type Value,
} from "../../src/model/index.ts";
import type { Store, View } from "../../src/store/index.ts";
import { openTestStore, type StoreFixture } from "../store/fixture.ts";
import { createMeaning, type Meaning } from "./meaning.ts";
import { createRandom, type Random } from "./random.ts";
import { randomFilter } from "./random-filter.ts";
import { randomPlan } from "./random-plan.ts";
import { NOW, type Row, randomActor, randomWorld, storedRow, tablesOf, type World } from "./world.ts";

export interface Agreement {
  readonly comparisons: number;
  /** What was asked when two of the three differed; `undefined` when they never did. */
  readonly disagreement: string | undefined;
}

const ACTORS_PER_PLAN = 6;
const REQUESTS_PER_ACTOR = 6;

/** The rows that a seed makes, and the plan whose tables they are in; what follows in the generator is the rules. */
interface Beginning {
  readonly random: Random;
  readonly plan: Plan;
  readonly world: World;
}

function begin(seed: number): Beginning {
  const random = createRandom(seed);
  const plan = randomPlan(random);
  return { random, plan, world: randomWorld(plan, random) };
}

/** A store that holds the rows of a seed. */
export async function openWorld(seed: number): Promise<StoreFixture> {
  const { plan, world } = begin(seed);
  const fixture = await openTestStore(tablesOf(plan));
  for (const [table, rows] of world) {
    const receipt = await fixture.store.commit({ steps: rows.map((row) => ({ do: "insert", table, row: storedRow(plan, table, row) })) });
    if (!receipt.committed) throw new Error(`the world was not written: ${JSON.stringify(receipt)}`);
  }
  return fixture;
}

/** Holds SQL, memory and the plain meaning of rules against one another until so many rows were compared, or two of them differ. */
export async function compareThreeWays(seed: number, comparisons: number, store: Store): Promise<Agreement> {
  const { random, world } = begin(seed);
  const tally: Tally = { comparisons: 0 };
  while (tally.comparisons < comparisons) {
    const disagreement = await store.view((view) => comparePlan({ plan: randomPlan(random), world, view, random, tally }));
    if (disagreement !== undefined) return { comparisons: tally.comparisons, disagreement };
  }
  return { comparisons: tally.comparisons, disagreement: undefined };
}

interface Tally {
  comparisons: number;
}

interface Bench {
  readonly plan: Plan;
  readonly world: World;
  readonly view: View;
  readonly random: Random;
  readonly tally: Tally;
}

async function comparePlan(bench: Bench): Promise<string | undefined> {
  const { plan, world, random } = bench;
  const access = createAccess(plan);
  const meaning = createMeaning(plan, world);
  const guarded = plan.collections.filter(({ name }) => name === "documents" || name === "vaults");
  for (let turn = 0; turn < ACTORS_PER_PLAN; turn++) {
    const actor = randomActor(random);
    for (const collection of guarded) {
      for (const action of ACTIONS) {
        const found = await compareGrant(bench, access, meaning, actor, action, collection);
        if (found !== undefined) return found;
      }
    }
    for (let request = 0; request < REQUESTS_PER_ACTOR; request++) {
      const found = await compareFilter(bench, "documents", randomFilter(random), () => undefined, "request");
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

async function compareGrant(
  bench: Bench,
  access: GrantOf,
  meaning: Meaning,
  actor: Actor,
  action: Action,
  collection: Collection,
): Promise<string | undefined> {
  const grant = access(actor, action, collection, NOW);
  const rows = bench.world.get(collection.name) ?? [];
  const told = (what: string): string =>
    `${what}: ${action} ${collection.name} as ${show(actor)} by ${show(collection.access)} got ${show(grant)}`;
  const befores = rows.map((_, at) => rows[(at * 7 + 3) % rows.length] ?? {});
  const allowed = rows.map((row, at) => meaning.allows(actor, action, collection, row, befores[at] ?? {}));
  bench.tally.comparisons += rows.length;
  if (!grant.allow) {
    if (allowed.includes(true)) return told("refused what the rule allows");
    return stepUpDiffers(meaning, actor, action, collection, rows, befores, grant.because) ? told("wrong reason") : undefined;
  }
  const inMemory = rows.map((row, at) => {
    const before = action === "update" ? befores[at] : row;
    return passes(grant.old, before ?? {}, undefined, memberOf(bench.world)) && passes(grant.new, row, before, memberOf(bench.world));
  });
  const at = allowed.findIndex((expected, index) => expected !== inMemory[index]);
  if (at >= 0) return told(`memory says ${inMemory[at]}, the rule ${allowed[at]}, of ${show(rows[at])} before ${show(befores[at])}`);
  const old = await compareFilter(bench, collection.name, grant.old, () => undefined, "old");
  const after = isFilter(grant.new) ? await compareFilter(bench, collection.name, grant.new, () => undefined, "new") : undefined;
  return old ?? after ?? (await compareFields(bench, meaning, actor, collection, grant));
}

/** A second factor, shown now, must be asked for whenever it would open a row, and never of those who have none to show. */
function stepUpDiffers(
  meaning: Meaning,
  actor: Actor,
  action: Action,
  collection: Collection,
  rows: readonly Row[],
  befores: readonly Row[],
  because: "rule" | "step-up",
): boolean {
  if (actor.kind !== "account") return because !== "rule";
  const fresh: Actor = { ...actor, aal: 2, mfaAt: NOW, unfinished: false };
  const opens = rows.some((row, at) => meaning.allows(fresh, action, collection, row, befores[at] ?? {}));
  return opens && because !== "step-up";
}

async function compareFields(
  bench: Bench,
  meaning: Meaning,
  actor: Actor,
  collection: Collection,
  grant: { read: ReadonlyMap<string, Filter>; write: ReadonlyMap<string, Filter> },
): Promise<string | undefined> {
  for (const field of collection.fields) {
    for (const which of ["read", "write"] as const) {
      const filter = grant[which].get(field.name) ?? EVERY_ROW;
      const rule = field[which];
      const expected = (row: Row): boolean => rule === undefined || meaning.holds(rule, actor, collection.name, row, undefined);
      const found = await compareFilter(
        bench,
        collection.name,
        filter,
        expected,
        `${which} ${field.name} as ${show(actor)} by ${show(rule)}`,
      );
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** SQL against memory, row by row, and both against what is expected where that is known. */
async function compareFilter(
  { view, world, tally }: Bench,
  table: string,
  filter: Filter,
  expected: (row: Row) => boolean | undefined,
  what: string,
): Promise<string | undefined> {
  if (filter === EVERY_ROW || filter === NO_ROW) return undefined;
  const rows = world.get(table) ?? [];
  const found = new Set((await view.read({ table, columns: ["id"], where: filter })).map(([id = null]) => keyOf(id)));
  tally.comparisons += rows.length;
  for (const row of rows) {
    const inSql = found.has(keyOf(row["id"] ?? null));
    const inMemory = passes(filter, row, undefined, memberOf(world));
    const meant = expected(row) ?? inMemory;
    if (inSql !== inMemory || meant !== inMemory)
      return `${what}: SQL says ${inSql}, memory ${inMemory}, the rule ${meant}, of ${show(filter)} and ${show(row)}`;
  }
  return undefined;
}

function memberOf(world: World): (leaf: Leaf & { op: "member" }, value: Value) => boolean {
  const isMember = (leaf: Leaf & { op: "member" }, value: Value): boolean =>
    (world.get(leaf.table) ?? []).some(
      (row) => keyOf(row[leaf.pick] ?? null) === keyOf(value) && value !== null && passes(leaf.where, row, undefined, isMember),
    );
  return isMember;
}

function isFilter(check: Check): check is Filter {
  if (check.op === "all" || check.op === "any") return check.of.every(isFilter);
  return check.op !== "unchanged";
}

function keyOf(value: Value): string {
  return value instanceof Uint8Array ? `b${Buffer.from(value).toString("hex")}` : `${typeof value}${value}`;
}

function show(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) => (each instanceof Uint8Array ? `x${Buffer.from(each).toString("hex")}` : each)) ??
    "nothing"
  );
}
