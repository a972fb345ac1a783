import type { Clock } from "../kit/index.ts";

/** Clocks are corrected by small steps all the time; more than this between two looks is a jump. */
const STEP_MS_MAX = 5_000;
/** A machine that has just started may not know the time yet. */
const WARM_UP_MS = 3_600_000;
/** A jump forward is believed when it has stood for so long: by then somebody has heard of it and could put it right. */
const BELIEVED_AFTER_MS = 24 * 3_600_000;

/**
 * The time for deeds that cannot be undone: never ahead of a clock that ran on evenly. A clock that is put back is followed at
 * once; one that jumps forward, and would bring the end of a grace with it, only after a day. `undefined` in the first hour.
 */
export function createSteadyTime(clock: Clock): () => number | undefined {
  const startedAt = clock.elapsed();
  let offset = clock.now() - startedAt;
  let jump: { readonly offset: number; readonly since: number } | undefined;
  return () => {
    const elapsed = clock.elapsed();
    const seen = clock.now() - elapsed;
    if (seen - offset <= STEP_MS_MAX) [offset, jump] = [seen, undefined];
    else if (jump === undefined || Math.abs(seen - jump.offset) > STEP_MS_MAX) jump = { offset: seen, since: elapsed };
    else if (elapsed - jump.since >= BELIEVED_AFTER_MS) [offset, jump] = [seen, undefined];
    return elapsed - startedAt < WARM_UP_MS ? undefined : offset + elapsed;
  };
}
