import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/kit/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { type MigrationReport, openSqliteStore, type Store } from "../../src/store/index.ts";
import { createTrail, type Trail, tables } from "../../src/trail/index.ts";
import { beginFirstStart, type KeyringStorage, type OpenedVault, openVault, type RootInput } from "../../src/vault/index.ts";

/** A house with a vault, a store and a trail, as app.ts builds it; everything else is missing. */
export interface TrailHouse extends AsyncDisposable {
  readonly folder: string;
  readonly keyring: KeyringStorage;
  readonly root: RootInput;
  readonly kit: string;
  readonly opened: OpenedVault;
  readonly store: Store;
  readonly report: MigrationReport;
  readonly notes: string[];
  trail(lastCheckpoint?: string): Promise<Trail>;
}

export function memoryKeyring(): KeyringStorage {
  let kept: Uint8Array | undefined;
  return {
    load: () => kept,
    replace: (bytes) => {
      kept = bytes;
    },
  };
}

export async function openTrailHouse({ clock = systemClock }: { readonly clock?: Clock } = {}): Promise<TrailHouse> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-trail-"));
  const keyring = memoryKeyring();
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: "file:root", text: first.rootText };
  first.finish(root);
  const opened = openVault({ keyring, clock, cores: 1, roots: [root] });
  const store = await openSqliteStore({
    file: join(folder, "data.db"),
    key: opened.keys.pageKey(opened.keys.pageGeneration),
    cipher: "aegis",
    limits: { scanRowsMax: 50_000 },
    clock,
  });
  const report = await store.migrate({ tables });
  const notes: string[] = [];
  const keepCheckpoint = (note: string): Promise<void> => {
    notes.push(note);
    return Promise.resolve();
  };
  return {
    folder,
    keyring,
    root,
    kit: first.kitText,
    opened,
    store,
    report,
    notes,
    trail: (lastCheckpoint) => createTrail({ store, report, vault: opened.vault, clock, keepCheckpoint, lastCheckpoint }),
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
