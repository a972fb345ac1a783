import { lowerAscii, UPPER } from "../text/index.ts";
import type { Transform } from "./contract.ts";

export const lowercase: Transform = { name: "lowercase", apply: lowerAscii, touches: UPPER };
