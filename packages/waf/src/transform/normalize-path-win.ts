import { byteSet, mapBytes } from "../text/index.ts";
import type { Transform } from "./contract.ts";
import { normalize } from "./normalize-path.ts";

const TABLE = Uint8Array.from({ length: 256 }, (_, byte) => (byte === 0x5c ? 0x2f : byte));

/** Backslashes become slashes, then as normalizePath. */
export const normalizePathWin: Transform = {
  name: "normalizePathWin",
  apply: (value) => normalize(value.includes("\\") ? mapBytes(value, TABLE) : value),
  touches: byteSet("/.\\"),
};

/** The spelling of the reference manual's first edition. */
export const normalisePathWin: Transform = { ...normalizePathWin, name: "normalisePathWin" };
