import { done, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

/** Two digits for each byte; a last single one is dropped. What is no digit is worth what the reference computes for it: to stop there would hide the rest. */
export const hexDecode: Transform = { name: "hexDecode", apply, touches: undefined };

function apply(value: string): string {
  const bytes = work(value);
  let write = 0;
  for (let at = 0; at + 1 < value.length; at += 2) {
    bytes[write++] = (worthOf(bytes[at] ?? 0) * 16 + worthOf(bytes[at + 1] ?? 0)) & 0xff;
  }
  return done(bytes, write, value);
}

/** x2c() of ModSecurity: right for digits, and a number for everything else. */
function worthOf(byte: number): number {
  return byte >= 0x41 ? (byte & 0xdf) - 0x41 + 10 : byte - 0x30;
}
