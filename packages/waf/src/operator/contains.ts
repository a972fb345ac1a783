import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyOf } from "./needs.ts";
import { findText } from "./search.ts";

/** The argument stands somewhere in the value, case and all. */
export const contains: Operator = { name: "contains", build: buildContains };

/** The same: ModSecurity keeps both names. */
export const strmatch: Operator = { name: "strmatch", build: buildContains };

function buildContains(argument: string): BuiltOperator {
  return {
    needs: needsAnyOf([argument]),
    test(value, trial) {
      trial.spend(value.length);
      return findText(value, argument) >= 0;
    },
  };
}
