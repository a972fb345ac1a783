import type { Marker, Rule } from "../../src/rule/index.ts";

/** Rules without the place where they stand, so that two readings of the same rules can be compared. */
export function withoutSources(items: readonly (Rule | Marker)[]): unknown[] {
  return items.map((item) => {
    const { source: _source, ...rest } = item;
    return "chain" in rest ? { ...rest, chain: withoutSources(rest.chain) } : rest;
  });
}
