import { Fault } from "../kit/index.ts";
import type { LogRow, Position, Step, Store } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Checkpoint } from "./contract.ts";
import type { LoadedHead } from "./load.ts";
import { createTree, HASH_BYTES, hashLeaf, TILE_WIDTH, type Tile } from "./merkle.ts";
import { asBytes } from "./origins.ts";
import { checkpointText, signNote } from "./signed-note.ts";
import { CHECKPOINTS, ORIGINS, TILES } from "./tables.ts";

export interface Place {
  readonly position: Position;
  readonly n: number;
}

/** The tree as it grows from what was loaded, one durable step after the other. After a fault, throw it away and load again. */
export interface Growth {
  readonly size: number;
  /** The place of the newest entry in the tree. */
  readonly place: Place;
  /** Makes the tiles durable; nothing is signed yet. */
  append(rows: readonly LogRow[]): Promise<void>;
  /** Signs the tree as it is, and makes the checkpoint durable. */
  sign(): Promise<Checkpoint>;
}

export interface GrowthNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly state: LoadedHead;
}

export function createGrowth({ store, vault, state }: GrowthNeeds): Growth {
  const { number, name } = state.origin;
  const tree = createTree(vault.sha256, state.origin.size, state.edge);
  const versions = new Map(state.tileVersions);
  let { version } = state.origin;
  let checkpoints = state.checkpoints;
  let place: Place = { position: state.origin.position, n: state.origin.n };

  const commit = async (steps: readonly Step[]): Promise<void> => {
    const receipt = await store.commit({ steps });
    if (!receipt.committed) throw new Fault("store.unavailable", "The tiles of the trail were changed by somebody else.");
  };

  return {
    get size() {
      return tree.size;
    },
    get place() {
      return place;
    },
    async append(rows) {
      for (const { row } of rows) tree.append(hashLeaf(vault.sha256, asBytes(row[0])));
      const { position, n } = rows.at(-1) ?? place;
      await commit([
        ...tree.takeTiles().map((tile) => tileStep(number, tile, versions)),
        { do: "update", table: ORIGINS, key: [number], version, set: { size: tree.size, position, n } },
      ]);
      version += 1;
      place = { position, n };
    },
    async sign() {
      const head = { origin: name, size: tree.size, root: tree.root() };
      const note = signNote(checkpointText(head), name, vault.checkpointPublicKey, { sha256: vault.sha256, sign: vault.signCheckpoint });
      const row = { origin: number, number: checkpoints + 1, size: head.size, position: place.position, note };
      await commit([{ do: "insert", table: CHECKPOINTS, row }]);
      checkpoints += 1;
      return { ...head, note };
    },
  };
}

export function tileStep(origin: number, { level, index, hashes }: Tile, versions: Map<string, number>): Step {
  const key = `${level}/${index}`;
  const version = versions.get(key) ?? 0;
  if (hashes.length === TILE_WIDTH * HASH_BYTES) versions.delete(key);
  else versions.set(key, version + 1);
  if (version === 0) return { do: "insert", table: TILES, row: { origin, level, tile: index, hashes } };
  return { do: "update", table: TILES, key: [origin, level, index], version, set: { hashes } };
}
