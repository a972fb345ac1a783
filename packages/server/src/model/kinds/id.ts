import { formatId, parseId } from "../../kit/index.ts";
import type { Field } from "../plan.ts";
import { type Kind, type Parsed, type Present, parsed, wrong } from "./kind.ts";

/**
 * A UUID: 16 bytes in the store, lower-case text on the wire. Its order tells nothing of time (a client may bring any), but it is
 * total and stable: people page by it, so it may be asked for. Nothing of ours relies on it.
 */
export const id: Kind = {
  column: "blob",
  asks: { equal: true, order: true, pattern: false, lookup: true },
  bounds: undefined,
  fromJson: (input, field) => (typeof input === "string" ? idFrom(input, field) : wrong(field, "must be an id (a UUID).")),
  toJson: (value) => formatId(bytesOf(value)),
  fromText: (text, field) => idFrom(text, field),
  encode: bytesOf,
  decode: (bytes) => bytes,
};

function idFrom(text: string, field: Field): Parsed {
  const bytes = parseId(text);
  return bytes === undefined ? wrong(field, "must be an id (a UUID).") : parsed(bytes);
}

export function bytesOf(value: Present): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError("The value of an id or of bytes is not bytes.");
}
