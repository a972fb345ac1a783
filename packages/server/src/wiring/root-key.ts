import * as fs from "node:fs";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type Clock, Fault, formatId } from "../kit/index.ts";
import {
  beginFirstStart,
  createRootText,
  createSecretFiles,
  namedRoots,
  parseRootReference,
  type RootInput,
  type RootShelf,
} from "../vault/index.ts";
import { configHome, type DataFolder, writeSecretOnce } from "./data-folder.ts";

type Environment = Readonly<Record<string, string | undefined>>;

export interface RootNeeds {
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly env: Environment;
  /** The reference that settings name; `undefined` for the ones in the keyring, or at first start for the default. */
  readonly reference: string | undefined;
  /** Asks the person at the terminal; `undefined` where there is none. */
  readonly askPassphrase: (() => Promise<string>) | undefined;
}

export interface Roots {
  readonly inputs: readonly RootInput[];
  /** Where the recovery kit was written just now. */
  readonly newKit: string | undefined;
}

const OTHERS_MAY_READ = 0o077;

/** Finds what opens the keyring; on the very first start makes the keys, with the root and the recovery kit safe before them. */
export async function findRoots(needs: RootNeeds): Promise<Roots> {
  const { folder } = needs;
  if (folder.keyring.load() === undefined) {
    if (folder.hasDatabase()) {
      throw new Fault(
        "vault.refused",
        `The folder ${folder.path} has a database and no keyring. Put the keyring back, or restore a backup. Nothing was written.`,
      );
    }
    return firstStart(needs);
  }
  const references = needs.reference === undefined ? namedRoots(folder.keyring).map(({ reference }) => reference) : [needs.reference];
  const found = await Promise.all(references.map((reference) => readRoot(reference, needs)));
  const inputs = found.filter((input) => input !== undefined);
  if (inputs.length === 0) {
    throw new Fault(
      "vault.refused",
      `No root key was found at ${references.join(", ")}. Put it back, or open with the recovery kit: holdfast restore --help. Nothing was written.`,
    );
  }
  return { inputs, newKit: undefined };
}

/** Makes a fresh root safe behind a reference, before anything depends on it; takes one that lies there already. */
export async function placeRoot(needs: Omit<RootNeeds, "folder" | "clock">, newName: string): Promise<RootInput> {
  const reference = needs.reference ?? `file:${join(configHome(needs.env), `${newName}.root`)}`;
  const existing = await readRoot(reference, needs);
  if (existing !== undefined) return existing;
  const parsed = parseRootReference(reference);
  if (parsed.kind !== "file") throw new Fault("vault.refused", `Nothing was found behind ${reference}. Put a root key there first.`);
  const text = createRootText();
  writeSecretOnce(parsed.path, text);
  return { reference, text };
}

async function firstStart(needs: RootNeeds): Promise<Roots> {
  const { folder, clock, env } = needs;
  const first = beginFirstStart({ keyring: folder.keyring, clock });
  const reference = needs.reference ?? `file:${join(configHome(env), `${formatId(first.instanceId)}.root`)}`;
  const parsed = parseRootReference(reference);
  const path = parsed.kind === "file" ? resolve(parsed.path) : undefined;
  if (path !== undefined && isInside(folder.path, path)) {
    throw new Fault("settings.invalid", "The root key must not lie in the data folder: whoever takes the folder would have both.");
  }
  const kit = join(path === undefined ? configHome(env) : dirname(path), `${formatId(first.appId)}.recovery-kit`);
  const root = await placeRoot({ ...needs, reference }, "");
  writeSecretOnce(kit, first.kitText);
  first.finish(root);
  return { inputs: [root], newKit: kit };
}

/** What lies behind a reference, or `undefined`. */
export async function readRoot(
  reference: string,
  { env, askPassphrase }: Pick<RootNeeds, "env" | "askPassphrase">,
): Promise<RootInput | undefined> {
  const parsed = parseRootReference(reference);
  if (parsed.kind === "prompt") {
    if (askPassphrase === undefined) {
      throw new Fault("settings.invalid", "The root key is a passphrase and there is no terminal to ask at. Start it from a terminal.");
    }
    return { reference, text: await askPassphrase() };
  }
  if (parsed.kind === "env") {
    const text = env[parsed.name];
    return text === undefined || text === "" ? undefined : { reference, text };
  }
  if (!existsSync(parsed.path)) return undefined;
  if ((statSync(parsed.path).mode & OTHERS_MAY_READ) !== 0) {
    throw new Fault("settings.invalid", `Others may read the root key ${parsed.path}. Make it yours alone: chmod 600 ${parsed.path}`);
  }
  return { reference, text: readFileSync(parsed.path, "utf8") };
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && !way.startsWith("..") && !way.startsWith("/");
}

/** Root keys in files, as a rotation writes, reads and deletes them. */
export function createShelf(): RootShelf {
  const files = createSecretFiles(fs);
  const pathOf = (reference: string): string => {
    const parsed = parseRootReference(reference);
    if (parsed.kind !== "file") throw new Fault("internal", "Only roots in files lie on the shelf.");
    return parsed.path;
  };
  return {
    read(reference) {
      const bytes = files.read(pathOf(reference));
      return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
    },
    write(reference, text) {
      if (fs.existsSync(pathOf(reference)))
        throw new Fault("vault.refused", "There is a file already where the new root would go. Name another place.");
      files.replace(pathOf(reference), new TextEncoder().encode(text));
    },
    remove: (reference) => files.remove(pathOf(reference)),
  };
}
