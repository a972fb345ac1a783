import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/kit/index.ts";
import type { Table } from "../../src/model/schema.ts";
import { type MigrationReport, openSqliteStore, type SqliteNeeds, type Store } from "../../src/store/index.ts";

export interface StoreFixture extends AsyncDisposable {
  readonly store: Store;
  readonly report: MigrationReport;
  readonly folder: string;
  readonly file: string;
}

export const TEST_KEY = Uint8Array.from({ length: 32 }, (_, at) => at + 1);

/** A real encrypted store in a fresh temp folder, with these tables. `await using` closes it and deletes the folder. */
export async function openTestStore(tables: readonly Table[], needs: Partial<SqliteNeeds> = {}): Promise<StoreFixture> {
  const folder = await mkdtemp(join(tmpdir(), "holdfast-store-"));
  const file = needs.file ?? join(folder, "data.db");
  const store = await openSqliteStore({
    key: TEST_KEY,
    cipher: "aegis",
    limits: { scanRowsMax: 10_000 },
    clock: systemClock,
    ...needs,
    file,
  });
  const report = await store.migrate({ tables });
  return {
    store,
    report,
    folder,
    file,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An id that tells its number. */
export function numberId(n: number): Uint8Array {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setFloat64(8, n);
  return id;
}

export const KILL_TABLES: readonly Table[] = [
  {
    name: "rows",
    kind: "rows",
    key: ["id"],
    columns: [
      { name: "id", type: "blob", nullable: false },
      { name: "text", type: "text", nullable: false },
    ],
    indexes: [{ columns: ["text"], unique: true }],
    changes: true,
  },
  { name: "log", kind: "log", key: [], columns: [{ name: "number", type: "integer", nullable: false }], indexes: [], changes: false },
];
