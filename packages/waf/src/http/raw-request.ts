import { Buffer } from "node:buffer";
import { dechunk } from "./chunks.ts";
import type { Complaint, Ends, Pair, RawRequest } from "./contract.ts";
import { headerValues } from "./headers.ts";
import { readRequestLine } from "./request-line.ts";
import { isToken, trimBlanks } from "./words.ts";

/** No server takes as many; what follows is not read. */
const HEADERS_MAX = 1_000;

const NOWHERE: Ends = { remoteAddress: "", remotePort: 0, serverAddress: "", serverPort: 0 };

/**
 * Reads a request that a strict server refuses, as far as it can be read, so that rules can look at it; `complaint` says what a strict
 * server holds against it, and is absent where RFC 9112 has nothing against the head. Never throws; linear.
 *
 * A caller must not serve a request from what this gives: it is generous where a server must not be.
 */
export function parseRawRequest(bytes: Uint8Array, ends: Ends = NOWHERE): RawRequest {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const complaints = new Set<Complaint>();
  const start = skipEmptyLines(buffer);
  const { lines, next } = readLines(buffer, start, complaints);
  const { line, method, target, protocol } = readRequestLine(lines[0] ?? "", complaints);
  const headers = readHeaders(lines, complaints);
  checkFraming(headers, protocol, complaints);
  const head = { method, target, protocol, headers, line, ...ends };
  const body = bodyOf(buffer.subarray(next), headers);
  const [complaint] = complaints;
  return complaint === undefined ? { head, body } : { head, body, complaint };
}

/** RFC 9112 section 2.2: empty lines in front of a request are to be ignored. */
function skipEmptyLines(buffer: Buffer): number {
  let start = 0;
  while (buffer[start] === 0x0d || buffer[start] === 0x0a) start++;
  return start;
}

/** The lines of the head, and where the body begins. A line ends in CRLF; a bare LF is taken for one, and reported. */
function readLines(buffer: Buffer, start: number, complaints: Set<Complaint>): { lines: string[]; next: number } {
  const lines: string[] = [];
  let from = start;
  while (from < buffer.length) {
    const feed = buffer.indexOf(0x0a, from);
    const end = feed === -1 ? buffer.length : feed;
    const hasReturn = end > from && buffer[end - 1] === 0x0d;
    const line = buffer.toString("latin1", from, hasReturn ? end - 1 : end);
    if (feed === -1) complaints.add("no end of head");
    else if (!hasReturn) complaints.add("bare line feed");
    if (line.includes("\r")) complaints.add("bare carriage return");
    if (line.includes("\0")) complaints.add("nul byte");
    from = end + 1;
    if (line === "") return { lines, next: Math.min(from, buffer.length) };
    if (lines.length > HEADERS_MAX) complaints.add("too many headers");
    else lines.push(line);
  }
  complaints.add("no end of head");
  return { lines, next: buffer.length };
}

function readHeaders(lines: readonly string[], complaints: Set<Complaint>): Pair[] {
  const headers: [string, string][] = [];
  for (const line of lines.slice(1)) {
    const last = headers[headers.length - 1];
    if (line.startsWith(" ") || line.startsWith("\t")) {
      complaints.add("folded header");
      // RFC 9112 section 5.2: a fold means a blank.
      if (last !== undefined) last[1] = `${last[1]} ${trimBlanks(line)}`;
      else headers.push([line, ""]);
      continue;
    }
    const colon = line.indexOf(":");
    if (colon === -1) complaints.add("header without colon");
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? "" : trimBlanks(line.slice(colon + 1));
    if (!isToken(name)) complaints.add("header name");
    if (hasControl(value)) complaints.add("header value");
    headers.push([name, value]);
  }
  return headers;
}

/** What decides where a request ends must be said once and plainly (RFC 9112 sections 3.2 and 6). */
function checkFraming(headers: readonly Pair[], protocol: string, complaints: Set<Complaint>): void {
  const lengths = headerValues(headers, "content-length");
  const codings = headerValues(headers, "transfer-encoding");
  if (lengths.length > 1 || (lengths.length === 1 && !/^[0-9]{1,15}$/.test(lengths[0] ?? ""))) complaints.add("content length");
  if (codings.length > 1 || (codings.length === 1 && codings[0]?.toLowerCase() !== "chunked")) complaints.add("transfer encoding");
  if (lengths.length > 0 && codings.length > 0) complaints.add("content length");
  const hosts = headerValues(headers, "host").length;
  if (hosts > 1 || (hosts === 0 && protocol === "HTTP/1.1")) complaints.add("host");
}

function bodyOf(rest: Buffer, headers: readonly Pair[]): Uint8Array {
  const isChunked = headerValues(headers, "transfer-encoding").some((value) => value.toLowerCase().includes("chunked"));
  return (isChunked ? dechunk(rest) : undefined) ?? rest;
}

function hasControl(value: string): boolean {
  return /[\x00-\x08\x0a-\x1f\x7f]/.test(value);
}
