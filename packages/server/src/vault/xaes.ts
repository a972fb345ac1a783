import { createCipheriv, createDecipheriv, createSecretKey, timingSafeEqual } from "node:crypto";

/**
 * XAES-256-GCM (c2sp.org/XAES-256-GCM) in its key-committing form KC-XAES (ePrint 2025/758, §4): what is written is
 * N ‖ ciphertext ‖ tag ‖ commitment. Without the commitment one ciphertext could be made to open under two keys.
 */
export interface Xaes {
  /** A nonce is used once: 24 random bytes, fresh for each call. */
  seal(plain: Uint8Array, associated: Uint8Array, nonce: Uint8Array): Uint8Array;
  /** `undefined` for anything that was not sealed by this key over these associated bytes. */
  open(sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined;
}

export const XAES_KEY_BYTES = 32;
export const XAES_NONCE_BYTES = 24;
const BLOCK_BYTES = 16;
const HALF_NONCE_BYTES = 12;
const TAG_BYTES = 16;
const COMMITMENT_BYTES = 32;
export const XAES_OVERHEAD_BYTES = XAES_NONCE_BYTES + TAG_BYTES + COMMITMENT_BYTES;
const GCM = { authTagLength: TAG_BYTES } as const;

export function createXaes(key: Uint8Array): Xaes {
  if (key.length !== XAES_KEY_BYTES) throw new RangeError("An XAES key has 32 bytes.");
  // One cipher object per key: every AES block that the derivation needs goes through it, several in one call.
  const aes = createCipheriv("aes-256-ecb", createSecretKey(key), null).setAutoPadding(false);
  const k1 = doubled(aes.update(new Uint8Array(BLOCK_BYTES)));

  function derive(nonce: Uint8Array): { messageKey: Uint8Array; messageNonce: Uint8Array; commitment: Uint8Array } {
    const head = nonce.subarray(0, HALF_NONCE_BYTES);
    const tail = nonce.subarray(HALF_NONCE_BYTES, XAES_NONCE_BYTES);
    const blocks = new Uint8Array(3 * BLOCK_BYTES);
    writeBlock(blocks, 0, [0x00, 0x01, 0x58, 0x00], head, k1); // SP 800-108r1 counter mode: i ‖ "X" ‖ 00 ‖ context
    writeBlock(blocks, BLOCK_BYTES, [0x00, 0x02, 0x58, 0x00], head, k1);
    writeBlock(blocks, 2 * BLOCK_BYTES, [0x58, 0x43, 0x4d, 0x54], head, undefined); // "XCMT": first block of the CMAC over two
    const derived = aes.update(blocks);

    const chain = derived.subarray(2 * BLOCK_BYTES);
    const last = new Uint8Array(2 * BLOCK_BYTES);
    for (const counter of [1, 2]) {
      const at = (counter - 1) * BLOCK_BYTES;
      last.set(tail, at);
      last.set([0x00, 0x01, 0x00, counter], at + HALF_NONCE_BYTES);
      for (let i = 0; i < BLOCK_BYTES; i += 1) last[at + i] = (last[at + i] ?? 0) ^ (chain[i] ?? 0) ^ (k1[i] ?? 0);
    }
    return { messageKey: derived.subarray(0, 2 * BLOCK_BYTES), messageNonce: tail, commitment: aes.update(last) };
  }

  function seal(plain: Uint8Array, associated: Uint8Array, nonce: Uint8Array): Uint8Array {
    if (nonce.length !== XAES_NONCE_BYTES) throw new RangeError("An XAES nonce has 24 bytes.");
    const { messageKey, messageNonce, commitment } = derive(nonce);
    const cipher = createCipheriv("aes-256-gcm", messageKey, messageNonce, GCM).setAAD(associated);
    const sealed = new Uint8Array(plain.length + XAES_OVERHEAD_BYTES);
    sealed.set(nonce);
    sealed.set(cipher.update(plain), XAES_NONCE_BYTES);
    cipher.final();
    sealed.set(cipher.getAuthTag(), XAES_NONCE_BYTES + plain.length);
    sealed.set(commitment, XAES_NONCE_BYTES + plain.length + TAG_BYTES);
    return sealed;
  }

  function open(sealed: Uint8Array, associated: Uint8Array): Uint8Array | undefined {
    const plainBytes = sealed.length - XAES_OVERHEAD_BYTES;
    if (plainBytes < 0) return undefined;
    const { messageKey, messageNonce, commitment } = derive(sealed.subarray(0, XAES_NONCE_BYTES));
    const tagAt = XAES_NONCE_BYTES + plainBytes;
    if (!timingSafeEqual(commitment, sealed.subarray(tagAt + TAG_BYTES))) return undefined;
    const decipher = createDecipheriv("aes-256-gcm", messageKey, messageNonce, GCM).setAAD(associated);
    decipher.setAuthTag(sealed.subarray(tagAt, tagAt + TAG_BYTES));
    const plain = new Uint8Array(plainBytes);
    plain.set(decipher.update(sealed.subarray(XAES_NONCE_BYTES, tagAt)));
    try {
      decipher.final();
    } catch (error) {
      plain.fill(0);
      if (isAuthenticationFailure(error)) return undefined;
      throw error;
    }
    return plain;
  }

  return { seal, open };
}

function writeBlock(into: Uint8Array, at: number, prefix: readonly number[], head: Uint8Array, mask: Uint8Array | undefined): void {
  into.set(prefix, at);
  into.set(head, at + prefix.length);
  if (mask === undefined) return;
  for (let i = 0; i < BLOCK_BYTES; i += 1) into[at + i] = (into[at + i] ?? 0) ^ (mask[i] ?? 0);
}

/** SP 800-38B §6.1: the subkey K1 is L, doubled in GF(2^128). */
function doubled(block: Uint8Array): Uint8Array {
  const result = new Uint8Array(BLOCK_BYTES);
  let carry = 0;
  for (let i = BLOCK_BYTES - 1; i >= 0; i -= 1) {
    const byte = block[i] ?? 0;
    result[i] = ((byte << 1) | carry) & 0xff;
    carry = byte >> 7;
  }
  result[BLOCK_BYTES - 1] = (result[BLOCK_BYTES - 1] ?? 0) ^ (carry * 0x87);
  return result;
}

/** The runtime tells a wrong tag by this one error, without a code of its own. */
function isAuthenticationFailure(error: unknown): boolean {
  return error instanceof Error && error.message.includes("unable to authenticate data");
}
