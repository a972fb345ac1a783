import { byteSet, done, hexNumberAt, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const ZERO = 0x30;
const LETTER_X = 0x78;

/** Hexadecimal strings of SQL in the middle of a value: `0x414243` becomes `ABC`. An odd last digit stays. */
export const sqlHexDecode: Transform = { name: "sqlHexDecode", apply, touches: byteSet("xX") };

function apply(value: string): string {
  const first = value.indexOf("0");
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  for (let at = first; at < end; ) {
    const byte = bytes[at] ?? 0;
    if (byte !== ZERO || ((bytes[at + 1] ?? 0) | 0x20) !== LETTER_X || hexNumberAt(bytes, at + 2, 2, end) < 0) {
      bytes[write++] = byte;
      at++;
      continue;
    }
    at += 2;
    for (let code = hexNumberAt(bytes, at, 2, end); code >= 0; code = hexNumberAt(bytes, at, 2, end)) {
      bytes[write++] = code;
      at += 2;
    }
  }
  return done(bytes, write, value);
}
