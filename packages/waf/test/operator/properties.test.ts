import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type BuiltOperator, createOperators, findOperator } from "../../src/operator/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { build, context, couldHold, NOT_ASKED } from "./build.ts";
import { ANSWERS, FILE_ANSWERS } from "./vectors.ts";

const RUNS = 200;
/** Steps for each byte that an operator may spend on a value that is made to hold it up: patterns and detectors read a byte more than once. */
const STEPS_PER_BYTE_MAX = 64;
const STEPS_BASE = 4_096;
/** What those that look for candidates may spend on them, however long the value is. */
const CANDIDATE_STEPS_MAX = 12_000_000;

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("latin1"));
const pieces = fc.constantFrom("drop", "x", "a", "0", "9", "4111111111111111", "574-57-8065", "10.0.0.1", "::", "%", "%4", "\xc3", "\xa9", "cat", "'", " or ", "<script>", "(", " ", ".pdf", "-", "+", "\0"); // biome-ignore format: one line
const value = fc.oneof(
  bytes,
  fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join("")),
);

/** Every operator with every argument that its vectors have. */
const BUILT: readonly (readonly [label: string, operator: BuiltOperator])[] = Object.entries({ ...ANSWERS, ...FILE_ANSWERS }).flatMap(
  ([name, rows]) =>
    [...new Set(rows.map(([argument]) => argument))].map(
      (argument) => [`@${name} ${argument.slice(0, 40)}`, build(name, argument, true)] as const,
    ),
);

test("The firewall never misses a match because a value lacks what an operator needs", () => {
  fc.assert(
    fc.property(value, (text) => {
      for (const [label, operator] of BUILT) {
        if (operator.test(text, NOT_ASKED)) assert.ok(couldHold(operator, text), label);
      }
    }),
    { numRuns: RUNS },
  );
});

test("The firewall builds an operator from any argument or refuses it with file and line", () => {
  const argument = fc.oneof(bytes, fc.array(fc.constantFrom("|", "41", " ", "a", "-", ",", "1", "/", "::", "(", ")", "*", "cl ", "us "), { maxLength: 12 }).map((parts) => parts.join(""))); // biome-ignore format: one line
  fc.assert(
    fc.property(argument, value, (text, asked) => {
      for (const { name } of createOperators()) {
        try {
          findOperator(name)?.build(text, context(true)).test(asked, NOT_ASKED);
        } catch (cause) {
          assert.ok(cause instanceof RuleProblem, `${name} ${JSON.stringify(text)}: ${String(cause)}`);
          assert.match(cause.message, /^rules\.conf:7: /);
        }
      }
    }),
    { numRuns: RUNS },
  );
});

test("The firewall spends steps on a value in proportion to its length", () => {
  for (const unit of ["a", "x", "aab", "0", "4", "drop", "' or ", "<", "%4", "\xc3\xa9", " ", "1.", ":", "(", "\\"]) {
    const text = unit.repeat(Math.ceil(20_000 / unit.length));
    for (const [label, operator] of BUILT) {
      const base = /^@(?:verify|validateNid)/.test(label) ? CANDIDATE_STEPS_MAX : STEPS_BASE;
      let steps = 0;
      operator.test(text, {
        capture: () => undefined,
        spend(count) {
          steps += count;
        },
      });
      assert.ok(
        steps <= base + STEPS_PER_BYTE_MAX * text.length,
        `${label} on ${JSON.stringify(unit)}: ${steps} steps for ${text.length} bytes`,
      );
    }
  }
});
