import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyOf } from "./needs.ts";

export const beginsWith: Operator = {
  name: "beginsWith",
  build: (argument): BuiltOperator => ({ needs: needsAnyOf([argument]), test: (value) => value.startsWith(argument) }),
};
