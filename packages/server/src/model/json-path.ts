/** A place in a value of JSON: names lead into objects, numbers into lists (negative ones from their end). */
export interface JsonPath {
  readonly steps: readonly JsonStep[];
  /** `text`: a string as it is, everything else as it is printed. */
  readonly as: "json" | "text";
}

export type JsonStep = string | number;

/**
 * What stands at a place in printed JSON; null where nothing does. As `json` it is printed, a null too; as `text` a string is as it
 * is, and null is nothing; as `number` everything but a number is nothing.
 */
export function partOfJson(json: string, steps: readonly JsonStep[], as: JsonPath["as"] | "number"): string | number | null {
  let value: unknown = JSON.parse(json);
  for (const step of steps) {
    value = stepInto(value, step);
    if (value === undefined) return null;
  }
  if (as === "number") return typeof value === "number" ? value : null;
  if (as === "json") return JSON.stringify(value);
  if (value === null) return null;
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The same as an answer shows it. */
export function printAt(json: string, { steps, as }: JsonPath): string {
  const part = partOfJson(json, steps, as);
  if (part === null) return "null";
  return as === "json" ? String(part) : JSON.stringify(part);
}

function stepInto(value: unknown, step: JsonStep): unknown {
  if (typeof step === "number") return Array.isArray(value) ? value.at(step) : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
  return Reflect.get(value, step);
}

export function samePath(a: JsonPath | undefined, b: JsonPath | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.as === b.as && a.steps.length === b.steps.length && a.steps.every((step, at) => step === b.steps[at]);
}
