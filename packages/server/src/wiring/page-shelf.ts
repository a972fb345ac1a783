import { existsSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { type Clock, Fault, faultFrom } from "../kit/index.ts";
import type { DataPaths } from "../settings.ts";
import { rebuildDatabase } from "../store/index.ts";
import type { Trail } from "../trail/index.ts";
import { type Keys, type PageShelf, settlePages, switchPage } from "../vault/index.ts";
import type { DataFolder } from "./data-folder.ts";

/** What the engine may put beside a database. */
const BESIDE = ["", "-wal", "-shm", "-journal"];

interface PageShelfNeeds {
  readonly paths: Pick<DataPaths, "data" | "database">;
  readonly keys: Pick<Keys, "pageKey">;
  readonly cipher: "aegis" | "chacha20";
}

/** The database files of a data folder whose lock is held, while no database of it is open. */
function createPageShelf({ paths, keys, cipher }: PageShelfNeeds): PageShelf {
  return {
    async build(from, to) {
      const [file, into] = [paths.database(from), paths.database(to)];
      if (!existsSync(file)) throw new Fault("store.refused", `There is no database ${file} to copy under a new page key.`);
      await rebuildDatabase({ file, key: keys.pageKey(from), cipher, into, newKey: keys.pageKey(to) });
    },
    async remove(generation) {
      const left = BESIDE.map((end) => paths.database(generation) + end).filter((file) => existsSync(file));
      if (left.length === 0) return;
      // The database last: what lies beside it is nothing without it, and must not be taken for another's.
      for (const file of left.reverse()) await rm(file, { force: true });
      await using folder = await open(paths.data, "r");
      await folder.sync();
    },
  };
}

interface PageRotation {
  /** What it did, in sentences; complete after `settle`. */
  readonly news: readonly string[];
  /** Once the database has been opened under the new key: records it, and lets go of the old file and key. */
  settle(trail: Trail, clock: Clock): Promise<void>;
}

interface RotationNeeds {
  readonly keys: Keys;
  readonly folder: Pick<DataFolder, "paths">;
  readonly cipher: "aegis" | "chacha20";
}

/** A new page key that was asked for takes effect here, before anybody writes. When it cannot, the old one goes on until the next start. */
export async function rotatePage({ keys, folder, cipher }: RotationNeeds): Promise<PageRotation> {
  const shelf = createPageShelf({ paths: folder.paths, keys, cipher });
  const news: string[] = [];
  try {
    await switchPage({ keys, shelf });
  } catch (error) {
    news.push(`The page key could not be replaced, and the next start tries again: ${faultFrom(error).message}`);
  }
  return {
    news,
    async settle(trail, clock) {
      if (!keys.list.some(({ kind, state }) => kind === "page" && state === "live")) return;
      trail.note({ kind: "keyring.rotated", at: clock.now(), what: "page" });
      await trail.settle();
      await settlePages({ keys, shelf });
      news.push("The database file is encrypted anew under a new page key; the old file and its key are gone.");
    },
  };
}
