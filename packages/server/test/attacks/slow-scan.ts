import { readFile } from "node:fs/promises";
import type { TLSSocket } from "node:tls";
import { rawTls } from "../edge/fixture.ts";
import type { Scan } from "./scan.ts";
import { PATHS, type Target } from "./target.ts";

/** Two of the longest windows in which a peer must have moved something: what fills the buffers moves in the first. */
const HELD_MS = 75_000;
const LOOK_EVERY_MS = 1_000;
const DRIP_MS = 500;
const HEAD = "\r\nHost: localhost\r\nContent-Type: application/json\r\n";

const drip = (socket: TLSSocket): void => {
  const timer = setInterval(() => void (socket.writable && socket.write("x")), DRIP_MS);
  socket.once("close", () => clearInterval(timer));
};

const PEERS: Readonly<Record<string, (socket: TLSSocket, target: Target) => void>> = {
  "says nothing": () => undefined,
  "sends a head a byte at a time": (socket) => {
    socket.write("GET / HTTP/1.1\r\nHost: localhost\r\nX: ");
    drip(socket);
  },
  "sends a body a byte at a time": (socket, { publishableKey }) => {
    socket.write(`POST ${PATHS.signIn} HTTP/1.1${HEAD}apikey: ${publishableKey}\r\nContent-Length: 4096\r\n\r\n{"`);
    drip(socket);
  },
  "announces a body and sends none": (socket, { publishableKey }) => {
    socket.write(`POST ${PATHS.signIn} HTTP/1.1${HEAD}apikey: ${publishableKey}\r\nContent-Length: 4096\r\n\r\n`);
  },
  "does not read what it asked for": (socket) => {
    socket.pause();
    socket.write(`GET ${PATHS.large} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(30));
  },
};

export const SLOW_SCAN: Scan = {
  name: "slow clients that are held for ever",
  system: "linux",
  bites: Object.keys(PEERS).map((name) => new RegExp(`^who ${name} is held$`, "m")),
  async run(target) {
    const found = await Promise.all(
      Object.entries(PEERS).map(async ([name, begin]) => {
        const socket = await rawTls(target.port, ["http/1.1"], target.authority);
        const { localPort = 0 } = socket;
        if (!(await isHeld(target.port, localPort))) throw new Error("The connections of this machine cannot be seen.");
        begin(socket, target);
        const giveUpAt = Date.now() + HELD_MS;
        let held = true;
        while (held && Date.now() < giveUpAt) {
          await new Promise((wake) => setTimeout(wake, LOOK_EVERY_MS));
          held = await isHeld(target.port, localPort);
        }
        socket.destroy();
        return held ? [`who ${name} is held`] : [];
      }),
    );
    return found.flat();
  },
};

const ESTABLISHED = "01";

/** Whether the server's end is open, by the kernel's own list: who reads nothing does not notice that the other side has gone. */
async function isHeld(serverPort: number, clientPort: number): Promise<boolean> {
  const end = (port: number): string => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = (await readFile("/proc/net/tcp", "utf8")).split("\n").map((line) => line.trim().split(/\s+/));
  return rows.some(([, local = "", remote = "", state]) => {
    return local.endsWith(end(serverPort)) && remote.endsWith(end(clientPort)) && state === ESTABLISHED;
  });
}
