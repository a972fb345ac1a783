import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SupplyFacts } from "../audit/index.ts";

type Package = SupplyFacts["packages"][number];
type Json = Readonly<Record<string, unknown>>;

const OWN = fileURLToPath(new URL("../../", import.meta.url));
const PACKAGES_MAX = 2_000;
const NOT_LOCKED = "not in the lock file";
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];
const NATIVE = /\.node$|^binding\.gyp$/;

/** Every package that this server may load, as it lies on the disk, beside what the lock file says. One after another: requests go first. */
export async function lookAtPackages(from: string = OWN): Promise<readonly Package[]> {
  const locks = await readLocks(from);
  const found = new Map<string, Package>();
  const waiting = [from];
  for (let folder = waiting.pop(); folder !== undefined && found.size < PACKAGES_MAX; folder = waiting.pop()) {
    const manifest = (await readJson(join(folder, "package.json"))) ?? {};
    const optional = Object.keys(recordOf(manifest["optionalDependencies"]));
    for (const name of [...Object.keys(recordOf(manifest["dependencies"])), ...optional]) {
      if (found.has(name)) continue;
      const place = await resolveFrom(folder, name);
      if (place === undefined && optional.includes(name)) continue;
      found.set(name, await describe(name, place, locks));
      if (place !== undefined) waiting.push(place.folder);
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

interface Place {
  readonly folder: string;
  readonly manifest: Json;
}

async function describe(name: string, place: Place | undefined, locks: ReadonlyMap<string, string> | undefined): Promise<Package> {
  const version = place?.manifest["version"];
  const scripts = recordOf(place?.manifest["scripts"]);
  return {
    name,
    locked: locks === undefined ? undefined : (locks.get(name) ?? NOT_LOCKED),
    installed: typeof version === "string" ? version : undefined,
    installScript: INSTALL_SCRIPTS.some((script) => script in scripts),
    native: place !== undefined && (await readdir(place.folder, { recursive: true })).some((path) => NATIVE.test(path)),
  };
}

/** As Node looks for packages: beside, and upwards. */
async function resolveFrom(folder: string, name: string): Promise<Place | undefined> {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, "node_modules", name);
    const manifest = await readJson(join(place, "package.json"));
    if (manifest !== undefined) return { folder: place, manifest };
    if (dirname(at) === at) return undefined;
  }
}

/** By name; undefined where there is no lock file. */
async function readLocks(from: string): Promise<ReadonlyMap<string, string> | undefined> {
  for (let at = from; ; at = dirname(at)) {
    const lock = await readJson(join(at, "package-lock.json"));
    if (lock !== undefined) {
      const packages = recordOf(lock["packages"]);
      return new Map(
        Object.entries(packages).flatMap(([path, entry]) => {
          const { link, resolved, version: own } = recordOf(entry);
          // A package of this repository stands where it is, and under its name is a link to it.
          const version = link === true ? recordOf(packages[String(resolved)])["version"] : own;
          return typeof version === "string" && path.startsWith("node_modules/") ? [[path.slice("node_modules/".length), version]] : [];
        }),
      );
    }
    if (dirname(at) === at) return undefined;
  }
}

/** `undefined` where there is no such file; what is there and cannot be read is a failure. */
async function readJson(file: string): Promise<Json | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    return recordOf(value);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  }
}

function recordOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
