import { type Clock, Fault, formatId, type Id } from "../kit/index.ts";
import type { Argon2Engine } from "./argon2.ts";
import type { Vault } from "./contract.ts";
import { newKeyring, type OpenKeyring, openKeyringWithKit, openKeyringWithRoots, sealKeyring } from "./keyring.ts";
import { createKeys, type KeyringStorage, type Keys } from "./keys.ts";
import { createRandomness, newUuidV7, type Randomness } from "./random.ts";
import { newRoot, newRootText, type RootInput } from "./roots.ts";
import { formatSecret } from "./secret-text.ts";
import { createVault } from "./vault.ts";
import { XWING_SEED_BYTES, xwingPrivateKey } from "./xwing.ts";

export interface OpenedVault {
  /** For every room. */
  readonly vault: Vault;
  /** For app.ts, store, backup and the commands about keys. */
  readonly keys: Keys;
}

interface OpenNeeds {
  readonly keyring: KeyringStorage;
  readonly clock: Clock;
  /** Cores of this machine, for the password queue. */
  readonly cores: number;
  readonly loadEngine?: () => Promise<Argon2Engine>;
}

export interface OpenVaultNeeds extends OpenNeeds {
  /** What was found behind the references; one that opens is enough. */
  readonly roots: readonly RootInput[];
}

/** Opens what a first start made. Fault `vault.refused` without a keyring or with a wrong root; writes nothing. */
export function openVault(needs: OpenVaultNeeds): OpenedVault {
  return opened(openKeyringWithRoots(loadKeyring(needs.keyring), needs.roots), needs);
}

/** The same with the recovery kit alone, for the day on which the root is lost. */
export function openVaultWithKit(needs: OpenNeeds & { readonly kit: string }): OpenedVault {
  return opened(openKeyringWithKit(loadKeyring(needs.keyring), needs.kit), needs);
}

export interface FirstStart {
  readonly appId: Id;
  readonly instanceId: Id;
  /** To be stored behind the root's reference before {@link FirstStart.finish}, unless the caller brought a root. */
  readonly rootText: string;
  /** To be written where its owner finds it, before {@link FirstStart.finish}. Shown once. */
  readonly kitText: string;
  /** Writes the keyring: the moment from which there is something to lose. */
  finish(root: RootInput): void;
}

/** Prepares the keys of a new app. Nothing is written until `finish`, so that root and kit can be made safe first. */
export function beginFirstStart({ keyring, clock }: Pick<OpenNeeds, "keyring" | "clock">): FirstStart {
  const random = createRandomness();
  const appId = newUuidV7(clock, random);
  const instanceId = newUuidV7(clock, random);
  const seed = random.bytes(XWING_SEED_BYTES);
  return {
    appId,
    instanceId,
    rootText: newRootText(random),
    kitText: kitSheet(seed, instanceId),
    finish: (input) => {
      if (keyring.load() !== undefined) throw new Fault("vault.refused", "There is a keyring already. Nothing was written.");
      const root = newRoot(input, random);
      const first = newKeyring({ appId, instanceId, root, kitPublicKey: xwingPrivateKey(seed).publicKey, clock, random });
      keyring.replace(sealKeyring(first, random));
    },
  };
}

function loadKeyring(keyring: KeyringStorage): Uint8Array {
  const bytes = keyring.load();
  if (bytes === undefined)
    throw new Fault("vault.refused", "There is no keyring here, and without it this database cannot be opened. Nothing was written.");
  return bytes;
}

function opened(open: OpenKeyring, needs: OpenNeeds): OpenedVault {
  const random: Randomness = createRandomness();
  return { vault: createVault({ ...needs, keyring: open, random }), keys: createKeys({ ...needs, opened: open, random }) };
}

/** What a person prints. Only the line with the key matters to {@link openVaultWithKit}. */
function kitSheet(seed: Uint8Array, instanceId: Id): string {
  return [
    "Holdfast recovery kit",
    "",
    "With this key, and a copy of the keyring or of any backup, everything can be opened",
    "when the server and its root key are lost. Print it or write it down, keep it away",
    "from the server, then delete this file.",
    "",
    `Made for instance ${formatId(instanceId)}`,
    "",
    formatSecret("kit", seed),
    "",
  ].join("\n");
}
