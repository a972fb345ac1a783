import type { Pair } from "./contract.ts";
import { headerValues } from "./headers.ts";

/** More cookies than any browser sends; the rest becomes one nameless value. */
const COOKIES_MAX = 1_000;

/**
 * Version 0 cookies of all Cookie headers as ModSecurity 3 reads them: parted at `;`, name and value at the first `=`, blanks in front of
 * the name and behind the last value dropped, nothing decoded, no quotes taken off.
 *
 * One difference, on purpose: ModSecurity drops `=value`; servers read it as a cookie without a name, and so does this.
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
  }
  return cookies;
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
