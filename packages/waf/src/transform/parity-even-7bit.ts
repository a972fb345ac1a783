import type { Transform } from "./contract.ts";
import { parityTransform } from "./parity.ts";

export const parityEven7bit: Transform = parityTransform("parityEven7bit", (ones) => (ones % 2 === 0 ? 0 : 1));
