import { Fault, formatId, type Id, personal } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Step } from "../store/contract.ts";
import { encodeCells } from "../store/index.ts";
import type { DataRoom } from "./asked.ts";
import { type OldRow, oldRow, oldRowColumns, sealSet } from "./changes.ts";
import { rowPlace } from "./cipher.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import { nowMicros } from "./input.ts";
import type { ErasedRows } from "./subject-contract.ts";
import { accountPlaces, isAnyOf, names, type Place, placesOf } from "./subject-places.ts";

/** Rows that one commit removes or clears: between two commits the writer serves everybody else. */
const ROWS_PER_COMMIT = 100;
/** Refs that lead from row to row: further ones are a plan that nobody writes by hand. */
const DEPTH_MAX = 32;

interface Tally {
  removed: number;
  cleared: number;
}

/** One erasure under way. */
interface Run {
  readonly room: DataRoom;
  readonly tallies: Map<string, Tally>;
  /** Rows that are being removed, so that rows which name each other end the walk. */
  readonly underWay: Set<string>;
}

export async function eraseRows(room: DataRoom, subject: Id): Promise<readonly ErasedRows[]> {
  const run: Run = { room, tallies: new Map(), underWay: new Set() };
  for (const place of accountPlaces(room)) await erasePlace(run, place, names(place.field, subject), 0);
  return [...run.tallies].map(([collection, tally]) => ({ collection, ...tally })).filter(({ removed, cleared }) => removed + cleared > 0);
}

/** All rows whose ref passes: they go, with what cannot stand without them, or they lose the name. */
async function erasePlace(run: Run, place: Place, where: Filter, depth: number): Promise<void> {
  if (place.erase === "keep") return;
  if (depth > DEPTH_MAX) throw new Fault("data.conflict", `Rows of ${place.plan.name} name each other too deep to be erased.`);
  const work = place.erase === "remove" ? removeSome : clearSome;
  for (let found = true; found; ) found = await work(run, place, where, depth);
}

async function removeSome(run: Run, { plan }: Place, where: Filter, depth: number): Promise<boolean> {
  const ids = await idsOf(run, plan, where);
  if (ids.length === 0) return false;
  const keys = ids.map((id) => `${plan.name}/${formatId(id)}`);
  for (const key of keys) run.underWay.add(key);
  // What names these rows goes first: the store refuses to remove a row that is named.
  for (const place of placesOf(run.room, plan.name)) await erasePlace(run, place, isAnyOf(place.field.name, ids), depth + 1);
  const removed = await change(run, plan, isAnyOf("id", ids), (row) => removeSteps(run.room, plan, row));
  tallyOf(run, plan).removed += removed;
  for (const key of keys) run.underWay.delete(key);
  return true;
}

async function clearSome(run: Run, { plan, field }: Place, where: Filter): Promise<boolean> {
  const cleared = await change(run, plan, where, (row) => clearSteps(run.room, plan, row, field.name));
  tallyOf(run, plan).cleared += cleared;
  return cleared > 0;
}

/** Rows that are not being removed already, further up. */
async function idsOf({ room, underWay }: Run, plan: CollectionPlan, where: Filter): Promise<readonly Id[]> {
  const query = { table: plan.name, columns: ["id"], where, limit: ROWS_PER_COMMIT + underWay.size };
  const rows = await room.store.view((view) => view.read(query));
  const ids = rows.flatMap(([id]) => (id instanceof Uint8Array ? [id] : []));
  return ids.filter((id) => !underWay.has(`${plan.name}/${formatId(id)}`)).slice(0, ROWS_PER_COMMIT);
}

/** Changes some of the rows that pass, in one commit; tells how many. */
function change({ room }: Run, plan: CollectionPlan, where: Filter, stepsFor: (row: OldRow) => readonly Step[]): Promise<number> {
  return room.store.transact<number>(
    async (view) => {
      const query = { table: plan.name, columns: oldRowColumns(plan), where, limit: ROWS_PER_COMMIT };
      const rows = (await view.read(query)).map((row) => oldRow(plan, row));
      if (rows.length === 0) return { result: 0 };
      return { batch: { steps: rows.flatMap(stepsFor) }, result: rows.length };
    },
    () => {
      throw new Fault(
        "data.conflict",
        `Rows of ${plan.name} name each other in a circle, or are named anew while they are erased. Clear these refs, then erase again.`,
      );
    },
  );
}

function removeSteps(room: DataRoom, plan: CollectionPlan, row: OldRow): readonly Step[] {
  return [{ do: "delete", table: plan.name, key: [row.id], version: row.version }, ...told(room, plan, "delete", row)];
}

function clearSteps(room: DataRoom, plan: CollectionPlan, row: OldRow, field: string): readonly Step[] {
  const set = sealSet(room, plan, row, { [field]: null, updated_at: nowMicros(room) });
  const after: OldRow = { ...row, stored: { ...row.stored, ...set } };
  return [{ do: "update", table: plan.name, key: [row.id], version: row.version, set }, ...told(room, plan, "update", after)];
}

/** Each change of a row is an entry of the trail, also this one; who was erased is not in it. */
function told(room: DataRoom, plan: CollectionPlan, action: "delete" | "update", { id, stored }: OldRow): readonly Step[] {
  const { subject } = rowPlace(plan, stored);
  const cells = encodeCells(
    plan.numbers,
    plan.columns.map((column) => stored[column] ?? null),
  );
  room.outbox.bytes += cells.length;
  const event = { kind: "record.changed", at: room.clock.now(), collection: plan.name, action } as const;
  return room.trail.entry({ ...event, row: personal(id, subject), stored: personal(cells, subject) });
}

function tallyOf({ tallies }: Run, { name }: CollectionPlan): Tally {
  const tally = tallies.get(name) ?? { removed: 0, cleared: 0 };
  tallies.set(name, tally);
  return tally;
}
