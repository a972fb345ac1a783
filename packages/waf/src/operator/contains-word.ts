import { byteUnion, LOWER, UPPER } from "../text/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyOf } from "./needs.ts";
import { findText } from "./search.ts";

const LETTERS = byteUnion(LOWER, UPPER);

/** The argument stands somewhere with no letter on either side. */
export const containsWord: Operator = { name: "containsWord", build };

function build(argument: string): BuiltOperator {
  return {
    needs: needsAnyOf([argument]),
    test(value, trial) {
      if (argument === "") return true;
      trial.spend(value.length);
      for (let at = findText(value, argument); at >= 0; at = findText(value, argument, at + 1)) {
        trial.spend(argument.length);
        if (!isLetter(value, at - 1) && !isLetter(value, at + argument.length)) return true;
      }
      return false;
    },
  };
}

function isLetter(value: string, at: number): boolean {
  return at >= 0 && at < value.length && LETTERS[value.charCodeAt(at)] === 1;
}
