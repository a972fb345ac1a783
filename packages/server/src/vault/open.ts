import { type Clock, Fault, formatId, type Id } from "../kit/index.ts";
import { type Certificates, createCertificates } from "./certificates.ts";
import type { Vault } from "./contract.ts";
import type { Hashing } from "./hashing.ts";
import { newKeyring, type OpenKeyring, openKeyringWithHeld, openKeyringWithKit, openKeyringWithRoots, sealKeyring } from "./keyring.ts";
import { parseKeyring } from "./keyring-document.ts";
import { createKeys, type KeyringStorage, type Keys, type RootInfo } from "./keys.ts";
import { createRandomness, newUuidV7 } from "./random.ts";
import { newRoot, newRootText, type RootInput } from "./roots.ts";
import { createSealer, type Sealer } from "./sealer.ts";
import { formatSecret } from "./secret-text.ts";
import { createVault } from "./vault.ts";
import { XWING_SEED_BYTES, xwingPrivateKey } from "./xwing.ts";

export interface OpenedVault {
  /** For every room. */
  readonly vault: Vault;
  /** For app.ts, store, backup and the commands about keys. */
  readonly keys: Keys;
  /** For backup. */
  readonly sealer: Sealer;
  /** For app.ts, which hands the result to edge. */
  readonly certificates: Certificates;
  /** Opens the keyring inside a backup with the roots that are open here, and writes nothing. Fault `vault.refused` when none of them opens it. */
  readonly openCopy: (bytes: Uint8Array) => OpenedVault;
}

interface OpenNeeds {
  readonly keyring: KeyringStorage;
  readonly clock: Clock;
  /** Cores of this machine, for the password queue. */
  readonly cores: number;
  readonly hashing?: Hashing | undefined;
}

export interface OpenVaultNeeds extends OpenNeeds {
  /** What was found behind the references; one that opens is enough. */
  readonly roots: readonly RootInput[];
  /** The sequence that was remembered elsewhere: an older keyring is refused, because it may know keys that were destroyed since. */
  readonly sequenceAtLeast?: number;
}

/** What the keyring says of its roots, before it is opened: where to look for them. A hint, proven only by opening. */
export function namedRoots(keyring: Pick<KeyringStorage, "load">): readonly RootInfo[] {
  return parseKeyring(loadKeyring(keyring)).roots.map(({ id, kind, reference, leaving }) => ({ id, kind, reference, leaving }));
}

/** Opens what a first start made. Fault `vault.refused` without a keyring or with a wrong root; writes nothing. */
export function openVault(needs: OpenVaultNeeds): OpenedVault {
  const open = openKeyringWithRoots(loadKeyring(needs.keyring), needs.roots);
  if (open.sequence < (needs.sequenceAtLeast ?? 0)) {
    throw new Fault("vault.refused", "This keyring is older than the one that was last in use. Put the newest one back.");
  }
  return opened(open, needs);
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
    kitText: kitSheet(seed, appId),
    finish: (input) => {
      if (keyring.load() !== undefined) throw new Fault("vault.refused", "There is a keyring already. Nothing was written.");
      const root = newRoot(input, random);
      const first = newKeyring({ appId, instanceId, root, kitPublicKey: xwingPrivateKey(seed).publicKey, clock, random });
      keyring.replace(sealKeyring(first, random));
    },
  };
}

/**
 * Puts a keyring from a backup in place on another machine, opened by its root or by the kit, under a new root and a new
 * instance id: the old root opens nothing here. Keys, app id and kit stay.
 */
export function restoreKeyring({ bytes, by, root, keyring, clock, instanceId: given }: RestoreNeeds): { readonly instanceId: Id } {
  if (keyring.load() !== undefined) throw new Fault("vault.refused", "There is a keyring already. Nothing was written.");
  const random = createRandomness();
  const source = "kit" in by ? openKeyringWithKit(bytes, by.kit) : openKeyringWithRoots(bytes, by.roots);
  const next = newRoot(root, random);
  const instanceId = given ?? newUuidV7(clock, random);
  keyring.replace(sealKeyring({ ...source, instanceId, rootEntries: [next.entry], roots: [next] }, random));
  return { instanceId };
}

export interface RestoreNeeds extends Pick<OpenNeeds, "keyring" | "clock"> {
  /** The keyring as it lies in the backup. */
  readonly bytes: Uint8Array;
  readonly by: { readonly kit: string } | { readonly roots: readonly RootInput[] };
  /** The root of the new place, already safe behind its reference. */
  readonly root: RootInput;
  /** For whoever named the root by it already; else it is made here. */
  readonly instanceId?: Id;
}

/** A fresh root key as text, for {@link restoreKeyring} and root rotation. */
export function createRootText(): string {
  return newRootText(createRandomness());
}

function loadKeyring(keyring: Pick<KeyringStorage, "load">): Uint8Array {
  const bytes = keyring.load();
  if (bytes === undefined)
    throw new Fault("vault.refused", "There is no keyring here, and without it this database cannot be opened. Nothing was written.");
  return bytes;
}

function opened(keyring: OpenKeyring, needs: OpenNeeds): OpenedVault {
  const random = createRandomness();
  const { keys, heldRoots } = createKeys({ opened: keyring, keyring: needs.keyring, clock: needs.clock, random });
  return {
    vault: createVault({ ...needs, keyring, random }),
    keys,
    sealer: createSealer({ keyring, random }),
    certificates: createCertificates({ keyring, clock: needs.clock, random }),
    openCopy: (bytes) => opened(openKeyringWithHeld(bytes, heldRoots()), { ...needs, keyring: lyingKeyring(bytes), cores: 1 }),
  };
}

/** A keyring that is read where it lies. */
function lyingKeyring(bytes: Uint8Array): KeyringStorage {
  return {
    load: () => bytes,
    replace: () => {
      throw new Fault("vault.refused", "The keyring inside a backup is never changed.");
    },
  };
}

/** What a person prints: an age identity file, whose comments the age tool and {@link openVaultWithKit} pass over. */
function kitSheet(seed: Uint8Array, appId: Id): string {
  return [
    "# Holdfast recovery kit",
    "#",
    "# With the key below, and the keyring or any backup, everything can be opened when the",
    "# server and its root key are lost. Print it or write it down, keep it away from the",
    "# server, then delete this file. Capitals or not, and spaces, do not matter.",
    "#",
    `# App ${formatId(appId)}`,
    "",
    formatSecret("kit", seed),
    "",
  ].join("\n");
}
