import type { Transform } from "./contract.ts";

/** How many bytes the value has, in decimal digits. */
export const length: Transform = { name: "length", apply: (value) => String(value.length), touches: undefined };
