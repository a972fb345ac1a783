import type { Collection, Plan } from "./plan.ts";
import type { Problem } from "./read/place.ts";
import type { Operand, Rule } from "./rule.ts";

/** What is allowed and probably not meant. Start and audit print it; nothing is refused because of it. */
export function adviseOn(plan: Plan): readonly Problem[] {
  return plan.collections.flatMap((collection) =>
    rulesOf(collection).flatMap(({ place, rule }) => [...adviseOnNot(rule, place, false), ...adviseOnExists(rule, place, plan)]),
  );
}

interface PlacedRule {
  readonly place: string;
  readonly rule: Rule;
}

function rulesOf({ name, access, fields }: Collection): readonly PlacedRule[] {
  const at = `collections.${name}.access`;
  const ofFields = fields.flatMap(({ name: field, read, write }) => [
    { place: `${at}.fields.${field}.read`, rule: read },
    { place: `${at}.fields.${field}.write`, rule: write },
  ]);
  return [
    { place: `${at}.read`, rule: access.read },
    { place: `${at}.create`, rule: access.create },
    { place: `${at}.update.old`, rule: access.updateOld },
    { place: `${at}.update.new`, rule: access.updateNew },
    { place: `${at}.delete`, rule: access.delete },
    ...ofFields.flatMap(({ place, rule }) => (rule === undefined ? [] : [{ place, rule }])),
  ];
}

/** not(row.blocked.is(actor.id)) holds for everybody who is not signed in, because they have no id to compare. */
function adviseOnNot(rule: Rule, place: string, isSignedIn: boolean): readonly Problem[] {
  if (rule.op === "all") {
    const knows = isSignedIn || rule.of.some(asksForAccount);
    return rule.of.flatMap((part) => adviseOnNot(part, place, knows));
  }
  if (rule.op === "any") return rule.of.flatMap((part) => adviseOnNot(part, place, isSignedIn));
  if (rule.op !== "not" || isSignedIn || !namesActor(rule.of)) return [];
  return [
    { place, sentence: "not(…) over something of the actor also holds for those who are not signed in: add actor.signedIn() with all(…)." },
  ];
}

/** True only of accounts, whoever else asks. */
function asksForAccount(rule: Rule): boolean {
  if (rule.op === "all") return rule.of.some(asksForAccount);
  if (rule.op === "any") return rule.of.length > 0 && rule.of.every(asksForAccount);
  if (rule.op === "not") return rule.of.op === "null" && rule.of.operand.from === "actor";
  if (rule.op === "compare") return isActor(rule.left) || isActor(rule.right);
  if (rule.op === "in") return isActor(rule.left);
  return rule.op === "signedIn" || rule.op === "role" || rule.op === "mfaWithin" || rule.op === "level";
}

function namesActor(rule: Rule): boolean {
  if (rule.op === "all" || rule.op === "any") return rule.of.some(namesActor);
  if (rule.op === "not") return namesActor(rule.of);
  if (rule.op === "exists") return namesActor(rule.where);
  if (rule.op === "compare") return isActor(rule.left) || isActor(rule.right);
  if (rule.op === "in") return isActor(rule.left);
  return rule.op === "role" || rule.op === "level" || rule.op === "mfaWithin" || rule.op === "scope";
}

function isActor(operand: Operand): boolean {
  return operand.from === "actor";
}

/** A relation is looked up for each query: without an index on what it is looked up by, all of it is read. */
function adviseOnExists(rule: Rule, place: string, plan: Plan): readonly Problem[] {
  if (rule.op === "all" || rule.op === "any") return rule.of.flatMap((part) => adviseOnExists(part, place, plan));
  if (rule.op === "not") return adviseOnExists(rule.of, place, plan);
  if (rule.op !== "exists") return [];
  const inner = adviseOnExists(rule.where, place, plan);
  const collection = plan.collections.find(({ name }) => name === rule.collection);
  const looked = new Set([rule.pick, "id", "tenant", ...fixedFields(rule.where)]);
  const isIndexed = rule.pick === "id" || collection?.indexes.some(([first]) => first !== undefined && looked.has(first));
  if (isIndexed || collection === undefined) return inner;
  return [
    ...inner,
    { place, sentence: `exists looks through all of ${rule.collection}: add an index on it, such as [${JSON.stringify(rule.pick)}].` },
  ];
}

function fixedFields(rule: Rule): readonly string[] {
  if (rule.op === "all") return rule.of.flatMap(fixedFields);
  return rule.op === "compare" && rule.by === "eq" && rule.left.from === "row" ? rule.left.path.slice(0, 1) : [];
}
