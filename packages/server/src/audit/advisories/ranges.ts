import { compareVersions, parseVersion, type Version } from "./semver.ts";

/** From `introduced` (none: from the first) up to `fixed`, which is not in it, or to `last`, which is. */
export interface Range {
  readonly introduced: Version | undefined;
  readonly fixed: Version | undefined;
  readonly last: Version | undefined;
}

export interface Events {
  readonly introduced?: string;
  readonly fixed?: string;
  readonly lastAffected?: string;
}

/** The events of an OSV range, in the order of their versions. `undefined` where one of them is no version. */
export function readEvents(events: readonly Events[]): readonly Range[] | undefined {
  const marks: { readonly what: "introduced" | "fixed" | "last"; readonly at: Version | undefined }[] = [];
  for (const { introduced, fixed, lastAffected } of events) {
    for (const [what, text] of [
      ["introduced", introduced],
      ["fixed", fixed],
      ["last", lastAffected],
    ] as const) {
      if (text === undefined) continue;
      // OSV: "0" comes before every version.
      const at = what === "introduced" && text === "0" ? undefined : parseVersion(text);
      if (at === undefined && !(what === "introduced" && text === "0")) return undefined;
      marks.push({ what, at });
    }
  }
  marks.sort((a, b) => (a.at === undefined ? -1 : b.at === undefined ? 1 : compareVersions(a.at, b.at)));
  const ranges: Range[] = [];
  let open: { readonly from: Version | undefined } | undefined;
  for (const { what, at } of marks) {
    if (what === "introduced") open ??= { from: at };
    else if (open !== undefined) {
      ranges.push({ introduced: open.from, fixed: what === "fixed" ? at : undefined, last: what === "last" ? at : undefined });
      open = undefined;
    }
  }
  if (open !== undefined) ranges.push({ introduced: open.from, fixed: undefined, last: undefined });
  return ranges;
}

/** What registries write: comparators beside each other, alternatives between `||`. `undefined` for anything else. */
export function readComparators(text: string): readonly Range[] | undefined {
  const ranges: Range[] = [];
  for (const alternative of text.split("||")) {
    const range = readAlternative(alternative.trim());
    if (range === undefined) return undefined;
    ranges.push(range);
  }
  return ranges;
}

const EVERYTHING: Range = { introduced: undefined, fixed: undefined, last: undefined };
const BEFORE_EVERY_RELEASE = { numbers: [0, 0, 0], pre: [0] } as const;

const COMPARATOR = /^(>=|<=|>|<|=)?(\S+)$/;

/** One row an operator. */
const OPERATORS: Readonly<Record<string, (range: Range, at: Version) => Range>> = {
  ">=": (range, at) => ({ ...range, introduced: at }),
  ">": (range, at) => ({ ...range, introduced: next(at) }),
  "<": (range, at) => ({ ...range, fixed: at }),
  "<=": (range, at) => ({ ...range, last: at }),
  "=": (range, at) => ({ ...range, introduced: at, last: at }),
};

function readAlternative(text: string): Range | undefined {
  if (text === "*" || text === "") return EVERYTHING;
  let range: Range = EVERYTHING;
  for (const word of text.replaceAll(/([<>=])\s+/g, "$1").split(/\s+/)) {
    const [, operator = "=", version = ""] = COMPARATOR.exec(word) ?? [];
    const at = parseVersion(version);
    const apply = OPERATORS[operator];
    // "^1.2", "1.x" and "1.0.0 - 2.0.0" are for people who choose versions; nobody writes them into an advisory.
    if (at === undefined || apply === undefined) return undefined;
    range = apply(range, at);
  }
  return range;
}

/** The very next version: nothing lies between a version and it. */
function next({ numbers, pre }: Version): Version {
  const [major, minor, patch] = numbers;
  return pre.length > 0 ? { numbers, pre: [...pre, 0] } : { numbers: [major, minor, patch + 1], pre: [...BEFORE_EVERY_RELEASE.pre] };
}

export function isIn(version: Version, ranges: readonly Range[]): boolean {
  return ranges.some(
    ({ introduced, fixed, last }) =>
      (introduced === undefined || compareVersions(version, introduced) >= 0) &&
      (fixed === undefined || compareVersions(version, fixed) < 0) &&
      (last === undefined || compareVersions(version, last) <= 0),
  );
}

/** The nearest version that is said to be free of it: the end of the range that this version lies in. */
export function fixedFor(version: Version, ranges: readonly Range[]): Version | undefined {
  return ranges.find((range) => isIn(version, [range]))?.fixed;
}

export function formatVersion({ numbers, pre }: Version): string {
  return pre.length === 0 ? numbers.join(".") : `${numbers.join(".")}-${pre.join(".")}`;
}
