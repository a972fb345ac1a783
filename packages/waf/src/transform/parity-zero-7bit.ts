import type { Transform } from "./contract.ts";
import { parityTransform } from "./parity.ts";

export const parityZero7bit: Transform = parityTransform("parityZero7bit", () => 0);
