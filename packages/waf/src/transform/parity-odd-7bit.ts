import type { Transform } from "./contract.ts";
import { parityTransform } from "./parity.ts";

export const parityOdd7bit: Transform = parityTransform("parityOdd7bit", (ones) => (ones % 2 === 0 ? 1 : 0));
