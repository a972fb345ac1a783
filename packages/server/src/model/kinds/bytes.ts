import type { Field } from "../plan.ts";
import { bytesOf } from "./id.ts";
import { type Kind, type Parsed, parsed, wrong } from "./kind.ts";

const HEX = /^\\x(?:[0-9a-f]{2})*$/i;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const FORM = "must be bytes, written as base64 or as \\x and hexadecimal digits.";

/** Bytes: in as base64 or `\x` and hex, out as `\x` and hex, the way PostgREST prints a bytea. */
export const bytes: Kind = {
  column: "blob",
  asks: { equal: true, order: false, pattern: false, lookup: true },
  bounds: "bytes",
  fromJson: (input, field) => {
    const read = typeof input === "string" ? bytesFrom(input, field) : wrong(field, FORM);
    if (!read.ok || !(read.value instanceof Uint8Array)) return read;
    if (field.max !== undefined && read.value.length > field.max) return wrong(field, `must have at most ${field.max} bytes.`);
    if (field.min !== undefined && read.value.length < field.min) return wrong(field, `must have at least ${field.min} bytes.`);
    return read;
  },
  toJson: (value) => `\\x${hexOf(bytesOf(value))}`,
  fromText: (text, field) => bytesFrom(text, field),
  encode: bytesOf,
  decode: (content) => content,
};

function bytesFrom(text: string, field: Field): Parsed {
  if (HEX.test(text)) return parsed(new Uint8Array(Buffer.from(text.slice(2), "hex")));
  if (!BASE64.test(text)) return wrong(field, FORM);
  const content = Buffer.from(text, "base64");
  // Two texts for the same bytes (spare bits that are not zero) would be two spellings of one secret: only the first is taken.
  return content.toString("base64") === text ? parsed(new Uint8Array(content)) : wrong(field, FORM);
}

function hexOf(content: Uint8Array): string {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("hex");
}
