import type { Evidence } from "./evidence.ts";
import type { Weighed } from "./weigh.ts";

/** What a closing quote of the application is likely to find of an open string, in bytes. */
const OPEN_BYTES_MAX = 8;
const GLUED_TOKENS_MAX = 12;

/** `1'-(1)-'1`, `'<>'a`: the value of a field that is joined to, or compared with, what the application's own quotes hold. */
export function weighGlued(seen: Evidence): Weighed | undefined {
  if (seen.end !== "open" || seen.openBytes < 2 || seen.openBytes > OPEN_BYTES_MAX || seen.columns > 0) return undefined;
  if (seen.arithmetic > 1 && seen.tokens <= GLUED_TOKENS_MAX) return { kind: "sql.concatenation", weight: 4 };
  // `x' or '1=1`: a constant as a condition, with one operator before it.
  if (seen.logic === 1 && seen.constantCondition === 1 && seen.tokens === 2) return { kind: "sql.boolean", weight: 4 };
  return seen.comparison > 0 && seen.tokens <= 3 ? { kind: "sql.comparison", weight: 4 } : undefined;
}
