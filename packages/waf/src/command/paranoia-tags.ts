import type { Rule } from "../rule/index.ts";

/** The level that a rule's tags name in CRS's manner, `paranoia-level/3`; 0 where they name none. */
export function levelOf(rule: Rule): 0 | 1 | 2 | 3 | 4 {
  for (const tag of rule.meta.tags) {
    const level = Number(/^paranoia-level\/([1-4])$/.exec(tag)?.[1]);
    if (level === 1 || level === 2 || level === 3 || level === 4) return level;
  }
  return 0;
}
