import { byteSet, done, findAny, hexNumberAt, work } from "../text/index.ts";
import { BEST_FIT } from "./best-fit.ts";
import type { Transform } from "./contract.ts";

const PERCENT = 0x25;
const PLUS = 0x2b;
const LETTER_U = 0x75;
const MARKS = ["%", "+"] as const;

/** Percent-encoding with the `%uHHHH` of IIS: folded by best fit (code page 20127), else the lower byte, as ModSecurity does. */
export const urlDecodeUni: Transform = { name: "urlDecodeUni", apply, touches: byteSet("%+") };

function apply(value: string): string {
  const first = findAny(value, MARKS);
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  let at = first;
  while (at < end) {
    const byte = bytes[at] as number;
    if (byte !== PERCENT) {
      bytes[write++] = byte === PLUS ? 0x20 : byte;
      at++;
      continue;
    }
    const isWide = at + 1 < end && ((bytes[at + 1] as number) | 0x20) === LETTER_U;
    const code = isWide ? hexNumberAt(bytes, at + 2, 4, end) : hexNumberAt(bytes, at + 1, 2, end);
    if (code < 0) bytes[write++] = PERCENT;
    else bytes[write++] = isWide ? BEST_FIT[code] || code & 0xff : code;
    at += code < 0 ? 1 : isWide ? 6 : 3;
  }
  return done(bytes, write, value);
}
