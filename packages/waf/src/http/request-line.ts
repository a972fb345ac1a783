import type { Complaint } from "./contract.ts";
import { isBlank, isToken, trimBlanks } from "./words.ts";

export interface RequestLine {
  readonly line: string;
  readonly method: string;
  readonly target: string;
  readonly protocol: string;
}

/** `HTTP/1.1`, `JUNK/1.0`, `HTTP\1.0`: what is meant as a version where a target holds blanks. */
const VERSION_CHARACTERS_MAX = 16;

/**
 * Parts a request line as it was sent, however broken: the first word is the method, a last word behind the target the protocol version.
 * Blanks within the target stay (nobody may send them, and rules want to see them).
 */
export function readRequestLine(line: string, complaints: Set<Complaint>): RequestLine {
  const methodStart = skipBlanks(line, 0);
  const methodEnd = nextBlank(line, methodStart);
  const method = line.slice(methodStart, methodEnd);
  const targetStart = skipBlanks(line, methodEnd);
  const versionStart = lastWord(line, targetStart);
  const protocol = trimBlanks(line.slice(versionStart));
  const target = trimBlanks(line.slice(targetStart, versionStart));
  if (line !== `${method} ${target} ${protocol}` || !isToken(method)) complaints.add("request line");
  if (target === "" || /[^\x21-\x7e]/.test(target) || !hasForm(method, target)) complaints.add("target");
  if (protocol !== "HTTP/1.1" && protocol !== "HTTP/1.0") complaints.add("protocol version");
  return { line, method, target, protocol };
}

/** Where the protocol version begins; the end of the line where there is none. */
function lastWord(line: string, targetStart: number): number {
  let end = line.length;
  while (end > targetStart && isBlank(line.charCodeAt(end - 1))) end--;
  const start = Math.max(line.lastIndexOf(" ", end - 1), line.lastIndexOf("\t", end - 1)) + 1;
  if (start <= targetStart) return line.length;
  const isOnlyOther = nextBlank(line, targetStart) >= start - 1;
  const isVersion = end - start <= VERSION_CHARACTERS_MAX && /^[A-Za-z]+[/\\][0-9]/.test(line.slice(start, end));
  return isOnlyOther || isVersion ? start : line.length;
}

/** RFC 9112 section 3.2: which form goes with which method. */
function hasForm(method: string, target: string): boolean {
  if (method === "CONNECT") return /^[^/?#@]+:[0-9]{1,5}$/.test(target);
  if (target === "*") return method === "OPTIONS";
  return target.startsWith("/") || /^[a-z][a-z0-9+.-]{0,30}:\/\/[^/?#]/i.test(target);
}

function nextBlank(line: string, from: number): number {
  let index = from;
  while (index < line.length && !isBlank(line.charCodeAt(index))) index++;
  return index;
}

function skipBlanks(line: string, from: number): number {
  let index = from;
  while (index < line.length && isBlank(line.charCodeAt(index))) index++;
  return index;
}
