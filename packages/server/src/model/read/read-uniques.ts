import type { Field, Unique } from "../plan.ts";
import { questionsOf } from "../questions.ts";
import type { Rule } from "../rule.ts";
import { isRecord } from "../words/brand.ts";
import type { Place } from "./place.ts";
import { listOf, part, type Reader, readShape } from "./shape.ts";
import { flag } from "./values.ts";

type FieldsByName = ReadonlyMap<string, Field>;

const COLUMNS_MAX = 8;

const fieldName: Reader<string> = (input, place) => (typeof input === "string" ? input : place.problem("Write the name of a field."));
const fieldNames = listOf(fieldName, 'Write a list of fields: ["owner", "status"].');

/** Reads the columns of one index: they must be there, be written once, and be something that the store can look for. */
function columns(fields: FieldsByName): Reader<readonly string[]> {
  return (input, place) => {
    const names = fieldNames(input, place);
    if (names === undefined) return undefined;
    if (names.length === 0 || names.length > COLUMNS_MAX) return place.problem(`Name between 1 and ${COLUMNS_MAX} fields.`);
    if (new Set(names).size < names.length) return place.problem("Name each field once.");
    const problems = names.flatMap((name) => columnProblem(name, fields) ?? []);
    for (const problem of problems) place.problem(problem);
    return problems.length === 0 ? names : undefined;
  };
}

function columnProblem(name: string, fields: FieldsByName): string | undefined {
  const field = fields.get(name);
  if (field === undefined) return `There is no field "${name}"; there are: ${[...fields.keys()].join(", ")}.`;
  if (questionsOf(field).equal) return undefined;
  if (field.secrecy === "encrypted") return `"${name}" is encrypted: write .encrypted({ lookup: true }) to be able to find its values.`;
  return `"${name}" is ${field.kind}, which has no index.`;
}

export function readIndexes(input: unknown, place: Place, fields: FieldsByName): readonly (readonly string[])[] {
  return (
    (input === undefined
      ? []
      : listOf(columns(fields), 'Write a list of indexes, each a list of fields: [["owner", "status"]].')(input, place)) ?? []
  );
}

/** Reads `uniques`: a plain list of fields, or `{ fields, reveals }`. */
export function readUniques(input: unknown, place: Place, fields: FieldsByName): readonly Unique[] {
  const unique: Reader<Unique> = (item, at) => {
    if (!isRecord(item)) {
      const names = columns(fields)(item, at);
      return names === undefined ? undefined : { fields: names, reveals: false };
    }
    const read = readShape(item, at, { fields: part<readonly string[]>(columns(fields), []), reveals: part(flag, false) });
    if (read.fields.length > 0) return read;
    return item["fields"] === undefined ? at.problem('Name the fields: { fields: ["owner", "code"], reveals: true }.') : undefined;
  };
  return (input === undefined ? [] : listOf(unique, 'Write a list: [["owner", "code"]].')(input, place)) ?? [];
}

/** The place is told when a refusal would tell of rows of others and the plan does not say that this is meant. */
export function checkReveals(unique: Unique, fixed: ReadonlySet<string>, place: Place): void {
  if (unique.reveals || unique.fields.includes("tenant") || unique.fields.some((name) => fixed.has(name))) return;
  place.problem(
    "A refusal would tell everybody who may create that a value exists in rows of others. Say that this is meant with reveals: true " +
      "(.unique({ reveals: true })), make the collection .tenant(), or include a field that the create rule fixes to actor.id.",
  );
}

/** The fields that a rule forces to equal something of the actor, whatever else holds: two actors never share their values. */
export function fixedBy(rule: Rule): ReadonlySet<string> {
  if (rule.op === "all") return new Set(rule.of.flatMap((part) => [...fixedBy(part)]));
  if (rule.op === "any") {
    const [first, ...others] = rule.of.map(fixedBy);
    return new Set([...(first ?? [])].filter((name) => others.every((names) => names.has(name))));
  }
  if (rule.op !== "compare" || rule.by !== "eq" || rule.left.from !== "row" || rule.left.path.length > 1 || rule.right.from !== "actor")
    return new Set();
  return new Set(rule.left.path);
}
