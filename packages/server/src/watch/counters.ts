import type { CountedEvent, Seen } from "./contract.ts";

const MINUTE_MS = 60_000;
const MINUTES = 60;
const RECENT_MAX = 256;
/** Far more than there are; a damaged trail may hold anything. */
const KINDS_MAX = 500;
const OTHERS = "others";

/** How often each kind of event came: in all, and lately. As many rows as there are kinds. */
export interface Counters {
  count(kind: string, at: number): void;
  rows(now: number): readonly CountedEvent[];
  readonly recent: readonly Seen[];
  /** The totals, for the cursor that they belong to. */
  save(): string;
}

interface Row {
  total: number;
  /** By minute of the hour; `minutes` says of which hour. */
  readonly counts: Float64Array;
  readonly minutes: Float64Array;
}

export function createCounters(saved: string): Counters {
  const rows = new Map<string, Row>();
  const recent: Seen[] = [];
  let sequence = 0;
  const rowOf = (kind: string): Row => {
    const row = rows.get(kind) ?? { total: 0, counts: new Float64Array(MINUTES), minutes: new Float64Array(MINUTES) };
    rows.set(kind, row);
    return row;
  };
  for (const [kind, total] of readTotals(saved)) rowOf(kind).total = total;

  return {
    count(kind, at) {
      const row = rowOf(rows.has(kind) || rows.size < KINDS_MAX ? kind : OTHERS);
      const minute = Math.floor(at / MINUTE_MS);
      const cell = ((minute % MINUTES) + MINUTES) % MINUTES;
      if (row.minutes[cell] !== minute) {
        row.minutes[cell] = minute;
        row.counts[cell] = 0;
      }
      row.counts[cell] = (row.counts[cell] ?? 0) + 1;
      row.total += 1;
      sequence += 1;
      recent.push({ sequence, at, kind });
      if (recent.length > RECENT_MAX * 2) recent.splice(0, recent.length - RECENT_MAX);
    },
    rows(now) {
      const minute = Math.floor(now / MINUTE_MS);
      const since = (row: Row, minutes: number): number =>
        row.counts.reduce((sum, count, cell) => {
          const age = minute - (row.minutes[cell] ?? 0);
          return age >= 0 && age < minutes ? sum + count : sum;
        }, 0);
      return [...rows].map(([kind, row]) => ({ kind, total: row.total, lastMinute: since(row, 2), lastHour: since(row, MINUTES) }));
    },
    get recent() {
      return recent.slice(-RECENT_MAX);
    },
    save: () => JSON.stringify(Object.fromEntries([...rows].map(([kind, { total }]) => [kind, total]))),
  };
}

function readTotals(saved: string): readonly (readonly [string, number])[] {
  const value: unknown = JSON.parse(saved);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([kind, total]) => (typeof total === "number" ? [[kind, total] as const] : []));
}
