import { join } from "node:path";
import { createBackup, createKeeper, type Keeper, type KeeperNeeds, ledgerEnd, type Target } from "../../src/backup/index.ts";
import { withLedger } from "../../src/backup/ledger-entries.ts";
import { tables as backupTables } from "../../src/backup/tables.ts";
import type { Table } from "../../src/model/schema.ts";
import type { Trail } from "../../src/trail/index.ts";
import { createTrailReader, tables as trailTables } from "../../src/trail/index.ts";
import { openTrailHouse, type TrailHouse } from "../trail/trail-house.ts";
import { type FixedClock, fixedClock } from "../vault/fixture.ts";

const things: Table = {
  name: "things",
  kind: "rows",
  key: ["id"],
  columns: [{ name: "id", type: "integer", nullable: false }],
  indexes: [],
  changes: false,
};
export const tables = [...trailTables, ...backupTables, things];

export const RULES: KeeperNeeds["rules"] = {
  everyMs: 86_400_000,
  drillEveryMs: 7 * 86_400_000,
  keep: { newest: 2, days: 0, weeks: 0, months: 0 },
};

export interface KeptHouse extends AsyncDisposable {
  readonly house: TrailHouse;
  readonly clock: FixedClock;
  readonly trail: Trail;
  readonly scratch: string;
  keeper(target: Target, more?: Partial<KeeperNeeds>): Keeper;
  /** Kinds of what was recorded, with what they say. */
  told(
    kinds: readonly ("backup.failed" | "backup.removed" | "drill.passed" | "drill.failed" | "ledger.failed")[],
  ): Promise<readonly string[]>;
}

/** A vault, a store, a trail with its ledger, and a keeper of backups, as they are built for a server. */
export async function openKeptHouse(): Promise<KeptHouse> {
  const clock = fixedClock();
  const house = await openTrailHouse({ clock });
  const report = await house.store.migrate({ tables });
  const trail = withLedger(await house.trail());
  trail.start();
  const { store, opened, folder, keyring } = house;
  const { vault, keys, sealer, openCopy } = opened;
  const backup = createBackup({
    store,
    vault,
    keys,
    sealer,
    keyring,
    trail,
    clock,
    tables: tables.map(({ name }) => name),
    cipher: "aegis",
    version: "0",
    databaseFile: join(folder, "data.db"),
    ledgerEnd: () => ledgerEnd(store, vault),
  });
  const scratch = join(folder, "drill");
  return {
    house,
    clock,
    trail,
    scratch,
    keeper: (target, more = {}) =>
      createKeeper({ store, vault, keys, openCopy, trail, clock, backup, target, scratch, rules: RULES, ...more }),
    async told(kinds) {
      await trail.settle();
      const reader = createTrailReader({ store, report, vault });
      const entries = await reader.show({ kinds, from: undefined, to: undefined, last: 100, personal: "closed" });
      return entries.map(({ kind, slots }) => `${kind} ${String(slots["because"] ?? slots["backup"] ?? slots["name"])}`);
    },
    async [Symbol.asyncDispose]() {
      await trail[Symbol.asyncDispose]();
      await house[Symbol.asyncDispose]();
    },
  };
}
