import type { FileSystem } from "../../src/vault/index.ts";

/** What a power cut leaves of what was not yet synced. */
export const CUTS = {
  "nothing that was not synced": { names: "synced", contents: "synced" },
  "names, but no contents that were not synced": { names: "latest", contents: "synced" },
  "contents, but no names that were not synced": { names: "synced", contents: "latest" },
  everything: { names: "latest", contents: "latest" },
} as const;

export type Cut = keyof typeof CUTS;

/** How a call fails: as if never made, or after it took effect. */
export type Failure = "before" | "after";

const SHORT_WRITE_BYTES = 5_000;

interface Inode {
  latest: Uint8Array;
  synced: Uint8Array;
}

export class DiskError extends Error {
  override readonly name = "DiskError";
}

export interface CutFileSystem extends FileSystem {
  /** Calls so far that could have failed. */
  readonly calls: () => number;
  /** Lets one call fail, counted from now on; the ones after it too, until {@link CutFileSystem.mend}. */
  failAt(call: number, failure: Failure): void;
  mend(): void;
  /** Is called before and after the work of each call: the moments at which the power may go. */
  watch(moment: () => void): void;
  /** The disk as another machine would find it after a power cut now. */
  afterCut(cut: Cut): CutFileSystem;
  /** The same text for the same names with the same contents; leftovers of replacements do not count. */
  state(): string;
  /** Names in a folder. */
  list(folder: string): readonly string[];
}

/** Files in memory that behave as a disk does: a write is only there after fsync, a name only after fsync of its folder. */
export function createCutFileSystem(names: ReadonlyMap<string, Inode> = new Map()): CutFileSystem {
  const latestNames = new Map(names);
  let syncedNames = new Map(names);
  const open = new Map<number, { readonly path: string; readonly inode: Inode | undefined }>();
  let nextFile = 3;
  let calls = 0;
  let watcher: () => void = () => undefined;
  let failing: { readonly at: number; readonly failure: Failure } | undefined;

  function step<T>(work: () => T): T {
    calls += 1;
    const isFailing = failing !== undefined && calls >= failing.at;
    // After the first failure nothing works any more, as on a disk that is gone.
    if (isFailing && (failing?.failure === "before" || calls > (failing?.at ?? 0))) throw new DiskError(`call ${calls} failed`);
    watcher();
    const result = work();
    watcher();
    if (isFailing) throw new DiskError(`call ${calls} failed after its work was done`);
    return result;
  }

  function inodeOf(path: string): Inode {
    const inode = latestNames.get(path);
    if (inode === undefined) throw new Error(`ENOENT ${path}`);
    return inode;
  }

  function openedFile(file: number): { readonly path: string; readonly inode: Inode | undefined } {
    const opened = open.get(file);
    if (opened === undefined) throw new Error("EBADF");
    return opened;
  }

  function openSync(path: string, flags: string): number {
    return step(() => {
      if (flags === "wx") {
        if (latestNames.has(path)) throw new Error(`EEXIST ${path}`);
        latestNames.set(path, { latest: new Uint8Array(0), synced: new Uint8Array(0) });
      }
      open.set(nextFile, { path, inode: flags === "wx" ? inodeOf(path) : latestNames.get(path) });
      nextFile += 1;
      return nextFile - 1;
    });
  }

  function writeSync(file: number, bytes: Uint8Array, offset: number): number {
    return step(() => {
      const { inode } = openedFile(file);
      if (inode === undefined) throw new Error("EISDIR");
      // Short writes happen: a keyring takes two or three.
      const taken = bytes.subarray(offset, offset + SHORT_WRITE_BYTES);
      inode.latest = new Uint8Array([...inode.latest, ...taken]);
      return taken.length;
    });
  }

  function fsyncSync(file: number): void {
    step(() => {
      const { path, inode } = openedFile(file);
      if (inode !== undefined) {
        inode.synced = inode.latest;
        return;
      }
      const isInside = ([name]: [string, Inode]): boolean => name.slice(0, name.lastIndexOf("/")) === path;
      syncedNames = new Map([...[...syncedNames].filter((entry) => !isInside(entry)), ...[...latestNames].filter(isInside)]);
    });
  }

  return {
    openSync,
    writeSync,
    fsyncSync,
    closeSync: (file) => {
      open.delete(file);
    },
    renameSync: (from, to) =>
      step(() => {
        latestNames.set(to, inodeOf(from));
        latestNames.delete(from);
      }),
    unlinkSync: (path) =>
      step(() => {
        inodeOf(path);
        latestNames.delete(path);
      }),
    existsSync: (path) => latestNames.has(path),
    readFileSync: (path) => inodeOf(path).latest,
    calls: () => calls,
    failAt: (call, failure) => {
      calls = 0;
      failing = { at: call, failure };
    },
    mend: () => {
      failing = undefined;
    },
    watch: (moment) => {
      watcher = moment;
    },
    state: () => {
      const counted = [...latestNames]
        .filter(([name]) => !name.endsWith(".new"))
        .map(([name, { latest }]) => `${name} ${identityOf(latest)}`);
      return counted.sort().join("\n");
    },
    afterCut: (cut) => {
      const rule = CUTS[cut];
      const left = rule.names === "latest" ? latestNames : syncedNames;
      return createCutFileSystem(
        new Map([...left].map(([name, inode]) => [name, { latest: inode[rule.contents], synced: inode[rule.contents] }])),
      );
    },
    list: (folder) => [...latestNames.keys()].filter((name) => name.startsWith(`${folder}/`)),
  };
}

const identities = new WeakMap<Uint8Array, number>();
let identitiesGiven = 0;

function identityOf(bytes: Uint8Array): number {
  const known = identities.get(bytes);
  if (known !== undefined) return known;
  identitiesGiven += 1;
  identities.set(bytes, identitiesGiven);
  return identitiesGiven;
}
