import type { Transform } from "./contract.ts";
import { reduceSpaces, SPACE_STARTS } from "./white-space.ts";

export const removeWhitespace: Transform = {
  name: "removeWhitespace",
  apply: (value) => reduceSpaces(value, "none"),
  touches: SPACE_STARTS,
};
