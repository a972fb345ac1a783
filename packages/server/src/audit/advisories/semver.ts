/** A version as SemVer 2.0.0 §2 and §9 write it; build metadata does not take part in anything. */
export interface Version {
  readonly numbers: readonly [number, number, number];
  readonly pre: readonly (string | number)[];
}

const VERSION = /^v?(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})\.(0|[1-9]\d{0,15})(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;
const CHARACTERS_MAX = 256;

/** `undefined` for what is no version. */
export function parseVersion(text: string): Version | undefined {
  const match = text.length <= CHARACTERS_MAX ? VERSION.exec(text) : null;
  if (match === null) return undefined;
  const [, major, minor, patch, pre] = match;
  const parts = pre === undefined ? [] : pre.split(".");
  if (parts.some((part) => part === "" || /^0\d+$/.test(part))) return undefined;
  return {
    numbers: [Number(major), Number(minor), Number(patch)],
    pre: parts.map((part) => (/^\d+$/.test(part) ? Number(part) : part)),
  };
}

/** SemVer 2.0.0 §11: below 0 when the first comes before the second. */
export function compareVersions(a: Version, b: Version): number {
  for (const [at, number] of a.numbers.entries()) {
    const difference = number - (b.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (a.pre.length === 0 || b.pre.length === 0) return b.pre.length - a.pre.length;
  for (const [at, part] of a.pre.entries()) {
    const other = b.pre[at];
    if (other === undefined) return 1;
    const difference = compareParts(part, other);
    if (difference !== 0) return difference;
  }
  return a.pre.length - b.pre.length;
}

/** Numbers before words, numbers by value, words by their ASCII order. */
function compareParts(a: string | number, b: string | number): number {
  if (typeof a === "number") return typeof b === "number" ? a - b : -1;
  if (typeof b === "number") return 1;
  return a < b ? -1 : a > b ? 1 : 0;
}
