import { type Fields, fieldsOf, unreadable } from "./advisory.ts";

/** One package at one place, as the lock file names it. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** `node_modules/a/node_modules/b`, relative to the lock file. */
  readonly place: string;
  /** Only for work on the project; a server that is installed from the registry has none of them. */
  readonly development: boolean;
  /** A file of it lies in this process. */
  readonly loaded: boolean;
}

const LAST_PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)$/;

/**
 * All packages of a lock file (version 2 or 3), with what of them is loaded. `loadedPaths` are files of this process, `root` is
 * the folder of the lock file. Fault `advisories.unreadable` for another document: an inventory that is wrong finds nothing.
 */
export function takeInventory(lock: unknown, root: string, loadedPaths: readonly string[]): readonly Part[] {
  const packages = fieldsOf(fieldsOf(lock, "the lock file")["packages"], "packages of the lock file");
  const places = loadedPlaces(root, loadedPaths);
  // A server without a single package of its own is one whose files were looked for in the wrong place: then all count as reached.
  const isLoaded = (place: string): boolean => places.size === 0 || places.has(place);
  const parts = Object.entries(packages).flatMap(([place, json]) => {
    const entry: Fields = fieldsOf(json, place);
    const name = typeof entry["name"] === "string" ? entry["name"] : LAST_PACKAGE.exec(place)?.[1];
    // Links and folders of the project itself have no version of a registry.
    if (name === undefined || !place.includes("node_modules/") || entry["link"] === true) return [];
    if (typeof entry["version"] !== "string") throw unreadable(`the lock file names no version of ${name}`);
    return [{ name, version: entry["version"], place, development: entry["dev"] === true, loaded: isLoaded(place) }];
  });
  if (parts.length === 0) throw unreadable("the lock file names no package");
  return parts;
}

/** Of each file the package that holds it, relative to the root. */
function loadedPlaces(root: string, paths: readonly string[]): ReadonlySet<string> {
  const places = new Set<string>();
  for (const path of paths) {
    const inside = path.startsWith(`${root}/`) ? path.slice(root.length + 1) : undefined;
    const place = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(inside ?? "")?.[1];
    if (place !== undefined) places.add(place);
  }
  return places;
}
