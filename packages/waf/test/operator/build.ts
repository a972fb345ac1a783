import assert from "node:assert/strict";
import { type BuiltOperator, findOperator, type OperatorContext, type Trial } from "../../src/operator/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { DATA_FILES } from "./vectors.ts";

/** Captures nothing and counts nothing. */
export const NOT_ASKED: Trial = { capture: () => undefined, spend: () => undefined };

/** A rule in `rules.conf`, line 7, with the data files of these tests beside it. */
export function context(capture: boolean): OperatorContext {
  const source = { file: "rules.conf", line: 7 };
  return {
    source,
    capture,
    readData(name) {
      const data = DATA_FILES[name];
      if (data === undefined) throw new RuleProblem(`there is no ${name}`, source);
      return data;
    },
  };
}

export function build(name: string, argument: string, capture = false): BuiltOperator {
  return findOperator(name)?.build(argument, context(capture)) ?? assert.fail(`no operator ${name}`);
}

/** Would an engine that goes by the needs run the test on this value? */
export function couldHold({ needs }: BuiltOperator, value: string): boolean {
  if (needs.kind === "anything") return true;
  if (needs.kind === "literals") return needs.literals.some((literal) => value.toLowerCase().includes(literal.toLowerCase()));
  if (needs.kind === "finding") return needs.isAmong(needs.examiner.examine(value, { spend: () => undefined }));
  return Array.from(value).some((character) => needs.bytes[character.charCodeAt(0)] === 1);
}
