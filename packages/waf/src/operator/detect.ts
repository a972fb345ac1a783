import { DETECTORS, findScript, findSql } from "../detect/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyByte } from "./needs.ts";

/** What a detector says of a value, as far as an operator asks. */
type Find = (value: string, spend: (steps: number) => void) => { readonly kind: string } | undefined;

/** What a byte costs of the budget beside what the detectors ask for themselves, measured: some ten nanoseconds. */
const SQL_STEPS_PER_BYTE = 3;
const SCRIPT_STEPS_PER_BYTE = 8;

/** The value would change a statement of SQL; TX:0 holds the kind of finding. */
export const detectSQLi: Operator = detection("detectSQLi", "sql", SQL_STEPS_PER_BYTE, findSql);

/** The value would run as script in a page; TX:0 holds the kind of finding. */
export const detectXSS: Operator = detection("detectXSS", "script", SCRIPT_STEPS_PER_BYTE, (value, spend) =>
  findScript(value, undefined, spend),
);

function detection(name: string, detector: string, stepsPerByte: number, find: Find): Operator {
  const needs = needsAnyByte(DETECTORS.find((each) => each.name === detector)?.needs);

  function build(): BuiltOperator {
    return {
      needs,
      test(value, trial) {
        trial.spend(value.length * stepsPerByte);
        const finding = find(value, trial.spend);
        if (finding !== undefined) trial.capture(0, finding.kind);
        return finding !== undefined;
      },
    };
  }
  return { name, build };
}
