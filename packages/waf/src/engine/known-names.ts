import { OPERATOR_NAMES } from "../operator/index.ts";
import { TRANSFORMS } from "../transform/index.ts";
import { VARIABLE_NAMES } from "./variables/index.ts";

/** The names that rules may use, for whoever reads them. */
export const KNOWN_NAMES: {
  readonly operators: readonly string[];
  readonly transforms: readonly string[];
  readonly variables: readonly string[];
} = {
  operators: OPERATOR_NAMES,
  transforms: TRANSFORMS.map(({ name }) => name),
  variables: VARIABLE_NAMES,
};
