import type { Connection } from "./driver.ts";

/** 16 MB of log: seldom enough that its two fsyncs do not show, often enough that readers and recovery stay quick. */
const CHECKPOINT_FRAMES = 4_000;
/** 128 MB of log: readers have kept it from starting over; now the writer waits for them a moment. */
const RESTART_FRAMES = 32_000;
const RESTART_WAIT_MS = 500;

export interface Checkpoints {
  /** Between groups, when nobody waits. Never throws: the log has everything, and the next group looks again. */
  tend({ hadTrouble }: { readonly hadTrouble: boolean }): void;
}

/** Moves the log into the database. */
export function createCheckpoints(connection: () => Connection, giveUp: () => void): Checkpoints {
  let lookAgainAt = CHECKPOINT_FRAMES;

  function tend(): void {
    const frames = framesOf(connection(), "NOOP");
    if (frames < CHECKPOINT_FRAMES) lookAgainAt = CHECKPOINT_FRAMES;
    if (frames < lookAgainAt) return;
    framesOf(connection(), "PASSIVE");
    lookAgainAt = frames + CHECKPOINT_FRAMES;
    if (frames >= RESTART_FRAMES) patiently(connection(), "RESTART");
  }

  return {
    tend({ hadTrouble }) {
      try {
        // On a full disk the log's own space is what can be had back.
        if (hadTrouble) patiently(connection(), "TRUNCATE");
        else tend();
      } catch (error) {
        // The next group opens anew and, where the trouble lasts, answers with it.
        if (error instanceof Error) giveUp();
      }
    },
  };
}

/** Waits a moment for those who still read from the log. */
function patiently(connection: Connection, mode: "RESTART" | "TRUNCATE"): void {
  const patience = Number(connection.pragma("busy_timeout", { simple: true }));
  connection.pragma(`busy_timeout=${RESTART_WAIT_MS}`, { simple: true });
  framesOf(connection, mode);
  connection.pragma(`busy_timeout=${patience}`, { simple: true });
}

/** The frames in the log; 0 where the engine cannot tell, which a later group will see again. */
function framesOf(connection: Connection, mode: "NOOP" | "PASSIVE" | "RESTART" | "TRUNCATE"): number {
  const answer = connection.prepare(`PRAGMA wal_checkpoint(${mode})`).raw().get();
  return Number(answer?.[1] ?? 0);
}
