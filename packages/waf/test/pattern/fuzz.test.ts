import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { fuzzPatterns } from "../../src/pattern/index.ts";
import { SHAPES } from "./shapes.ts";

const SUBJECTS = [
  { name: "harmless", source: "<script", capture: false },
  { name: "many rows", source: "a[ab]{60}c", capture: false },
  { name: "backtracking", source: String.raw`(\w+)(\w*)(\w*)=\1-`, capture: false },
  { name: "captures", source: String.raw`(\w+)@(\w+)`, capture: true },
];

test("The firewall's fuzzer finds the same values from the same seed", () => {
  const options = { seed: 11, rounds: 30, length: 64 };
  deepEqual(fuzzPatterns(SUBJECTS, options), fuzzPatterns(SUBJECTS, options));
});

test("The firewall's fuzzer puts the worst pattern first, and says which engine took the steps", () => {
  const results = fuzzPatterns(SUBJECTS, { seed: 1, rounds: 200, length: 32 });
  const by = new Map(results.map((result) => [result.subject.name, result]));
  equal(by.get("backtracking")?.engine, "backtracker");
  equal(by.get("many rows")?.engine, "table");
  equal(results.at(-1)?.subject.name, "harmless");
  ok((by.get("many rows")?.stepsPerByte ?? 0) > 10);
  ok((by.get("backtracking")?.growth ?? 0) > 2.5, `grows ${by.get("backtracking")?.growth}`);
  deepEqual(
    results.map(({ stepsPerByte }) => stepsPerByte),
    results.map(({ stepsPerByte }) => stepsPerByte).toSorted((left, right) => right - left),
  );
});

test("The firewall's fuzzer finds no value on which a linear pattern takes more than linear time", () => {
  const subjects = SHAPES.map(({ source, says }) => ({ source, name: says, capture: false }));
  for (const result of fuzzPatterns(subjects, { seed: 5, rounds: 60, length: 2_048 })) {
    ok(result.growth < 2.2, `${result.subject.name}: ${result.growth}`);
  }
});
