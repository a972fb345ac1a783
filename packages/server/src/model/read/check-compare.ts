import type { Present } from "../kinds/index.ts";
import { FIELD_KINDS } from "../kinds/index.ts";
import type { Field, FieldKind } from "../plan.ts";
import type { DraftComparison, DraftOperand } from "../record/draft.ts";
import { NEVER, type Operand, type Rule } from "../rule.ts";
import { checkOperand } from "./check-operand.ts";
import { bareField } from "./read-field.ts";
import type { RuleContext, Typed } from "./rule-context.ts";

/** Values in one list of a rule: each is a parameter of the query. */
const LIST_MAX = 200;
const ACTOR_ID = bareField("the value", "id");

interface Comparing {
  readonly left: DraftOperand;
  readonly by: DraftComparison;
  readonly right: DraftOperand;
}

export function checkCompare({ left, by, right }: Comparing, context: RuleContext): Rule {
  if (left.from === "value") return NEVER;
  const leftTyped = checkOperand(left, context);
  if (right.from === "value") {
    if (leftTyped === undefined || !mayAsk(leftTyped, by, context)) return NEVER;
    const value = literal(right.value, leftTyped, context);
    return value === undefined ? NEVER : { op: "compare", left: leftTyped.operand, by, right: { from: "value", value } };
  }
  const rightTyped = checkOperand(right, context);
  if (leftTyped === undefined || rightTyped === undefined) return NEVER;
  if (!mayAsk(leftTyped, by, context) || !mayAsk(rightTyped, by, context) || !mayMeet(leftTyped, rightTyped, context)) return NEVER;
  const [first, second] = leftTyped.field === undefined ? [rightTyped, leftTyped] : [leftTyped, rightTyped];
  return { op: "compare", left: first.operand, by, right: second.operand };
}

export function checkIn(left: DraftOperand, values: unknown, context: RuleContext): Rule {
  const typed = left.from === "value" ? undefined : checkOperand(left, context);
  if (typed === undefined || !mayAsk(typed, "eq", context)) return NEVER;
  if (!Array.isArray(values) || values.length === 0 || values.length > LIST_MAX) {
    context.place.problem(`${typed.words}.in needs a list of 1 to ${LIST_MAX} values.`);
    return NEVER;
  }
  const read = values.flatMap((value: unknown) => literal(value, typed, context) ?? []);
  return { op: "in", left: typed.operand, values: read };
}

export function checkNull(operand: DraftOperand, context: RuleContext): Rule {
  const typed = operand.from === "value" ? undefined : checkOperand(operand, context);
  return typed === undefined ? NEVER : { op: "null", operand: typed.operand };
}

export function checkUnchanged(operand: DraftOperand, context: RuleContext): Rule {
  const typed = operand.from === "value" ? undefined : checkOperand(operand, context);
  if (typed?.field === undefined) return NEVER;
  if (!context.mayAskUnchanged)
    context.place.problem("unchanged() compares a row with what it was: use it in update: { old: …, new: … }, in new.");
  else if (!typed.near) context.place.problem(`${typed.words}.unchanged() must name a field of the row itself.`);
  return { op: "unchanged", field: typed.field.name };
}

function mayAsk(typed: Typed, by: DraftComparison, context: RuleContext): boolean {
  if (typed.field === undefined)
    return by === "eq" || by === "neq" || say(context, `${typed.words} is an id: ids can be equal, and have no order.`);
  const { secrecy, kind } = typed.field;
  if (secrecy !== "plain") return say(context, `${typed.words} is encrypted: a rule can only ask whether it is null or unchanged().`);
  const { asks } = FIELD_KINDS[kind];
  if (by === "eq" || by === "neq")
    return asks.equal || say(context, `${typed.words} is ${kind} and cannot be compared; it can only be null or not.`);
  return asks.order || say(context, `${typed.words} is ${kind}: it can be equal, and has no order.`);
}

function say(context: RuleContext, sentence: string): false {
  context.place.problem(sentence);
  return false;
}

function literal(input: unknown, typed: Typed, context: RuleContext): Present | undefined {
  if (input === null) return context.place.problem(`A comparison with null is never true; write ${typed.words}.isNull().`);
  if (input === undefined) return context.place.problem(`${typed.words} is compared with undefined: is a name misspelt?`);
  const field: Field = typed.field === undefined ? ACTOR_ID : { ...typed.field, max: undefined, min: undefined, pattern: undefined };
  const read = FIELD_KINDS[field.kind].fromJson(input, field);
  if (!read.ok) return context.place.problem(`${typed.words} is compared with something else than it can be: ${read.problem}`);
  return read.value ?? undefined;
}

/** Kinds that can be compared with one another. */
const FAMILIES: Readonly<Record<FieldKind, string>> = {
  text: "text",
  oneOf: "text",
  integer: "number",
  number: "number",
  boolean: "boolean",
  dateTime: "dateTime",
  json: "json",
  bytes: "bytes",
  ref: "id",
  id: "id",
};

/** Whether two operands can be compared with each other at all; tells the place when not. */
export function mayMeet(left: Typed, right: Typed, context: RuleContext): boolean {
  const words = `${left.words} and ${right.words}`;
  if (left.field === undefined && right.field === undefined)
    return say(context, `${words} are both of the actor: compare with a field of the row.`);
  const [leftFamily, rightFamily] = [familyOf(left), familyOf(right)];
  if (leftFamily !== rightFamily) return say(context, `${words} cannot be compared: one is ${leftFamily}, the other ${rightFamily}.`);
  if (leftFamily === "id" && !nameTheSame(left, right)) {
    return say(context, `${words} cannot be equal: one is an id of ${left.names}, the other of ${right.names}.`);
  }
  if (left.field === undefined || right.field === undefined) return true;
  if (left.field.secrecy !== "plain" || right.field.secrecy !== "plain") {
    return say(context, `${words} cannot be compared: one is encrypted.`);
  }
  return (
    (isDirect(left.operand) && isDirect(right.operand)) ||
    say(context, `${words} cannot be compared: both must be fields of the row itself.`)
  );
}

function familyOf({ field }: Typed): string {
  return field === undefined ? "id" : FAMILIES[field.kind];
}

/** A row's own id may be anything its maker brought: the id of an account (a profile), or of a tenant. */
function nameTheSame(left: Typed, right: Typed): boolean {
  if (left.names === right.names || left.own || right.own) return true;
  const others = [left.names, right.names].filter((name) => name !== "tenants");
  return others.length === 1 && others[0] !== "accounts";
}

function isDirect(operand: Operand): boolean {
  return operand.from === "row" && operand.path.length === 1;
}
