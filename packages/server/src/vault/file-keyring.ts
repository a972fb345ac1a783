import type { KeyringStorage } from "./keys.ts";

/** What is used of a file system: node:fs fits, and so does one that fails in a test. */
export interface FileSystem {
  openSync(path: string, flags: string, mode?: number): number;
  writeSync(file: number, bytes: Uint8Array, offset: number): number;
  fsyncSync(file: number): void;
  closeSync(file: number): void;
  renameSync(from: string, to: string): void;
  unlinkSync(path: string): void;
  existsSync(path: string): boolean;
  readFileSync(path: string): Uint8Array;
}

const OWNER_ONLY = 0o600;

/** Small secret files that are there whole or not at all, also after a power cut. */
export interface SecretFiles {
  read(path: string): Uint8Array | undefined;
  /** Returns when the bytes and the name are on disk. */
  replace(path: string, bytes: Uint8Array): void;
  remove(path: string): void;
}

export function createSecretFiles(fs: FileSystem): SecretFiles {
  function read(path: string): Uint8Array | undefined {
    return fs.existsSync(path) ? new Uint8Array(fs.readFileSync(path)) : undefined;
  }

  function replace(path: string, bytes: Uint8Array): void {
    const beside = `${path}.new`;
    // A leftover of an earlier cut may have other rights, so it is made anew instead of overwritten.
    if (fs.existsSync(beside)) fs.unlinkSync(beside);
    withFile(beside, "wx", (file) => {
      for (let at = 0; at < bytes.length; ) at += fs.writeSync(file, bytes, at);
      fs.fsyncSync(file);
    });
    fs.renameSync(beside, path);
    withFile(folderOf(path), "r", (folder) => fs.fsyncSync(folder));
  }

  function remove(path: string): void {
    if (!fs.existsSync(path)) return;
    fs.unlinkSync(path);
    withFile(folderOf(path), "r", (folder) => fs.fsyncSync(folder));
  }

  function withFile(path: string, flags: string, use: (file: number) => void): void {
    const file = fs.openSync(path, flags, OWNER_ONLY);
    try {
      use(file);
    } finally {
      fs.closeSync(file);
    }
  }

  return { read, replace, remove };
}

/** The keyring as a file. */
export function fileKeyring(fs: FileSystem, path: string): KeyringStorage {
  const files = createSecretFiles(fs);
  return { load: () => files.read(path), replace: (bytes) => files.replace(path, bytes) };
}

function folderOf(path: string): string {
  const at = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return at > 0 ? path.slice(0, at) : at === 0 ? path.slice(0, 1) : ".";
}
