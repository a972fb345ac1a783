import { createSecretKey } from "node:crypto";
import { Fault } from "../kit/index.ts";
import { hmacSha256 } from "./derive.ts";

/** Shorter ones can be guessed from one signed message (NIST SP 800-107 §5.3.4: at least 112 bits). */
const SECRET_BYTES_MIN = 16;
const PREFIX = "whsec_";

/** HMAC-SHA256 under a secret that somebody else knows, too: as text, or as Standard Webhooks write it, `whsec_` and base64. */
export function signerFor(secret: string): (bytes: Uint8Array) => Uint8Array {
  const bytes = secret.startsWith(PREFIX) ? Buffer.from(secret.slice(PREFIX.length), "base64") : Buffer.from(secret);
  if (bytes.length < SECRET_BYTES_MIN) {
    throw new Fault(
      "settings.invalid",
      `The secret that alerts are signed with needs ${SECRET_BYTES_MIN} bytes: openssl rand -hex 32 makes one.`,
    );
  }
  const key = createSecretKey(bytes);
  return (message) => hmacSha256(key, message);
}
