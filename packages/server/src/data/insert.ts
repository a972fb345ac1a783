import type { Check } from "../access/contract.ts";
import { Fault, type Id } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type Asked, type DataRoom, denied, requireGrant } from "./asked.ts";
import { sealRow, stepsOf } from "./changes.ts";
import { type CollectionPlan, requireCollection } from "./collection-plan.ts";
import type { Asker, InsertRequest, Written } from "./contract.ts";
import { recognise } from "./idempotency.ts";
import { completeRow, type InputRow, idOf, readInput, refuseIncomplete, refuseKept } from "./input.ts";
import { answerMembers } from "./members.ts";
import { checkReferences } from "./references.ts";
import { presentWritten } from "./returned.ts";
import { type Decided, refusalFault, settle } from "./settle.ts";
import { inSlices } from "./slices.ts";
import { changeRows } from "./update.ts";
import { sortByConflict } from "./upsert.ts";
import type { Allowed } from "./visibility.ts";

/** An upsert whose row comes into being meanwhile is decided anew. */
const TRIES_MAX = 3;

export async function insertRows(room: DataRoom, request: InsertRequest, asker: Asker): Promise<Written> {
  const plan = requireCollection(room.plans, request.collection);
  const max = room.limits.rowsPerInsertMax;
  if (request.rows.length > max)
    throw new Fault("request.too_large", `One insert takes at most ${max} rows.`, { detail: { rowsMax: max } });
  for (let tries = 1; ; tries++) {
    const settled = await settle(room, asker, (asked, view) => decideInsert(room, plan, request, asked, view));
    if (settled.refusal === undefined) return settled.decided.written;
    const again = await room.store.view((view) => recognised(room, plan, request, settled.asked, view));
    if (again !== undefined) return again;
    const mayRetry = request.onConflict !== "refuse" && settled.refusal.because === "taken" && tries < TRIES_MAX;
    if (!mayRetry) throw refusalFault(room, plan, settled, settled.refusal);
  }
}

async function decideInsert(room: DataRoom, plan: CollectionPlan, request: InsertRequest, asked: Asked, view: View): Promise<Decided> {
  const grant = requireGrant(room, asked, "create", plan);
  const { fields, missing, onConflict } = request;
  const inputs = readInput({ room, plan, asked, action: "create", write: grant.write, fields, missing }, request.rows);
  const sent = await sentBefore(room, plan, request, asked, view, inputs);
  if (sent.written !== undefined) return { steps: [], written: sent.written };
  const sorted = onConflict === "refuse" ? { fresh: inputs, there: [] } : await sortByConflict(room, plan, asked, view, inputs, onConflict);
  const created = await createRows(room, plan, asked, view, grant, sorted.fresh);
  const merges = onConflict !== "refuse" && onConflict.resolve === "merge" && sorted.there.length > 0;
  const changed = merges ? await changeRows(room, plan, asked, view, requireGrant(room, asked, "update", plan), sorted.there) : undefined;
  const after = [...created.stored, ...(changed?.changes.map((change) => change.after) ?? [])];
  const changedIds = changed?.changes.map(({ id }) => id) ?? [];
  const returned = await presentWritten(room, plan, asked, view, request.returning, after, changedIds);
  const steps = [...created.steps, ...(changed?.steps ?? []), ...sent.steps];
  return {
    steps: after.length === 0 ? [] : steps,
    written: { affected: after.length, inserted: created.stored.length, ids: after.map(idOf), returned },
  };
}

/** New rows are complete, pass the field rules and the rule for new rows, and name only rows that their maker may read. */
async function createRows(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  grant: Allowed,
  inputs: readonly InputRow[],
): Promise<{ readonly stored: readonly RowValues[]; readonly steps: readonly Step[] }> {
  for (const { values } of inputs) refuseKept(plan, values, undefined);
  const rows = inputs.map((input) => completeRow(room, plan, asked, input));
  refuseIncomplete(plan, rows);
  const rules = [...grant.write].filter(([name]) => inputs.some(({ values }) => Object.hasOwn(values, name)));
  const checks: readonly Check[] = [grant.new, ...rules.map(([, filter]) => filter)];
  const members = await answerMembers(view, checks, rows);
  for (const [at, row] of rows.entries()) {
    for (const [name, filter] of rules) {
      const isBrought = Object.hasOwn(inputs[at]?.values ?? {}, name);
      if (isBrought && !room.passes(filter, row, undefined, members.isMember)) throw denied(room, asked, "create", plan, "field");
    }
    if (!room.passes(grant.new, row, undefined, members.isMember)) throw denied(room, asked, "create", plan, "rule");
  }
  const referenced = await checkReferences(room, plan, asked, view, rows);
  const stored = await inSlices(rows, (row) => sealRow(room, plan, row));
  const steps = await inSlices(stored, (after) => stepsOf(room, plan, asked, { action: "create", id: idOf(after), after }));
  return { stored, steps: [...members.expectations(), ...referenced, ...steps.flat()] };
}

/** Whether this very insert was committed before; if not, the steps that remember it. An upsert may come again as it is. */
async function sentBefore(
  room: DataRoom,
  plan: CollectionPlan,
  request: InsertRequest,
  asked: Asked,
  view: View,
  inputs: readonly InputRow[],
): Promise<{ readonly written: Written | undefined; readonly steps: readonly Step[] }> {
  if (request.onConflict !== "refuse") return { written: undefined, steps: [] };
  const brought = inputs.flatMap(({ values }) => (values["id"] instanceof Uint8Array ? [values["id"]] : []));
  const recognition = await recognise(room, plan, asked, view, brought[0], request.fingerprint);
  if (!recognition.known) return { written: undefined, steps: recognition.steps };
  const stored = await storedRows(plan, view, brought);
  const returned = await presentWritten(room, plan, asked, view, request.returning, stored, undefined);
  return { written: { affected: inputs.length, inserted: inputs.length, ids: brought, returned }, steps: [] };
}

async function recognised(
  room: DataRoom,
  plan: CollectionPlan,
  request: InsertRequest,
  asked: Asked,
  view: View,
): Promise<Written | undefined> {
  const grant = requireGrant(room, asked, "create", plan);
  const { fields, missing } = request;
  const inputs = readInput({ room, plan, asked, action: "create", write: grant.write, fields, missing }, request.rows);
  return (await sentBefore(room, plan, request, asked, view, inputs)).written;
}

async function storedRows(plan: CollectionPlan, view: View, ids: readonly Id[]): Promise<readonly RowValues[]> {
  const rows: RowValues[] = [];
  for (const id of ids) {
    const row = await view.get(plan.name, [id], plan.columns);
    if (row !== undefined) rows.push(Object.fromEntries(plan.columns.map((column, at) => [column, row[at] ?? null])));
  }
  return rows;
}
