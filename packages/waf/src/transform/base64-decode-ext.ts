import { decodeForgivingly } from "./base64.ts";
import type { Transform } from "./contract.ts";

/** Passes over bytes that are no digits and takes the alphabet for URLs as well. */
export const base64DecodeExt: Transform = { name: "base64DecodeExt", apply: decodeForgivingly, touches: undefined };
