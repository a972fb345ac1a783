import { byteSet, done, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

export const removeNulls: Transform = { name: "removeNulls", apply, touches: byteSet("\0") };

function apply(value: string): string {
  const first = value.indexOf("\0");
  if (first < 0) return value;
  const bytes = work(value);
  let write = first;
  for (let at = first; at < value.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte !== 0) bytes[write++] = byte;
  }
  return done(bytes, write, value);
}
