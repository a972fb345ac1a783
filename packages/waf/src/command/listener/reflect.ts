// What answers where there is no upstream: 200 to everything, and to POST /reflect what the request asks for. The JSON it takes
// ({status, headers, body, encodedBody}) is that of CRS's test backend (github.com/coreruleset/albedo), so that rules about
// responses can be tried.
import { headerValue, type Pair } from "../../http/index.ts";
import type { Origin, OriginAnswer, OriginRequest } from "./contract.ts";

const PATH = /^\/reflect(?:[/?]|$)/;
const STATUS_MIN = 200;
const STATUS_MAX = 599;
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const VALUE = /^[\t\x20-\x7e\x80-\xff]{0,8000}$/;
/** Framing is ours to say. */
const NOT_REFLECTED = new Set(["content-length", "transfer-encoding", "connection", "keep-alive", "upgrade", "trailer"]);

export function createReflection(): Origin {
  return { answer: async (request) => (request.head.method === "POST" && PATH.test(request.head.target) ? reflect(request) : plain()) };
}

function plain(): OriginAnswer {
  return answer(200, [["Content-Type", "text/plain"]], "");
}

function reflect(request: OriginRequest): OriginAnswer {
  // What is longer than what is inspected asks for nothing.
  const wanted = request.body instanceof Uint8Array ? readJson(Buffer.from(request.body).toString("utf8")) : undefined;
  if (wanted === undefined) return answer(400, [["Content-Type", "text/plain"]], "The body is not a JSON object.\n");
  const status = wanted.get("status") ?? STATUS_MIN;
  if (typeof status !== "number" || !Number.isInteger(status) || status < STATUS_MIN || status > STATUS_MAX)
    return answer(400, [["Content-Type", "text/plain"]], `The status is not a number from ${STATUS_MIN} to ${STATUS_MAX}.\n`);
  const encoded = wanted.get("encodedBody");
  const body = wanted.get("body");
  const text = typeof body === "string" && body !== "" ? body : undefined;
  const bytes = text === undefined && typeof encoded === "string" ? Buffer.from(encoded, "base64") : Buffer.from(text ?? "", "utf8");
  return answer(status, withType(readHeaders(wanted.get("headers")), bytes), bytes);
}

function readJson(text: string): ReadonlyMap<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? new Map(Object.entries(value)) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readHeaders(value: unknown): readonly Pair[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value)
    .map(([name, content]): Pair => [name, typeof content === "string" ? content : ""])
    .filter(([name, content]) => NAME.test(name) && VALUE.test(content) && !NOT_REFLECTED.has(name.toLowerCase()));
}

/** A body without a type is given the one that its beginning looks like, as Go's servers do and as the tests count on. */
function withType(headers: readonly Pair[], body: Uint8Array): readonly Pair[] {
  if (body.length === 0 || headerValue(headers, "content-type") !== undefined) return headers;
  const start = Buffer.from(body.subarray(0, 512)).toString("latin1").trimStart().toLowerCase();
  const isMarkup = /^<(?:!doctype html|html|head|script|iframe|h1|div|font|table|a|style|title|b|body|br|p|!--)[\s>]/.test(start);
  const type = isMarkup ? "text/html; charset=utf-8" : start.startsWith("<?xml") ? "text/xml; charset=utf-8" : "text/plain; charset=utf-8";
  return [...headers, ["Content-Type", type]];
}

function answer(status: number, headers: readonly Pair[], body: string | Uint8Array): OriginAnswer {
  const bytes = typeof body === "string" ? Buffer.from(body) : body;
  return { status, headers: [...headers, ["Content-Length", String(bytes.length)]], body: bytes };
}
