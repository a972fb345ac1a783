import { type Entry, single } from "../entry.ts";
import type { State } from "../state.ts";
import type { Since, Variable } from "./contract.ts";

/** A variable with one value. What the head says recurs; what is different in each request is `forgotten`. */
export function scalar(
  since: Since,
  read: (state: State) => string,
  keep: "kept" | "forgotten" = since === "head" ? "kept" : "forgotten",
): Variable {
  return { isCollection: false, since, isKept: keep === "kept", read: (state) => single(read(state)) };
}

/** A variable with one value, or none. */
export function optional(since: Since, read: (state: State) => string | undefined): Variable {
  return {
    isCollection: false,
    since,
    isKept: false,
    read(state) {
      const value = read(state);
      return value === undefined ? [] : single(value);
    },
  };
}

/** A variable with named members. */
export function collection(since: Since, read: (state: State) => readonly Entry[], keep: "kept" | "forgotten" = "forgotten"): Variable {
  return { isCollection: true, since, isKept: keep === "kept", read };
}
