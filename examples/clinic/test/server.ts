import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Connection, readConnection } from "../connect.ts";
import { CONFIG, command, commandLine } from "./command.ts";

const START_MS_MAX = 30_000;

export interface RunningServer extends AsyncDisposable {
  readonly connection: Connection;
  readonly folder: string;
  readonly data: string;
  readonly process: ChildProcess;
  /** What the server printed so far. */
  output(): string;
  /** Runs a command of the CLI against the running server and reads its JSON. */
  command(...args: readonly string[]): unknown;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** The server as `npm start` runs it: a process of its own, on a free port, with everything it keeps in one fresh folder. */
export async function startServer(given: { folder?: string; config?: string; env?: Record<string, string> } = {}): Promise<RunningServer> {
  const folder = given.folder ?? (await mkdtemp(join(tmpdir(), "clinic-")));
  const data = join(folder, "data");
  const settings = {
    HOLDFAST_CONFIG: given.config ?? CONFIG,
    HOLDFAST_DATA: data,
    HOLDFAST_PORT: "0",
    HOLDFAST_KEY: `file:${join(folder, "root.key")}`,
    ...given.env,
  };
  const child = spawn(process.execPath, commandLine(["serve"]), {
    env: { ...process.env, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  await listening(child, () => printed);

  const stop = async (signal: NodeJS.Signals = "SIGTERM"): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, "exit");
  };
  return {
    connection: await readConnection(data),
    folder,
    data,
    process: child,
    output: () => printed,
    command: (...args) => command(settings, args),
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
      if (given.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function listening(child: ChildProcess, printed: () => string): Promise<void> {
  const giveUpAt = Date.now() + START_MS_MAX;
  while (!/https:\/\/\S+:\d+/.test(printed()) || !printed().includes("ready")) {
    if (child.exitCode !== null) throw new Error(`The server ended before it listened:\n${printed()}`);
    if (Date.now() > giveUpAt) throw new Error(`The server did not listen within ${START_MS_MAX} ms:\n${printed()}`);
    await new Promise((wake) => setTimeout(wake, 20));
  }
}
