import { openApp } from "./app.ts";
import { startBackground } from "./background.ts";
import type { Operations } from "./cli/contract.ts";
import { formatId, systemClock } from "./kit/index.ts";
import type { Log } from "./log.ts";
import { serve } from "./serve.ts";
import type { Settings } from "./settings.ts";
import type { WriterThread } from "./store/sqlite/boot-writer.ts";
import { VERSION } from "./version.ts";
import { startLines } from "./wiring/start-lines.ts";

export interface RunServerNeeds {
  readonly settings: Settings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly askPassphrase: (() => Promise<string>) | undefined;
  readonly writer: WriterThread | undefined;
  readonly log: Log;
  /** Whether standard output is a terminal. */
  readonly isTty: boolean;
}

const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** One wish to stop may arrive several times: from the group and from each process above that passes it on. */
const ONE_WISH_MS = 1_000;
const STOPPED_AT_ONCE = 130;
const EXIT_UNPROTECTED = 1;

/**
 * Serves until it is told to stop, and gives the exit code. What this file imports is loaded before the server listens: whatever
 * no first request needs belongs behind `startBackground`.
 */
export async function runServer({ settings, env, askPassphrase, writer, log, isTty }: RunServerNeeds): Promise<number> {
  const { promise: told, resolve: stop } = Promise.withResolvers<string>();
  listenForStop(stop);
  let url = "";
  // Read again where it is used; what is wrong with it is told before anything is opened, like all else that is wrong with the settings.
  if (settings.alerts.webhook !== undefined) (await import("./wiring/alert-places.ts")).readAlertPlaces(settings.alerts, env);
  await using app = await openApp({ settings, clock: systemClock, env, askPassphrase, url: () => url, writer });
  app.trail.note({ kind: "server.started", at: app.clock.now(), version: VERSION, instance: formatId(app.vault.instanceId) });
  const switches = { nodeOptions: env["NODE_OPTIONS"], execArgv: process.execArgv };
  let made: Promise<Operations> | undefined;
  const operations = (): Promise<Operations> => {
    made ??= import("./cli/operations.ts").then(({ createOperations }) => createOperations(app));
    return made;
  };
  await using serving = await serve({ app, operations, log, switches });
  url = serving.edge.url;
  const colour = isTty && (env["NO_COLOR"] ?? "") === "";
  for (const line of await startLines(app, serving, { colour })) process.stdout.write(`${line}\n`);
  const { edge, drills, offer } = serving;
  await using background = startBackground({ app, edge, drills, log, offer, operations: serving.operations, serving });
  let exitCode = 0;
  serving.offering(background.started);
  background.started.catch((cause: unknown) => {
    log({ what: "A protection could not start, so the server stops.", cause });
    exitCode = EXIT_UNPROTECTED;
    stop("a protection could not start");
  });
  const reason = await told;
  await background[Symbol.asyncDispose]();
  await serving[Symbol.asyncDispose]();
  app.trail.note({ kind: "server.stopped", at: app.clock.now(), reason });
  await app.trail.settle();
  return exitCode;
}

/** The first signal stops in order; one that comes a while later means "at once". */
function listenForStop(stop: (reason: string) => void): void {
  let firstAt: number | undefined;
  for (const signal of STOP_SIGNALS) {
    process.on(signal, () => {
      firstAt ??= systemClock.elapsed();
      stop(signal);
      if (systemClock.elapsed() - firstAt > ONE_WISH_MS) process.exit(STOPPED_AT_ONCE);
    });
  }
}
