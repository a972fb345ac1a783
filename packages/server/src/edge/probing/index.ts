import { connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";
import type { Agreement, Prober } from "../../audit/contract.ts";
import { Fault, isFault } from "../../kit/index.ts";
import type { Drills } from "../drills.ts";

export interface ProberNeeds {
  /** The address that the listener is bound to. */
  readonly host: string;
  readonly port: number;
  readonly httpPort: number | undefined;
  /** The name to ask for; a certificate for another one is of no interest here. */
  readonly name: string;
  /** The leaf that the listener shows now, in PEM: whoever shows another one is not the house. */
  readonly certificate: () => string;
  readonly drills: Drills;
  readonly randomBytes: (count: number) => Uint8Array;
}

const ANSWER_MS_MAX = 5_000;
const ANSWER_BYTES_MAX = 262_144;
const QUIET_MS = 400;
const PORT_FROM = 20_000;
const PORT_TRIES = 20;
const NOT_AGREED: Agreement = { agreed: false, protocol: "", cipher: "", group: "" };

/** Speaks to the house's own listener, from ports that the listener knows as the house's own. */
export function createProber(needs: ProberNeeds): Prober {
  const drill = needs.drills.begin();
  const secure = (options: ConnectionOptions) => withSocket(needs, drill, needs.port, (socket) => handshake(needs, socket, options));
  return {
    async agree({ versions, ciphers, groups }) {
      const options = {
        ...(versions === undefined ? {} : { minVersion: version(versions[0]), maxVersion: version(versions[1]) }),
        ...(ciphers === undefined ? {} : { ciphers }),
        ...(groups === undefined ? {} : { ecdhCurve: groups }),
      };
      try {
        return await secure(options).then(({ result, end }) => {
          end();
          return describe(result);
        });
      } catch (error) {
        if (isFault(error)) throw error;
        return NOT_AGREED;
      }
    },
    async renegotiate() {
      const { result: socket, end } = await secure({ maxVersion: "TLSv1.2" });
      try {
        return await renegotiate(socket);
      } finally {
        end();
      }
    },
    async say(bytes, to) {
      if (to === "tls") {
        const { result, end } = await secure({ ALPNProtocols: ["http/1.1"] });
        return hear(result, bytes).finally(end);
      }
      const port = to === "plain" ? needs.port : needs.httpPort;
      if (port === undefined) throw new Fault("internal", "There is no plain port to speak to.");
      const { result, end } = await withSocket(needs, drill, port, async (socket) => socket);
      return hear(result, bytes).finally(end);
    },
  };
}

interface Opened<T> {
  readonly result: T;
  end(): void;
}

/** From a port of our own choosing, announced before the connection is made: it cannot arrive unknown. */
async function withSocket<T>(needs: ProberNeeds, drill: string, port: number, work: (socket: Socket) => Promise<T>): Promise<Opened<T>> {
  const hosts = addressesToReach(needs.host);
  let host = hosts.shift() ?? needs.host;
  for (let left = PORT_TRIES; ; left -= 1) {
    const localPort = randomPort(needs.randomBytes);
    const announced = needs.drills.announce(drill, host, localPort);
    let socket: Socket | undefined;
    const end = (): void => {
      socket?.destroy();
      announced[Symbol.dispose]();
    };
    try {
      socket = await connected({ host, port, localAddress: host, localPort });
      return { result: await work(socket), end };
    } catch (error) {
      end();
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      const other = code === "ECONNREFUSED" ? hosts.shift() : undefined;
      if ((code !== "EADDRINUSE" && other === undefined) || left === 0) throw error;
      host = other ?? host;
    }
  }
}

function connected(options: { host: string; port: number; localAddress: string; localPort: number }): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const socket = connectTcp(options);
  socket.once("error", reject);
  socket.once("connect", () => {
    socket.off("error", reject);
    socket.on("error", () => socket.destroy());
    resolve(socket);
  });
  return promise;
}

function handshake(needs: ProberNeeds, raw: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  const named = /^[\d.]+$|:/.test(needs.name) ? {} : { servername: needs.name };
  // No authority is asked: the one certificate that the listener has is known, and nothing else will do.
  const socket = connectTls({ socket: raw, rejectUnauthorized: false, ALPNProtocols: ["http/1.1"], ...named, ...options });
  const timer = setTimeout(() => socket.destroy(new Error("The handshake did not end.")), ANSWER_MS_MAX);
  socket.once("error", reject);
  socket.once("close", () => reject(new Error("The handshake was refused.")));
  socket.once("secureConnect", () => {
    clearTimeout(timer);
    socket.off("error", reject);
    socket.on("error", () => socket.destroy());
    if (isOurs(socket, needs.certificate())) resolve(socket);
    else reject(new Fault("internal", "Somebody else answers at the address of the listener."));
  });
  return promise.finally(() => clearTimeout(timer));
}

function isOurs(socket: TLSSocket, pem: string): boolean {
  const shown = socket.getPeerX509Certificate()?.raw.toString("base64");
  const body = /-----BEGIN CERTIFICATE-----([\s\S]+?)-----END/.exec(pem)?.[1]?.replaceAll(/\s/g, "");
  return shown !== undefined && shown === body;
}

function describe(socket: TLSSocket): Agreement {
  const key: unknown = socket.getEphemeralKeyInfo();
  const group = typeof key === "object" && key !== null && "name" in key && typeof key.name === "string" ? key.name : "";
  return { agreed: true, protocol: socket.getProtocol() ?? "", cipher: socket.getCipher().name, group };
}

function renegotiate(socket: TLSSocket): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), QUIET_MS * 2);
  socket.once("close", () => resolve(false));
  socket.once("error", () => resolve(false));
  socket.renegotiate({}, (error) => resolve(error === null));
  return promise.finally(() => clearTimeout(timer));
}

/** Until the other side closes, or is quiet after it has said something, or says too much. */
function hear(socket: Socket, bytes: string | Uint8Array): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let heard = "";
  const done = (): void => {
    clearTimeout(timer);
    socket.destroy();
    resolve(heard);
  };
  let timer = setTimeout(done, ANSWER_MS_MAX);
  socket.on("data", (piece: Buffer) => {
    heard += piece.toString("latin1");
    clearTimeout(timer);
    if (heard.length > ANSWER_BYTES_MAX) done();
    else timer = setTimeout(done, QUIET_MS);
  });
  socket.once("close", done);
  socket.write(bytes);
  return promise;
}

/** A name may be bound as either kind of address; what listens everywhere listens on loopback. */
function addressesToReach(host: string): string[] {
  if (host === "localhost") return ["127.0.0.1", "::1"];
  if (host === "0.0.0.0") return ["127.0.0.1"];
  return [host === "::" ? "::1" : host];
}

function randomPort(randomBytes: ProberNeeds["randomBytes"]): number {
  const [high = 0, low = 0] = randomBytes(2);
  return PORT_FROM + ((high * 256 + low) % 12_000);
}

const VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

function version(name: string): (typeof VERSIONS)[number] {
  const found = VERSIONS.find((known) => known === name);
  if (found === undefined) throw new Fault("internal", `There is no TLS version ${name}.`);
  return found;
}
