import type { Transform } from "./contract.ts";

export const base64Encode: Transform = {
  name: "base64Encode",
  apply: (value) => Buffer.from(value, "latin1").toString("base64"),
  touches: undefined,
};
