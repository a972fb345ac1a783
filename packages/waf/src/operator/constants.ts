import type { BuiltOperator, Operator } from "./contract.ts";
import { ANYTHING, NOTHING } from "./needs.ts";

export const unconditionalMatch: Operator = {
  name: "unconditionalMatch",
  build: (): BuiltOperator => ({ needs: ANYTHING, test: () => true }),
};

export const noMatch: Operator = { name: "noMatch", build: (): BuiltOperator => ({ needs: NOTHING, test: () => false }) };
