// All detectors over one value and over everything that stands in it under some layers.
import type { Detector, Finding } from "./contract.ts";
import { isDocument } from "./document.ts";
import { openTail } from "./ending.ts";
import { fragmentsOf, splitFences, withoutLessons } from "./fence.ts";
import { peel } from "./layers/index.ts";
import { isChance } from "./noise.ts";
import { createSieve } from "./sieve.ts";

/** The surest finding of each detector by its name; a value in which nothing was found has none. */
export type Examination = ReadonlyMap<string, Finding>;

type Spend = (steps: number) => void;

/** What the texts of one request have shown, so that one which stands in several values, or is asked for by several rules, is looked at once. */
export interface Seen {
  readonly shown: Map<string, Shown>;
  bytes: number;
}

interface Shown {
  /** The text by itself. */
  readonly bare: Examination;
  /** With what stands under its layers, once it was asked for as a value. */
  whole: Examination | undefined;
}

/** More texts, and bytes of them, than the limits of a request let through. What comes beyond is looked at anew, and paid for. */
const SEEN_MAX = 16_384;
const SEEN_BYTES_MAX = 8_388_608;

/** For one request: what it shows goes with it. */
export function createSeen(): Seen {
  return { shown: new Map(), bytes: 0 };
}

function remember(seen: Seen | undefined, text: string, shown: Shown): void {
  if (seen === undefined || seen.shown.size >= SEEN_MAX || seen.bytes + text.length > SEEN_BYTES_MAX) return;
  seen.shown.set(text, shown);
  seen.bytes += text.length;
}

export interface Examiner {
  /** Linear in the value's length. Pays for what it walks, the texts under its layers included, before it walks it. */
  examine(value: string, spend?: Spend, seen?: Seen): Examination;
}

/** What is asked for again, or is a number, costs that much of the budget. */
const STEPS_PER_TEXT_SEEN = 40;

/** What a text costs of the budget however short it is: by itself, and for each detector that looks at it. */
const STEPS_PER_TEXT = 200;
const STEPS_PER_DETECTOR = 200;
/** What a byte of a text costs of the budget: for the layers under it, and for each two detectors that look at it (measured: 2 to 22 ns each). */
const STEPS_PER_BYTE = 4;
const STEPS_PER_BYTE_AND_TWO = 2;

const NOTHING: Examination = new Map();
const PLAIN: Shown = { bare: NOTHING, whole: NOTHING };

function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** An examiner over a set of detectors. */
export function createExaminer(detectors: readonly Detector[]): Examiner {
  const wantedBy = createSieve(detectors);

  const look = (text: string, spend: Spend | undefined, skipped = ""): Examination => {
    let wanted = wantedBy(text);
    const asked = countBits(wanted);
    spend?.(STEPS_PER_TEXT + asked * STEPS_PER_DETECTOR + text.length * (STEPS_PER_BYTE + ((STEPS_PER_BYTE_AND_TWO * asked) >> 1)));
    let out: Map<string, Finding> | undefined;
    for (let index = 0; wanted !== 0; index++, wanted >>>= 1) {
      const detector = detectors[index];
      if ((wanted & 1) === 0 || detector === undefined || detector.name === skipped) continue;
      const raw = detector.find(text, spend);
      if (raw === undefined) continue;
      const isSpared =
        raw.weight > DOCUMENT_WEIGHT && (isInDocument(detector, raw, text) || isInFence(detector, text, spend) || isChance(raw, text));
      const found: Finding = isSpared ? { ...raw, weight: DOCUMENT_WEIGHT } : raw;
      if ((out?.get(detector.name)?.weight ?? 0) >= found.weight) continue;
      out ??= new Map();
      out.set(detector.name, found);
    }
    return out ?? NOTHING;
  };

  const lookOnce = (text: string, spend: Spend | undefined, seen: Seen | undefined): Examination => {
    const known = seen?.shown.get(text);
    if (known !== undefined) {
      spend?.(STEPS_PER_TEXT_SEEN);
      return known.bare;
    }
    const bare = look(text, spend);
    remember(seen, text, { bare, whole: undefined });
    return bare;
  };

  const lookUnder = (value: string, bare: Examination, spend: Spend | undefined, seen: Seen | undefined): Examination => {
    let found = bare;
    for (const { text, layers } of peel(value)) {
      const isShown = layers[0] === "html" && isPage(value);
      const more = isShown ? look(text, spend, "script") : lookOnce(text, spend, seen);
      if (more === NOTHING) continue;
      if (found === bare) found = new Map(bare);
      addSurer(found as Map<string, Finding>, more, layers);
    }
    return found;
  };

  return {
    examine(value, spend, seen) {
      if (isNumber(value)) {
        spend?.(STEPS_PER_TEXT_SEEN);
        return NOTHING;
      }
      const known = seen?.shown.get(value);
      if (known?.whole !== undefined) {
        spend?.(STEPS_PER_TEXT_SEEN);
        return known.whole;
      }
      const bare = known?.bare ?? look(value, spend);
      const whole = lookUnder(value, bare, spend, seen);
      if (known !== undefined) known.whole = whole;
      else remember(seen, value, whole === NOTHING ? PLAIN : { bare, whole });
      return whole;
    },
  };
}

/** One number as JSON writes it: prices, times and places on a map, thousands of them in a document. */
const NUMBER = /^-?\d{1,17}(?:\.\d{1,17})?(?:[eE][+-]?\d{1,3})?$/;
const NUMBER_BYTES_MAX = 24;

function isNumber(value: string): boolean {
  const first = value.charCodeAt(0);
  return value.length <= NUMBER_BYTES_MAX && (first === 0x2d || (first >= 0x30 && first <= 0x39)) && NUMBER.test(value);
}

/** Of two findings of a detector the one that was made first stays, unless the other is surer. */
function addSurer(found: Map<string, Finding>, more: Examination, layers: readonly string[]): void {
  for (const [name, finding] of more) if ((found.get(name)?.weight ?? 0) < finding.weight) found.set(name, { ...finding, layers });
}

/** Ends of elements in a text that is a page: what is escaped in it is text to whoever shows it, and the rest is looked at as it stands. */
const ENDS_MIN = 4;

function isPage(value: string): boolean {
  let ends = 0;
  for (let at = value.indexOf("</"); at >= 0 && ends < ENDS_MIN; at = value.indexOf("</", at + 2)) ends++;
  return ends >= ENDS_MIN && /^\s{0,40}(?:<[a-z!?][^>]{0,400}>|[A-Z][\w ]{2,})/.test(value.slice(0, 512));
}

/** What a finding in a program may weigh at most. */
const DOCUMENT_WEIGHT = 3;
/** Kinds that do harm wherever they are read. */
const HARMFUL: ReadonlySet<string> = new Set([
  "command.shellshock",
  "command.device",
  "code.include",
  "code.escape",
  "code.shell",
  "code.backtick",
  "code.import",
  "include.directive",
  "include.edge",
  "include.program",
]);

/** A template from its first byte on is no program in another language. */
const TEMPLATE = /^\s{0,8}(?:#set|#foreach|#if|%\s?(?:if|for|while|def)\b|\{[{%#]|<[%#]|[$#*@]\{|\[#)/;

function sparesDocuments(detector: Detector, { kind }: Finding, text: string): boolean {
  return detector.sparesDocuments === true && !HARMFUL.has(kind) && !(kind.startsWith("template.") && TEMPLATE.test(text));
}

function isInDocument(detector: Detector, found: Finding, text: string): boolean {
  return sparesDocuments(detector, found, text) && isDocument(text) && !isLeftOpen(detector, text);
}

/** What a template runs wherever in a text it stands, and nobody writes into a template who does not attack one. */
const EVALUATED: ReadonlySet<string> = new Set(["template.probe", "template.reflection", "template.polyglot"]);

/** All that was found stands in blocks of code that a text shows: nothing is left without them, and they are no fragments themselves. */
function isInFence(detector: Detector, text: string, spend: Spend | undefined): boolean {
  const fenced = splitFences(text);
  if (fenced === undefined) return false;
  // It is read twice more.
  spend?.(text.length * STEPS_PER_BYTE);
  if (isSure(detector.find(fenced.outside, spend))) return false;
  const found = detector.find(withoutLessons(detector.name, fenced.inside), spend);
  if (!isSure(found)) return true;
  if (EVALUATED.has(found.kind)) return false;
  return sparesDocuments(detector, found, fenced.inside) && !fragmentsOf(fenced.inside).some((line) => isSure(detector.find(line, spend)));
}

function isSure(found: Finding | undefined): found is Finding {
  return found !== undefined && found.weight > DOCUMENT_WEIGHT;
}

/** What was found stands in a last line that leaves somebody else's statement open. */
function isLeftOpen(detector: Detector, text: string): boolean {
  const tail = openTail(text);
  return tail !== undefined && isSure(detector.find(tail));
}
