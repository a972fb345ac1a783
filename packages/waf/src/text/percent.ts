import { findAny, hexAt } from "./bytes.ts";

const PERCENT = 0x25;
const PLUS = 0x2b;
const MARKS = ["%"] as const;
const FORM_MARKS = ["%", "+"] as const;

/** Undoes percent-encoding (RFC 3986 §2.1) once; what is no valid escape stays as it is. `plus: "space"` reads forms (a `+` is a space). The same string where nothing changes. */
export function decodePercent(value: string, plus: "space" | "keep"): string {
  const isForm = plus === "space";
  const first = findAny(value, isForm ? FORM_MARKS : MARKS);
  if (first < 0) return value;
  const bytes = Buffer.from(value, "latin1");
  let write = first;
  for (let at = first; at < value.length; ) {
    const byte = value.charCodeAt(at);
    const code = byte === PERCENT ? escapeAt(value, at) : -1;
    bytes[write++] = code >= 0 ? code : byte === PLUS && isForm ? 0x20 : byte;
    at += code >= 0 ? 3 : 1;
  }
  const text = bytes.toString("latin1", 0, write);
  return write === value.length && text === value ? value : text;
}

/** The place of the first `%` that is not followed by two hexadecimal digits; -1 where every escape is valid. */
export function invalidPercentAt(value: string): number {
  for (let at = value.indexOf("%"); at >= 0; at = value.indexOf("%", at + 1)) {
    if (escapeAt(value, at) < 0) return at;
  }
  return -1;
}

/** The byte that `%HH` at `at` stands for; -1 where it is no escape. */
function escapeAt(value: string, at: number): number {
  const high = hexAt(value, at + 1);
  const low = hexAt(value, at + 2);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}
