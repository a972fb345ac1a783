/** Two words of 32 bits: where a key's cells lie, and unpredictable to whoever chose the key. */
export interface KeyHash {
  readonly a: number;
  readonly b: number;
}

export const HASH_KEY_BYTES = 8;
const WORD_BYTES = 4;
const COMPRESSION_ROUNDS = 2;
const FINAL_ROUNDS = 4;

/**
 * HalfSipHash-2-4 with 64 bits of output: keyed, so that nobody can pick addresses that share cells with a victim's.
 * It guards tables against crowding and nothing else; it is no MAC.
 */
export function createKeyHasher(hashKey: Uint8Array): (bytes: Uint8Array) => KeyHash {
  const key0 = wordAt(hashKey, 0);
  const key1 = wordAt(hashKey, WORD_BYTES);
  const state = new Int32Array(4);
  return (bytes) => {
    state[0] = key0;
    state[1] = key1 ^ 0xee;
    state[2] = 0x6c796765 ^ key0;
    state[3] = 0x74656462 ^ key1;
    const wholeEnd = bytes.length - (bytes.length % WORD_BYTES);
    for (let at = 0; at < wholeEnd; at += WORD_BYTES) absorb(state, wordAt(bytes, at));
    absorb(state, (bytes.length << 24) | wordAt(bytes, wholeEnd));
    state[2] = word(state, 2) ^ 0xee;
    mix(state, FINAL_ROUNDS);
    const a = word(state, 1) ^ word(state, 3);
    state[1] = word(state, 1) ^ 0xdd;
    mix(state, FINAL_ROUNDS);
    return { a, b: word(state, 1) ^ word(state, 3) };
  };
}

function absorb(state: Int32Array, message: number): void {
  state[3] = word(state, 3) ^ message;
  mix(state, COMPRESSION_ROUNDS);
  state[0] = word(state, 0) ^ message;
}

function mix(state: Int32Array, rounds: number): void {
  let v0 = word(state, 0);
  let v1 = word(state, 1);
  let v2 = word(state, 2);
  let v3 = word(state, 3);
  for (let round = 0; round < rounds; round += 1) {
    v0 = (v0 + v1) | 0;
    v1 = rotate(v1, 5) ^ v0;
    v0 = rotate(v0, 16);
    v2 = (v2 + v3) | 0;
    v3 = rotate(v3, 8) ^ v2;
    v0 = (v0 + v3) | 0;
    v3 = rotate(v3, 7) ^ v0;
    v2 = (v2 + v1) | 0;
    v1 = rotate(v1, 13) ^ v2;
    v2 = rotate(v2, 16);
  }
  state[0] = v0;
  state[1] = v1;
  state[2] = v2;
  state[3] = v3;
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

function word(state: Int32Array, at: number): number {
  return state[at] ?? 0;
}

/** Little-endian; bytes beyond the end count as zero. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16) | ((bytes[at + 3] ?? 0) << 24);
}
