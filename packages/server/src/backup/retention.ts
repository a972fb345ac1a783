/** How many backups stay: the newest ones, and the newest of each of so many days, weeks and months that have any. */
export interface KeepRules {
  readonly newest: number;
  readonly days: number;
  readonly weeks: number;
  readonly months: number;
}

export interface Kept {
  /** Grows with each backup; it decides which is newer, whatever the clock said. */
  readonly number: number;
  readonly madeAt: number;
  readonly provenAt: number | null;
}

const DAY_MS = 86_400_000;
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const DAYS_BEFORE_EPOCH = 3;

/** The calendar, in UTC: each unit as a number that its backups share. */
const UNITS: Readonly<Record<"days" | "weeks" | "months", (at: number) => number>> = {
  days: (at) => Math.floor(at / DAY_MS),
  weeks: (at) => Math.floor((Math.floor(at / DAY_MS) + DAYS_BEFORE_EPOCH) / 7),
  months: (at) => new Date(at).getUTCFullYear() * 12 + new Date(at).getUTCMonth(),
};

/**
 * Those that no rule keeps. Units are counted by the backups that there are and not back from now: a clock that jumps ahead
 * makes nothing old. The last one that a drill has proven stays whatever the rules say.
 */
export function outlived<B extends Kept>(backups: readonly B[], rules: KeepRules): readonly B[] {
  const newestFirst = [...backups].sort((a, b) => b.number - a.number);
  const kept = new Set<B>(newestFirst.slice(0, Math.max(1, rules.newest)));
  const proven = newestFirst.find(({ provenAt }) => provenAt !== null);
  if (proven !== undefined) kept.add(proven);
  for (const unit of ["days", "weeks", "months"] as const) {
    const seen = new Set<number>();
    for (const backup of newestFirst) {
      const its = UNITS[unit](backup.madeAt);
      if (seen.has(its)) continue;
      if (seen.size >= rules[unit]) break;
      seen.add(its);
      kept.add(backup);
    }
  }
  return newestFirst.filter((backup) => !kept.has(backup));
}
