import { dirname, isAbsolute, join } from "node:path";
import type { RuleFiles } from "./contract.ts";

const MATCHES_MAX = 10_000;

/** Does a path name more than itself? */
export function isGlob(path: string): boolean {
  return /[*?[]/.test(path);
}

/** A path of a rule file, from the folder of the file that names it. */
export function besideFile(path: string, file: string): string {
  return isAbsolute(path) ? path : join(dirname(file), path);
}

/** The paths that a glob names, in the order of their bytes as Apache includes them. Throws where a folder cannot be read or 10,000 paths are passed. */
export function expandGlob(pattern: string, files: RuleFiles): string[] {
  const segments = pattern.split("/");
  let paths = [segments[0] === "" ? "/" : ""];
  let wasNamed = true;
  for (const segment of segments) {
    if (segment === "") continue;
    paths = isGlob(segment)
      ? paths.flatMap((folder) => listMatching(folder, segment, files, wasNamed))
      : paths.map((folder) => join(folder, segment));
    if (isGlob(segment)) wasNamed = false;
    if (paths.length > MATCHES_MAX) throw new Error(`more than ${MATCHES_MAX} files match`);
  }
  return paths;
}

function listMatching(folder: string, segment: string, files: RuleFiles, wasNamed: boolean): string[] {
  let names: readonly string[];
  try {
    names = files.listFiles(folder === "" ? "." : folder);
  } catch (error) {
    // A star in the middle of a path also meets plain files, which are no folders to look into.
    if (wasNamed) throw error;
    return [];
  }
  const hidden = segment.startsWith(".");
  const matching = names.filter((name) => (hidden || !name.startsWith(".")) && matchesGlob(name, segment));
  return matching.sort().map((name) => join(folder, name));
}

/** `*`, `?` and `[a-z]` against one name; goes back to the last star only, so the time is at most the product of the lengths. */
export function matchesGlob(name: string, pattern: string): boolean {
  let at = 0;
  let place = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    if (pattern[place] === "*") {
      star = place++;
      starAt = at;
      continue;
    }
    const next = matchOne(name[at] ?? "", pattern, place);
    if (next > 0) {
      at++;
      place = next;
      continue;
    }
    if (star < 0) return false;
    place = star + 1;
    at = ++starAt;
  }
  while (pattern[place] === "*") place++;
  return place === pattern.length;
}

/** The place behind the part of the pattern that takes this character; 0 where it does not. */
function matchOne(character: string, pattern: string, place: number): number {
  const part = pattern[place];
  if (part === undefined) return 0;
  if (part === "?") return place + 1;
  const close = part === "[" ? pattern.indexOf("]", place + 2) : -1;
  if (close < 0) return part === character ? place + 1 : 0;
  const isNegated = pattern[place + 1] === "!" || pattern[place + 1] === "^";
  let isIn = false;
  for (let at = place + (isNegated ? 2 : 1); at < close; at++) {
    const low = pattern[at] ?? "";
    const isRange = pattern[at + 1] === "-" && at + 2 < close;
    const high = isRange ? (pattern[at + 2] ?? "") : low;
    if (low <= character && character <= high) isIn = true;
    if (isRange) at += 2;
  }
  return isIn !== isNegated ? close + 1 : 0;
}
