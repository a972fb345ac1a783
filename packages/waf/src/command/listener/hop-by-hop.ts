import { headerValues, type Pair } from "../../http/index.ts";

// RFC 9110 section 7.6.1: these speak of one connection, and are not handed on.
const HOP_BY_HOP = new Set(["connection", "keep-alive", "proxy-connection", "proxy-authenticate", "proxy-authorization", "te", "trailer", "transfer-encoding", "upgrade"]); // biome-ignore format: one line

/** Naming these in Connection is an attempt to have them lost between what is inspected and what is served. */
const MEANT_FOR_ALL = new Set(["host", "content-length", "content-type", "content-encoding", "authorization", "cookie", "expect"]);

/** The headers that go on to the next hop: without those of this connection, and without those that Connection names. */
export function endToEnd(headers: readonly Pair[]): readonly Pair[] {
  const named = new Set<string>();
  for (const value of headerValues(headers, "connection")) {
    for (const word of value.split(",")) named.add(word.trim().toLowerCase());
  }
  return headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !HOP_BY_HOP.has(lower) && (!named.has(lower) || MEANT_FOR_ALL.has(lower));
  });
}
