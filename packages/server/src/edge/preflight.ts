import { Fault } from "../kit/index.ts";
import type { Answer } from "./contract.ts";
import type { Cors } from "./cors.ts";
import type { Head } from "./head.ts";
import type { Found } from "./routes.ts";

/** Answers OPTIONS without a key: to a browser what it may do, to anybody else which methods there are. */
export function preflight(cors: Cors, head: Head, found: Found): Answer {
  if (found.kind === "unknown") throw new Fault("request.unknown", "Nothing lives at this address.");
  const origin = head.headers.get("origin");
  if (origin !== undefined && head.headers.has("access-control-request-method")) {
    return { status: 204, headers: cors.preflightFor(origin, head.host) };
  }
  return { status: 204, headers: found.kind === "method" ? { allow: found.allow } : {} };
}
