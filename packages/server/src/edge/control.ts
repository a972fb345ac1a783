import { createServer, type Socket } from "node:net";
import { Fault, faultFrom } from "../kit/index.ts";
import type { Log } from "./judge.ts";
import { readLines } from "./lines.ts";

/** What the running server does for its operator's command line. `progress` lines are for people or programs to watch. */
export type ControlCommand = (args: unknown, progress: (line: unknown) => void) => Promise<unknown>;

interface ControlNeeds {
  /** A socket path in a folder that only this user can enter: that is the whole of its access control. */
  readonly path: string;
  /** Asked at each request: what an operator may ask for is loaded when one asks. */
  readonly commands: () => Promise<Readonly<Record<string, ControlCommand>>>;
  /** Resolves when no more commands are to be expected; never rejects. A command that is not known yet is looked for again then. */
  readonly complete: () => Promise<unknown>;
  readonly log: Log;
}

const REQUEST_BYTES_MAX = 65_536;
const REQUEST_MS = 5_000;
const CONNECTIONS_MAX = 16;
/** A watcher that does not read loses progress lines, never the result. */
const UNREAD_BYTES_MAX = 1_048_576;

/**
 * Listens for the command line: one request a connection, `{ command, args }` in one line, then any number of `{ progress }` lines
 * and one `{ result }` or `{ fault }`.
 */
export async function createControl({ path, commands, complete, log }: ControlNeeds): Promise<AsyncDisposable> {
  const running = new Set<Promise<void>>();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    const work = serve(socket, { commands, complete, log }).finally(() => running.delete(work));
    running.add(work);
  });
  server.maxConnections = CONNECTIONS_MAX;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(new Fault("settings.invalid", "The control socket cannot be opened.", { cause })));
    server.listen({ path, readableAll: false, writableAll: false }, resolve);
  });
  server.on("error", (cause) => log({ what: "The control socket failed.", cause }));
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      await Promise.allSettled(running);
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function serve(socket: Socket, { commands, complete, log }: Omit<ControlNeeds, "path">): Promise<void> {
  const say = (line: Readonly<Record<string, unknown>>): void => {
    if (socket.writable) socket.write(`${JSON.stringify(line)}\n`);
  };
  try {
    const { command, args } = await readRequest(socket);
    const run = await find(command, commands, complete);
    if (run === undefined) throw new Fault("request.unknown", "The running server does not know that command.");
    const result = await run(args, (progress) => {
      if (socket.writableLength < UNREAD_BYTES_MAX) say({ progress });
    });
    say({ result: result ?? null });
  } catch (error) {
    // Whoever reaches this socket is the operator: a fault keeps its sentence. What nobody expected has lost its own in faultFrom.
    const { code, message, detail, cause } = faultFrom(error);
    if (code === "internal") log({ what: "A control command failed.", cause });
    say({ fault: { code, message, detail } });
  }
  socket.end();
}

/** Some commands come with rooms that are loaded after the server listens: whoever asks before that waits for them. */
async function find(
  command: string,
  commands: ControlNeeds["commands"],
  complete: ControlNeeds["complete"],
): Promise<ControlCommand | undefined> {
  const look = async (): Promise<ControlCommand | undefined> => {
    const known = await commands();
    return Object.hasOwn(known, command) ? known[command] : undefined;
  };
  const found = await look();
  if (found !== undefined) return found;
  await complete();
  return look();
}

async function readRequest(socket: Socket): Promise<{ readonly command: string; readonly args: unknown }> {
  const timer = setTimeout(() => socket.destroy(), REQUEST_MS);
  try {
    for await (const line of readLines(socket, REQUEST_BYTES_MAX)) {
      const request: unknown = JSON.parse(line);
      if (typeof request === "object" && request !== null && "command" in request && typeof request.command === "string") {
        return { command: request.command, args: "args" in request ? request.args : undefined };
      }
      break;
    }
  } catch (cause) {
    throw new Fault("request.malformed", "That is not a control request.", { cause });
  } finally {
    clearTimeout(timer);
  }
  throw new Fault("request.malformed", "That is not a control request.");
}
