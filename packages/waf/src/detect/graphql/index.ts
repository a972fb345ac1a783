// GraphQL queries that ask for the schema itself: a map of the whole interface.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_EXPOSURE = 200;

export const graphqlDetector: Detector = { name: "graphql", needs: byteSet("_"), words: ["__schema", "__type"], find: findIntrospection };

/** Finds introspection (GraphQL §4); `__typename` is asked for by every client and is none. Linear in the value's length. */
export function findIntrospection(value: string): Finding | undefined {
  // What a processor of GraphQL makes of such a field.
  if (value === "__schema" || value === "__type") return finding("graphql.introspection", 4, CWE_EXPOSURE, value);
  for (let at = value.indexOf("__"); at >= 0; at = value.indexOf("__", at + 2)) {
    while (value.charCodeAt(at + 2) === 0x5f && value.charCodeAt(at + 3) === 0x5f) at += 2;
    const letter = value.charCodeAt(at + 2);
    if (letter !== 0x73 && letter !== 0x74) continue;
    const rest = value.slice(at + 2, at + 60);
    if (/^schema\s{0,20}(?:@\w+\s{0,4})?\{/.test(rest)) return finding("graphql.introspection", 4, CWE_EXPOSURE, value, at);
    if (/^type\s{0,20}\(\s{0,8}name\s{0,8}:/.test(rest)) return finding("graphql.introspection", 4, CWE_EXPOSURE, value, at);
  }
  return undefined;
}
