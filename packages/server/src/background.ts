import { flushCompileCache } from "node:module";
import { setImmediate } from "node:timers/promises";
import type { App } from "./app.ts";
import type { Operations } from "./cli/contract.ts";
import type { Drills, Edge } from "./edge/index.ts";
import type { Log } from "./log.ts";
import type { Serving } from "./serve.ts";
import { bootHashing } from "./vault/index.ts";

export interface BackgroundNeeds {
  readonly app: App;
  readonly edge: Edge;
  /** Tells the house's own probes from everybody else's calls. */
  readonly drills: Drills;
  readonly log: Log;
  /** Adds to what the control socket does: for operations that only a running server has, such as a live view. */
  readonly offer: (operations: Operations) => void;
  /** What the control socket does, with all that was offered. */
  readonly operations: () => Promise<Operations>;
  readonly serving: Pick<Serving, "auth" | "requestRules" | "openBeside">;
}

export interface Background extends AsyncDisposable {
  /** Rejects when a room could not start: a server without one of its protections is told to stop. */
  readonly started: Promise<void>;
}

/**
 * Everything that runs beside the requests and that no first request needs: it is loaded and started here, after the server
 * listens, so that none of it lengthens the start. Disposing it stops all in the reverse order, also half way through a start.
 *
 * To wire a room in:
 * 1. One block in `startRooms`: `await import("./<room>/index.ts")`, build it from `needs`, `running.use(…)` what it returns,
 *    then `await breathe()`. A room that needs another stands below it and takes its object.
 * 2. Its tables, which app.ts merges before it migrates, come from `<room>/tables.ts`: rows of data that load nothing else of
 *    the room (in test/house/doors.ts that file is a door of its own).
 * 3. What its operator may ask: an operation that builds what it needs by itself stands in cli/; one that needs the running
 *    room is handed to `needs.offer`.
 * Nothing on the way to listening may import such a room, and rooms learn of each other's news from the trail.
 */
export function startBackground(needs: BackgroundNeeds): Background {
  const running = new AsyncDisposableStack();
  let isOver = false;
  const breathe = async (): Promise<void> => {
    // Requests that came meanwhile go first: loading a room takes milliseconds of the one thread that answers.
    await setImmediate();
    if (isOver) throw new Stopped();
  };
  const started = startRooms(needs, running, breathe).catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
  // Whoever disposes of it before looking at `started` has asked for no answer.
  started.catch(() => undefined);
  return {
    started,
    async [Symbol.asyncDispose]() {
      isOver = true;
      await Promise.allSettled([started]);
      await running.disposeAsync();
    },
  };
}

async function startRooms(
  { app, edge, drills, log, offer, operations, serving }: BackgroundNeeds,
  running: AsyncDisposableStack,
  breathe: () => Promise<void>,
): Promise<void> {
  // Until it is there, requests wait.
  await serving.requestRules.inspection();
  await breathe();
  const { giveIdleClass } = await import("./wiring/idle-class.ts");
  bootHashing(giveIdleClass);
  await breathe();
  const { startUpkeep } = await import("./wiring/upkeep.ts");
  running.use(startUpkeep(app, edge, log));
  await breathe();
  // Before all that it would see fail.
  const { startWatching } = await import("./wiring/watching.ts");
  const watch = running.use(
    await startWatching({ app, url: edge.url, requestRules: serving.requestRules, log, offer, isOwn: drills.isOwn }),
  );
  await breathe();
  const { startBackups } = await import("./wiring/backup-keeper.ts");
  running.use(await startBackups(app, log));
  await breathe();
  const { startAdvisories } = await import("./wiring/advisory-check.ts");
  running.use(startAdvisories(app, log));
  await breathe();
  if (app.mail !== undefined) {
    const { startMail } = await import("./wiring/mail-room.ts");
    running.use(startMail(app, app.mail, log));
    await breathe();
  }
  const { startAudit } = await import("./wiring/audit-schedule.ts");
  let desk: Edge | undefined;
  running.use(startAudit({ app, edge, drills, requestRules: serving.requestRules, watch, desk: () => desk, log, offer }));
  await breathe();
  // Last: it shows what the others know.
  const { startOperatorDesk } = await import("./wiring/operator-desk.ts");
  desk = running.use(await startOperatorDesk({ app, edge, serving, operations, log })).edge;
  await breathe();
  // The runtime keeps compiled code when it ends in order; the start after a kill should not be slow, too.
  flushCompileCache();
}

/** The server closes while it was still starting its rooms. */
class Stopped extends Error {}
