import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { compilePattern, createCompany } from "../../src/pattern/index.ts";
import { parseSource } from "../../src/pattern/parse-source.ts";
import { createRandom } from "../../src/pattern/random.ts";
import { SHAPES } from "./shapes.ts";
import { CountingTrial } from "./trial.ts";
import { valuesNear } from "./values.ts";

const PROSE = "Dear all, the meeting is on Tuesday = not Monday; please bring <your> notes and 'some' cake - (we) are 12 or so. ";

test("The firewall finds with patterns tried together what it finds with each alone", () => {
  const company = createCompany();
  const together = SHAPES.map(({ source }) => compilePattern(source, { capture: true, company }));
  const alone = SHAPES.map(({ source }) => compilePattern(source, { capture: true }));
  let matched = 0;
  let tried = 0;
  for (const [index, { source }] of SHAPES.entries()) {
    for (const near of valuesNear(parseSource(source, {}).tree, createRandom(index), 60)) {
      for (const value of [near, PROSE + near, near + PROSE]) {
        for (const [which, pattern] of together.entries()) {
          const [left, right] = [new CountingTrial(), new CountingTrial()];
          const answer = pattern.test(value, left);
          equal(answer, alone[which]?.test(value, right), `${SHAPES[which]?.source} on ${JSON.stringify(value)}`);
          equal(left.captures.join("|"), right.captures.join("|"));
          tried++;
          if (answer) matched++;
        }
      }
    }
  }
  ok(matched > 1_000 && matched < tried, `${matched} of ${tried} matched`);
});

test("The firewall reads an honest value once for all patterns that sit together", () => {
  const sources = [String.raw`=\s*\d`, String.raw`;\s*[A-Z]\w*=`, String.raw`[.;]\s+=`, String.raw`[a-z]=\s*-`];
  const value = PROSE.repeat(20);
  const steps = (patterns: readonly ReturnType<typeof compilePattern>[]): number => {
    for (const pattern of patterns) pattern.test(`${value}.`, new CountingTrial());
    const trial = new CountingTrial();
    for (const pattern of patterns) equal(pattern.test(value, trial), false);
    return trial.steps;
  };
  const company = createCompany();
  const together = steps(sources.map((source) => compilePattern(source, { capture: false, company })));
  const alone = steps(sources.map((source) => compilePattern(source, { capture: false })));
  ok(together < alone / 2, `${together} steps together, ${alone} alone`);
});

test("The firewall tries patterns alone where a value makes too many rows for all of them", () => {
  const company = createCompany();
  const sources = ["[ -].{90}[;<]x", "[ =].{80}[;<]y", "[ '].{70}[;<]z"];
  const patterns = sources.map((source) => compilePattern(source, { capture: false, company }));
  const random = createRandom(2);
  const value = Array.from({ length: 3_000 }, () => (random() < 0.5 ? " " : "a")).join("");
  for (const pattern of patterns) equal(pattern.test(value, new CountingTrial()), false);
  equal(patterns[0]?.test(`${value} ${"b".repeat(90)}<x`, new CountingTrial()), true);
});
