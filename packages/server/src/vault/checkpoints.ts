import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { concatBytes } from "../kit/index.ts";
import { plainBytes } from "./bytes.ts";

const PUBLIC_KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
// RFC 8410: what stands before the 32 raw bytes of an Ed25519 key.
const PRIVATE_PREFIX = new Uint8Array(Buffer.from("302e020100300506032b657004220420", "hex"));
const PUBLIC_PREFIX = new Uint8Array(Buffer.from("302a300506032b6570032100", "hex"));

export interface Checkpoints {
  signCheckpoint(bytes: Uint8Array): Uint8Array;
  verifyCheckpoint(bytes: Uint8Array, signature: Uint8Array): boolean;
  readonly checkpointPublicKey: Uint8Array;
}

/** Ed25519 (RFC 8032) from the trail key, 32 bytes. */
export function createCheckpoints(seed: Uint8Array): Checkpoints {
  const privateKey = createPrivateKey({ key: Buffer.from(concatBytes([PRIVATE_PREFIX, seed])), format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey);
  return {
    signCheckpoint: (bytes) => plainBytes(sign(null, bytes, privateKey)),
    verifyCheckpoint: (bytes, signature) => isSignedBy(publicKey, bytes, signature),
    checkpointPublicKey: plainBytes(publicKey.export({ format: "der", type: "spki" }).subarray(PUBLIC_PREFIX.length)),
  };
}

/** For those who hold no vault: verifies with the 32 raw bytes of the public key. */
export function verifySignature(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  if (publicKey.length !== PUBLIC_KEY_BYTES) return false;
  const key = createPublicKey({ key: Buffer.from(concatBytes([PUBLIC_PREFIX, publicKey])), format: "der", type: "spki" });
  return isSignedBy(key, bytes, signature);
}

function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return signature.length === SIGNATURE_BYTES && verify(null, bytes, key, signature);
}
