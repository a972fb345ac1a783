import type { Pair } from "../../http/index.ts";

// RFC 9110 section 7.6.1: these speak of one connection, and are not handed on.
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]); // biome-ignore format: one line

/** Naming these in Connection is an attempt to have them lost between what is inspected and what is served. */
const MEANT_FOR_ALL = new Set(["host", "content-length", "content-type", "content-encoding", "authorization", "cookie", "expect", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "forwarded", "x-real-ip"]); // biome-ignore format: one line

/** The headers that go on to the next hop: without those of this connection, and without those that Connection names. */
export function endToEnd(headers: readonly Pair[]): readonly Pair[] {
  const named = namedByConnection(headers);
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && (!named.has(lower) || MEANT_FOR_ALL.has(lower));
  });
}

const NONE: ReadonlySet<string> = new Set();

function namedByConnection(headers: readonly Pair[]): ReadonlySet<string> {
  let named: Set<string> | undefined;
  for (const [name, value] of headers) {
    if (name.length !== "connection".length || name.toLowerCase() !== "connection") continue;
    named ??= new Set();
    for (const word of value.split(",")) named.add(word.trim().toLowerCase());
  }
  return named ?? NONE;
}
