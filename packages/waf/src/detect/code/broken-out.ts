import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

// A call between the end of the text that a value was put into and the beginning of the next one: `',phpversion(),'`, `');f();//`.
// What is called need not be known: who ends a text with an operator, and begins the next one behind another, has the rest of it run.

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
for (const character of " \n)]};,.+&|-*/^%<>=?:[~!i") JOINT[character.charCodeAt(0)] = 1;

/** Sticky at the first quote. */
const BROKEN_OUT =
  /(['"`])[\s)\]}]{0,4}[;,.+&|]{1,2}\s?[@$]?(?:(?:echo|print|return|new)\s)?\s?[a-z_$][\w$.:>-]{2,60}\((?!e?s\))[^\n]{0,200}\)\s?[)\]};]{0,4}\s?(?:[;,.+&|]{1,2}\s?\1|\/\/|#|\/\*|\1)/iy;

/** Between the quote that ends the text and what is run: brackets that were open, and an operator of any language. */
const ENTRY = /^['"`][\s)\]}]{0,6}(?:[;,.+&|*/^%<>=?:~![-]{1,3}|\n|(?:or|and|in|if|instanceof)\b)\s{0,4}/i;
/** The next text, behind an operator, or a comment that takes what is left: where a value ends. */
const NEXT_TEXT = /(?:[;,.+&|*/^%<>=?:!{[(-]|\s(?:or|and|in|instanceof|else))\s{0,4}(['"`])\s?$/i;
const REST_TAKEN = /(?:\/\/|\/\*|#|<!--)\s{0,4}$/;
/** How far from its end a value is read for that. */
const TAIL_BYTES = 24;

/** What is run: a name with its arguments, a thing in brackets that is called, a member that is set, a function in the place of a text. */
const ACTS = [
  /^(?:new\s{1,4}|await\s|@|!|\+|-|~)?(?:[a-z_$][\w$]{2,40}|[a-z_$][\w$]{0,2}(?=\.\w))(?:(?:\?\.|\.|->|::)[\w$]{1,40}|\[[^\][\n]{1,40}\]){0,6}(?:\?\.)?(?:\((?!e?s\))|`)/i,
  /[)\]}]\s?(?:\?\.)?(?:\(|\[|\.\w{1,20}[(`])/,
  /[)\]\w]\.\w{2,40}\s?=(?!=)\s?['"`\w(/]/,
  /(?:tostring|valueof|symbol\.\w{5,16}\])\s?:\s?[a-z]/i,
  /['"`]\.[a-z]\w{1,30}\(/i,
  /\b(?:else|and|or|in)\s{1,4}[a-z_$][\w$.]{2,40}\((?!e?s\))/i,
  /\b(?:const|let|var)\s?[{[]/,
  /[\w$]\s?=(?!=)\s?(?:new\s|function\b|async\b|\(|[\w$.]{2,40}[(`])/,
  /[a-z$]\.\w{2,30}\([^()]{0,60}\)\s?[,;)]/i,
  /^\(?`[^`]{1,80}`\)?$/,
  /^\(\s?[a-z_][\w]{2,40}\([^()\n]{0,80}\)\s?\)/i,
];

/** Words of languages that stand in front of another word. */
const KEYWORDS = "or|and|in|if|else|instanceof|new|typeof|void|import|print|echo|return|not|is|for|of|while|const|let|var|function|class|async|await|throw|do|lambda|case|try|with|from|as|static|get|set"; // biome-ignore format: one line
const PROSE = new RegExp(String.raw`\b(?!(?:${KEYWORDS})\b)[a-z]{2,},? (?!(?:${KEYWORDS})\b)[a-z]{2,}\b(?![('"])`, "i");

/** A call that a value breaks out of a text for, and back into one behind it. Reads a bounded number of bytes. */
export function findBrokenOut(value: string): Finding | undefined {
  let at = 0;
  while (at < HEAD_BYTES_MAX && at < value.length && QUOTE[value.charCodeAt(at)] !== 1) at++;
  if (QUOTE[value.charCodeAt(at)] !== 1 || JOINT[value.charCodeAt(at + 1)] !== 1) return undefined;
  BROKEN_OUT.lastIndex = 0;
  const text = value.slice(at, at + CALL_BYTES_MAX);
  const isFound = BROKEN_OUT.test(text) || (value.length - at <= CALL_BYTES_MAX && isBetweenTexts(text));
  return isFound ? finding("code.broken-out", 4, CWE, value, at) : undefined;
}

/** From the quote that ends a text to the end of the value: is there something that acts, and the beginning of the next text behind it? */
function isBetweenTexts(text: string): boolean {
  const entry = ENTRY.exec(text);
  if (entry === null) return false;
  const tailAt = Math.max(entry[0].length, text.length - TAIL_BYTES);
  const tail = text.slice(tailAt);
  const next = NEXT_TEXT.exec(tail);
  const end = next?.[1] === text.charAt(0) ? next : REST_TAKEN.exec(tail);
  if (end === null) return false;
  const run = text.slice(entry[0].length, tailAt + end.index);
  return ACTS.some((act) => act.test(run)) && !PROSE.test(run);
}
