import { RuleProblem, type Source } from "../rule/index.ts";

/** A rule that cannot be meant as it stands ends the load, with file and line. */
export function refuse(message: string, source: Source): never {
  throw new RuleProblem(message, source);
}
