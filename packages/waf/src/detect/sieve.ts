// Which detectors are asked about a text at all: those whose bytes and words occur in it.
import { createScanner } from "../scan/index.ts";
import { bytesOf } from "../text/index.ts";
import type { Detector } from "./contract.ts";

/** Detectors are chosen by bit, so no more than fit into a word. */
const DETECTORS_MAX = 31;

/** One bit for each detector that may find something in a text, by their order. Reads the text twice at most, however many detectors there are. */
export function createSieve(detectors: readonly Detector[]): (text: string) => number {
  if (detectors.length > DETECTORS_MAX)
    throw new Error(`An examiner takes at most ${DETECTORS_MAX} detectors, and ${detectors.length} were given.`);
  const { bits, always } = bitsOfBytes(detectors);
  const scanner = createScanner(detectors.map(({ words }) => words ?? []));
  const worded = bitsWhere(detectors, ({ words }) => words !== undefined);
  const held = new Uint32Array(1);

  return (text) => {
    const bytes = bytesOf(text);
    let wanted = always;
    for (let at = 0; at < text.length; at++) wanted |= bits[bytes[at] as number] as number;
    if ((wanted & worded) === 0) return wanted;
    held[0] = 0;
    scanner.scanInto(text, held);
    return wanted & ((held[0] as number) | ~worded);
  };
}

/** For each byte, the detectors that may find something because of it; and those that any byte will do for. */
function bitsOfBytes(detectors: readonly Detector[]): { readonly bits: Int32Array; readonly always: number } {
  const bits = new Int32Array(256);
  for (const [index, { needs }] of detectors.entries())
    for (let byte = 0; byte < 256; byte++) if (needs?.[byte] === 1) bits[byte] = (bits[byte] ?? 0) | (1 << index);
  return { bits, always: bitsWhere(detectors, ({ needs }) => needs === undefined) };
}

function bitsWhere(detectors: readonly Detector[], isMeant: (detector: Detector) => boolean): number {
  return detectors.reduce((bits, detector, index) => (isMeant(detector) ? bits | (1 << index) : bits), 0);
}
