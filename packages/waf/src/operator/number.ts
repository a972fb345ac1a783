import { SPACES } from "../text/index.ts";

/** Further digits say nothing that a comparison could need: 2^53 is reached long before. */
const DIGITS_MAX = 18;

/** strtol() of C: white space, a sign, digits, and whatever follows is left; 0 where no digits stand. Very long numbers end at a bound. */
export function numberOf(text: string): number {
  let at = 0;
  while (at < text.length && SPACES[text.charCodeAt(at)] === 1) at++;
  const sign = text.charCodeAt(at);
  if (sign === 0x2d || sign === 0x2b) at++;
  while (text.charCodeAt(at) === 0x30) at++;
  let number = 0;
  for (let digits = 0; digits < DIGITS_MAX && at < text.length; digits++, at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) break;
    number = number * 10 + digit;
  }
  return sign === 0x2d ? 0 - number : number;
}

/** Is it an integer and nothing else? */
export function isNumber(text: string): boolean {
  return /^[+-]?\d+$/.test(text.trim());
}
