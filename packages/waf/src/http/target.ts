import { decodePercent, invalidPercentAt } from "../text/index.ts";
import type { Pair, RequestTarget, TargetForm } from "./contract.ts";
import { type FormRules, readForm } from "./form.ts";

/** What SecArgumentSeparator and SecArgumentsLimit say where nobody sets them. */
const DEFAULT_RULES: FormRules = { separator: "&", argumentsMax: 1_000 };

/**
 * Reads a request target of any form (RFC 9112 section 3.2) as ModSecurity does. Linear, never throws.
 *
 * Servers differ about `#`, which no client may send: some cut the target there, some read on. ModSecurity cuts. Both readings of the
 * arguments are given, and `raw` keeps everything.
 */
export function readTarget(raw: string, method = "GET", rules: FormRules = DEFAULT_RULES): RequestTarget {
  const { form, authority, rest } = splitAuthority(raw, method);
  const hash = rest.indexOf("#");
  const uri = hash === -1 ? rest : rest.slice(0, hash);
  const mark = uri.indexOf("?");
  const rawPath = mark === -1 ? uri : uri.slice(0, mark);
  const query = mark === -1 ? "" : uri.slice(mark + 1);
  const path = decodePercent(rawPath, "keep");
  const asked = readForm(query, rules);
  return {
    raw,
    form,
    uri,
    authority,
    rawPath,
    path,
    baseName: baseNameOf(path),
    query,
    fragment: hash === -1 ? "" : rest.slice(hash + 1),
    args: hash === -1 ? asked.pairs : [...asked.pairs, ...beyondHash(rest, asked.pairs, rules)],
    hasInvalidEscape: asked.hasInvalidEscape || invalidPercentAt(rawPath) !== -1,
    isCut: asked.isCut,
  };
}

/** The arguments that a server sees which does not cut at `#`, without those already seen. */
function beyondHash(rest: string, seen: readonly Pair[], rules: FormRules): Pair[] {
  const mark = rest.indexOf("?");
  if (mark === -1) return [];
  const all = readForm(rest.slice(mark + 1), rules).pairs;
  return all.filter(([name, value], index) => name !== seen[index]?.[0] || value !== seen[index]?.[1]);
}

function splitAuthority(raw: string, method: string): { form: TargetForm; authority: string; rest: string } {
  if (raw === "*") return { form: "asterisk", authority: "", rest: raw };
  if (raw.startsWith("/")) return { form: "origin", authority: "", rest: raw };
  if (method === "CONNECT") return { form: "authority", authority: raw, rest: "" };
  const start = endOfScheme(raw);
  if (start === -1) return { form: "other", authority: "", rest: raw };
  const end = endOfAuthority(raw, start);
  const rest = raw.slice(end);
  // RFC 9110 section 4.2.3: an empty path of an http URI is the path "/".
  return { form: "absolute", authority: raw.slice(start, end), rest: rest.startsWith("/") || rest.startsWith("\\") ? rest : `/${rest}` };
}

/** Longer than any registered scheme. */
const SCHEME_CHARACTERS_MAX = 40;

/** Where the authority begins: behind `scheme://`; -1 where there is none. A backslash counts as a slash, as it does for WHATWG URL. */
function endOfScheme(raw: string): number {
  const colon = raw.slice(0, SCHEME_CHARACTERS_MAX).indexOf(":");
  if (colon < 1 || !/^[a-z][a-z0-9+.-]*$/i.test(raw.slice(0, colon))) return -1;
  return isSlash(raw.charCodeAt(colon + 1)) && isSlash(raw.charCodeAt(colon + 2)) ? colon + 3 : -1;
}

function endOfAuthority(raw: string, start: number): number {
  for (let index = start; index < raw.length; index++) {
    const code = raw.charCodeAt(index);
    if (isSlash(code) || code === 0x3f || code === 0x23) return index;
  }
  return raw.length;
}

function isSlash(code: number): boolean {
  return code === 0x2f || code === 0x5c;
}

function baseNameOf(path: string): string {
  const slash = Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\"));
  return slash !== -1 && slash + 1 < path.length ? path.slice(slash + 1) : path;
}
