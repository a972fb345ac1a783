import type { AddressInfo } from "node:net";
import { connect, createServer as createNetServer } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import type { ListenerLimits, PassageRecord } from "../../src/command/listener/index.ts";
import { startServer } from "../../src/command/server.ts";
import { KNOWN_NAMES } from "../../src/engine/index.ts";
import { loadRules } from "../../src/seclang/index.ts";

/** Few rules whose matches tell what the engine saw. */
export const RULES = `
SecRequestBodyLimit 1000
SecRequestBodyNoFilesLimit 1000
SecResponseBodyAccess On
SecResponseBodyMimeType text/plain text/html
SecRule REQUEST_URI "@contains attack" "id:1,phase:1,deny,status:403,log,msg:'attack in the target'"
SecRule ARGS_POST "@contains attack" "id:2,phase:2,deny,status:403,log,msg:'attack in the body'"
SecRule RESPONSE_BODY "@contains leak" "id:4,phase:4,deny,status:403,log,msg:'leak in the answer'"
SecRule REQUEST_HEADERS:X-Mark "@rx ." "id:5,phase:1,pass,log,msg:'marked %{MATCHED_VAR}'"
SecRule &REQUEST_HEADERS:Content-Length "@gt 0" "id:6,phase:1,pass,log,msg:'length'"
SecRule REQUEST_PROTOCOL "!@rx ^HTTP/1\\.[01]$" "id:7,phase:1,pass,log,msg:'protocol %{MATCHED_VAR}'"
SecRule RESPONSE_HEADERS:X-Up "@streq bad" "id:8,phase:3,deny,status:403,log,msg:'bad answer'"
SecAction "id:9,phase:5,pass,log,msg:'end'"
SecRule REQUEST_HEADERS:X-Mark "@rx [\\r\\n]" "id:10,phase:1,pass,log,msg:'line break'"
`;

export interface Listening extends AsyncDisposable {
  readonly port: number;
  readonly records: readonly PassageRecord[];
}

/** The real listener with the rules above, on a free port. */
export async function listening(
  options: {
    readonly upstream?: number;
    readonly extra?: string;
    readonly limits?: Partial<ListenerLimits>;
    readonly host?: string;
    readonly drainMs?: number;
  } = {},
): Promise<Listening> {
  const rules = loadRules({ sources: [{ name: "rules.conf", text: RULES + (options.extra ?? "") }], known: KNOWN_NAMES });
  const records: PassageRecord[] = [];
  const upstream = options.upstream === undefined ? undefined : new URL(`http://127.0.0.1:${options.upstream}`);
  const server = await startServer({ rules, paranoia: undefined, port: 0, upstream, idHeader: "x-ids", record: (record) => records.push(record), limits: options.limits ?? {}, host: options.host ?? "127.0.0.1", drainMs: options.drainMs ?? 0 }); // biome-ignore format: one line
  return { port: portOf(server.http.address()), records, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

export function portOf(address: AddressInfo | string | null): number {
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Sends pieces with a pause between them and gives all that comes back until the connection ends. */
export function talk(port: number, ...pieces: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    let text = "";
    const send = async (): Promise<void> => {
      for (const [at, piece] of pieces.entries()) {
        if (at > 0) await wait(15);
        if (socket.writable) socket.write(piece, "latin1");
      }
    };
    socket.setEncoding("latin1");
    socket.on("connect", () => void send());
    socket.on("data", (part: string) => {
      text += part;
    });
    socket.on("end", () => socket.destroy());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => resolve(text));
  });
}

/** The statuses of all answers of a connection, in order. */
export function statusesOf(answers: string): readonly number[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** A port on which nobody listens. */
export async function deadPort(): Promise<number> {
  const server = createNetServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server.address());
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

export function idsOf(answer: string): readonly number[] {
  const found = /^x-ids: ([\d,]*)\r$/m.exec(answer)?.[1];
  return found === undefined || found === "" ? [] : found.split(",").map(Number);
}
