import { open } from "node:fs/promises";
import type { Clock } from "../kit/index.ts";
import { EVERY_ROW } from "../model/filter.ts";
import { openSqliteStore, type Store } from "../store/index.ts";
import { verifyLogs } from "../trail/index.ts";
import { type OpenedVault, sha256 } from "../vault/index.ts";
import { mark } from "./counts.ts";
import { createDigest, createIntake, damaged, decodeEnd, decodeManifest, type Manifest, RECORD, readRecords } from "./format.ts";
import { asBackup, readKeyring } from "./open-backup.ts";

const OWNER_ONLY = 0o600;

export interface Unpacking {
  /** Opens the keyring of the backup; the stream is read only to find out what is wrong with it. */
  readonly openKeyring: (keyring: Uint8Array, stream: () => AsyncIterable<Uint8Array>) => Promise<OpenedVault>;
  /** Where the database goes, by the generation of its key. */
  readonly places: { readonly database: (generation: number) => string };
}

/** Writes the database of a backup where it goes, and proves every byte on the way. */
export async function unpackBytes(bytes: AsyncIterable<Uint8Array>, { openKeyring, places }: Unpacking): Promise<Unpacked> {
  const intake = createIntake(bytes);
  const keyring = await readKeyring(intake);
  const opened = await openKeyring(keyring, () => intake.rest());
  const records = readRecords(asBackup(opened.sealer.open(intake.rest())));
  const first = await records.next();
  if (first.done || first.value.type !== RECORD.manifest) throw damaged("it does not begin with a manifest");
  const manifest = decodeManifest(first.value.payload);
  if (manifest.keyringSha256 !== Buffer.from(sha256(keyring)).toString("hex")) throw damaged("its keyring was exchanged");
  const database = places.database(manifest.pageGeneration);
  const databaseBytes = await writeDatabase(database, records);
  return { opened, manifest, keyring, database, databaseBytes };
}

export interface Unpacked {
  readonly opened: OpenedVault;
  readonly manifest: Manifest;
  readonly keyring: Uint8Array;
  readonly database: string;
  readonly databaseBytes: number;
}

async function writeDatabase(path: string, records: ReturnType<typeof readRecords>): Promise<number> {
  const digest = createDigest();
  const file = await open(path, "wx", OWNER_ONLY);
  try {
    for await (const { type, payload } of records) {
      if (type === RECORD.database) {
        digest.add(payload);
        await file.writeFile(payload);
        continue;
      }
      if (type !== RECORD.end) throw damaged("it has a record that this version does not know");
      const end = decodeEnd(payload);
      if (end.databaseBytes !== digest.bytes || end.databaseDigest !== digest.hex())
        throw damaged("its database is not the one that was copied");
      if (!(await records.next()).done) throw damaged("something follows its end");
      await file.sync();
      return digest.bytes;
    }
  } finally {
    await file.close();
  }
  throw damaged("it ends too early");
}

/** The database of a backup, whatever it takes to look at all of its rows. */
export function openCopy({ opened, manifest, database }: Pick<Unpacked, "opened" | "manifest" | "database">, clock: Clock): Promise<Store> {
  return openSqliteStore({
    file: database,
    key: opened.keys.pageKey(manifest.pageGeneration),
    cipher: manifest.cipher,
    limits: { scanRowsMax: Number.MAX_SAFE_INTEGER },
    clock,
  });
}

/** The integrity of the database, the trail against the signed note of the manifest, and the counts. Gives the number of rows. */
export async function prove(store: Store, opened: OpenedVault, manifest: Manifest): Promise<number> {
  // The one reads in a process of its own while the other computes here.
  const [sentences, trail] = await Promise.all([store.checkIntegrity(), verifyLogs(store, opened.vault, manifest.checkpoint)]);
  if (sentences.length !== 1 || sentences[0] !== "ok") throw damaged(`the database does not pass its integrity check (${sentences[0]})`);
  if (!trail.ok) throw damaged(trail.findings[0] ?? "its trail does not verify");
  const tables = Object.keys(manifest.counts);
  // Only when nobody wrote between the count and the copy are both of the same moment.
  const isSameMoment = (await mark(store, tables)) === manifest.position + 1;
  return store.view(async (view) => {
    let all = 0;
    for (const table of tables) {
      const rows = await view.count({ table, where: EVERY_ROW });
      if (isSameMoment && rows !== manifest.counts[table])
        throw damaged(`${table} has ${rows} rows where ${manifest.counts[table]} were counted`);
      all += rows;
    }
    return all;
  });
}
