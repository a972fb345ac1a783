import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Detector, Finding } from "../../src/detect/index.ts";
import { createSieve } from "../../src/detect/sieve.ts";

/** A finding of this weight refuses a request on its own at the first paranoia level. */
export const SURE = 4;

/** Texts as the engine holds them: one character a byte. */
export function bytes(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}

export function weightOf(detector: Detector, text: string): number {
  return detector.find(bytes(text))?.weight ?? 0;
}

/** Several detectors of one name as one: each is asked about values that hold a byte and a word of its own alone. */
export function together(detectors: readonly Detector[]): Detector {
  const wantedBy = createSieve(detectors);
  return {
    name: detectors[0]?.name ?? "nothing",
    needs: undefined,
    find(value, spend) {
      let best: Finding | undefined;
      const wanted = wantedBy(value);
      for (const [index, detector] of detectors.entries()) {
        const found = (wanted & (1 << index)) === 0 ? undefined : detector.find(value, spend);
        if (found !== undefined && (best === undefined || found.weight > best.weight)) best = found;
      }
      return best;
    },
  };
}

/** One row, one value: what is refused on its own, and what looks like it and is not. */
export function holdTables(detector: Detector, attacks: readonly string[], benign: readonly string[]): void {
  test(`The firewall is sure of ${attacks.length} attacks on ${detector.name}`, () => {
    assert.deepEqual(attacks.filter((row) => weightOf(detector, row) < SURE), []); // biome-ignore format: one line
  });

  test(`The firewall lets ${benign.length} values pass that look like attacks on ${detector.name}`, () => {
    assert.deepEqual(benign.filter((row) => weightOf(detector, row) >= SURE), []); // biome-ignore format: one line
  });

  test(`The firewall looks for ${detector.name} only where a byte of its needs occurs`, () => {
    const { needs } = detector;
    if (needs === undefined) return;
    const passed = attacks.filter((row) => ![...bytes(row)].some((character) => needs[character.charCodeAt(0)] === 1));
    assert.deepEqual(passed, []);
  });

  test(`The firewall never fails while it looks for ${detector.name}`, () => {
    const pieces = fc.constantFrom(...attacks.flatMap((row) => row.split(/(?<=[\s'"()|;])/)));
    const value = fc.array(fc.oneof(pieces, fc.string({ unit: "binary", maxLength: 6 })), { maxLength: 12 }).map((parts) => parts.join(""));
    fc.assert(
      fc.property(value, (text) => {
        const found = detector.find(bytes(text));
        assert.ok(
          found === undefined || (found.excerpt.length <= 100 && found.weight >= 1 && found.weight <= 5 && found.kind.includes(".")),
        );
      }),
      { numRuns: 400 },
    );
  });
}

/** Every variant of every attack is found as surely as the attack itself. */
export function holdVariants(
  detector: Detector,
  attacks: readonly string[],
  variants: readonly (readonly [name: string, make: (text: string) => string])[],
): void {
  // biome-ignore format: one line
  for (const [name, make] of variants) {
    test(`The firewall knows attacks on ${detector.name} again ${name}`, () => {
      assert.deepEqual(attacks.map(make).filter((row) => weightOf(detector, row) < SURE), []); // biome-ignore format: one line
    });
  }
}

/**
 * Counts how often a value is read while a detector looks at it: reads of single bytes through the string's own methods.
 * Searches of the engine for a text count as one step for each byte up to what they found.
 */
export function stepsOf(detector: Detector, value: string): number {
  let steps = 0;
  const charCodeAt = String.prototype.charCodeAt;
  const indexOf = String.prototype.indexOf;
  const lastIndexOf = String.prototype.lastIndexOf;
  const includes = String.prototype.includes;
  const slice = String.prototype.slice;
  String.prototype.charCodeAt = function (this: string, at: number) {
    steps++;
    return charCodeAt.call(this, at);
  };
  String.prototype.indexOf = function (this: string, text: string, from = 0) {
    const found = indexOf.call(this, text, from);
    steps += (found < 0 ? this.length : found) - from + 1;
    return found;
  };
  String.prototype.lastIndexOf = function (this: string, text: string, from = this.length) {
    const found = lastIndexOf.call(this, text, from);
    steps += Math.min(from, this.length) - Math.max(found, 0) + 1;
    return found;
  };
  String.prototype.includes = function (this: string, text: string, from = 0) {
    steps += this.length - from;
    return includes.call(this, text, from);
  };
  String.prototype.slice = function (this: string, from?: number, to?: number) {
    const part = slice.call(this, from, to);
    // Slices of a value are views: copying them is not what costs.
    steps += 1;
    return part;
  };
  try {
    detector.find(value);
  } finally {
    Object.assign(String.prototype, { charCodeAt, indexOf, lastIndexOf, includes, slice });
  }
  return steps;
}

/** No value made by hand costs more than a fixed number of readings of each byte. */
export function holdSteps(detector: Detector, seeds: readonly string[], perByte: number): void {
  test(`The firewall reads 128 KB a bounded number of times while it looks for ${detector.name}`, () => {
    const bytesLong = 131_072;
    const costs = seeds.map((seed) => {
      const value = bytes(seed.repeat(Math.ceil(bytesLong / seed.length))).slice(0, bytesLong);
      return { seed, perByte: Math.round(stepsOf(detector, value) / bytesLong) };
    });
    if (process.env["SHOW_COSTS"] === "1") console.log(detector.name, costs.toSorted((a, b) => b.perByte - a.perByte).slice(0, 6));
    assert.deepEqual(costs.filter((cost) => cost.perByte > perByte), []); // biome-ignore format: one line
  });
}
