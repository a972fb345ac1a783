import { createCipheriv, createDecipheriv } from "node:crypto";
import { concatBytes, utf8 } from "../kit/index.ts";
import { hmacSha256 } from "./derive.ts";
import { type XwingPrivateKey, xwingEncapsulate } from "./xwing.ts";

const XWING_KEM_ID = 0x647a;
const HKDF_SHA256_ID = 0x0001;
const CHACHA20_POLY1305_ID = 0x0003;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BASE_MODE = new Uint8Array([0]);
const NOTHING = new Uint8Array(0);
const AEAD = { authTagLength: TAG_BYTES } as const;

export interface HpkeSealed {
  readonly encapsulation: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** HPKE (RFC 9180) base mode for one message: X-Wing (draft-ietf-hpke-pq), HKDF-SHA256, ChaCha20-Poly1305. `undefined` for bad public keys. */
export function hpkeSeal(publicKey: Uint8Array, info: string, plain: Uint8Array): HpkeSealed | undefined {
  const made = xwingEncapsulate(publicKey);
  if (made === undefined) return undefined;
  const { key, nonce } = hpkeKeySchedule(XWING_KEM_ID, made.secret, utf8(info));
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, AEAD);
  return { encapsulation: made.ciphertext, ciphertext: concatBytes([cipher.update(plain), cipher.final(), cipher.getAuthTag()]) };
}

/** `undefined` for what was not sealed to this key with this info. */
export function hpkeOpen(privateKey: XwingPrivateKey, info: string, { encapsulation, ciphertext }: HpkeSealed): Uint8Array | undefined {
  const secret = privateKey.decapsulate(encapsulation);
  if (secret === undefined || ciphertext.length < TAG_BYTES) return undefined;
  const { key, nonce } = hpkeKeySchedule(XWING_KEM_ID, secret, utf8(info));
  const decipher = createDecipheriv("chacha20-poly1305", key, nonce, AEAD);
  decipher.setAuthTag(ciphertext.subarray(-TAG_BYTES));
  const plain = decipher.update(ciphertext.subarray(0, -TAG_BYTES));
  try {
    return concatBytes([plain, decipher.final()]);
  } catch (_notForThisKey: unknown) {
    return undefined;
  }
}

/** RFC 9180 §5.1, base mode. Every output fits one block of the hash, so the expansion has one round. */
export function hpkeKeySchedule(kemId: number, sharedSecret: Uint8Array, info: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const suite = concatBytes([utf8("HPKE"), uint16Bytes(kemId), uint16Bytes(HKDF_SHA256_ID), uint16Bytes(CHACHA20_POLY1305_ID)]);
  const extract = (salt: Uint8Array, label: string, input: Uint8Array): Uint8Array =>
    hmacSha256(salt, concatBytes([utf8("HPKE-v1"), suite, utf8(label), input]));
  const context = concatBytes([BASE_MODE, extract(NOTHING, "psk_id_hash", NOTHING), extract(NOTHING, "info_hash", info)]);
  const secret = extract(sharedSecret, "secret", NOTHING);
  const expand = (label: string, bytes: number): Uint8Array =>
    hmacSha256(secret, concatBytes([uint16Bytes(bytes), utf8("HPKE-v1"), suite, utf8(label), context, new Uint8Array([1])])).subarray(
      0,
      bytes,
    );
  return { key: expand("key", KEY_BYTES), nonce: expand("base_nonce", NONCE_BYTES) };
}

function uint16Bytes(value: number): Uint8Array {
  return new Uint8Array([value >> 8, value & 0xff]);
}
