import type { Http2SecureServer } from "node:http2";
import type { Connections } from "./connections.ts";
import type { Log } from "./judge.ts";
import type { EdgeLimits } from "./limits.ts";

interface ShutDownNeeds {
  readonly server: Http2SecureServer;
  readonly connections: Connections;
  readonly limits: Pick<EdgeLimits, "shutdownMs">;
  readonly log: Log;
}

/**
 * Takes no new connection, lets running requests finish, and then closes what is left. The runtime itself ends idle connections
 * and tells HTTP/2 peers to go away; the tests hold it to that.
 */
export async function shutDown({ server, connections, limits, log }: ShutDownNeeds): Promise<void> {
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  server.close(() => resolve());
  const timer = setTimeout(() => {
    log({ what: `${connections.size} connections were still busy at the end of the shutdown time.` });
    connections.destroyAll();
  }, limits.shutdownMs);
  await closed;
  clearTimeout(timer);
  // The server has let go of the last socket a turn before that socket says that it is closed, and the firewall must hear of each.
  while (connections.size > 0) await new Promise((resolve) => setImmediate(resolve));
}
