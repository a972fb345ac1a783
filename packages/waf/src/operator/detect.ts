import { DETECTORS, findScript, findSql } from "../detect/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyByte } from "./needs.ts";

/** What a detector says of a value, as far as an operator asks. */
type Find = (value: string) => { readonly kind: string } | undefined;

/** The value would change a statement of SQL; TX:0 holds the kind of finding. */
export const detectSQLi: Operator = detection("detectSQLi", "sql", findSql);

/** The value would run as script in a page; TX:0 holds the kind of finding. */
export const detectXSS: Operator = detection("detectXSS", "script", findScript);

function detection(name: string, detector: string, find: Find): Operator {
  const needs = needsAnyByte(DETECTORS.find((each) => each.name === detector)?.needs);

  function build(): BuiltOperator {
    return {
      needs,
      test(value, trial) {
        trial.spend(value.length);
        const finding = find(value);
        if (finding !== undefined) trial.capture(0, finding.kind);
        return finding !== undefined;
      },
    };
  }
  return { name, build };
}
