import { openStream, sealStream } from "./age-stream.ts";
import { hkdf } from "./derive.ts";
import { kitSeed, type OpenKeyring, readingKeys } from "./keyring.ts";
import { LABELS } from "./labels.ts";
import type { Randomness } from "./random.ts";
import { XWING_SEED_BYTES, type XwingPrivateKey, xwingPrivateKey } from "./xwing.ts";

/** Seals streams to the backup key of the keyring and to the recovery kit; either one opens them. They are age v1 files. */
export interface Sealer {
  seal(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /** Fault `vault.refused` as soon as a chunk is not as it was sealed, also when the end is missing. What was yielded before is authentic. */
  open(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}

export function createSealer({ keyring, random }: { keyring: OpenKeyring; random: Randomness }): Sealer {
  const identities = readingKeys(keyring, "backup").map((key) => backupIdentity(key.secret));
  const recipients = [...identities.slice(0, 1).map(({ publicKey }) => publicKey), keyring.kit.publicKey];
  return {
    seal: (source) => sealStream(source, { recipients, random }),
    open: (source) => openStream(source, identities),
  };
}

/** Opens a sealed stream with the recovery kit alone. */
export function openStreamWithKit(source: AsyncIterable<Uint8Array>, kit: string): AsyncIterable<Uint8Array> {
  return openStream(source, [xwingPrivateKey(kitSeed(kit))]);
}

function backupIdentity(secret: Uint8Array): XwingPrivateKey {
  return xwingPrivateKey(hkdf(secret, LABELS.backupIdentity, XWING_SEED_BYTES));
}
