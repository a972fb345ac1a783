// Script injection (cross-site scripting): finds what a browser would run if the value were written into a page, whatever the place.
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { findScriptAddress } from "./address.ts";
import { isBrackets } from "./brackets.ts";
import { findCode } from "./code.ts";
import { findHandler } from "./event.ts";
import { findExit } from "./exit.ts";
import { findMarkup } from "./markup.ts";
import { stripTags } from "./strip.ts";
import { judgeStyle } from "./style.ts";

const CWE_SCRIPT = 79;
/** From this weight on a finding is an attack for whoever asks only yes or no. */
const SURE_WEIGHT = 3;

const NEEDS = new Uint8Array(256);
for (const mark of "<(=:[`{") NEEDS[mark.charCodeAt(0)] = 1;

/** Finds script in a value, in any context of a page; linear in its length. Findings below `weightMin` are hints only and are left out. */
export function findScript(value: string, weightMin: Finding["weight"] = SURE_WEIGHT, spend: Spend = free): Finding | undefined {
  const found = look(value, spend);
  return found !== undefined && found.weight >= weightMin ? found : undefined;
}

export const scriptDetector: Detector = { name: "script", needs: NEEDS, find: (value, spend) => findScript(value, 1, spend) };

type Spend = (steps: number) => void;
const free: Spend = () => undefined;

function look(value: string, spend: Spend): Finding | undefined {
  const marks = marksOf(value);
  if (marks === 0) return undefined;
  let best = lookAt(value, marks, spend);
  if ((marks & HAS_TAG) !== 0 && (best?.weight ?? 0) < 4 && value.length <= STRIPPED_BYTES_MAX) {
    const bare = stripTags(value);
    if (bare !== undefined) best = surer(best, lookAt(bare, marksOf(bare), spend));
  }
  return best;
}

/** Longest value that is read once more without its tags, as what is left by a filter in front of the application. */
const STRIPPED_BYTES_MAX = 16_384;

function lookAt(value: string, marks: number, spend: Spend): Finding | undefined {
  let best: Finding | undefined;
  if ((marks & HAS_TAG) !== 0) best = findMarkup(value, spend);
  if (best?.weight !== 5 && (marks & HAS_EQUALS) !== 0) best = surer(best, findHandler(value));
  if (best?.weight !== 5 && (marks & HAS_COLON) !== 0) best = surer(best, findAddress(value));
  if (best?.weight !== 5) best = surer(best, findCode(value));
  if ((best?.weight ?? 0) < 4 && (marks & (HAS_ROUND | HAS_EQUALS | HAS_OTHER)) !== 0) best = surer(best, findExit(value));
  if (best?.weight !== 5 && (marks & (HAS_SQUARE | HAS_OTHER)) !== 0 && value.indexOf("+") >= 0 && isBrackets(value))
    best = finding("script.brackets", 5, CWE_SCRIPT, value);
  if (best?.weight !== 5 && (marks & HAS_ROUND) !== 0 && (marks & HAS_COLON) !== 0) best = surer(best, findStyle(value));
  return best;
}

const HAS_TAG = 1;
const HAS_EQUALS = 2;
const HAS_COLON = 4;
const HAS_SQUARE = 8;
const HAS_ROUND = 16;
const HAS_OTHER = 32;

const MARKS = [["<", HAS_TAG], ["=", HAS_EQUALS], [":", HAS_COLON], ["[", HAS_SQUARE], ["(", HAS_ROUND], ["`", HAS_OTHER], ["{", HAS_OTHER]] as const; // biome-ignore format: one line

/** Which of the bytes that matter occur. Each is looked for natively, which costs less than one pass over the bytes. */
function marksOf(value: string): number {
  let marks = 0;
  for (const [mark, bit] of MARKS) if (value.indexOf(mark) >= 0) marks |= bit;
  return marks;
}

function findAddress(value: string): Finding | undefined {
  const found = findScriptAddress(value);
  return found === undefined
    ? undefined
    : finding(`script.${found.kind}-address`, found.kind === "script" ? 5 : 4, CWE_SCRIPT, value, found.at);
}

/** Style that runs, in a value written into a style attribute or sheet; and style that tells somebody else what a field holds. */
function findStyle(value: string): Finding | undefined {
  const leak = findLeak(value);
  if (leak !== undefined) return leak;
  const at = value.search(/expression|binding|behaviou?r|import/i);
  if (at < 0) return undefined;
  const weight = judgeStyle(value.slice(Math.max(0, at - 64), at + 256));
  return weight === undefined ? undefined : finding("script.style", weight === 5 ? 4 : 3, CWE_SCRIPT, value, at);
}

/** `URL(`, in any case. */
function hasAddress(value: string): boolean {
  for (let at = value.indexOf("(", 3); at >= 0; at = value.indexOf("(", at + 1)) {
    const isUrl = (value.charCodeAt(at - 1) | 32) === 0x6c && (value.charCodeAt(at - 2) | 32) === 0x72 && (value.charCodeAt(at - 3) | 32) === 0x75; // biome-ignore format: one line
    if (isUrl) return true;
  }
  return false;
}

/** An address that tells somebody else what a field holds, or which rule of a sheet applies. */
function findLeak(value: string): Finding | undefined {
  if (!hasAddress(value)) return undefined;
  const field = value.search(/\[\s{0,4}[\w-]{1,40}\s{0,4}[\^$*~|]?=/);
  if (
    field >= 0 &&
    /\]\s{0,8}(?:[~+>\s]\s{0,8}[\w*.#-]{1,40}\s{0,8})?\{[^}]{0,80}url\(\s{0,4}["']?(?:https?:)?\/\//i.test(value.slice(field, field + 400))
  )
    return finding("script.style-leak", 4, CWE_SCRIPT, value, field);
  // A sheet or an attribute is closed before another rule is opened, which fetches something.
  if (/^[^{}]{0,60}\}(?!\s{0,8}@font-face)\s{0,8}[^{}]{0,80}\{[^}]{0,80}url\(\s{0,4}["']?(?:https?:)?\/\//i.test(value.slice(0, 320)))
    return finding("script.style-leak", 4, CWE_SCRIPT, value);
  return undefined;
}
