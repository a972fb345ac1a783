// Steps up whose separators came in a spelling that nothing here decodes, and file names that lost their separators on the way.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_TRAVERSAL = 22;
/** Longest spelling of one separator, and steps that are looked at in one value. */
const SEPARATOR_BYTES_MAX = 24;
const PLACES_MAX = 32;

/** `..%c0%qf..%c0%qf`: the same bytes between dots, over and over, and no word among them. One pass. */
export function findGarbled(value: string): Finding | undefined {
  let at = value.indexOf("..");
  for (let places = 0; at >= 0 && places < PLACES_MAX; places++) {
    const from = behindDots(value, at);
    const next = value.indexOf("..", from);
    if (next < 0) return lastStep(value, at, from);
    const bytes = next - from;
    if (bytes > 0 && bytes <= SEPARATOR_BYTES_MAX && isSpelling(value, from, next) && repeats(value, from, behindDots(value, next), bytes))
      return finding("path.traversal", 5, CWE_TRAVERSAL, value, at);
    at = next;
  }
  return undefined;
}

function behindDots(value: string, at: number): number {
  let here = at;
  while (value.charCodeAt(here) === 0x2e) here++;
  return here;
}

/** Does the separator come again behind the next dots? A single one is a spelling of punctuation. */
function repeats(value: string, from: number, again: number, bytes: number): boolean {
  return value.startsWith(value.slice(from, from + bytes), again);
}

const SPELLED = /^(?:%{1,4}[\da-z]{1,5}|%u[\da-z]{4}|0x[\da-f]{2}|[^\w\s.,!-])+$/i;

/** Percent signs with anything behind them, marks, and bytes beyond ASCII. */
function isSpelling(value: string, from: number, end: number): boolean {
  const text = value.slice(from, end);
  return text.indexOf("%") >= 0 || text.indexOf("0x") >= 0 || /[\x80-\xff?\\]/.test(text) ? SPELLED.test(text) : false;
}

const STEP = /^(?:%{1,4}[\da-z]{2,5}|%u[\da-z]{4}|0x[\da-f]{2}){1,4}/i;
const TARGET = /^(?:etc|boot|win|proc|usr|var|\{file\}|[\w.-]{1,24}\.(?:ini|conf|log|xml|asa|inc))/i;

/** `..%c0%qfboot.ini`: one step alone needs a file behind it. */
function lastStep(value: string, at: number, from: number): Finding | undefined {
  const head = value.slice(from, from + SEPARATOR_BYTES_MAX * 2);
  const step = STEP.exec(head);
  if (step === null || from - at !== 2) return undefined;
  return TARGET.test(head.slice(step[0].length)) ? finding("path.traversal", 4, CWE_TRAVERSAL, value, at) : undefined;
}

/** How far into a value the first name behind its dots is looked for, in bytes. */
const SQUEEZED_BYTES_MAX = 440;
const SQUEEZED =
  /^[/\\]{0,2}(?:\.{7,400}[/\\]|\.{4,400}(?:etc|win|boot|web-inf|proc|usr|var|inetpub|\{\w{1,8}\})|\.{2,3}(?:etc|proc|web-inf|windows|winnt)[/\\]|(?:\.{2,80})?(?:etc(?:passwd|shadow|hosts|group)|[a-z]:(?:inetpub|winnt|windows|boot\.ini|apache)|win(?:nt|dows)(?:win\.ini|system32|repair)|web-infweb\.xml|procself|varlog))/i;

/** Dots with a mark between that a careless filter, or a shell, takes out: `."./."./`. */
const PARTED = ['.".', ".'.", ".^."] as const;

/** One of these stands in whatever is found here: two dots, or a name without the separator before it. */
export const GARBLED_WORDS: readonly string[] = [
  ...PARTED,
  ...".. :boot.ini :inetpub :winnt :windows :apache etcpasswd etcshadow etchosts etcgroup winntwin.ini winntsystem32 winntrepair windowswin.ini windowssystem32 windowsrepair web-infweb.xml procself varlog".split(
    " ",
  ),
];

/** `..........etcpasswd`: a careless filter took the separators out, or took too many dots for one. Only at the beginning. */
export function findSqueezed(value: string): Finding | undefined {
  if (value.indexOf(" ") < 0 && SQUEEZED.test(value.slice(0, SQUEEZED_BYTES_MAX)))
    return finding("path.squeezed", 4, CWE_TRAVERSAL, value, 0);
  for (const mark of PARTED) {
    const at = value.indexOf(mark);
    if (at >= 0 && /^(?:\.["'^]\.[\\/]){2}/.test(value.slice(at, at + 8))) return finding("path.traversal", 5, CWE_TRAVERSAL, value, at);
  }
  return undefined;
}
