import type { BuiltOperator, Operator } from "./contract.ts";
import { needsAnyOf } from "./needs.ts";

export const endsWith: Operator = {
  name: "endsWith",
  build: (argument): BuiltOperator => ({ needs: needsAnyOf([argument]), test: (value) => value.endsWith(argument) }),
};
