import { connect } from "node:net";

/** An answer has to begin within; then the client ends its side, and waits once more as long. */
const ANSWER_MS_MAX = 3_000;

export interface RawAnswer {
  /** Undefined: the connection ended without an answer. */
  readonly status: number | undefined;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  /** Head and body as they came. */
  readonly text: string;
  /** The client's own port: by it the server's records are found. */
  readonly port: number;
}

/** Sends bytes as they are to a port of this machine and reads the first answer; whatever follows it is not waited for. */
export function sendRaw(port: number, request: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    const answer = createAnswerReader();
    let own = 0;
    let hasGivenUp = false;
    const finish = (): void => {
      socket.destroy();
      resolve({ ...answer.read(), port: own });
    };
    socket.setTimeout(ANSWER_MS_MAX, () => {
      if (hasGivenUp) return finish();
      hasGivenUp = true;
      socket.end();
    });
    socket.on("connect", () => {
      own = socket.localPort ?? 0;
      socket.write(request, "latin1");
    });
    socket.on("data", (chunk: Buffer) => {
      if (answer.take(chunk.toString("latin1"))) finish();
    });
    socket.on("end", finish);
    socket.on("close", finish);
    // A server may refuse while we are still writing; what it has said until then counts.
    socket.on("error", (error: NodeJS.ErrnoException) => (error.code === "ECONNREFUSED" ? reject(error) : finish()));
  });
}

function createAnswerReader() {
  let text = "";
  return {
    /** True when the first answer is there, whole. */
    take: (part: string): boolean => {
      text += part;
      text = text.replace(/^(?:HTTP\/1\.1 100 Continue\r\n\r\n)+/, "");
      return isWhole(text);
    },
    read: (): Omit<RawAnswer, "port"> => {
      const head = text.split("\r\n\r\n", 1)[0] ?? "";
      const status = /^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1];
      return { status: status === undefined ? undefined : Number(status), headers: readHeaders(head), text };
    },
  };
}

function readHeaders(head: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of head.split("\r\n").slice(1)) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim());
  }
  return headers;
}

function isWhole(text: string): boolean {
  const end = text.indexOf("\r\n\r\n");
  if (end === -1) return false;
  const headers = readHeaders(text.slice(0, end));
  const length = headers.get("content-length");
  if (length !== undefined) return text.length >= end + 4 + Number(length);
  if (headers.get("transfer-encoding") === "chunked") return text.endsWith("0\r\n\r\n");
  return /^HTTP\/1\.1 (?:1\d\d|204|304)/.test(text);
}
