import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

// A call between the end of the text that a value was put into and the beginning of the next one: `',phpversion(),'`, `');f();//`.

/** CWE-94: improper neutralization of code. */
const CWE = 94;
/** How far into a value its first quote is looked for. */
const HEAD_BYTES_MAX = 40;
/** The whole of it, in bytes. */
const CALL_BYTES_MAX = 320;

const QUOTE = new Uint8Array(256);
for (const character of "'\"`") QUOTE[character.charCodeAt(0)] = 1;
/** What may stand right behind the quote that ends the text. */
const JOINT = new Uint8Array(256);
for (const character of " )]};,.+&|") JOINT[character.charCodeAt(0)] = 1;

/** Sticky at the first quote. */
const BROKEN_OUT =
  /(['"`])[\s)\]}]{0,4}[;,.+&|]{1,2}\s?[@$]?(?:(?:echo|print|return|new)\s)?\s?[a-z_$][\w$.:>-]{2,60}\((?!e?s\))[^\n]{0,200}\)\s?[)\]};]{0,4}\s?(?:[;,.+&|]{1,2}\s?\1|\/\/|#|\/\*|\1)/iy;

/** A call that a value breaks out of a text for, and back into one behind it. Reads a bounded number of bytes. */
export function findBrokenOut(value: string): Finding | undefined {
  let at = 0;
  while (at < HEAD_BYTES_MAX && at < value.length && QUOTE[value.charCodeAt(at)] !== 1) at++;
  if (QUOTE[value.charCodeAt(at)] !== 1 || JOINT[value.charCodeAt(at + 1)] !== 1) return undefined;
  BROKEN_OUT.lastIndex = 0;
  return BROKEN_OUT.test(value.slice(at, at + CALL_BYTES_MAX)) ? finding("code.broken-out", 4, CWE, value, at) : undefined;
}
