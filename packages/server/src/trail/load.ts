import { equalBytes, Fault } from "../kit/index.ts";
import type { Store, View } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Checkpoint } from "./contract.ts";
import { edgeIndex, readEdge } from "./merkle.ts";
import { newestCheckpoint, type Origin, readOrigins, storedRoot, tileReader } from "./origins.ts";
import { openNote, parseCheckpoint } from "./signed-note.ts";
import { TILES } from "./tables.ts";

export interface LoadedHead {
  readonly origin: Origin;
  readonly edge: readonly Uint8Array[];
  /** Row versions of the unfinished tiles, by "level/index". */
  readonly tileVersions: ReadonlyMap<string, number>;
  readonly head: Checkpoint | undefined;
  /** How many were signed in this log. */
  readonly checkpoints: number;
}

export interface LoadNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly origin: string;
  readonly lastCheckpoint: string | undefined;
}

/**
 * Reads where the trail stands, and compares it with the newest signature in the store and the one kept outside it.
 * Fault `trail.refused` when it is smaller than what was signed, or different: to sign again would be to cover it up.
 */
export function loadHead({ store, vault, origin, lastCheckpoint }: LoadNeeds): Promise<LoadedHead> {
  return store.view(async (view) => {
    const row = (await readOrigins(view)).at(-1);
    if (row === undefined || row.name !== origin) {
      throw refused("The trail in this data was begun by another instance. Bring data from elsewhere in with `holdfast restore`.");
    }
    if (!equalBytes(row.publicKey, vault.checkpointPublicKey)) throw refused("The trail was signed with another key than this keyring's.");
    const edge = await readEdge(tileReader(view, row.number), row.size);
    if (edge === undefined) throw refused(`The trail has lost tiles of its ${row.size} entries.`);
    const inStore = await newestCheckpoint(view, row.number);
    const head = inStore === undefined ? undefined : await checked(view, vault, row, inStore.note, "in the database");
    if (lastCheckpoint !== undefined) await checked(view, vault, row, lastCheckpoint, "kept beside the database");
    else mustBeFirst(inStore?.number ?? 0);
    return { origin: row, edge, tileVersions: await readVersions(view, row), head, checkpoints: inStore?.number ?? 0 };
  });
}

async function checked(view: View, vault: Vault, row: Origin, note: string, where: string): Promise<Checkpoint> {
  const keys = {
    sha256: vault.sha256,
    verify: (_: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => vault.verifyCheckpoint(bytes, signature),
  };
  const text = openNote(note, row.name, vault.checkpointPublicKey, keys);
  const checkpoint = text === undefined ? undefined : parseCheckpoint(text);
  if (checkpoint === undefined || checkpoint.origin !== row.name)
    throw refused(`The checkpoint ${where} does not carry this trail's signature.`);
  if (checkpoint.size > row.size) {
    throw refused(
      `The trail has ${row.size} entries, and the checkpoint ${where} was signed over ${checkpoint.size}: the database is older than it was, or entries were removed.`,
    );
  }
  const root = await storedRoot(view, row.number, checkpoint.size, vault.sha256);
  if (root === undefined || !equalBytes(root, checkpoint.root)) {
    throw refused(`The first ${checkpoint.size} entries of the trail are not those over which the checkpoint ${where} was signed.`);
  }
  return { ...checkpoint, note };
}

/** A crash may come between the first signature and the file that keeps it; a second one waits for the file. */
function mustBeFirst(checkpoints: number): void {
  if (checkpoints <= 1) return;
  throw refused("The checkpoint that is kept beside the database is missing, so nothing can tell whether the database is the newest one.");
}

export async function readVersions(view: View, row: Origin): Promise<ReadonlyMap<string, number>> {
  const versions = new Map<string, number>();
  for (let level = 0; level === 0 || row.size >= 256 ** level; level += 1) {
    const index = edgeIndex(row.size, level);
    const stored = await view.get(TILES, [row.number, level, index], ["row_version"]);
    if (typeof stored?.[0] === "number") versions.set(`${level}/${index}`, stored[0]);
  }
  return versions;
}

function refused(message: string): Fault {
  return new Fault("trail.refused", message);
}
