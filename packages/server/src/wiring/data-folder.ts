import * as fs from "node:fs";
import { chmodSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Fault, utf8 } from "../kit/index.ts";
import { type DataPaths, dataPaths } from "../settings.ts";
import { type CertificateStorage, createSecretFiles, fileKeyring, type KeyringStorage } from "../vault/index.ts";

const OWNER_ONLY_FOLDER = 0o700;
const OWNER_ONLY_FILE = 0o600;
const GROUP_AND_OTHERS = 0o077;
const DATABASE = /^data-\d+\.db$/;

/** The files of one app, as its rooms are handed them. */
export interface DataFolder {
  readonly path: string;
  readonly paths: DataPaths;
  readonly keyring: KeyringStorage;
  readonly certificates: CertificateStorage;
  hasDatabase(): boolean;
  lastCheckpoint(): string | undefined;
  keepCheckpoint(note: string): Promise<void>;
  /** Written whole or not at all, for the owner alone. What says the same already stays as it is. */
  write(path: string, text: string): void;
  /** The same for what each start writes anew: whole or not at all, and not waited for until it is on the disk. */
  announce(path: string, text: string): void;
}

/** Makes the folder where it is not there, and closes it to everybody else. */
export function openDataFolder(path: string): DataFolder {
  mkdirSync(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
  if ((statSync(path).mode & GROUP_AND_OTHERS) !== 0) chmodSync(path, OWNER_ONLY_FOLDER);
  const paths = dataPaths(path);
  if (fs.existsSync(paths.restoring)) {
    throw new Fault("store.refused", `A restore into ${path} has not come to its end. Empty the folder and restore again.`);
  }
  const files = createSecretFiles(fs);
  return {
    path,
    paths,
    keyring: fileKeyring(fs, paths.keyring),
    certificates: {
      load: () => files.read(paths.certificates),
      replace: (bytes) => files.replace(paths.certificates, bytes),
    },
    hasDatabase: () => readdirSync(path).some((name) => DATABASE.test(name)),
    lastCheckpoint: () => {
      const note = files.read(paths.checkpoint);
      return note === undefined ? undefined : new TextDecoder().decode(note);
    },
    keepCheckpoint: (note) => replaceFile(paths.checkpoint, note),
    write: (file, content) => {
      const bytes = utf8(content);
      if (Buffer.compare(files.read(file) ?? new Uint8Array(0), bytes) !== 0) files.replace(file, bytes);
    },
    announce: (file, content) => {
      const beside = `${file}.new`;
      fs.rmSync(beside, { force: true });
      fs.writeFileSync(beside, content, { mode: OWNER_ONLY_FILE, flag: "wx" });
      fs.renameSync(beside, file);
    },
  };
}

/** As the secret files are written, but without holding up the requests of everybody while the disk works. */
async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`;
  await rm(beside, { force: true });
  await using file = await open(beside, "wx", OWNER_ONLY_FILE);
  await file.writeFile(text);
  await file.sync();
  await rename(beside, path);
  await using folder = await open(dirname(path), "r");
  await folder.sync();
}

/** Where root keys and recovery kits lie by default: outside every data folder, named by the instance. */
export function configHome(env: Readonly<Record<string, string | undefined>>): string {
  return join(env["XDG_CONFIG_HOME"] ?? join(homedir(), ".config"), "holdfast");
}

/** Writes a secret where there is none yet; never over another. */
export function writeSecretOnce(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: OWNER_ONLY_FOLDER });
  if (fs.existsSync(file)) throw new Fault("settings.invalid", `There is a file ${file} already. Nothing was written.`);
  createSecretFiles(fs).replace(file, utf8(text));
}
