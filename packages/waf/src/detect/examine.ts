// All detectors over one value and over everything that stands in it under some layers.
import type { Detector, Finding } from "./contract.ts";
import { isDocument } from "./document.ts";
import { openTail } from "./ending.ts";
import { peel } from "./layers/index.ts";

/** The surest finding of each detector by its name; a value in which nothing was found has none. */
export type Examination = ReadonlyMap<string, Finding>;

type Spend = (steps: number) => void;

export interface Examiner {
  /** Linear in the value's length. Pays for what it walks, the texts under its layers included, before it walks it. */
  examine(value: string, spend?: Spend): Examination;
}

/** What a text costs of the budget however short it is. */
const STEPS_PER_TEXT = 200;
/** What a byte of a text costs of the budget: for the layers under it, and for each two detectors that look at it (measured: 2 to 22 ns each). */
const STEPS_PER_BYTE = 4;
const STEPS_PER_BYTE_AND_TWO = 3;

const NOTHING: Examination = new Map();

function countBits(word: number): number {
  let count = 0;
  for (let rest = word; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** Detectors are chosen by bit, so no more than fit into a word. */
const DETECTORS_MAX = 31;

/** An examiner over a set of detectors. */
export function createExaminer(detectors: readonly Detector[]): Examiner {
  if (detectors.length > DETECTORS_MAX)
    throw new Error(`An examiner takes at most ${DETECTORS_MAX} detectors, and ${detectors.length} were given.`);
  const { bits, always } = wantedBits(detectors);

  type Found = Map<string, Finding> | undefined;
  const look = (text: string, layers: readonly string[], found: Found, spend: Spend | undefined, skipped = ""): Found => {
    let wanted = always;
    for (let at = 0; at < text.length; at++) wanted |= bits[text.charCodeAt(at)] ?? 0;
    spend?.(STEPS_PER_TEXT + text.length * (STEPS_PER_BYTE + ((STEPS_PER_BYTE_AND_TWO * countBits(wanted)) >> 1)));
    let out = found;
    for (let index = 0; wanted !== 0; index++, wanted >>>= 1) {
      const detector = detectors[index];
      if ((wanted & 1) === 0 || detector === undefined || detector.name === skipped) continue;
      const raw = detector.find(text, spend);
      const isSpared =
        raw !== undefined &&
        raw.weight > DOCUMENT_WEIGHT &&
        sparesDocuments(detector, raw, text) &&
        isDocument(text) &&
        !isLeftOpen(detector, text);
      const finding: Finding | undefined = isSpared ? { ...raw, weight: DOCUMENT_WEIGHT } : raw;
      if (finding === undefined || (out?.get(detector.name)?.weight ?? 0) >= finding.weight) continue;
      out ??= new Map();
      out.set(detector.name, layers.length === 0 ? finding : { ...finding, layers });
    }
    return out;
  };

  return {
    examine(value, spend) {
      let found = look(value, NO_LAYERS, undefined, spend);
      for (const layered of peel(value)) {
        const skipped = layered.layers[0] === "html" && isPage(value) ? "script" : "";
        found = look(layered.text, layered.layers, found, spend, skipped);
      }
      return found ?? NOTHING;
    },
  };
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
]);

/** A template from its first byte on is no program in another language. */
const TEMPLATE = /^\s{0,8}(?:#set|#foreach|#if|\{[{%#]|<[%#]|[$#*@]\{|\[#)/;

function sparesDocuments(detector: Detector, { kind }: Finding, text: string): boolean {
  return detector.sparesDocuments === true && !HARMFUL.has(kind) && !(kind.startsWith("template.") && TEMPLATE.test(text));
}

/** What was found stands in a last line that leaves somebody else's statement open. */
function isLeftOpen(detector: Detector, text: string): boolean {
  const tail = openTail(text);
  return tail !== undefined && (detector.find(tail)?.weight ?? 0) > DOCUMENT_WEIGHT;
}

const NO_LAYERS: readonly string[] = [];

/** For each byte, the detectors that may find something because of it. */
function wantedBits(detectors: readonly Detector[]): { readonly bits: Int32Array; readonly always: number } {
  const bits = new Int32Array(256);
  let always = 0;
  for (const [index, { needs }] of detectors.entries()) {
    if (needs === undefined) always |= 1 << index;
    else for (let byte = 0; byte < 256; byte++) if (needs[byte] === 1) bits[byte] = (bits[byte] ?? 0) | (1 << index);
  }
  return { bits, always };
}
