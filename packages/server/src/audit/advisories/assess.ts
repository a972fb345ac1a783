import type { Advisory, Answer } from "./advisory.ts";
import type { Severity } from "./cvss.ts";
import type { Part } from "./inventory.ts";
import { fixedFor, formatVersion, isIn } from "./ranges.ts";
import { parseVersion } from "./semver.ts";

export interface Match {
  readonly advisory: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly url: string | undefined;
  readonly severity: Severity;
  readonly score: number | undefined;
  readonly package: string;
  readonly version: string;
  /** The nearest version that is said to be free of it. */
  readonly fixed: string | undefined;
  readonly loaded: boolean;
  readonly development: boolean;
}

const DAY_MS = 86_400_000;

/**
 * How long an open advisory may stay open, from the moment on which this server knew of it (ASVS 5.0, 15.1.1 and 15.2.1: the
 * project says so, and keeps it). What nobody rated is treated as the worst.
 */
export const DEADLINES_MS: Readonly<Record<Severity, number>> = {
  critical: 3 * DAY_MS,
  high: 7 * DAY_MS,
  medium: 30 * DAY_MS,
  low: 90 * DAY_MS,
  none: 365 * DAY_MS,
  unrated: 3 * DAY_MS,
};

/** Worst first. */
export const SEVERITY_ORDER: readonly Severity[] = ["critical", "unrated", "high", "medium", "low", "none"];

/** What of an answer concerns these packages and this runtime; one a package, version and advisory. */
export function matchAll({ advisories }: Answer, parts: readonly Part[], nodeVersion: string): readonly Match[] {
  const byName = Map.groupBy(parts, ({ name }) => name);
  const node = { name: "node", version: nodeVersion, place: "", development: false, loaded: true };
  const matches = new Map<string, Match>();
  for (const advisory of advisories) {
    for (const { ecosystem, name, ranges, versions } of advisory.affected) {
      const candidates = ecosystem === "node" ? [node] : (byName.get(name) ?? []);
      for (const part of candidates) {
        if (!concerns(part.version, ranges, versions)) continue;
        const key = `${advisory.id} ${ecosystem} ${part.name} ${part.version}`;
        matches.set(key, merged(matches.get(key), describe(advisory, part, ranges)));
      }
    }
  }
  return [...matches.values()].sort(worstFirst);
}

/** A version that cannot be read is not called safe. */
function concerns(version: string, ranges: Advisory["affected"][number]["ranges"], versions: readonly string[]): boolean {
  if (versions.includes(version)) return true;
  const parsed = parseVersion(version);
  return parsed === undefined ? ranges.length > 0 : isIn(parsed, ranges);
}

function describe(advisory: Advisory, part: Part, ranges: Advisory["affected"][number]["ranges"]): Match {
  const parsed = parseVersion(part.version);
  const fixed = parsed && fixedFor(parsed, ranges);
  const { id, aliases, summary, url, severity, score } = advisory;
  const { name, version, loaded, development } = part;
  return {
    advisory: id,
    aliases,
    summary,
    url,
    severity,
    score,
    package: name,
    version,
    fixed: fixed && formatVersion(fixed),
    loaded,
    development,
  };
}

/** The same version at two places: loaded when one of them is, for development when all of them are. */
function merged(one: Match | undefined, other: Match): Match {
  if (one === undefined) return other;
  return { ...one, loaded: one.loaded || other.loaded, development: one.development && other.development, fixed: one.fixed ?? other.fixed };
}

function worstFirst(a: Match, b: Match): number {
  const difference = SEVERITY_ORDER.indexOf(a.severity) - SEVERITY_ORDER.indexOf(b.severity);
  if (difference !== 0) return difference;
  return Number(b.loaded) - Number(a.loaded) || (a.package < b.package ? -1 : a.package > b.package ? 1 : 0);
}
