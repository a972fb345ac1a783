import type { Check } from "../access/contract.ts";
import type { Value } from "../model/value.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type Asked, type DataRoom, denied } from "./asked.ts";
import { type Change, type OldRow, sealSet, stepsOf } from "./changes.ts";
import { rowPlace } from "./cipher.ts";
import { type CollectionPlan, requireCollection } from "./collection-plan.ts";
import type { Asker, UpdateRequest, Written } from "./contract.ts";
import { findRows } from "./found.ts";
import { type InputRow, nowMicros, readInput, refuseKept } from "./input.ts";
import { answerMembers } from "./members.ts";
import { checkReferences } from "./references.ts";
import { presentWritten } from "./returned.ts";
import { type Decided, refusalFault, settle } from "./settle.ts";
import { inSlices } from "./slices.ts";
import type { Allowed } from "./visibility.ts";

export async function updateRows(room: DataRoom, request: UpdateRequest, asker: Asker): Promise<Written> {
  const plan = requireCollection(room.plans, request.collection);
  const settled = await settle(room, asker, (asked, view) => decideUpdate(room, plan, request, asked, view));
  if (settled.refusal !== undefined) throw refusalFault(room, plan, settled, settled.refusal);
  return settled.decided.written;
}

async function decideUpdate(room: DataRoom, plan: CollectionPlan, request: UpdateRequest, asked: Asked, view: View): Promise<Decided> {
  const { grant, rows, expectations } = await findRows(room, plan, asked, view, "update", request);
  const needs = { room, plan, asked, action: "update", write: grant.write, fields: request.fields, missing: "default" } as const;
  const [input] = readInput(needs, [request.set]);
  const isEmpty = input === undefined || Object.keys(input.values).length === 0;
  const changed = isEmpty
    ? NO_CHANGES
    : await changeRows(
        room,
        plan,
        asked,
        view,
        grant,
        rows.map((before) => ({ before, input })),
      );
  const after = changed.changes.map((change) => change.after);
  const ids = changed.changes.map(({ id }) => id);
  const returned = await presentWritten(room, plan, asked, view, request.returning, after, ids);
  return {
    steps: changed.changes.length === 0 ? [] : [...expectations, ...changed.steps],
    written: { affected: after.length, inserted: 0, ids, returned },
  };
}

export interface Changed {
  readonly changes: readonly (Change & { readonly action: "update" })[];
  readonly steps: readonly Step[];
}

const NO_CHANGES: Changed = { changes: [], steps: [] };

export interface Pair {
  readonly before: OldRow;
  readonly input: InputRow;
}

/** Builds the new rows in memory and holds them against the rules: the field rules ask the row as it is and as it would be. */
export async function changeRows(
  room: DataRoom,
  plan: CollectionPlan,
  asked: Asked,
  view: View,
  grant: Allowed,
  pairs: readonly Pair[],
): Promise<Changed> {
  const opened = unchangedFields(grant.new).filter((name) => plan.fields.get(name)?.encrypted === true);
  const plains = pairs.map((pair) => plainPair(room, plan, pair, opened));
  const fieldRules = [...grant.write].filter(([name]) => pairs.some(({ input }) => Object.hasOwn(input.values, name)));
  const checks: readonly Check[] = [grant.new, ...fieldRules.map(([, filter]) => filter)];
  const members = await answerMembers(
    view,
    checks,
    plains.flatMap(({ before, after }) => [before, after]),
  );
  for (const { before, after, input } of plains) {
    for (const [name, filter] of fieldRules) {
      const isOpen = [before, after].every((row) => room.passes(filter, row, undefined, members.isMember));
      if (Object.hasOwn(input.values, name) && !isOpen) throw denied(room, asked, "update", plan, "field");
    }
    if (!room.passes(grant.new, after, before, members.isMember)) throw denied(room, asked, "update", plan, "rule");
  }
  const referenced = await checkReferences(
    room,
    plan,
    asked,
    view,
    plains.map(({ set }) => set),
  );
  const changes = await inSlices(pairs, ({ before }, at) => sealChange(room, plan, before, plains[at]?.set ?? {}));
  const steps = await inSlices(changes, (change) => stepsOf(room, plan, asked, change));
  return { changes, steps: [...members.expectations(), ...referenced, ...steps.flat()] };
}

interface PlainPair {
  readonly before: RowValues;
  readonly after: RowValues;
  readonly set: RowValues;
  readonly input: InputRow;
}

function plainPair(room: DataRoom, plan: CollectionPlan, { before, input }: Pair, opened: readonly string[]): PlainPair {
  refuseKept(plan, input.values, before.stored);
  const set: Record<string, Value> = Object.create(null);
  for (const [name, value] of Object.entries(input.values)) if (plan.fields.get(name)?.field.system !== true) set[name] = value;
  set["updated_at"] = nowMicros(room);
  const old: Record<string, Value> = { ...before.stored };
  const place = rowPlace(plan, before.stored);
  for (const name of opened) {
    const field = plan.fields.get(name);
    if (field !== undefined && Object.hasOwn(set, name)) old[name] = room.cipher.open(plan, field, before.stored[name] ?? null, place);
  }
  return { before: old, after: { ...old, ...set }, set, input };
}

function sealChange(room: DataRoom, plan: CollectionPlan, before: OldRow, set: RowValues): Change & { readonly action: "update" } {
  const sealed = sealSet(room, plan, before, set);
  return { action: "update", id: before.id, before, set: sealed, after: { ...before.stored, ...sealed } };
}

function unchangedFields(check: Check): readonly string[] {
  if (check.op === "unchanged") return [check.field];
  return check.op === "all" || check.op === "any" ? check.of.flatMap(unchangedFields) : [];
}
