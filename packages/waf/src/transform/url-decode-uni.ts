import { byteSet, done, findAny, HEX_VALUE, work } from "../text/index.ts";
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
    const code = isWide ? digitsAt(bytes, at + 2, 4, end) : digitsAt(bytes, at + 1, 2, end);
    if (code < 0) bytes[write++] = PERCENT;
    else bytes[write++] = isWide ? BEST_FIT[code] || code & 0xff : code;
    at += code < 0 ? 1 : isWide ? 6 : 3;
  }
  return done(bytes, write, value);
}

/** What `count` digits from `at` on are worth; -1 where not all of them are there. */
function digitsAt(bytes: Uint8Array, at: number, count: number, end: number): number {
  if (at + count > end) return -1;
  let code = 0;
  for (let digit = at; digit < at + count; digit++) {
    const worth = HEX_VALUE[bytes[digit] as number] as number;
    if (worth < 0) return -1;
    code = code * 16 + worth;
  }
  return code;
}
