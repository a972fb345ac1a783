import type { Connection } from "./driver.ts";

/** 16 MB of log: seldom enough that its two fsyncs do not show, often enough that readers and recovery stay quick. */
const CHECKPOINT_FRAMES = 4_000;
/** 128 MB of log: readers have kept it from starting over; now the writer waits for them a moment. */
const RESTART_FRAMES = 32_000;
const RESTART_WAIT_MS = 500;

export interface Checkpoints {
  afterGroup(): void;
}

/** Moves the log into the database between groups. What fails here is tried again after the next group: the log has it all. */
export function createCheckpoints(connection: () => Connection): Checkpoints {
  let lookAgainAt = CHECKPOINT_FRAMES;
  return {
    afterGroup() {
      const frames = framesOf(connection(), "NOOP");
      if (frames < CHECKPOINT_FRAMES) lookAgainAt = CHECKPOINT_FRAMES;
      if (frames < lookAgainAt) return;
      framesOf(connection(), "PASSIVE");
      lookAgainAt = frames + CHECKPOINT_FRAMES;
      if (frames >= RESTART_FRAMES) restart(connection());
    },
  };
}

function restart(connection: Connection): void {
  const patience = Number(connection.pragma("busy_timeout", { simple: true }));
  connection.pragma(`busy_timeout=${RESTART_WAIT_MS}`, { simple: true });
  framesOf(connection, "RESTART");
  connection.pragma(`busy_timeout=${patience}`, { simple: true });
}

/** The frames in the log; 0 where the engine cannot tell, which a later group will see again. */
function framesOf(connection: Connection, mode: "NOOP" | "PASSIVE" | "RESTART"): number {
  const answer = connection.prepare(`PRAGMA wal_checkpoint(${mode})`).raw().get();
  return Array.isArray(answer) ? Number(answer[1]) : 0;
}
