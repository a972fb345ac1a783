import type { Collection, Rule } from "../../model/index.ts";

/** All rules of a collection and of its fields. */
export function rulesOf({ access, fields }: Collection): readonly Rule[] {
  return [...Object.values(access), ...fields.flatMap(({ read, write }) => [read ?? [], write ?? []].flat())];
}

/** Every role that a rule names. */
export function rolesIn(rule: Rule): readonly string[] {
  if (rule.op === "role") return [rule.role];
  if (rule.op === "all" || rule.op === "any") return rule.of.flatMap(rolesIn);
  if (rule.op === "not") return rolesIn(rule.of);
  return rule.op === "exists" ? rolesIn(rule.where) : [];
}

export function isNever(rule: Rule): boolean {
  return rule.op === "any" && rule.of.length === 0;
}

/** Fields by which a rule knows the owner: row.owner.is(actor.id). */
export function ownerFields(rule: Rule): readonly string[] {
  if (rule.op === "all" || rule.op === "any") return rule.of.flatMap(ownerFields);
  const owner = ownerOf(rule);
  return owner === undefined ? [] : [owner];
}

function ownerOf(rule: Rule): string | undefined {
  if (rule.op !== "compare" || rule.by !== "eq") return undefined;
  const sides = [rule.left, rule.right];
  const row = sides.find((side) => side.from === "row");
  const isActor = sides.some((side) => side.from === "actor" && side.attribute === "id");
  return isActor && row?.from === "row" && row.path.length === 1 ? row.path[0] : undefined;
}

/** Whether a row that passes the rule has its old owner, or the one who writes it. */
export function keeps(rule: Rule, field: string): boolean {
  if (rule.op === "all") return rule.of.some((part) => keeps(part, field));
  if (rule.op === "any") return rule.of.every((part) => keeps(part, field));
  return (rule.op === "unchanged" && rule.field === field) || ownerOf(rule) === field;
}
