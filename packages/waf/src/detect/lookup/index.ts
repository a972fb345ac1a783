// Lookups of logging libraries (`${jndi:ldap://…}`, CVE-2021-44228), however deep they are nested to hide the word.
import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_LOOKUP = 917;

/** What a lookup begins with, in front of its brace. */
const MARKS = ["$", "%", "#"];
const MARK_BYTES = byteSet(MARKS.join(""));

export const lookupDetector: Detector = {
  name: "lookup",
  needs: byteSet("{"),
  words: MARKS.flatMap((mark) => [`${mark}{`, `${mark}\\{`]),
  find: findLookup,
};

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
  let opening = first;
  let end = -1;
  for (let at = first; ; ) {
    // Outside of every lookup only the next one counts, inside of one its end as well; both are found at the speed of memory.
    if (opening >= 0 && opening < at) opening = nextOpening(value, at);
    if (frames.length > 1 && end < at) end = placeOf(value, "}", at);
    const isOpening = opening >= 0 && (frames.length === 1 || opening < end);
    const next = isOpening ? opening : frames.length === 1 ? value.length : end;
    if (next > at) append(frames, value, at, next);
    if (next === value.length) return judgeRest(value, first, frames, nested);
    if (isOpening) {
      if (frames.length > DEPTH_MAX) return finding("lookup.nested", 5, CWE_LOOKUP, value, first);
      nested ||= frames.length > 1;
      frames.push("");
      at = next + 2;
      continue;
    }
    const inner = frames.pop() ?? "";
    at = next + 1;
    // Whatever reaches outside, or resolves to anything, has a colon.
    if (inner.indexOf(":") < 0) continue;
    if (FETCHING.test(plain(inner))) return finding("lookup.fetch", 5, CWE_LOOKUP, value, first);
    if (frames.length === 1) continue;
    const resolved = resolve(inner);
    append(frames, resolved, 0, resolved.length);
  }
}

function placeOf(value: string, mark: string, from: number): number {
  const at = value.indexOf(mark, from);
  return at < 0 ? value.length : at;
}

function nextOpening(value: string, from: number): number {
  let at = value.indexOf("{", Math.max(1, from));
  while (at >= 0 && MARK_BYTES[value.charCodeAt(at - 1)] !== 1) at = value.indexOf("{", at + 1);
  return at < 0 ? -1 : at - 1;
}

/** What stands outside of every lookup is not kept, and no lookup is kept beyond what it may resolve to. */
function append(frames: string[], text: string, start: number, end: number): void {
  const inner = frames[frames.length - 1] ?? "";
  const room = RESOLVED_BYTES_MAX - inner.length;
  if (frames.length === 1 || room <= 0) return;
  frames[frames.length - 1] = inner + text.slice(start, Math.min(end, start + room));
}

/** What a scheme's name looks like to the library: lower case, without blanks. */
function plain(text: string): string {
  const name = text.slice(0, 40).toLowerCase();
  return BLANK.test(name) ? name.replace(/\s/g, "") : name;
}

const BLANK = /\s/;

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
