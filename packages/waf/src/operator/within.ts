import type { BuiltOperator, Operator } from "./contract.ts";
import { ANYTHING } from "./needs.ts";
import { findText } from "./search.ts";

/** The value stands somewhere in the argument: an empty value always does. */
export const within: Operator = {
  name: "within",
  build: (argument): BuiltOperator => ({
    needs: ANYTHING,
    test: (value) => value.length <= argument.length && findText(argument, value) >= 0,
  }),
};
