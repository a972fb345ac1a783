import type { Sources } from "../../src/audit/contract.ts";
import { type Audit, createAudit, tables } from "../../src/audit/index.ts";
import { systemClock } from "../../src/kit/index.ts";
import { createTrailReader, entryTables } from "../../src/trail/index.ts";
import type { TestHouse } from "./house.ts";

const DAY_MS = 86_400_000;

/** The house's audit with a clock that the test moves, and sources that the test may spoil. */
export function auditWith(
  { app, sources }: TestHouse,
  given: { readonly sources?: Partial<Sources>; readonly aheadMs?: () => number } = {},
): Audit {
  const { store, trail, vault, plan, report } = app;
  const reader = createTrailReader({ store, report, vault });
  return createAudit({
    store: store.only([...tables.map(({ name }) => name), ...entryTables]),
    trail,
    vault,
    clock: { ...systemClock, now: () => systemClock.now() + (given.aheadMs?.() ?? 0) },
    plan,
    version: "test",
    everyMs: DAY_MS,
    sources: { ...sources, ...given.sources },
    trailDigests: async (most, from) => {
      const shown = await reader.show({ kinds: ["audit.run"], from, to: undefined, last: most, personal: "closed" });
      return shown.map(({ slots }) => String(slots["digest"]));
    },
  });
}
