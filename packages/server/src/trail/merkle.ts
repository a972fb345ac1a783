import { concatBytes } from "../kit/index.ts";

/** RFC 6962 §2.1 over C2SP tlog-tiles of height 8: what is kept in memory is the unfinished tile of each level, and nothing else. */

export const HASH_BYTES = 32;
export const TILE_WIDTH = 256;

export type Sha256 = (bytes: Uint8Array) => Uint8Array;

export interface Tile {
  readonly level: number;
  readonly index: number;
  /** 1 to 256 hashes, one after the other. */
  readonly hashes: Uint8Array;
}

export interface Tree {
  readonly size: number;
  append(leafHash: Uint8Array): void;
  root(): Uint8Array;
  /** The tiles that changed since the last call, in their newest form. */
  takeTiles(): readonly Tile[];
  /** The unfinished tiles as they are now. */
  edge(): readonly Tile[];
}

/** Reads a stored tile, at least `width` hashes wide; `undefined` where there is none. */
export type ReadTile = (level: number, index: number, width: number) => Promise<Uint8Array | undefined>;

const LEAF_PREFIX = Uint8Array.of(0);
const NODE_PREFIX = Uint8Array.of(1);

export function hashLeaf(sha256: Sha256, entry: Uint8Array): Uint8Array {
  return sha256(concatBytes([LEAF_PREFIX, entry]));
}

export function hashNode(sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array {
  return sha256(concatBytes([NODE_PREFIX, left, right]));
}

/** The widths of the unfinished tiles of a tree, level by level; none of them is written in the tile above it. */
export function edgeWidths(size: number): readonly number[] {
  const widths: number[] = [];
  for (let rest = size; rest > 0; rest = Math.floor(rest / TILE_WIDTH)) widths.push(rest % TILE_WIDTH);
  return widths;
}

/** The index of the tile at the right edge of a level: the unfinished one, or the next to be begun. */
export function edgeIndex(size: number, level: number): number {
  return Math.floor(size / TILE_WIDTH ** (level + 1));
}

/** The right edge of a tree of this size as the stored tiles have it; `undefined` when a tile is missing or too narrow. */
export async function readEdge(readTile: ReadTile, size: number): Promise<readonly Uint8Array[] | undefined> {
  const edge: Uint8Array[] = [];
  for (const [level, width] of edgeWidths(size).entries()) {
    const hashes = width === 0 ? new Uint8Array(0) : await readTile(level, edgeIndex(size, level), width);
    if (hashes === undefined || hashes.length < width * HASH_BYTES) return undefined;
    edge.push(hashes.slice(0, width * HASH_BYTES));
  }
  return edge;
}

export function rootOfEdge(sha256: Sha256, edge: readonly Uint8Array[]): Uint8Array {
  let root: Uint8Array | undefined;
  for (const hashes of edge) {
    for (const subtree of perfectSubtrees(hashes).reverse()) {
      const left = perfectRoot(sha256, subtree);
      root = root === undefined ? left : hashNode(sha256, left, root);
    }
  }
  return root ?? sha256(new Uint8Array(0));
}

/** A tree that goes on from a size and its right edge, as {@link readEdge} gives it. */
export function createTree(sha256: Sha256, startSize = 0, startEdge: readonly Uint8Array[] = []): Tree {
  const levels = startEdge.map(levelFrom);
  const finished: Tile[] = [];
  const touched = new Set<number>();
  let size = startSize;

  const appendAt = (level: number, hash: Uint8Array): void => {
    const edge = levels[level] ?? { bytes: new Uint8Array(TILE_WIDTH * HASH_BYTES), width: 0 };
    levels[level] = edge;
    edge.bytes.set(hash, edge.width * HASH_BYTES);
    edge.width += 1;
    touched.add(level);
    if (edge.width < TILE_WIDTH) return;
    // The tile at this level is number (size − 1) / 256^(level + 1): the leaf that filled it is the last of the tree.
    finished.push({ level, index: Math.floor((size - 1) / TILE_WIDTH ** (level + 1)), hashes: edge.bytes.slice() });
    edge.width = 0;
    touched.delete(level);
    appendAt(level + 1, perfectRoot(sha256, edge.bytes));
  };

  const edgeBytes = (level: number): Uint8Array => {
    const edge = levels[level];
    return edge === undefined ? new Uint8Array(0) : edge.bytes.subarray(0, edge.width * HASH_BYTES);
  };

  const edgeTile = (level: number): Tile => ({ level, index: edgeIndex(size, level), hashes: edgeBytes(level).slice() });

  return {
    get size() {
      return size;
    },
    append(leafHash) {
      size += 1;
      appendAt(0, leafHash);
    },
    root: () =>
      rootOfEdge(
        sha256,
        levels.map((_, level) => edgeBytes(level)),
      ),
    takeTiles() {
      const partial = [...touched].map(edgeTile);
      touched.clear();
      return [...finished.splice(0), ...partial];
    },
    edge: () => levels.map((_, level) => edgeTile(level)).filter(({ hashes }) => hashes.length > 0),
  };
}

function levelFrom(hashes: Uint8Array): { bytes: Uint8Array; width: number } {
  const bytes = new Uint8Array(TILE_WIDTH * HASH_BYTES);
  bytes.set(hashes);
  return { bytes, width: hashes.length / HASH_BYTES };
}

/** Cuts a row of hashes into the largest perfect subtrees, left to right, as RFC 6962 splits a tree. */
function perfectSubtrees(hashes: Uint8Array): Uint8Array[] {
  const subtrees: Uint8Array[] = [];
  let at = 0;
  for (let width = TILE_WIDTH; width >= 1; width /= 2) {
    const bytes = width * HASH_BYTES;
    if (at + bytes > hashes.length) continue;
    subtrees.push(hashes.subarray(at, at + bytes));
    at += bytes;
  }
  return subtrees;
}

function perfectRoot(sha256: Sha256, hashes: Uint8Array): Uint8Array {
  const level = hashes.slice();
  const node = new Uint8Array(1 + 2 * HASH_BYTES);
  node.set(NODE_PREFIX);
  for (let width = hashes.length / HASH_BYTES; width > 1; width /= 2) {
    for (let pair = 0; pair < width / 2; pair += 1) {
      node.set(level.subarray(pair * 2 * HASH_BYTES, (pair + 1) * 2 * HASH_BYTES), 1);
      level.set(sha256(node), pair * HASH_BYTES);
    }
  }
  return level.slice(0, HASH_BYTES);
}
