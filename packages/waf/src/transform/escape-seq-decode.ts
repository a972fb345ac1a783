import { byteSet, done, hexNumberAt, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { CONTROL_ESCAPES, isOctal } from "./escapes.ts";

const BACKSLASH = 0x5c;
const LETTER_X = 0x78;

/** Escapes of C (ISO C §6.4.4.4): `\n`, `\xHH`, `\OOO`; of what is no escape the backslash goes. One at the very end stays. */
export const escapeSeqDecode: Transform = { name: "escapeSeqDecode", apply, touches: byteSet("\\") };

function apply(value: string): string {
  const first = value.indexOf("\\");
  if (first < 0) return value;
  const bytes = work(value);
  const end = value.length;
  let write = first;
  for (let at = first; at < end; ) {
    const byte = bytes[at++] ?? 0;
    if (byte !== BACKSLASH || at === end) {
      bytes[write++] = byte;
      continue;
    }
    const letter = bytes[at++] ?? 0;
    if (isOctal(letter)) {
      let code = letter - 0x30;
      for (let digits = 1; digits < 3 && at < end && isOctal(bytes[at] ?? 0); digits++) code = code * 8 + (bytes[at++] ?? 0) - 0x30;
      bytes[write++] = code & 0xff;
      continue;
    }
    const code = (letter | 0x20) === LETTER_X ? hexNumberAt(bytes, at, 2, end) : -1;
    bytes[write++] = code >= 0 ? code : (CONTROL_ESCAPES[letter] ?? letter);
    if (code >= 0) at += 2;
  }
  return done(bytes, write, value);
}
