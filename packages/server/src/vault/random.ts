import { randomFillSync } from "node:crypto";
import type { Clock, Id } from "../kit/index.ts";
import { ID_BYTES } from "../kit/index.ts";

const POOL_BYTES = 16_384;
const FROM_POOL_BYTES_MAX = 1_024;

export interface Randomness {
  bytes(count: number): Uint8Array;
}

/** Random bytes from a buffered pool: one system call serves hundreds of nonces, and no byte is ever handed out twice. */
export function createRandomness(fill: (bytes: Uint8Array) => void = (bytes) => void randomFillSync(bytes)): Randomness {
  const pool = new Uint8Array(POOL_BYTES);
  let at = POOL_BYTES;

  function bytes(count: number): Uint8Array {
    const taken = new Uint8Array(count);
    if (count > FROM_POOL_BYTES_MAX) {
      fill(taken);
      return taken;
    }
    if (at + count > POOL_BYTES) {
      fill(pool);
      at = 0;
    }
    for (let to = 0; to < count; to += 1) {
      taken[to] = pool[at] ?? 0;
      pool[at] = 0;
      at += 1;
    }
    return taken;
  }

  return { bytes };
}

const TIME_BYTES = 6;

/** RFC 9562 §5.7: 48 bits of milliseconds, then version, variant and 74 random bits. */
export function newUuidV7(clock: Clock, random: Randomness): Id {
  const id = random.bytes(ID_BYTES);
  let left = Math.max(0, Math.floor(clock.now()));
  // Byte by byte: a DataView would move the id's buffer off the heap, for each request.
  for (let at = TIME_BYTES - 1; at >= 0; at -= 1) {
    id[at] = left % 256;
    left = Math.floor(left / 256);
  }
  id[TIME_BYTES] = 0x70 | ((id[TIME_BYTES] ?? 0) & 0x0f);
  id[TIME_BYTES + 2] = 0x80 | ((id[TIME_BYTES + 2] ?? 0) & 0x3f);
  return id;
}
