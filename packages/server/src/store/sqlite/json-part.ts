import { Fault } from "../../kit/index.ts";
import type { JsonStep, Leaf } from "../../model/index.ts";
import type { Value } from "../../model/value.ts";

type JsonAs = (Leaf & { op: "json" })["as"];

/** How a part reads, and how often its place is named in that. */
const PARTS: Readonly<Record<JsonAs, { readonly sql: (column: string) => string; readonly places: number }>> = {
  text: {
    sql: (column) => `(CASE json_type(${column},?) WHEN 'null' THEN NULL WHEN 'text' THEN ${column} ->> ? ELSE ${column} -> ? END)`,
    places: 3,
  },
  json: { sql: (column) => `(${column} -> ?)`, places: 1 },
  number: { sql: (column) => `(CASE WHEN json_type(${column},?) IN ('integer','real') THEN ${column} ->> ? END)`, places: 2 },
};

/** The expression of a part of a json column; its place goes to the values, once for each time that it is named. */
export function jsonPart(values: Value[], column: string, steps: readonly JsonStep[], as: JsonAs): string {
  const place = placeOf(steps);
  const { sql, places } = PARTS[as];
  for (let at = 0; at < places; at++) values.push(place);
  return sql(column);
}

/** The engine reads a name up to the next quote and knows no escape in it. */
const UNNAMEABLE = /["\\\p{Cc}]/u;

function placeOf(steps: readonly JsonStep[]): string {
  let place = "$";
  for (const step of steps) {
    if (typeof step === "number") place += step < 0 ? `[#${step}]` : `[${step}]`;
    else if (UNNAMEABLE.test(step))
      throw new Fault("data.invalid", "A name on a path into json has no quotes, backslashes or control characters.");
    else place += `."${step}"`;
  }
  return place;
}
