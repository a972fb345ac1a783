// How fast the trail's sequencer is on one core, against a floor of bare hashing in the same run; and how fast a restore is.
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createBackup, restoreBackup } from "../packages/server/src/backup/index.ts";
import { systemClock } from "../packages/server/src/kit/index.ts";
import type { Table } from "../packages/server/src/model/index.ts";
import { dataPaths } from "../packages/server/src/settings.ts";
import { openSqliteStore, type Step } from "../packages/server/src/store/index.ts";
import { createTrail, createTrailReader, tables as trailTables } from "../packages/server/src/trail/index.ts";
import { beginFirstStart, createRootText, type KeyringStorage, openVault, sha256 } from "../packages/server/src/vault/index.ts";

const ENTRIES = 100_000;
const ENTRIES_PER_COMMIT = 500;
const FILLER_BYTES = 200_000;
const FILLER_ROWS = 1_000;

const blobs: Table = {
  name: "blobs",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "integer", nullable: false },
    { name: "bytes", type: "blob", nullable: false },
  ],
  indexes: [],
  changes: false,
};
const tables = [...trailTables, blobs];

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
try {
  await run();
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function run(): Promise<void> {
  let kept: Uint8Array | undefined;
  const keyring: KeyringStorage = {
    load: () => kept,
    replace: (bytes) => {
      kept = bytes;
    },
  };
  const first = beginFirstStart({ keyring, clock: systemClock });
  const root = { reference: "file:root", text: first.rootText };
  first.finish(root);
  const { vault, keys, sealer } = openVault({ keyring, roots: [root], clock: systemClock, cores: 1 });
  const file = join(folder, "data.db");
  const limits = { scanRowsMax: 10_000_000 };
  await using store = await openSqliteStore({ file, key: keys.pageKey(1), cipher: "aegis", limits, clock: systemClock });
  const report = await store.migrate({ tables });
  await using trail = await createTrail({
    store,
    report,
    vault,
    clock: systemClock,
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });

  const writing = performance.now();
  for (let done = 0; done < ENTRIES; done += ENTRIES_PER_COMMIT) {
    const steps: Step[] = [];
    for (let at = 0; at < ENTRIES_PER_COMMIT; at += 1) {
      steps.push(...trail.entry({ kind: "request.refused", at: done + at, rule: "requestsPerAddress", route: "rest.read", status: 429 }));
    }
    await store.commit({ steps });
  }
  print("entries written, durable, in groups of 500", ENTRIES, performance.now() - writing);

  const hashing = performance.now();
  const leaf = vault.randomBytes(150);
  for (let at = 0; at < 2 * ENTRIES; at += 1) sha256(leaf);
  const floorMs = performance.now() - hashing;
  print("floor: two bare hashes an entry", ENTRIES, floorMs);

  trail.start();
  const [sequencing, cpu] = [performance.now(), process.cpuUsage()];
  const head = await trail.settle();
  const cpuMs = millisecondsOf(process.cpuUsage(cpu));
  print(`sequenced: read, hashed, tiles durable, signed (${head.size})`, ENTRIES, performance.now() - sequencing);
  print("sequenced, by processor time", ENTRIES, cpuMs);
  console.log(`ratio of the floor to the sequencer's processor time: ${(floorMs / cpuMs).toFixed(2)}`);

  const verifying = performance.now();
  const { ok } = await createTrailReader({ store, report, vault }).verify({ witness: head.note });
  if (!ok) throw new Error("The trail does not verify.");
  print("verified", ENTRIES, performance.now() - verifying);

  for (let id = 0; id < FILLER_ROWS; id += 50) {
    const rows = Array.from(
      { length: 50 },
      (_, at): Step => ({ do: "insert", table: "blobs", row: { id: id + at, bytes: vault.randomBytes(FILLER_BYTES) } }),
    );
    await store.commit({ steps: rows });
  }
  const backup = createBackup({
    store,
    vault,
    keys,
    sealer,
    keyring,
    trail,
    clock: systemClock,
    tables: tables.map(({ name }) => name),
    cipher: "aegis",
    version: "bench",
    databaseFile: file,
    ledgerEnd: () => Promise.resolve(null),
  });
  const path = join(folder, "bench.holdfast");
  const [making, makingCpu] = [performance.now(), process.cpuUsage()];
  await backup.make(path);
  const { size } = await stat(path);
  printBytes("backup made", size, performance.now() - making);
  printBytes("backup made, by processor time of this process", size, millisecondsOf(process.cpuUsage(makingCpu)));
  const [restoring, restoringCpu] = [performance.now(), process.cpuUsage()];
  await restoreBackup({
    file: path,
    places: dataPaths(join(folder, "restored")),
    by: { kit: first.kitText },
    placeRoot: () => Promise.resolve({ reference: "file:new", text: createRootText() }),
    endedTables: [],
    ledgerFiles: () => Promise.resolve([]),
    clock: systemClock,
  });
  printBytes("restored and proven (bytes, integrity, trail, counts)", size, performance.now() - restoring);
  printBytes("restored and proven, by processor time of this process", size, millisecondsOf(process.cpuUsage(restoringCpu)));
}

function millisecondsOf({ user, system }: NodeJS.CpuUsage): number {
  return (user + system) / 1_000;
}

function print(what: string, count: number, ms: number): void {
  console.log(`${what}: ${Math.round((count / ms) * 1_000).toLocaleString("en")} a second`);
}

function printBytes(what: string, bytes: number, ms: number): void {
  console.log(`${what}: ${(bytes / 1e6).toFixed(0)} MB at ${(bytes / 1e3 / ms).toFixed(0)} MB/s`);
}
