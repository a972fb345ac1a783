import { type Clock, Fault } from "../kit/index.ts";

export interface FairQueueLimits {
  /** Jobs that run at one time. */
  readonly atOnceMax: number;
  /** Jobs that wait, all lanes together. */
  readonly waitingMax: number;
  /** Jobs of one lane that wait. */
  readonly waitingPerLaneMax: number;
}

export interface FairQueue {
  /** Runs the job when its lane's turn comes; Fault `server.busy` when there is no room to wait. */
  run<T>(lane: string, job: () => Promise<T>): Promise<T>;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (fault: Fault) => void;
}

const RETRY_AFTER_MS_MIN = 1_000;
const RETRY_AFTER_MS_MAX = 30_000;

/**
 * A bounded queue that serves its lanes in turn. When it is full, a lane that waits for less than the longest one takes the
 * newest place of that one: whoever floods one lane only ever pushes out its own jobs.
 */
export function createFairQueue({ limits, clock }: { limits: FairQueueLimits; clock: Clock }): FairQueue {
  /** In the order of their next turn. */
  const lanes = new Map<string, Waiting[]>();
  let running = 0;
  let waiting = 0;
  let jobMs = RETRY_AFTER_MS_MIN / 10;

  function run<T>(lane: string, job: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const start = (): void => void work(job).then(resolve, reject);
      if (running < limits.atOnceMax) {
        start();
        return;
      }
      const fault = makeRoom(lane);
      if (fault !== undefined) {
        reject(fault);
        return;
      }
      lanes.set(lane, [...(lanes.get(lane) ?? []), { start, refuse: reject }]);
      waiting += 1;
    });
  }

  async function work<T>(job: () => Promise<T>): Promise<T> {
    running += 1;
    const began = clock.elapsed();
    try {
      return await job();
    } finally {
      jobMs = jobMs * 0.9 + (clock.elapsed() - began) * 0.1;
      running -= 1;
      startNext();
    }
  }

  /** Takes the oldest job of the lane whose turn it is, and puts that lane behind the others. */
  function startNext(): void {
    const turn = lanes.entries().next().value;
    if (turn === undefined) return;
    const [lane, [first, ...rest]] = turn;
    lanes.delete(lane);
    if (rest.length > 0) lanes.set(lane, rest);
    waiting -= 1;
    first?.start();
  }

  function makeRoom(lane: string): Fault | undefined {
    const own = lanes.get(lane)?.length ?? 0;
    if (own >= limits.waitingPerLaneMax) return busy();
    if (waiting < limits.waitingMax) return undefined;
    const [longestLane, longest] = [...lanes].reduce((a, b) => (b[1].length > a[1].length ? b : a));
    const newest = longest.at(-1);
    if (newest === undefined || longest.length <= own + 1) return busy();
    lanes.set(longestLane, longest.slice(0, -1));
    waiting -= 1;
    newest.refuse(busy());
    return undefined;
  }

  function busy(): Fault {
    const expectedMs = (waiting * jobMs) / limits.atOnceMax;
    const retryAfterMs = Math.round(Math.min(RETRY_AFTER_MS_MAX, Math.max(RETRY_AFTER_MS_MIN, expectedMs)));
    return new Fault("server.busy", "Too many sign-ins are waiting. Try again in a moment.", { detail: { retryAfterMs } });
  }

  return { run };
}
