import { Fault, type Id } from "../kit/index.ts";
import { fieldFromJson } from "../model/index.ts";
import type { Value } from "../model/value.ts";
import type { RowValues } from "../store/contract.ts";
import { type Asked, type DataRoom, denied, tenantOf } from "./asked.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import type { JsonRow } from "./contract.ts";
import { TENANT_FIELD } from "./tables.ts";
import { type Allowed, isNever, unknownField } from "./visibility.ts";

/** What a client wants a row to be: values in the clear, by field name. Only these fields count as written by the client. */
export interface InputRow {
  readonly values: RowValues;
}

export interface InputNeeds {
  readonly room: DataRoom;
  readonly plan: CollectionPlan;
  readonly asked: Asked;
  readonly action: "create" | "update";
  readonly write: Allowed["write"];
  readonly fields: readonly string[] | undefined;
  readonly missing: "default" | "null";
}

/** Sentences about what is wrong that one answer holds. */
const PROBLEMS_MAX = 20;
const MICROS_PER_MS = 1_000;

type Problem = { readonly row: number; readonly problem: string; readonly because: "null" | "type" | "check" };

/** Reads rows by the plan alone; all wrong values are told at once, by row and field, never by value. */
export function readInput(needs: InputNeeds, rows: readonly JsonRow[]): readonly InputRow[] {
  const problems: Problem[] = [];
  const fields = new Map<string, FieldPlan>();
  const inputs = rows.map((row, at): InputRow => {
    const values: Record<string, Value> = Object.create(null);
    for (const name of needs.fields ?? Object.keys(row)) {
      const field = fields.get(name) ?? writableField(needs, name);
      fields.set(name, field);
      const given = Object.hasOwn(row, name) ? row[name] : missingValue(needs, field);
      if (given === undefined) continue;
      const read = fieldFromJson(field.field, given);
      if (read.ok) values[name] = read.value;
      else problems.push({ row: at, problem: read.problem, because: becauseOf(field, given) });
    }
    return { values };
  });
  refuseProblems(problems, rows.length);
  return inputs;
}

/** A field that the caller neither reads nor writes is not there; one that is only read is refused. */
function writableField({ room, plan, asked, action, write }: InputNeeds, name: string): FieldPlan {
  const field = plan.fields.get(name);
  if (field === undefined) throw unknownField(plan, name, "input");
  const rule = write.get(name);
  if (rule === undefined || !isNever(rule) || field.field.system) return field;
  const read = room.grant(asked.actor, "read", plan.collection, room.clock.now());
  const readRule = read.allow ? read.read.get(name) : undefined;
  if (!read.allow || (readRule !== undefined && isNever(readRule))) throw unknownField(plan, name, "input");
  throw denied(room, asked, action, plan, "field");
}

/** What a field gets that the client lists and this row does not name; `undefined` leaves it to the defaults. */
function missingValue({ missing, action }: InputNeeds, { field }: FieldPlan): null | undefined {
  return missing === "null" && !field.system && action === "create" ? null : undefined;
}

function becauseOf({ field }: FieldPlan, given: unknown): Problem["because"] {
  if (given === null) return "null";
  return typeof given === "string" && (field.kind === "text" || field.kind === "oneOf") ? "check" : "type";
}

/** The whole new row: what the client brings, the defaults, and what the server keeps. */
export function completeRow(room: DataRoom, plan: CollectionPlan, asked: Asked, { values }: InputRow): RowValues {
  const now = room.clock.now() * MICROS_PER_MS;
  const row: Record<string, Value> = Object.create(null);
  for (const { name, field } of plan.fields.values()) {
    row[name] = Object.hasOwn(values, name) ? (values[name] ?? null) : (field.default ?? null);
  }
  row["id"] = values["id"] ?? room.vault.newId();
  row["created_at"] = now;
  row["updated_at"] = now;
  if (plan.collection.tenant) row[TENANT_FIELD] = tenantOf(plan, asked.actor);
  return row;
}

/** What only the server writes may come back in a body as it is, and not otherwise. */
export function refuseKept(plan: CollectionPlan, values: RowValues, before: RowValues | undefined): void {
  for (const { name, field } of plan.fields.values()) {
    if (!field.system || !Object.hasOwn(values, name) || (before === undefined && name === "id")) continue;
    if (before !== undefined && isSameValue(values[name] ?? null, before[name] ?? null)) continue;
    throw new Fault("data.invalid", `The field ${name} is kept by the server and cannot be set.`, { detail: { because: "kept" } });
  }
}

/** A required field that nobody gave a value. */
export function refuseIncomplete(plan: CollectionPlan, rows: readonly RowValues[]): void {
  const required = [...plan.fields.values()].filter(({ field }) => field.required && !field.system);
  const problems = rows.flatMap((row, at) =>
    required
      .filter(({ name }) => (row[name] ?? null) === null)
      .map(({ name }): Problem => ({ row: at, problem: `${name} must not be null.`, because: "null" })),
  );
  refuseProblems(problems, rows.length);
}

function refuseProblems(problems: readonly Problem[], rows: number): void {
  const [first] = problems;
  if (first === undefined) return;
  const sentences = problems.slice(0, PROBLEMS_MAX).map(({ row, problem }) => (rows > 1 ? `Row ${row + 1}: ${problem}` : problem));
  throw new Fault("data.invalid", first.problem, { detail: { because: first.because, problems: sentences } });
}

export function isSameValue(a: Value, b: Value): boolean {
  return a instanceof Uint8Array && b instanceof Uint8Array ? Buffer.compare(a, b) === 0 : a === b;
}

export function nowMicros(room: DataRoom): number {
  return room.clock.now() * MICROS_PER_MS;
}

export function idOf(row: RowValues): Id {
  const id = row["id"];
  if (id instanceof Uint8Array) return id;
  throw new Fault("data.invalid", "id must not be null.", { detail: { because: "null" } });
}
