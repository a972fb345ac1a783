// What Node's parser refuses. The engine sees the bytes all the same, so that its rules are heard; the answer is a refusal.
import { type Ends, type Pair, parseRawRequest, type RequestHead } from "../../http/index.ts";
import type { ListenerNeeds } from "./contract.ts";
import { openPassage } from "./passage.ts";

const STATUS_BY_CODE: ReadonlyMap<string, number> = new Map([
  ["HPE_HEADER_OVERFLOW", 431],
  ["HPE_CHUNK_EXTENSIONS_OVERFLOW", 413],
  ["ERR_HTTP_REQUEST_TIMEOUT", 408],
]);

export function statusOf(code: string): number {
  return STATUS_BY_CODE.get(code) ?? 400;
}

/** Runs all phases over a request that cannot be served; gives the ids of the rules that matched. */
export function judgeRefused(
  needs: ListenerNeeds,
  bytes: Uint8Array,
  about: { readonly ends: Ends; readonly status: number },
): readonly number[] {
  const raw = parseRawRequest(bytes, about.ends);
  const passage = openPassage(needs, asUnderstood(raw.head));
  const refusal = passage.head() ?? passage.feed(raw.body) ?? passage.body();
  const reason = `the request cannot be read${raw.complaint === undefined ? "" : `: ${raw.complaint}`}`;
  return passage.end(about.status, refusal ?? { act: "refuse", status: about.status, ruleId: 0, reason });
}

/** What a server would make of it if it went on: RFC 9112 section 2.2 has a bare CR replaced by a blank, RFC 1945 section 4.1 a line without version be HTTP/0.9. */
function asUnderstood(head: RequestHead): RequestHead {
  const headers = head.headers.map(([name, value]): Pair => [name.replaceAll("\r", " "), value.replaceAll("\r", " ")]);
  return { ...head, headers, protocol: head.protocol === "" ? "HTTP/0.9" : head.protocol };
}

/**
 * A request with Content-Length and Transfer-Encoding, without the former: RFC 9112 section 6.3 lets a server serve it by its
 * Transfer-Encoding if it then closes the connection. Undefined where that is not what is wrong with it.
 */
export function withoutLength(bytes: Uint8Array): Uint8Array | undefined {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const headEnd = text.indexOf("\r\n\r\n");
  if (headEnd === -1) return undefined;
  const [requestLine, ...lines] = text.slice(0, headEnd).split("\r\n");
  const kept = lines.filter((line) => !/^(?:content-length|connection):/i.test(line));
  const codings = lines.filter((line) => /^transfer-encoding:/i.test(line));
  const hasLength = lines.some((line) => /^content-length:[ \t]*[0-9]{1,15}[ \t]*$/i.test(line));
  const isPlain = codings.length === 1 && /^transfer-encoding:[ \t]*chunked[ \t]*$/i.test(codings[0] ?? "");
  if (!hasLength || !isPlain) return undefined;
  const head = [requestLine, ...kept, "Connection: close"].join("\r\n");
  return Buffer.concat([Buffer.from(`${head}\r\n\r\n`, "latin1"), bytes.subarray(headEnd + 4)]);
}
