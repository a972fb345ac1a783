import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

// A call between the end of the text that a value was put into and the beginning of the next one: `',phpversion(),'`, `');f();//`.
// What is called need not be known: who ends a text with an operator, and begins the next one behind another, has the rest of it run.

/** CWE-94: improper neutralization of code. */
const CWE = 94;
/** How far into a value its first quotes are looked for, and how much is read behind one. */
const HEAD_BYTES_MAX = 4_096;
const CALL_BYTES_MAX = 320;
const TEXT_BYTES_MAX = 1_000;

const QUOTES = ["'", '"', "`"] as const;
/** What may stand right behind the quote that ends the text. */
const JOINT = new Uint8Array(256);
for (const character of " \n)]};,.+&|-*/^%<>=?:[~!i") JOINT[character.charCodeAt(0)] = 1;

/** Sticky at the first quote. */
const BROKEN_OUT =
  /(['"`])[\s)\]}]{0,4}[;,.+&|]{1,2}\s?[@$]?(?:(?:echo|print|return|new)\s)?\s?[a-z_$][\w$.:>-]{2,60}\((?!e?s\))[^\n]{0,200}\)\s?[)\]};]{0,4}\s?(?:[;,.+&|]{1,2}\s?\1|\/\/|#|\/\*|\1)/iy;

/** The same behind the other operators, which prose and options of programs have in front of a quote as well: the next text begins behind one. */
const CALCULATED =
  /(['"`])[\s)\]}]{0,4}[*/^%<>=?:-]{1,3}\s?(?:new\s)?[a-z_$][\w$.]{2,60}(?:\[[^\][\n]{1,30}\])?\((?!e?s\))[^\n]{0,200}\)\s?[)\]};]{0,4}\s?(?:[;,.+&|*/^%<>=?:-]{1,3}\s?\1|\/\/|<!--)/iy;

/** Between the quote that ends the text and what is run: brackets that were open, and an operator of any language. */
const ENTRY =
  /^['"`][\s)\]}]{0,6}(?:[;,.+&|*/^%<>=?:~!-]{1,3}|(?:\?\.)?\[(?=[\s(]{0,4}[\w$.]{2,40}[(`=])|\n|(?:or|and|in|if|instanceof)\b)\s{0,4}/i;
/** What stands in front of the next text, whatever that holds, and a sign of a comment where a value ends. */
const NEXT_TEXT = /(?:[;,.+&|*/^%<>=?:!{[(-]|\s(?:or|and|in|instanceof|else))\s{0,4}$/i;
const REST_TAKEN = /(?:\/\*|#)\s{0,4}$/;
/** Comments that take what is left, whatever that is. */
const COMMENTS = ["//", "<!--"] as const;
/** How far they are looked for from where they end. */
const TAIL_BYTES = 24;

/** What is run: a name with its arguments, a thing in brackets that is called, a member that is set, a function in the place of a text. */
const ACTS = [
  /^(?:new\s{1,4}|await\s|@|!|\+|-|~)?(?:[a-z_$][\w$]{2,40}|[a-z_$][\w$]{0,2}(?=\.\w))(?:(?:\?\.|\.|->|::)[\w$]{1,40}|\[[^\][\n]{1,40}\]){0,6}(?:\?\.)?(?:\((?!e?s\))|`)/i,
  /[)\]}]\s?(?:\?\.)?(?:\((?!\?)|\[\s?(?:['"`]\w{0,20}['"`]|\d{1,3})\s?\]\s?(?:\?\.)?[(`]|\.\w{1,20}[(`])/,
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

/** What stands in front of what is run and leaves it as it is: brackets, comments, words. */
const COVER =
  /^(?:[\s({[!+~;-]|\/\*[^*\n]{0,40}\*\/|(?:void|typeof|await|return|throw|try|do|else|delete|if\s?\([^()\n]{0,20}\))(?![\w$])|[a-z_$]\w{0,7}\s?=(?!=)){1,12}/i;

/** Words of languages that stand in front of another word. */
const KEYWORDS = "or|and|in|if|else|instanceof|new|typeof|void|import|print|echo|return|not|is|for|of|while|const|let|var|function|class|async|await|throw|do|lambda|case|try|with|from|as|static|get|set"; // biome-ignore format: one line
const PROSE = new RegExp(String.raw`\b(?!(?:${KEYWORDS})\b)[a-z]{2,},? (?!(?:${KEYWORDS})\b)[a-z]{2,}\b(?![('"])`, "i");

/** A call that a value breaks out of a text for, and back into one behind it. Reads a bounded number of bytes. */
export function findBrokenOut(value: string): Finding | undefined {
  for (const quote of QUOTES) {
    // The first of its kind ends the text.
    const at = value.indexOf(quote);
    if (at < 0 || at > HEAD_BYTES_MAX || JOINT[value.charCodeAt(at + 1)] !== 1) continue;
    // `<a href="' + url() + '">`: right behind a quote of another kind it ends nothing that a page has begun.
    if (at > 1 && QUOTES.some((other) => value.startsWith(other, at - 1))) continue;
    if (isBrokenOut(value, at, quote)) return finding("code.broken-out", 4, CWE, value, at);
  }
  return undefined;
}

function isBrokenOut(value: string, at: number, quote: string): boolean {
  const text = value.slice(at, at + CALL_BYTES_MAX);
  BROKEN_OUT.lastIndex = 0;
  CALCULATED.lastIndex = 0;
  if (at <= CALL_PLACE_MAX && BROKEN_OUT.test(text)) return true;
  return CALCULATED.test(text) || (value.length - at <= TEXT_BYTES_MAX && isBetweenTexts(value.slice(at), quote));
}

/** How far into a value a call may stand whose operators lists and sentences have as well. */
const CALL_PLACE_MAX = 40;

/** From the quote that ends a text to the end of the value: is there something that acts, and the beginning of the next text behind it? */
function isBetweenTexts(text: string, quote: string): boolean {
  const entry = ENTRY.exec(text);
  if (entry === null) return false;
  const start = entry[0].length;
  return endsOfRun(text, start, quote).some((end) => end > start && isRun(text.slice(start, end), quote));
}

/** With an odd number of quotes the first one began a text. */
function isRun(run: string, quote: string): boolean {
  return isEven(run, quote) && !beginsWithEnd(run, quote) && doesAct(run) && !PROSE.test(run);
}

function doesAct(run: string): boolean {
  if (ACTS.some((act) => act.test(run))) return true;
  const bare = run.replace(COVER, "");
  return bare.length < run.length && ACTS.some((act) => act.test(bare));
}

/** Where the next text or a comment may begin: three places at most. */
function endsOfRun(text: string, start: number, quote: string): readonly number[] {
  const ends: number[] = [];
  const last = text.lastIndexOf(quote);
  const nextAt = Math.max(start, last - TAIL_BYTES);
  const next = last > start ? NEXT_TEXT.exec(text.slice(nextAt, last)) : null;
  if (next !== null) ends.push(nextAt + next.index);
  const tailAt = Math.max(start, text.length - TAIL_BYTES);
  const rest = REST_TAKEN.exec(text.slice(tailAt));
  if (rest !== null) ends.push(tailAt + rest.index);
  const comment = COMMENTS.map((mark) => text.lastIndexOf(mark)).find((at) => at > start && text.indexOf(quote, at) < 0);
  if (comment !== undefined) ends.push(comment);
  return ends;
}

/** Is the first quote of what is run the end of a text, so that the one before it began one: `',' + (x) + '`, `'%20'), y`? */
function beginsWithEnd(run: string, quote: string): boolean {
  const at = run.indexOf(quote);
  if (at < 0 || run.charAt(at + 1) === quote) return false;
  if (at === 0) return !/\w/.test(run.charAt(1));
  return /\w$/.test(run.slice(0, at)) || /^\s?(?:[+,;)\]*(.[|]|$)/.test(run.slice(at + 1, at + 3));
}

function isEven(text: string, quote: string): boolean {
  let count = 0;
  for (let at = text.indexOf(quote); at >= 0; at = text.indexOf(quote, at + 1)) count++;
  return count % 2 === 0;
}
