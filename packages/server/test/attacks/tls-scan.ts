import { type ConnectionOptions, connect } from "node:tls";
import type { Scan } from "./scan.ts";
import type { Target } from "./target.ts";

const ANSWER_MS_MAX = 10_000;
const LAX = "ALL:eNULL:@SECLEVEL=0";
const old = (version: "TLSv1" | "TLSv1.1"): ConnectionOptions => ({ minVersion: version, maxVersion: version, ciphers: LAX });
const suite = (name: string): ConnectionOptions => ({ maxVersion: "TLSv1.2", ciphers: `${name}:@SECLEVEL=0` });

/** Handshakes that must fail. What sslscan finds, without sslscan; and what it does not ask for. */
const HANDSHAKES: Readonly<Record<string, ConnectionOptions>> = {
  "TLS 1.0": old("TLSv1"),
  "TLS 1.1": old("TLSv1.1"),
  "a suite without encryption": suite("ECDHE-ECDSA-NULL-SHA"),
  "a suite without authentication": suite("AECDH-AES128-SHA"),
  "a suite in CBC mode": suite("ECDHE-ECDSA-AES128-SHA"),
  "a suite with a short tag": suite("ECDHE-ECDSA-AES128-CCM8"),
  "a finite-field group": { minVersion: "TLSv1.3", ecdhCurve: "ffdhe2048" },
  "a slow curve": { ecdhCurve: "P-521" },
};

export const TLS_SCAN: Scan = {
  name: "old and weak handshakes",
  bites: [...Object.keys(HANDSHAKES), "renegotiation"].map((name) => new RegExp(`^${name}$`, "m")),
  async run(target) {
    if (!(await agrees(target, {}))) throw new Error("Not even a good handshake is agreed on.");
    const found: string[] = [];
    for (const [name, options] of Object.entries(HANDSHAKES)) if (await agrees(target, options)) found.push(name);
    if (await renegotiates(target)) found.push("renegotiation");
    return found;
  },
};

const open = ({ port }: Target, options: ConnectionOptions) =>
  // Who the server is does not matter here: a suite without authentication could not say.
  connect({ host: "127.0.0.1", port, servername: "localhost", rejectUnauthorized: false, ...options });

function agrees(target: Target, options: ConnectionOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(target, { ...options, timeout: ANSWER_MS_MAX });
    const end = (agreed: boolean): void => {
      socket.destroy();
      resolve(agreed);
    };
    socket.once("secureConnect", () => end(true));
    socket.once("timeout", () => end(false));
    socket.on("error", () => end(false));
  });
}

function renegotiates(target: Target): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = open(target, { maxVersion: "TLSv1.2", timeout: ANSWER_MS_MAX });
    const end = (agreed: boolean): void => {
      socket.destroy();
      resolve(agreed);
    };
    socket.once("secureConnect", () => {
      socket.renegotiate({}, (error) => end(error === null));
      socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    });
    for (const name of ["timeout", "error", "close"]) socket.on(name, () => end(false));
  });
}
