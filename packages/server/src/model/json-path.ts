/** A place in a value of JSON: names lead into objects, numbers into lists (negative ones from their end). */
export interface JsonPath {
  readonly steps: readonly (string | number)[];
  /** `text`: a string as it is, everything else as it is printed. */
  readonly as: "json" | "text";
}

/** What stands there, printed as JSON; `undefined` where nothing does, and for null as text. */
export function printAt(json: string, { steps, as }: JsonPath): string | undefined {
  let value: unknown = JSON.parse(json);
  for (const step of steps) {
    value = stepInto(value, step);
    if (value === undefined) return undefined;
  }
  if (as === "json") return JSON.stringify(value);
  if (value === null) return undefined;
  return JSON.stringify(typeof value === "string" ? value : JSON.stringify(value));
}

function stepInto(value: unknown, step: string | number): unknown {
  if (typeof step === "number") return Array.isArray(value) ? value.at(step) : undefined;
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, step)) return undefined;
  return Reflect.get(value, step);
}

export function samePath(a: JsonPath | undefined, b: JsonPath | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.as === b.as && a.steps.length === b.steps.length && a.steps.every((step, at) => step === b.steps[at]);
}
