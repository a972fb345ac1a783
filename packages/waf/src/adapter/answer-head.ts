import type { Pair, ResponseHead } from "../http/index.ts";
import type { AnyResponse } from "./contract.ts";

/** What `writeHead(status, reason?, headers?)` and the headers set before it amount to. */
export function answerHead(response: AnyResponse, given: readonly unknown[]): ResponseHead {
  const [status] = given;
  const headers: Pair[] = [];
  for (const name of response.getHeaderNames()) pushHeader(headers, name, response.getHeader(name));
  const last = given.at(-1);
  if (Array.isArray(last)) pushList(headers, last);
  else if (typeof last === "object" && last !== null) for (const [name, value] of Object.entries(last)) pushHeader(headers, name, value);
  return { status: typeof status === "number" ? status : response.statusCode, protocol: `HTTP/${response.req.httpVersion}`, headers };
}

/** Names and values in turn, or pairs of them. */
function pushList(headers: Pair[], list: readonly unknown[]): void {
  const flat = list.some(Array.isArray) ? list.flat() : list;
  for (let at = 0; at + 1 < flat.length; at += 2) headers.push([String(flat[at]), String(flat[at + 1])]);
}

function pushHeader(headers: Pair[], name: string, value: unknown): void {
  for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) headers.push([name, String(one)]);
}
