import { existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { type App, openApp } from "./app.ts";
import { startBackground } from "./background.ts";
import { type Io, runCli, type Wiring } from "./cli/index.ts";
import { createOperations } from "./cli/operations.ts";
import { askControl } from "./edge/index.ts";
import { formatId, systemClock } from "./kit/index.ts";
import { loadConfig } from "./load-config.ts";
import { createLog } from "./log.ts";
import { planFrom } from "./model/index.ts";
import { placeRoot, readRoot } from "./root-key.ts";
import { serve } from "./serve.ts";
import { dataPaths, type Settings } from "./settings.ts";
import { startLines } from "./start-lines.ts";
import { VERSION } from "./version.ts";

const ROOT_KEY_VARIABLE = "HOLDFAST_KEY";
const OWNER_ONLY_UMASK = 0o077;
const STOP_SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** One wish to stop may arrive several times: from the group and from each process above that passes it on. */
const ONE_WISH_MS = 1_000;
const STOPPED_AT_ONCE = 130;
const EXIT_UNPROTECTED = 1;

process.umask(OWNER_ONLY_UMASK);
// Kept aside before anything else runs: a config is code, and has no business with what opens the keys.
const env = { ...process.env };
const rootVariable = /^env:(.+)$/.exec(env[ROOT_KEY_VARIABLE] ?? "")?.[1];
for (const name of [ROOT_KEY_VARIABLE, rootVariable]) if (name !== undefined) delete process.env[name];

const io: Io = {
  stdout: process.stdout,
  stderr: process.stderr,
  readStdin: () => text(process.stdin),
  env,
  cwd: process.cwd(),
  isTty: { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
  askSecret,
};

const log = createLog(process.stderr, systemClock.now);

const wiring: Wiring = {
  async openApp(settings) {
    const app = await open(settings, () => `https://localhost:${settings.port}`);
    return { operations: createOperations(app), [Symbol.asyncDispose]: () => app[Symbol.asyncDispose]() };
  },
  serve: serveUntilTold,
  ask: (settings, operation, args, progress) => askControl(controlSocketOf(settings), operation, args, progress),
  loadPlan: async ({ config }) => planFrom(await loadConfig(config)),
  readRoot: (reference) => readRoot(reference, { env, askPassphrase: askPassphraseHere() }),
  placeRoot: ({ rootKey }) => placeRoot({ reference: rootKey, env, askPassphrase: askPassphraseHere() }, `restored-${systemClock.now()}`),
};

process.exitCode = await runCli(process.argv.slice(2), io, wiring);

async function serveUntilTold(settings: Settings): Promise<number> {
  const { promise: told, resolve: stop } = Promise.withResolvers<string>();
  listenForStop(stop);
  let url = "";
  await using app = await open(settings, () => url);
  app.trail.note({ kind: "server.started", at: app.clock.now(), version: VERSION, instance: formatId(app.vault.instanceId) });
  const switches = { nodeOptions: env["NODE_OPTIONS"], execArgv: process.execArgv };
  await using serving = await serve({ app, operations: createOperations(app), log, switches });
  url = serving.edge.url;
  for (const line of await startLines(app, serving.edge, { colour: useColour() })) process.stdout.write(`${line}\n`);
  await using background = startBackground({ app, edge: serving.edge, log, offer: serving.offer });
  let exitCode = 0;
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

function open(settings: Settings, url: () => string): Promise<App> {
  return openApp({ settings, clock: systemClock, env, askPassphrase: askPassphraseHere(), url });
}

function askPassphraseHere(): (() => Promise<string>) | undefined {
  return io.isTty.stdin ? () => askSecret("Passphrase of the root key: ") : undefined;
}

/** Asks on the terminal; what is typed is not shown. */
async function askSecret(question: string): Promise<string> {
  process.stderr.write(question);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await reader.question("");
  } finally {
    reader.close();
    process.stderr.write("\n");
  }
}

/** Where the running server listens for commands: in the data folder, or where its pointer says. */
function controlSocketOf({ data }: Settings): string {
  const { controlSocket, controlPointer } = dataPaths(data);
  if (!existsSync(controlPointer)) return controlSocket;
  const pointer: unknown = JSON.parse(readFileSync(controlPointer, "utf8"));
  const isPointer = typeof pointer === "object" && pointer !== null && "socket" in pointer && typeof pointer.socket === "string";
  return isPointer ? String(pointer.socket) : controlSocket;
}

function useColour(): boolean {
  return io.isTty.stdout && (env["NO_COLOR"] ?? "") === "";
}
