import type { Clock } from "../kit/index.ts";
import type { Audit } from "./audit.ts";

export interface ScheduleNeeds {
  readonly audit: Pick<Audit, "run" | "standing">;
  readonly clock: Clock;
  readonly everyMs: number;
  readonly log: (line: { readonly what: string; readonly cause?: unknown }) => void;
  /** How often it is looked whether a run is due; tests look more often. */
  readonly lookMs?: number;
  /** A start is busy enough: the first look comes a while after it. */
  readonly firstLookMs?: number;
}

const LOOK_MS = 60_000;
const FIRST_LOOK_MS = 300_000;
const AGAIN_AFTER_FAILURE_MS = 3_600_000;

/** Runs the audit whenever the newest run is older than the interval, by the wall clock or by the time that has gone by here. */
export function startSchedule(needs: ScheduleNeeds): AsyncDisposable {
  const { audit, clock, everyMs, log, lookMs = LOOK_MS, firstLookMs = FIRST_LOOK_MS } = needs;
  const startedAt = clock.elapsed();
  let ranAt: number | undefined;
  let notBefore = startedAt + firstLookMs;
  let running: Promise<void> | undefined;

  async function isDue(): Promise<boolean> {
    const now = clock.elapsed();
    if (now < notBefore) return false;
    if (ranAt !== undefined) return now - ranAt >= everyMs;
    const { lastRunAt } = await audit.standing();
    // A last run in the future is a clock that was wrong: it must not keep the audits away.
    return lastRunAt === undefined || Math.abs(clock.now() - lastRunAt) >= everyMs;
  }

  async function look(): Promise<void> {
    try {
      if (!(await isDue())) return;
      await audit.run("schedule");
      ranAt = clock.elapsed();
    } catch (cause) {
      notBefore = clock.elapsed() + AGAIN_AFTER_FAILURE_MS;
      log({ what: "An audit could not be run; it is tried again in an hour.", cause });
    }
  }

  const timer = setInterval(() => {
    running ??= look().finally(() => {
      running = undefined;
    });
  }, lookMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await running;
    },
  };
}
