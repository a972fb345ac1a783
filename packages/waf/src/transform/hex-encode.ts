import type { Transform } from "./contract.ts";

/** Two lower case digits for each byte. */
export const hexEncode: Transform = {
  name: "hexEncode",
  apply: (value) => Buffer.from(value, "latin1").toString("hex"),
  touches: undefined,
};
