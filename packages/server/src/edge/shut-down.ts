import type { Http2SecureServer } from "node:http2";
import type { Clock } from "../kit/index.ts";
import type { Connections } from "./connections.ts";
import type { Log } from "./judge.ts";
import type { EdgeLimits } from "./limits.ts";

interface ShutDownNeeds {
  readonly server: Http2SecureServer;
  readonly connections: Connections;
  readonly clock: Clock;
  readonly limits: Pick<EdgeLimits, "shutdownMs">;
  readonly log: Log;
}

const LOOK_EVERY_MS = 20;

/** Takes no new connection, tells HTTP/2 peers to go away, lets running requests finish, and then closes what is left. */
export async function shutDown({ server, connections, clock, limits, log }: ShutDownNeeds): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  const until = clock.elapsed() + limits.shutdownMs;
  while (connections.size > 0 && clock.elapsed() < until) {
    connections.closeIdle();
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  if (connections.size > 0) log({ what: `${connections.size} connections were still busy at the end of the shutdown time.` });
  connections.destroyAll();
  await closed;
}
