import type { Pair } from "./contract.ts";
import { headerValues } from "./headers.ts";

/** More cookies than any browser sends; the rest becomes one nameless value. */
const COOKIES_MAX = 1_000;

/**
 * Version 0 cookies of all Cookie headers as ModSecurity 3 reads them: parted at `;`, name and value at the first `=`, blanks in front of
 * the name and behind the last value dropped, nothing decoded, no quotes taken off.
 *
 * Two differences, on purpose: ModSecurity drops `=value`; servers read it as a cookie without a name, and so does this. What stands in
 * quotes is given a second time where those who take them off (Python's `http.cookies`) read something else.
 */
export function readCookies(headers: readonly Pair[]): readonly Pair[] {
  const cookies: Pair[] = [];
  for (const header of headerValues(headers, "cookie")) {
    const text = trimEnd(header);
    let start = 0;
    while (start < text.length) {
      if (cookies.length >= COOKIES_MAX) {
        cookies.push(["", text.slice(start)]);
        return cookies;
      }
      const found = text.indexOf(";", start);
      const end = found === -1 ? text.length : found;
      pushCookie(cookies, text.slice(start, end));
      start = end + 1;
    }
    if (text.includes('"')) pushQuoted(cookies, text);
  }
  return cookies;
}

/** `a="b\\073 c; d"` (RFC 2109 section 4.1): without its quotes, and with what stands behind its backslashes. Linear. */
function pushQuoted(cookies: Pair[], text: string): void {
  let from = 0;
  for (const { index, 0: quoted, groups } of text.matchAll(QUOTED)) {
    const inner = groups?.["inner"] ?? "";
    if (!/[\\;]/.test(inner) || cookies.length >= COOKIES_MAX) continue;
    const before = text.slice(from, index);
    const name = trimEnd(before.slice(before.lastIndexOf(";") + 1)).trimStart();
    cookies.push([name, inner.replace(ESCAPE, unescaped)]);
    from = index + quoted.length;
  }
}

const QUOTED = /=[ \t]{0,8}"(?<inner>(?:[^"\\]|\\.)*)"/gs;

const ESCAPE = /\\(?:([0-3][0-7][0-7])|(.))/gs;

function unescaped(_escape: string, octal: string | undefined, character: string | undefined): string {
  return octal === undefined ? (character ?? "") : String.fromCharCode(Number.parseInt(octal, 8));
}

function pushCookie(cookies: Pair[], text: string): void {
  let start = 0;
  while (start < text.length && isSpace(text.charCodeAt(start))) start++;
  if (start === text.length) return;
  const found = text.indexOf("=", start);
  const equals = found === -1 ? text.length : found;
  const value = text.slice(equals + 1);
  if (equals === start && trimEnd(value) === "") return;
  cookies.push([text.slice(start, equals), value]);
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(0, end);
}

/** What C calls a space: 0xA0, which JavaScript counts among them, is none. */
function isSpace(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
