/** Wakes the one who waits: when something came (`ring`), or because somebody is in a hurry. */
export interface Bell {
  ring(): void;
  hurry(): void;
  /** Until the next ring, or at once when one came since the last time. */
  heard(signal: AbortSignal): Promise<void>;
  /** So long, unless somebody hurries. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  const ringing = new EventTarget();
  let rung = false;
  return {
    ring() {
      rung = true;
      ringing.dispatchEvent(new Event("ring"));
    },
    hurry() {
      rung = true;
      ringing.dispatchEvent(new Event("ring"));
      ringing.dispatchEvent(new Event("hurry"));
    },
    async heard(signal) {
      if (!rung) await first(ringing, "ring", undefined, signal);
      rung = false;
    },
    pause: (ms, signal) => first(ringing, "hurry", ms, signal),
  };
}

function first(target: EventTarget, name: string, ms: number | undefined, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) return Promise.resolve();
  const done = (): void => {
    clearTimeout(timer);
    target.removeEventListener(name, done);
    signal.removeEventListener("abort", done);
    resolve();
  };
  const timer = ms === undefined ? undefined : setTimeout(done, ms);
  target.addEventListener(name, done);
  signal.addEventListener("abort", done);
  return promise;
}
