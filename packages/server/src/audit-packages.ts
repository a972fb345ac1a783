import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { SupplyFacts } from "./audit/index.ts";

type Package = SupplyFacts["packages"][number];

const OWN = fileURLToPath(new URL("../", import.meta.url));
const PACKAGES_MAX = 2_000;
const NOT_LOCKED = "not in the lock file";
const INSTALL_SCRIPTS = ["preinstall", "install", "postinstall"];

/** Every package that this server may load, as it lies on the disk, beside what the lock file says. */
export function lookAtPackages(from: string = OWN): readonly Package[] {
  const locks = readLocks(from);
  const found = new Map<string, Package>();
  const waiting = [from];
  for (let folder = waiting.pop(); folder !== undefined && found.size < PACKAGES_MAX; folder = waiting.pop()) {
    const manifest = readJson(join(folder, "package.json"));
    const optional = Object.keys(recordOf(manifest["optionalDependencies"]));
    for (const name of [...Object.keys(recordOf(manifest["dependencies"])), ...optional]) {
      const place = resolveFrom(folder, name);
      if (found.has(name) || (place === undefined && optional.includes(name))) continue;
      found.set(name, describe(name, place, locks));
      if (place !== undefined) waiting.push(place);
    }
  }
  return [...found.values()].toSorted((a, b) => a.name.localeCompare(b.name, "en"));
}

function describe(name: string, place: string | undefined, locks: ReadonlyMap<string, string> | undefined): Package {
  const manifest = place === undefined ? {} : readJson(join(place, "package.json"));
  const version = manifest["version"];
  const scripts = recordOf(manifest["scripts"]);
  return {
    name,
    locked: locks === undefined ? undefined : (locks.get(name) ?? NOT_LOCKED),
    installed: typeof version === "string" ? version : undefined,
    installScript: INSTALL_SCRIPTS.some((script) => script in scripts),
    native: place !== undefined && hasNative(place),
  };
}

function hasNative(place: string): boolean {
  return readdirSync(place, { recursive: true, withFileTypes: true }).some(({ name }) => name.endsWith(".node") || name === "binding.gyp");
}

/** As Node looks for packages: beside, and upwards. */
function resolveFrom(folder: string, name: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    const place = join(at, "node_modules", name);
    if (existsSync(join(place, "package.json"))) return place;
    if (dirname(at) === at) return undefined;
  }
}

/** By name; undefined where there is no lock file. */
function readLocks(from: string): ReadonlyMap<string, string> | undefined {
  for (let at = from; ; at = dirname(at)) {
    const file = join(at, "package-lock.json");
    if (existsSync(file)) {
      const packages = Object.entries(recordOf(readJson(file)["packages"]));
      return new Map(
        packages.flatMap(([path, entry]) => {
          const version = recordOf(entry)["version"];
          return typeof version === "string" && path.startsWith("node_modules/") ? [[path.slice("node_modules/".length), version]] : [];
        }),
      );
    }
    if (dirname(at) === at) return undefined;
  }
}

function readJson(file: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  return recordOf(value);
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}
