import { existsSync, readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { type Io, runCli, type Wiring } from "./cli/index.ts";
import { systemClock } from "./kit/index.ts";
import { createLog } from "./log.ts";
import { dataPaths, type Settings } from "./settings.ts";
import type { WriterThread } from "./store/sqlite/boot-writer.ts";

export interface CommandLineNeeds {
  /** Without `node` and the script. */
  readonly argv: readonly string[];
  /** As it was before anything of the user's was loaded. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Booted early where the server is to be served. */
  readonly writer: WriterThread | undefined;
}

/** Runs one command line and gives its exit code. Each command loads what it needs, and no more: most need no app at all. */
export function commandLine({ argv, env, writer }: CommandLineNeeds): Promise<number> {
  const io: Io = {
    stdout: process.stdout,
    stderr: process.stderr,
    readStdin: () => text(process.stdin),
    env,
    cwd: process.cwd(),
    isTty: { stdin: process.stdin.isTTY === true, stdout: process.stdout.isTTY === true, stderr: process.stderr.isTTY === true },
    askSecret,
  };
  const askPassphrase = io.isTty.stdin ? () => askSecret("Passphrase of the root key: ") : undefined;
  const wiring: Wiring = {
    async openApp(settings) {
      const { openApp } = await import("./app.ts");
      const { createOperations } = await import("./cli/operations.ts");
      const { restingAuditOperations } = await import("./wiring/audit-schedule.ts");
      const app = await openApp({ settings, clock: systemClock, env, askPassphrase, url: () => `https://localhost:${settings.port}` });
      const log = createLog(process.stderr, systemClock.now);
      return {
        operations: { ...createOperations(app), ...restingAuditOperations(app, log) },
        [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
      };
    },
    async serve(settings) {
      const { runServer } = await import("./run-server.ts");
      return runServer({ settings, env, askPassphrase, writer, log: createLog(process.stderr, systemClock.now), isTty: io.isTty.stdout });
    },
    async ask(settings, operation, args, progress) {
      const { askControl } = await import("./edge/index.ts");
      return askControl(controlSocketOf(settings), operation, args, progress);
    },
    async loadPlan({ config }) {
      const { loadConfig } = await import("./load-config.ts");
      const { planFrom } = await import("./model/index.ts");
      return planFrom(await loadConfig(config));
    },
    async checkRules(plan) {
      const { checkRequestRules } = await import("./wiring/request-rules.ts");
      return checkRequestRules(plan);
    },
    async readRoot(reference) {
      const { readRoot } = await import("./wiring/root-key.ts");
      return readRoot(reference, { env, askPassphrase });
    },
    async placeRoot({ rootKey }) {
      const { placeRoot } = await import("./wiring/root-key.ts");
      return placeRoot({ reference: rootKey, env, askPassphrase }, `restored-${systemClock.now()}`);
    },
  };
  return runCli(argv, io, wiring);
}

/** Asks on the terminal; what is typed is not shown. */
async function askSecret(question: string): Promise<string> {
  const [{ createInterface }, { Writable }] = await Promise.all([import("node:readline/promises"), import("node:stream")]);
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
