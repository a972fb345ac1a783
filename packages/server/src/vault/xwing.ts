import {
  createHash,
  createPrivateKey,
  createPublicKey,
  decapsulate,
  diffieHellman,
  encapsulate,
  generateKeyPairSync,
  type KeyObject,
} from "node:crypto";
import { concatBytes, utf8 } from "../kit/index.ts";
import { plainBytes } from "./bytes.ts";

export const XWING_SEED_BYTES = 32;
export const XWING_PUBLIC_KEY_BYTES = 1_216;
export const XWING_CIPHERTEXT_BYTES = 1_120;
const ML_KEM_PUBLIC_BYTES = 1_184;
const ML_KEM_CIPHERTEXT_BYTES = 1_088;
const ML_KEM_SEED_BYTES = 64;
const EXPANDED_BYTES = 96;
const LABEL = utf8("\\.//^\\");

/**
 * X-Wing (draft-connolly-cfrg-xwing-kem): X25519 and ML-KEM-768 in one, safe while either of them is. The private key is
 * a seed of 32 bytes, short enough for a person to write down.
 */
export interface XwingPrivateKey {
  readonly publicKey: Uint8Array;
  /** `undefined` for bytes that are no ciphertext. A ciphertext for another key gives another secret, as the draft says. */
  decapsulate(ciphertext: Uint8Array): Uint8Array | undefined;
}

export function xwingPrivateKey(seed: Uint8Array): XwingPrivateKey {
  const expanded = createHash("shake256", { outputLength: EXPANDED_BYTES }).update(seed).digest();
  const lattice = createPrivateKey({ key: expanded.subarray(0, ML_KEM_SEED_BYTES), format: "raw-seed", asymmetricKeyType: "ml-kem-768" });
  const curve = createPrivateKey({ key: expanded.subarray(ML_KEM_SEED_BYTES), format: "raw-private", asymmetricKeyType: "x25519" });
  const latticePublic = rawPublic(createPublicKey(lattice));
  const curvePublic = rawPublic(createPublicKey(curve));

  return {
    publicKey: concatBytes([latticePublic, curvePublic]),
    decapsulate: (ciphertext) => {
      if (ciphertext.length !== XWING_CIPHERTEXT_BYTES) return undefined;
      const ephemeral = ciphertext.subarray(ML_KEM_CIPHERTEXT_BYTES);
      const latticeSecret = decapsulate(lattice, ciphertext.subarray(0, ML_KEM_CIPHERTEXT_BYTES));
      const curveSecret = exchange(curve, ephemeral);
      return curveSecret && combine(latticeSecret, curveSecret, ephemeral, curvePublic);
    },
  };
}

/** `undefined` when the bytes are no public key. */
export function xwingEncapsulate(publicKey: Uint8Array): { ciphertext: Uint8Array; secret: Uint8Array } | undefined {
  if (publicKey.length !== XWING_PUBLIC_KEY_BYTES) return undefined;
  const curvePublic = publicKey.subarray(ML_KEM_PUBLIC_BYTES);
  const lattice = importRawPublic("ml-kem-768", publicKey.subarray(0, ML_KEM_PUBLIC_BYTES));
  const { privateKey, publicKey: ephemeralKey } = generateKeyPairSync("x25519");
  const ephemeral = rawPublic(ephemeralKey);
  const curveSecret = exchange(privateKey, curvePublic);
  if (lattice === undefined || curveSecret === undefined) return undefined;
  const { sharedKey, ciphertext } = encapsulate(lattice);
  return { ciphertext: concatBytes([ciphertext, ephemeral]), secret: combine(sharedKey, curveSecret, ephemeral, curvePublic) };
}

function combine(latticeSecret: Uint8Array, curveSecret: Uint8Array, ephemeral: Uint8Array, curvePublic: Uint8Array): Uint8Array {
  return plainBytes(
    createHash("sha3-256")
      .update(concatBytes([latticeSecret, curveSecret, ephemeral, curvePublic, LABEL]))
      .digest(),
  );
}

/** The runtime refuses points of small order, whose result an attacker would know. */
function exchange(privateKey: KeyObject, rawPeer: Uint8Array): Uint8Array | undefined {
  const publicKey = importRawPublic("x25519", rawPeer);
  if (publicKey === undefined) return undefined;
  try {
    return diffieHellman({ privateKey, publicKey });
  } catch (_smallOrder: unknown) {
    return undefined;
  }
}

function importRawPublic(asymmetricKeyType: "x25519" | "ml-kem-768", raw: Uint8Array): KeyObject | undefined {
  try {
    return createPublicKey({ key: Buffer.from(raw), format: "raw-public", asymmetricKeyType });
  } catch (_notAKey: unknown) {
    return undefined;
  }
}

function rawPublic(key: KeyObject): Uint8Array {
  return plainBytes(key.export({ format: "raw-public" }));
}
