import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";
import { Fault, joinLengthPrefixed, utf8 } from "../kit/index.ts";
import { plainBytes, uint32Bytes } from "./bytes.ts";
import type { Commitment, Mac, MacPurpose } from "./contract.ts";
import { hkdf, hmacSha256 } from "./derive.ts";
import type { NumberedKey } from "./fields.ts";
import { MAC_LABELS } from "./labels.ts";
import type { Randomness } from "./random.ts";

const KEY_BYTES = 32;
const SALT_BYTES = 32;
const TOTP_DIGITS_MODULUS = 1_000_000;
const TOTP_DIGITS = 6;

export interface Macs {
  mac(purpose: MacPurpose, parts: readonly (Uint8Array | string)[]): Mac;
  checkMac(purpose: MacPurpose, claimed: Mac, parts: readonly (Uint8Array | string)[]): boolean;
}

/** The first key makes MACs; all of them check. Each purpose has a key of its own, derived once. */
export function createMacs(tokenKeys: readonly NumberedKey[]): Macs {
  const [primary] = tokenKeys;
  if (primary === undefined) throw new Fault("vault.refused", "The keyring has no token key that may sign.");
  const primaryId = primary.id;
  const derived = new Map(tokenKeys.map(({ id, secret }) => [id, keysOfAllPurposes(secret)]));

  function digest(keyId: number, purpose: MacPurpose, parts: readonly (Uint8Array | string)[]): Uint8Array | undefined {
    const key = derived.get(keyId)?.get(purpose);
    return key === undefined ? undefined : hmacSha256(key, joinLengthPrefixed([uint32Bytes(keyId), ...parts]));
  }

  function mac(purpose: MacPurpose, parts: readonly (Uint8Array | string)[]): Mac {
    const made = digest(primaryId, purpose, parts);
    if (made === undefined) throw new Fault("internal", `There is no MAC for ${purpose}.`);
    return { keyId: primaryId, mac: made };
  }

  function checkMac(purpose: MacPurpose, claimed: Mac, parts: readonly (Uint8Array | string)[]): boolean {
    const expected = digest(claimed.keyId, purpose, parts);
    return expected !== undefined && equalInConstantTime(expected, claimed.mac);
  }

  return { mac, checkMac };
}

function keysOfAllPurposes(secret: Uint8Array): ReadonlyMap<string, KeyObject> {
  return new Map(Object.entries(MAC_LABELS).map(([purpose, label]) => [purpose, createSecretKey(hkdf(secret, label, KEY_BYTES))]));
}

export function equalInConstantTime(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

/** RFC 4226 §5.3 with SHA-1 and six digits: RFC 6238 counts in steps of 30 s. */
export function totp(secret: Uint8Array, step: number): string {
  const counter = new Uint8Array(8);
  new DataView(counter.buffer).setBigUint64(0, BigInt(step));
  const digest = createHmac("sha1", secret).update(counter).digest();
  const code = digest.readUInt32BE((digest[digest.length - 1] ?? 0) & 0x0f) & 0x7fffffff;
  return String(code % TOTP_DIGITS_MODULUS).padStart(TOTP_DIGITS, "0");
}

export function commit(random: Randomness, label: string, value: string | Uint8Array): Commitment {
  const salt = random.bytes(SALT_BYTES);
  return { salt, digest: commitmentDigest(salt, label, value) };
}

/** What a commitment's digest must be, for whoever checks an opening: HMAC-SHA256(salt, label ‖ length (4) ‖ value). */
export function commitmentDigest(salt: Uint8Array, label: string, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === "string" ? utf8(value) : value;
  return plainBytes(createHmac("sha256", salt).update(label).update(uint32Bytes(bytes.length)).update(bytes).digest());
}
