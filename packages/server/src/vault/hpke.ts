import { createCipheriv, createDecipheriv } from "node:crypto";
import { concatBytes, utf8 } from "../kit/index.ts";
import { hmacSha256 } from "./derive.ts";
import { XWING_CIPHERTEXT_BYTES, type XwingPrivateKey, xwingEncapsulate } from "./xwing.ts";

const XWING_KEM_ID = 0x647a;
const HKDF_SHA256_ID = 0x0001;
const AES_256_GCM_ID = 0x0002;
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const BASE_MODE = new Uint8Array([0]);
const NOTHING = new Uint8Array(0);

/** HPKE (RFC 9180) base mode, one message, X-Wing with HKDF-SHA256 and AES-256-GCM: encapsulation ‖ ciphertext ‖ tag. */
export function hpkeSeal(publicKey: Uint8Array, info: string, associated: Uint8Array, plain: Uint8Array): Uint8Array | undefined {
  const made = xwingEncapsulate(publicKey);
  if (made === undefined) return undefined;
  const { key, nonce } = hpkeKeySchedule(XWING_KEM_ID, made.secret, utf8(info));
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
  return concatBytes([made.ciphertext, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

export function hpkeOpen(privateKey: XwingPrivateKey, info: string, associated: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < XWING_CIPHERTEXT_BYTES + TAG_BYTES) return undefined;
  const secret = privateKey.decapsulate(sealed.subarray(0, XWING_CIPHERTEXT_BYTES));
  if (secret === undefined) return undefined;
  const { key, nonce } = hpkeKeySchedule(XWING_KEM_ID, secret, utf8(info));
  const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG_BYTES }).setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(XWING_CIPHERTEXT_BYTES, -TAG_BYTES));
  try {
    return concatBytes([plain, decipher.final()]);
  } catch (_notForThisKey: unknown) {
    return undefined;
  }
}

/** RFC 9180 §5.1, base mode. Every output fits one block of the hash, so the expansion has one round. */
export function hpkeKeySchedule(kemId: number, sharedSecret: Uint8Array, info: Uint8Array): { key: Uint8Array; nonce: Uint8Array } {
  const suite = concatBytes([utf8("HPKE"), uint16Bytes(kemId), uint16Bytes(HKDF_SHA256_ID), uint16Bytes(AES_256_GCM_ID)]);
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
