/**
 * The writer path: what one audited write costs, through the writer's thread, against the same rows written by the driver alone in
 * one thread, in the same run and on the same disk. Run: node --disallow-code-generation-from-strings bench/writer-path.ts
 */
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Driver from "better-sqlite3-multiple-ciphers";
import { systemClock } from "../packages/server/src/kit/index.ts";
import type { Table } from "../packages/server/src/model/schema.ts";
import { openSqliteStore, type Step, type Store } from "../packages/server/src/store/index.ts";

const CLIENTS = 64;
const SECONDS = 4;
const FAILING_SHARE = 0.05;
const ROUNDS = 2;
const GATE_PER_S = 5_000;

const blob = (name: string): Table["columns"][number] => ({ name, type: "blob", nullable: false });
const TABLES: readonly Table[] = [
  {
    name: "patients",
    kind: "rows",
    key: ["id"],
    columns: [
      blob("id"),
      blob("doctor"),
      { name: "status", type: "text", nullable: false },
      blob("name"),
      { name: "created_at", type: "integer", nullable: false },
    ],
    indexes: [{ columns: ["doctor", "status"], unique: false }],
    changes: true,
  },
  { name: "entries", kind: "log", key: [], columns: [blob("leaf")], indexes: [], changes: false },
  {
    name: "openings",
    kind: "rows",
    key: ["entry", "slot"],
    columns: [blob("entry"), { name: "slot", type: "integer", nullable: false }, blob("sealed")],
    indexes: [],
    changes: false,
  },
];

let tick = Date.now();
const newId = (): Uint8Array => {
  const id = bytes(16);
  const view = new DataView(id.buffer);
  tick += 1;
  view.setUint16(0, Math.floor(tick / 2 ** 32));
  view.setUint32(2, tick % 2 ** 32);
  return id;
};
// Drawn from one pool: making randomness is not what is measured.
const pool = new Uint8Array(randomBytes(1_048_576));
const bytes = (count: number): Uint8Array => {
  const at = Math.floor(Math.random() * (pool.length - count));
  return pool.slice(at, at + count);
};
const doctors = Array.from({ length: 100 }, () => bytes(16));

/** Row, version, change record, trail entry and three openings; some expect what is not so. */
function batch(n: number): readonly Step[] {
  const doctor = doctors[n % doctors.length] ?? bytes(16);
  const id = newId();
  const entry = newId();
  const fails = Math.random() < FAILING_SHARE;
  return [
    { do: "insert", table: "patients", row: { id, doctor, status: "active", name: bytes(120), created_at: tick } },
    { do: "append", table: "entries", row: { leaf: bytes(200) } },
    ...[0, 1, 2].map((slot): Step => ({ do: "insert", table: "openings", row: { entry, slot, sealed: bytes(110) } })),
    { do: "expect", table: "patients", where: { op: "compare", sense: "is", column: "id", by: "eq", value: id }, rows: fails ? 2 : 1 },
  ];
}

async function throughWriter(
  store: Store,
): Promise<{ readonly perS: number; readonly refused: number; readonly p50: number; readonly p99: number }> {
  const end = performance.now() + SECONDS * 1_000;
  const times: number[] = [];
  let refused = 0;
  await Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let n = client; performance.now() < end; n += 1) {
        const since = performance.now();
        const receipt = await store.commit({ steps: batch(n) });
        times.push(performance.now() - since);
        if (!receipt.committed) refused += 1;
      }
    }),
  );
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  return { perS: times.length / SECONDS, refused, p50: at(0.5), p99: at(0.99) };
}

/** The floor: the same rows, the same file settings, groups of 64, nothing between the loop and the driver. */
function alone(file: string): number {
  const db = new Driver(file, { timeout: 1_000 });
  const settings = [
    "cipher='aegis'",
    `key="x'${"07".repeat(32)}'"`,
    "journal_mode=WAL",
    "synchronous=FULL",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "secure_delete=ON",
  ];
  for (const setting of settings) db.pragma(setting, { simple: true });
  db.exec(`CREATE TABLE IF NOT EXISTS patients (id BLOB PRIMARY KEY, doctor BLOB, status TEXT, name BLOB, created_at INTEGER, v INTEGER) STRICT, WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS by_doctor ON patients (doctor, status);
    CREATE TABLE IF NOT EXISTS logs (p INTEGER, n INTEGER, leaf BLOB, PRIMARY KEY (p, n)) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS openings (entry BLOB, slot INTEGER, sealed BLOB, PRIMARY KEY (entry, slot)) STRICT, WITHOUT ROWID`);
  const patient = db.prepare("INSERT INTO patients VALUES (?,?,?,?,?,1)");
  const log = db.prepare("INSERT INTO logs VALUES (?,?,?)");
  const opening = db.prepare("INSERT INTO openings VALUES (?,?,?)");
  const [begin, commit] = [db.prepare("BEGIN IMMEDIATE"), db.prepare("COMMIT")];
  const end = performance.now() + SECONDS * 1_000;
  let position = Number(db.prepare("SELECT coalesce(max(p), 0) FROM logs").pluck().get());
  let done = 0;
  while (performance.now() < end) {
    begin.run();
    for (let n = 0; n < CLIENTS; n += 1) {
      position += 1;
      const entry = newId();
      patient.run(newId(), doctors[n % 100] ?? null, "active", bytes(120), tick);
      log.run(position, 0, bytes(250));
      log.run(position, 1, bytes(200));
      for (const slot of [0, 1, 2]) opening.run(entry, slot, bytes(110));
      done += 1;
    }
    commit.run();
  }
  db.close();
  return done / SECONDS;
}

const folder = await mkdtemp(join(tmpdir(), "holdfast-bench-"));
try {
  await using store = await openSqliteStore({
    file: join(folder, "store.db"),
    key: bytes(32),
    cipher: "aegis",
    limits: { scanRowsMax: 10_000 },
    clock: systemClock,
  });
  await store.migrate({ tables: TABLES });
  for (let round = 1; round <= ROUNDS; round += 1) {
    const floor = alone(join(folder, "alone.db"));
    const ours = await throughWriter(store);
    console.log(
      `round ${round}: writer ${ours.perS.toFixed(0)} batches/s (p50 ${ours.p50.toFixed(1)} ms, p99 ${ours.p99.toFixed(1)} ms, ${ours.refused} refused), ` +
        `driver alone ${floor.toFixed(0)}/s, ratio ${(ours.perS / floor).toFixed(2)}; gate ${GATE_PER_S}/s ${ours.perS >= GATE_PER_S ? "met" : "NOT met"}`,
    );
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}
