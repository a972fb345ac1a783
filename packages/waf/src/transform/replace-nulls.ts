import { byteSet, mapBytes } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0 ? 0x20 : byte));

/** NUL bytes become spaces. */
export const replaceNulls: Transform = { name: "replaceNulls", apply: (value) => mapBytes(value, TABLE), touches: byteSet("\0") };
