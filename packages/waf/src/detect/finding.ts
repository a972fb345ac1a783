import type { Finding } from "./contract.ts";

/** Longest excerpt of a finding, in bytes. */
const EXCERPT_BYTES_MAX = 100;

/** What a detector answers: `excerpt` begins at `start` and is cut to what a finding may hold. */
export function finding(kind: string, weight: Finding["weight"], cwe: number, value: string, start = 0): Finding {
  return { kind, weight, cwe, excerpt: value.slice(start, start + EXCERPT_BYTES_MAX), layers: [] };
}

/** The surer of two findings; the first where both are as sure. */
export function surer(one: Finding | undefined, other: Finding | undefined): Finding | undefined {
  if (one === undefined) return other;
  return other !== undefined && other.weight > one.weight ? other : one;
}
