import { byteSet, invalidPercentAt } from "../text/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";

/** True where a `%` is not followed by two hexadecimal digits. */
export const validateUrlEncoding: Operator = {
  name: "validateUrlEncoding",
  build: (): BuiltOperator => ({
    needs: { kind: "bytes", bytes: byteSet("%") },
    test(value, trial) {
      trial.spend(value.length);
      return invalidPercentAt(value) >= 0;
    },
  }),
};
