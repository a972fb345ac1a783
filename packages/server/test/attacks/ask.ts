import type { IncomingHttpHeaders } from "node:http";
import { request } from "node:https";
import { text } from "node:stream/consumers";
import type { Target } from "./target.ts";

export interface Said {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Question {
  readonly method?: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const ANSWER_MS_MAX = 30_000;

/** One request over a connection of its own. */
export function ask({ port, authority }: Target, { method = "GET", path, headers = {} }: Question): Promise<Said> {
  return new Promise((resolve, reject) => {
    const address = { host: "127.0.0.1", port, servername: "localhost", ca: authority, agent: false, timeout: ANSWER_MS_MAX };
    const asked = request({ ...address, method, path, headers: { host: "localhost", ...headers } }, (answer) => {
      text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }), reject);
    });
    asked.on("timeout", () => asked.destroy(new Error("The server did not answer.")));
    asked.on("error", reject);
    asked.end();
  });
}

export function withToken({ publishableKey }: Target, token: string): Readonly<Record<string, string>> {
  return { apikey: publishableKey, authorization: `Bearer ${token}` };
}
