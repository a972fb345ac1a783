/** Time as an argument, so that tests own it. */
export interface Clock {
  /** Milliseconds since 1970-01-01 UTC. May jump; never use it for limits, delays or timers. */
  now(): number;
  /** Milliseconds since some fixed moment; never goes back. */
  elapsed(): number;
}

export const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };
