import { createServer } from "node:http";
import { bind } from "./bind.ts";
import { plainAddress, type ServedNames } from "./host.ts";
import type { Judge } from "./judge.ts";
import type { EdgeLimits } from "./limits.ts";
import { readTarget } from "./target.ts";

/** Plain HTTP: sends people who open a page to HTTPS, and serves nothing. */
export interface PlainListener extends AsyncDisposable {
  readonly port: number;
}

interface PlainNeeds {
  readonly host: string;
  readonly port: number;
  readonly securePort: number;
  readonly names: ServedNames;
  readonly limits: EdgeLimits;
  readonly judge: Judge;
  readonly apiPrefixes: readonly string[];
}

const URL_BYTES_MAX = 2_048;
const HEADER_BYTES_MAX = 8_192;
const HTTPS_PORT = 443;

/**
 * An API call over plain HTTP is refused and not redirected: a redirect would hide that the token has just crossed the
 * network in the clear (ASVS 5.0 4.1.2).
 */
export async function createPlainListener(needs: PlainNeeds): Promise<PlainListener> {
  const { limits, judge } = needs;
  const server = createServer({
    maxHeaderSize: HEADER_BYTES_MAX,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.headersMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: 1,
    insecureHTTPParser: false,
  });
  server.on("connection", (socket) => {
    const address = plainAddress(socket.remoteAddress ?? "");
    socket.on("error", () => socket.destroy());
    if (!judge.admits({ stage: "address", address })) socket.destroy();
    else socket.on("close", () => judge.learn({ kind: "connectionClosed", address }));
  });
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("request", (request, response) => {
    const location =
      request.method === "GET" || request.method === "HEAD" ? locationOf(needs, request.rawHeaders, request.url ?? "") : undefined;
    response.writeHead(location === undefined ? 403 : 308, {
      ...(location === undefined ? {} : { location }),
      "content-length": "0",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      connection: "close",
    });
    response.end();
  });
  const port = await bind(server, needs.host, needs.port, limits);
  return {
    port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Where a page lives; `undefined` for API paths, for names that are not served, and for anything that is not written as it should be. */
function locationOf({ names, securePort, apiPrefixes }: PlainNeeds, rawHeaders: readonly string[], url: string): string | undefined {
  const hosts = rawHeaders.filter((_, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === "host");
  const [host] = hosts;
  if (host === undefined || hosts.length > 1) return undefined;
  try {
    const { name } = names.find(host);
    const { path } = readTarget(url, host, URL_BYTES_MAX);
    if (apiPrefixes.some((prefix) => prefix !== "/" && (path === prefix || path.startsWith(`${prefix}/`)))) return undefined;
    const written = name.includes(":") ? `[${name}]` : name;
    return `https://${written}${securePort === HTTPS_PORT ? "" : `:${securePort}`}${url}`;
  } catch (error) {
    // Nothing that failed a rule is sent anywhere; the fault says only which rule it was.
    void error;
    return undefined;
  }
}
