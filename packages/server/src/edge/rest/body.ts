import type { JsonRow } from "../../data/index.ts";
import { Fault } from "../../kit/index.ts";
import { readJson } from "../json.ts";
import type { JsonLimits } from "../limits.ts";

function unfit(message: string): Fault {
  return new Fault("request.malformed", message, { detail: { rest: "PGRST102" } });
}

/** One object, or a list of objects with the same keys; `columns` in the query says the keys instead. */
export function readRows(body: Uint8Array, limits: JsonLimits, columns: readonly string[] | undefined): readonly JsonRow[] {
  const json: unknown = readJson(body, limits);
  if (!Array.isArray(json)) return [readObject(json)];
  const rows = json.map(readObject);
  const [first] = rows;
  if (columns !== undefined || first === undefined) return rows;
  const keys = Object.keys(first);
  const areAlike = rows.every((row) => Object.keys(row).length === keys.length && keys.every((key) => Object.hasOwn(row, key)));
  if (!areAlike) throw unfit("All object keys must match, or the query names them in columns.");
  return rows;
}

export function readSet(body: Uint8Array, limits: JsonLimits): JsonRow {
  return readObject(readJson(body, limits));
}

function readObject(json: unknown): JsonRow {
  if (typeof json !== "object" || json === null || Array.isArray(json))
    throw unfit("The body must be a JSON object, or a list of objects.");
  const row: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(json)) row[key] = value;
  return row;
}
