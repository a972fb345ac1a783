import type { Source } from "./rule.ts";

/** A rule that cannot be loaded: says where it stands, what was found and what was expected. */
export class RuleProblem extends Error {
  readonly source: Source | undefined;
  constructor(message: string, source?: Source) {
    super(source === undefined ? message : `${source.file}:${source.line}: ${message}`);
    this.name = "RuleProblem";
    this.source = source;
  }
}
