import type { Entry } from "../entry.ts";
import type { State } from "../state.ts";

/** What a variable's entries depend on: they are read anew when it has come; `always`: they may change with every rule. */
export type Since = "head" | "body" | "response" | "response-body" | "always";

/** One variable of the rule language. */
export interface Variable {
  /** Has named members: `ARGS:id`. */
  readonly isCollection: boolean;
  readonly since: Since;
  /** The values recur in many requests and are no secret of one: what is learned about them may be kept. */
  readonly isKept: boolean;
  readonly read: (state: State) => readonly Entry[];
}

export type VariableTable = { readonly [name: string]: Variable };
