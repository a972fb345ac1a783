import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTls } from "node:https";
import type { AddressInfo } from "node:net";
import { makeCertificate } from "../edge/make-certificate.ts";

export interface WeakTwin extends AsyncDisposable {
  readonly port: number;
  readonly httpPort: number;
  readonly certificate: string;
}

/** A server as somebody makes it in an afternoon: every weakness that the probes look for is in it. */
export async function weakTwin(): Promise<WeakTwin> {
  const { cert, key } = makeCertificate(["localhost"]);
  const secure = createTls(
    {
      cert,
      key,
      minVersion: "TLSv1",
      ciphers: "ALL:@SECLEVEL=0",
      ecdhCurve: "P-521:ffdhe2048:X25519",
      insecureHTTPParser: true,
      maxHeaderSize: 1_048_576,
    },
    answer,
  );
  const plain = createPlain(answer);
  for (const server of [secure, plain]) await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: portOf(secure),
    httpPort: portOf(plain),
    certificate: cert,
    async [Symbol.asyncDispose]() {
      for (const server of [secure, plain]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}

/** Says yes to everybody, whatever is asked, and shows its inside where it fails. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  const isBroken = request.method === "POST" || /or=|no_such_column|%ff/.test(request.url ?? "");
  response.writeHead(isBroken ? 500 : 200, {
    "content-type": "application/json",
    "access-control-allow-origin": "*",
    "access-control-allow-credentials": "true",
    "x-powered-by": "Afternoon",
  });
  response.end(isBroken ? "Error: no such column\n    at run (/srv/app/node_modules/db/index.js:10:7)" : "[]");
}

function portOf(server: Pick<Server, "address">): number {
  return (server.address() as AddressInfo).port;
}
