import { byteSet, decodePercent } from "../text/index.ts";
import type { Transform } from "./contract.ts";

/** Percent-encoding once, and a space for `+`; what is no escape stays. */
export const urlDecode: Transform = { name: "urlDecode", apply: (value) => decodePercent(value, "space"), touches: byteSet("%+") };
