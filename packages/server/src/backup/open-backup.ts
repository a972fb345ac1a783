import { type Clock, equalBytes, Fault, isFault, readUint32 } from "../kit/index.ts";
import { type KeyringStorage, type OpenedVault, openStreamWithKit, openVault, openVaultWithKit, type RootInput } from "../vault/index.ts";
import { damaged, type Intake, KEYRING_BYTES_MAX, MAGIC } from "./format.ts";

/** What opens a backup: the recovery kit, or one of the roots that its keyring knew. */
export type Opener = { readonly kit: string } | { readonly roots: readonly RootInput[] };

/** The keyring that stands before the stream. Fault `backup.refused` for a file that no backup begins like. */
export async function readKeyring(intake: Intake): Promise<Uint8Array> {
  const magic = await intake.take(MAGIC.length);
  if (magic === undefined || !equalBytes(magic, MAGIC))
    throw new Fault(
      "backup.refused",
      "This file is not a backup of Holdfast, or its first bytes are damaged. Name a file that `holdfast backup` wrote.",
    );
  const length = readUint32((await intake.take(4)) ?? new Uint8Array(0), 0) ?? 0;
  const keyring = length > 0 && length <= KEYRING_BYTES_MAX ? await intake.take(length) : undefined;
  if (keyring === undefined) throw damaged("its keyring is missing");
  return keyring.slice();
}

/**
 * The keys of the backup, opened where they lie: nothing writes to them. Tells a key that belongs to another backup from bytes
 * that are not as they were written, because the one asks for another key and the other for another file.
 */
export async function openBackup(needs: {
  readonly keyring: Uint8Array;
  readonly by: Opener;
  readonly clock: Clock;
  /** The sealed stream, which is read only to find out what is wrong with the keyring. */
  readonly stream: () => AsyncIterable<Uint8Array>;
}): Promise<OpenedVault> {
  const { keyring, by, clock } = needs;
  try {
    const shared = { keyring: fixedKeyring(keyring), clock, cores: 1 };
    return "kit" in by ? openVaultWithKit({ ...shared, kit: by.kit }) : openVault({ ...shared, roots: by.roots });
  } catch (error) {
    if (!isFault(error, "vault.refused")) throw error;
    if (error.detail["because"] === "damage") throw damaged("its keyring is not as it was written");
    if (!("kit" in by)) throw new Fault("backup.refused", OTHER_ROOT, { cause: error });
    // The stream is sealed to the kit as well: if it opens, the kit is the right one and the keyring is what was changed.
    if (await opensWithKit(needs.stream(), by.kit)) throw damaged("its keyring is not as it was written");
    throw new Fault("backup.refused", `${error.message} ${OTHER_KIT}`, { cause: error });
  }
}

const OTHER_ROOT =
  "This root key does not open this backup. Use the one that the server had when it made it, or its recovery kit: restore with --kit FILE. If the recovery kit does not open it either, take another backup.";
const OTHER_KIT =
  "Use the recovery kit that was written when this app first started, or the root key of that time: restore with --old-root REFERENCE. If neither opens it, take another backup.";

/** What the sealer refuses under keys that the keyring proved can only be damage. */
export async function* asBackup(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    if (isFault(error, "vault.refused")) throw damaged("its bytes are not as they were written, or its end is missing");
    throw error;
  }
}

async function opensWithKit(stream: AsyncIterable<Uint8Array>, kit: string): Promise<boolean> {
  try {
    for await (const _authentic of openStreamWithKit(stream, kit)) return true;
  } catch (error) {
    if (!isFault(error, "vault.refused")) throw error;
  }
  return false;
}

function fixedKeyring(bytes: Uint8Array): KeyringStorage {
  return {
    load: () => bytes,
    replace: () => {
      throw new Fault("backup.refused", "The keyring inside a backup is never changed.");
    },
  };
}
