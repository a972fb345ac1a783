import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createExaminer, DETECTORS, type Detector, PLACE_DETECTORS } from "../../src/detect/index.ts";
import { ATTACK_TEXTS } from "./attack-texts.ts";

/** A name of a folder alone (`windows`) weighs 1 to the finder of paths, which is not asked about it: no path is no finding. */
const WEIGHT_MIN = 2;

/** The same detectors, asked about everything. */
function withoutGate(detectors: readonly Detector[]): readonly Detector[] {
  return detectors.map(({ words: _, ...detector }) => ({ ...detector, needs: undefined }));
}

/** What is found with a gate and without it, where that is not the same. */
function hiddenIn(detectors: readonly Detector[], texts: readonly string[]): readonly unknown[] {
  const gated = createExaminer(detectors);
  const open = createExaminer(withoutGate(detectors));
  const found = (examiner: typeof gated, text: string) =>
    [...examiner.examine(text)].filter(([, { weight }]) => weight >= WEIGHT_MIN).sort();
  return texts.map((text) => ({ text, gated: found(gated, text), open: found(open, text) })).filter(({ gated, open }) => JSON.stringify(gated) !== JSON.stringify(open)); // biome-ignore format: one line
}

const VARIANTS: readonly (readonly [name: string, make: (text: string) => string])[] = [
  ["as they stand", (text) => text],
  ["in capitals", (text) => text.toUpperCase()],
  ["behind a word", (text) => `a ${text}`],
  ["percent-encoded", (text) => encodeURIComponent(text)],
];

describe("The firewall's gate of bytes and words hides nothing that a detector finds", () => {
  for (const [name, make] of VARIANTS) test(`in the texts of the tests, ${name}`, () => deepEqual(hiddenIn(DETECTORS, ATTACK_TEXTS.map(make)), [])); // biome-ignore format: one line
  test("for detectors of one place", () => deepEqual(hiddenIn(PLACE_DETECTORS, ATTACK_TEXTS), []));
});
