import type { BuiltOperator, Operator } from "./contract.ts";
import { ANYTHING, needsAnyOf } from "./needs.ts";

/** Value and argument are the same bytes. */
export const streq: Operator = {
  name: "streq",
  build: (argument): BuiltOperator => ({
    // An empty value holds nothing that could be looked for.
    needs: argument === "" ? ANYTHING : needsAnyOf([argument]),
    test: (value) => value === argument,
  }),
};
