// Lookups of logging libraries (`${jndi:ldap://…}`, CVE-2021-44228), however deep they are nested to hide the word.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_LOOKUP = 917;

export const lookupDetector: Detector = { name: "lookup", needs: byteSet("{"), find: findLookup };

/** Lookups open at once; deeper ones are no longer resolved and count as an attack. */
const DEPTH_MAX = 64;

/** Schemes that reach outside, and those that give away what the server knows. */
const FETCHING = /^(?:jndi|jndl|ldaps?|rmi|dns|iiop|nis|corba|http|url|script|base64):/;
const TELLING = /^(?:env|sys|java|ctx|docker|k8s|kubernetes|spring|bundle|main|web|log4j|sd|mdc|map|marker|event|date|upper|lower):/;

const SECRET =
  /^(?:(?:java|ctx|docker|k8s|bundle|main|log4j|sd|mdc|spring|web|sys):\w|env:\w{0,24}(?:secret|key|token|pass|pwd|aws|credential))/;

/** Finds a lookup; the nested ones are resolved as the library would, in one pass. */
export function findLookup(value: string): Finding | undefined {
  const found = lookAt(value);
  return found !== undefined || value.indexOf("\\{") < 0 ? found : lookAt(value.replaceAll("\\{", "{").replaceAll("\\}", "}"));
}

function lookAt(value: string): Finding | undefined {
  const first = nextOpening(value, 0);
  if (first < 0) return undefined;
  const frames: string[] = [""];
  let nested = false;
  for (let at = first; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code === 0x24 || code === 0x25 || code === 0x23) && value.charCodeAt(at + 1) === 0x7b) {
      if (frames.length > DEPTH_MAX) return finding("lookup.nested", 5, CWE_LOOKUP, value, first);
      nested ||= frames.length > 1;
      frames.push("");
      at++;
    } else if (code === 0x7d && frames.length > 1) {
      const inner = frames.pop() ?? "";
      if (FETCHING.test(plain(inner))) return finding("lookup.fetch", 5, CWE_LOOKUP, value, first);
      append(frames, resolve(inner));
    } else append(frames, value.charAt(at));
  }
  return judgeRest(value, first, frames, nested);
}

function nextOpening(value: string, from: number): number {
  for (let at = value.indexOf("{", from); at >= 0; at = value.indexOf("{", at + 1)) {
    const before = value.charCodeAt(at - 1);
    if (before === 0x24 || before === 0x25 || before === 0x23) return at - 1;
  }
  return -1;
}

/** What stands outside of every lookup is not kept, and no lookup is kept beyond what it may resolve to. */
function append(frames: string[], text: string): void {
  const inner = frames[frames.length - 1] ?? "";
  if (frames.length > 1 && inner.length < RESOLVED_BYTES_MAX) frames[frames.length - 1] = inner + text;
}

/** What a scheme's name looks like to the library: lower case, without blanks. */
function plain(text: string): string {
  return text.slice(0, 40).toLowerCase().replace(/\s/g, "");
}

/** `lower:J` → `j`, `::-j` → `j`, `env:NOTHING:-j` → `j`. What is not known resolves to nothing. */
function resolve(inner: string): string {
  const text = inner.length > RESOLVED_BYTES_MAX ? inner.slice(0, RESOLVED_BYTES_MAX) : inner;
  const fallback = text.indexOf(":-");
  if (fallback >= 0) return text.slice(fallback + 2);
  const colon = text.indexOf(":");
  const scheme = colon < 0 ? "" : plain(text.slice(0, colon));
  if (scheme === "lower") return text.slice(colon + 1).toLowerCase();
  if (scheme === "upper") return text.slice(colon + 1);
  if (scheme === "date") return text.slice(colon + 1).replaceAll("'", "");
  return "";
}

/** What a lookup may resolve to; the library's own words are short. */
const RESOLVED_BYTES_MAX = 256;

/** A lookup that is never closed is read to its end by what is written behind it. */
function judgeRest(value: string, first: number, frames: readonly string[], nested: boolean): Finding | undefined {
  for (let depth = 1; depth < frames.length; depth++) {
    if (FETCHING.test(plain(frames.slice(depth).join("").slice(0, 200)))) return finding("lookup.fetch", 5, CWE_LOOKUP, value, first);
  }
  const inner = value.slice(first + 2, first + 42);
  if (nested && /\$\{[^}]{0,60}\$\{/.test(value.slice(first, first + 400)) && /:-|lower:|upper:|env:|sys:/i.test(value.slice(first, first + 400))) return finding("lookup.nested", 5, CWE_LOOKUP, value, first); // biome-ignore format: one line
  if (!TELLING.test(plain(inner))) return undefined;
  // A lookup and nothing else, of what only the library or a secret is called: settings of editors and shells name others.
  const isSecret = first === 0 && value.charCodeAt(value.length - 1) === 0x7d && SECRET.test(plain(inner));
  return finding("lookup.read", isSecret ? 4 : 3, CWE_LOOKUP, value, first);
}
