import type { Plan } from "../plan.ts";
import { part, type Reader, readShape } from "./shape.ts";
import { duration, wholeNumber } from "./values.ts";

const DAY_MS = 86_400_000;
const KEPT_MAX = 10_000;

/** A day of work is what can be lost at most, a week what goes by without a proof; a year can be looked back at. */
export const DEFAULT_BACKUPS: Plan["backups"] = {
  everyMs: DAY_MS,
  drillEveryMs: 7 * DAY_MS,
  keep: { newest: 3, days: 7, weeks: 5, months: 12 },
};

export const readBackups: Reader<Plan["backups"]> = (input, place) => {
  const { every, drillEvery, keep } = readShape(input, place, {
    every: part(duration("15m", "30d"), DEFAULT_BACKUPS.everyMs),
    drillEvery: part(duration("1h", "90d"), DEFAULT_BACKUPS.drillEveryMs),
    keep: part<unknown>((value) => value, undefined),
  });
  const kept = readShape(keep, place.at("keep"), {
    newest: part(wholeNumber(1, KEPT_MAX, "backups"), DEFAULT_BACKUPS.keep.newest),
    days: part(wholeNumber(0, KEPT_MAX, "days"), DEFAULT_BACKUPS.keep.days),
    weeks: part(wholeNumber(0, KEPT_MAX, "weeks"), DEFAULT_BACKUPS.keep.weeks),
    months: part(wholeNumber(0, KEPT_MAX, "months"), DEFAULT_BACKUPS.keep.months),
  });
  return { everyMs: every, drillEveryMs: drillEvery, keep: kept };
};
