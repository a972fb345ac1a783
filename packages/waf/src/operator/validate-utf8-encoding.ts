import { HIGH, isUtf8 } from "../text/index.ts";
import type { BuiltOperator, Operator } from "./contract.ts";

/** True where the value is not UTF-8 (RFC 3629): broken sequences, overlong forms, surrogates, codes above U+10FFFF. */
export const validateUtf8Encoding: Operator = {
  name: "validateUtf8Encoding",
  build: (): BuiltOperator => ({
    needs: { kind: "bytes", bytes: HIGH },
    test(value, trial) {
      trial.spend(value.length);
      return !isUtf8(value);
    },
  }),
};
