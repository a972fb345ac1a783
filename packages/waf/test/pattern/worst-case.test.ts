import { equal, ok, throws } from "node:assert/strict";
import { test } from "node:test";
import { compilePattern } from "../../src/pattern/index.ts";
import { WALK_STEPS } from "../../src/pattern/machine.ts";
import { createRandom } from "../../src/pattern/random.ts";
import { SHAPES } from "./shapes.ts";
import { CountingTrial } from "./trial.ts";

const LENGTH = 131_072;
/** Twenty milliseconds of a slow machine, at 2.5 ns a step. */
const BUDGET = 8_000_000;

/** What it may take to make the rows that a repeated value asks for: so many states walked through. */
const TABLE_STEPS_MAX = 75_000 * WALK_STEPS;

function stepsOf(source: string, value: string, capture = false): number {
  const trial = new CountingTrial();
  compilePattern(source, { capture }).test(value, trial);
  return trial.steps;
}

for (const { says, source, attack, tail = "" } of SHAPES) {
  test(`The firewall takes steps in proportion to the length: ${says}`, () => {
    const half = stepsOf(source, attack.repeat(LENGTH / 2 / attack.length) + tail);
    const whole = stepsOf(source, attack.repeat(LENGTH / attack.length) + tail);
    ok(whole < 2.2 * half + 1_000, `${half} steps, then ${whole}`);
    ok(whole < LENGTH + TABLE_STEPS_MAX, `${whole} steps for ${LENGTH} bytes`);
  });
}

test("The firewall captures in steps in proportion to the length", () => {
  const half = stepsOf(String.raw`(\w+)\s*=\s*(\w*?)(\d+)$`, `${"a1".repeat(4_000)}=1`, true);
  const whole = stepsOf(String.raw`(\w+)\s*=\s*(\w*?)(\d+)$`, `${"a1".repeat(8_000)}=1`, true);
  ok(whole < 2.2 * half, `${half} steps, then ${whole}`);
});

function coin(bytes: readonly string[], length: number): string {
  const random = createRandom(1);
  return Array.from({ length }, () => bytes[Math.floor(random() * bytes.length)]).join("");
}

test("The firewall asks for what a table costs that no row of which comes again", () => {
  const source = "a[ab]{200}c";
  const value = coin(["a", "b"], 20_000);
  const pattern = compilePattern(source, { capture: false });
  const trial = new CountingTrial();
  equal(pattern.test(value, trial), false);
  ok(trial.steps > 50 * value.length, `${trial.steps} steps`);
  throws(() => pattern.test(coin(["a", "b"], LENGTH), new CountingTrial(BUDGET)), /budget/);
});

test("The firewall keeps the tables of a pattern small, whatever the values", () => {
  const pattern = compilePattern("a[ab]{20}c|[cd].{12}y", { capture: false });
  for (let round = 0; round < 4; round++) pattern.test(coin(["a", "b", "c", "d", "x"], 30_000), new CountingTrial());
  ok(pattern.memoryBytes() > 10_000);
  ok(pattern.memoryBytes() < 512 * 1_024, `${pattern.memoryBytes()} bytes`);
});

test("The firewall ends a backtracking pattern when the budget is spent", () => {
  const pattern = compilePattern(String.raw`(\w+)(\w*)(\w*)=\1-`, { capture: false });
  equal(pattern.risk, "bounded");
  throws(() => pattern.test(`${"a".repeat(300)}=b-`, new CountingTrial(BUDGET)), /budget/);
});

test("The firewall does not begin to backtrack where a linear machine says no", () => {
  const trial = new CountingTrial();
  equal(compilePattern(String.raw`(\w+\s?)+=\1;`, { capture: false }).test("a ".repeat(LENGTH / 2), trial), false);
  ok(trial.steps < 2 * LENGTH, `${trial.steps} steps`);
});

test("The firewall says the same of a long value as of its short parts", () => {
  const pattern = compilePattern("<b>x{3}", { capture: true });
  for (const at of [0, 1, 2, 3, 4_095, LENGTH - 6]) {
    const trial = new CountingTrial();
    equal(pattern.test(`${"<".repeat(at)}<b>xxx${"y".repeat(LENGTH - 6 - at)}`, trial), true);
    equal(trial.captures[0], "<b>xxx");
  }
});
