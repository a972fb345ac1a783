import { createHmac, hkdfSync, type KeyObject } from "node:crypto";
import { plainBytes } from "./bytes.ts";

const NO_SALT = new Uint8Array(0);

/** HKDF-SHA256, RFC 5869. */
export function hkdf(secret: Uint8Array | KeyObject, info: string | Uint8Array, bytes: number, salt: Uint8Array = NO_SALT): Uint8Array {
  return new Uint8Array(hkdfSync("sha256", secret, salt, info, bytes));
}

export function hmacSha256(key: Uint8Array | KeyObject, message: Uint8Array): Uint8Array {
  return plainBytes(createHmac("sha256", key).update(message).digest());
}
