import type { Pair, ResponseHead } from "../http/index.ts";
import type { AnyResponse } from "./contract.ts";
import { pairsOf } from "./head.ts";

/** What `writeHead(status, reason?, headers?)` and the headers set before it amount to. */
export function answerHead(response: AnyResponse, given: readonly unknown[]): ResponseHead {
  const [status] = given;
  const headers: Pair[] = [];
  for (const [name, value] of Object.entries(response.getHeaders())) pushHeader(headers, name, value);
  const last = given.at(-1);
  if (Array.isArray(last)) headers.push(...pairsOf(last.flat().map(String)));
  else if (typeof last === "object" && last !== null) for (const [name, value] of Object.entries(last)) pushHeader(headers, name, value);
  return { status: typeof status === "number" ? status : response.statusCode, protocol: `HTTP/${response.req.httpVersion}`, headers };
}

function pushHeader(headers: Pair[], name: string, value: unknown): void {
  for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.push([name, String(one)]);
}
