import { BODY_VARIABLES } from "./body.ts";
import type { Variable } from "./contract.ts";
import { INNER_VARIABLES, TIME_VARIABLES } from "./inner.ts";
import { REQUEST_VARIABLES } from "./request.ts";
import { RESPONSE_VARIABLES } from "./response.ts";

export { XML_PATHS } from "./body.ts";
export type { Since, Variable } from "./contract.ts";
export { coveredBy } from "./covers.ts";

/** Every variable of the rule language that has a meaning in a process, by its name in upper case. */
export const VARIABLES: ReadonlyMap<string, Variable> = new Map(
  Object.entries({ ...REQUEST_VARIABLES, ...BODY_VARIABLES, ...RESPONSE_VARIABLES, ...INNER_VARIABLES, ...TIME_VARIABLES }),
);

/** Their names, for whoever reads rules. */
export const VARIABLE_NAMES: readonly string[] = [...VARIABLES.keys()];
