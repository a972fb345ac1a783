import type { Transform } from "./contract.ts";
import { reduceSpaces, SPACE_STARTS } from "./white-space.ts";

/** Runs of white space become one space. */
export const compressWhitespace: Transform = {
  name: "compressWhitespace",
  apply: (value) => reduceSpaces(value, "one"),
  touches: SPACE_STARTS,
};
