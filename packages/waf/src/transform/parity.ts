// The eighth bit of every byte, set so that the number of ones is even or odd, or cleared.
import { mapBytes } from "../text/index.ts";
import type { Transform } from "./contract.ts";

export function parityTransform(name: string, eighthBit: (ones: number) => 0 | 1): Transform {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => (byte & 0x7f) | (eighthBit(onesOf(byte & 0x7f)) << 7));
  const touches = table.map((changed, byte) => (changed === byte ? 0 : 1));
  return { name, apply: (value) => mapBytes(value, table), touches };
}

function onesOf(byte: number): number {
  let ones = 0;
  for (let rest = byte; rest > 0; rest >>= 1) ones += rest & 1;
  return ones;
}
