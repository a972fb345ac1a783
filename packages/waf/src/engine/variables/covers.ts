/** Variables that hold members of another: to leave `ARGS:a` out is to leave that argument out, wherever a rule finds it. */
const PARTS: ReadonlyMap<string, readonly string[]> = new Map([
  ["ARGS", ["ARGS", "ARGS_GET", "ARGS_POST"]],
  ["ARGS_NAMES", ["ARGS_NAMES", "ARGS_GET_NAMES", "ARGS_POST_NAMES", "BODY_NAMES"]],
  ["ARGS_POST_NAMES", ["ARGS_POST_NAMES", "BODY_NAMES"]],
]);

/** The variables from which something is left out that is left out of this one: itself first. */
export function coveredBy(variable: string): readonly string[] {
  return PARTS.get(variable) ?? [variable];
}
