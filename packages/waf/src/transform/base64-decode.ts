import { decodeStrictly } from "./base64.ts";
import type { Transform } from "./contract.ts";

/** Stops at the first byte that is no digit (padding too) and gives what was read until then; padding may be missing. */
export const base64Decode: Transform = { name: "base64Decode", apply: decodeStrictly, touches: undefined };
