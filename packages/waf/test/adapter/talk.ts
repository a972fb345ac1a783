import { Buffer } from "node:buffer";
import { once } from "node:events";
import { type AddressInfo, connect, type Server } from "node:net";

export interface Listening extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
}

/** Lets a server listen on a free port of this machine until it is disposed of. */
export async function listen(server: Server): Promise<Listening> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = addressOf(server);
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closeAll: unknown = Reflect.get(server, "closeAllConnections");
      if (typeof closeAll === "function") Reflect.apply(closeAll, server, []);
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server listens on no port.");
  return address;
}

/** Sends bytes and gives what comes back: until the other end closes, or until `until` has come. */
export async function sendRaw(port: number, bytes: string, until?: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  let answer = "";
  socket.setEncoding("latin1");
  socket.write(Buffer.from(bytes, "latin1"));
  for await (const part of socket) {
    answer += part;
    if (until !== undefined && answer.includes(until)) break;
  }
  socket.destroy();
  return answer;
}
