import type { Pair } from "../http/index.ts";

export interface ContentType {
  /** `type/subtype` in lower case, as far as it can be read; empty where it cannot. */
  readonly type: string;
  /** Names in lower case, values without quotes, in order. */
  readonly parameters: readonly Pair[];
}

/** More parameters than any type has. */
const PARAMETERS_MAX = 20;

/**
 * Reads a Content-Type generously, as servers do that only look how it begins: what follows the type may be broken. Linear.
 */
export function readContentType(header: string): ContentType {
  const match = /^[\t ]*([A-Za-z0-9!#$&^_.+-]+\/[A-Za-z0-9!#$&^_.+-]+)/.exec(header);
  if (match === null) return { type: "", parameters: [] };
  const parameters: Pair[] = [];
  let position = match[0].length;
  while (position < header.length && parameters.length < PARAMETERS_MAX) {
    const semicolon = header.indexOf(";", position);
    if (semicolon === -1) break;
    const read = readParameter(header, semicolon + 1);
    position = read.next;
    if (read.parameter !== undefined) parameters.push(read.parameter);
  }
  return { type: (match[1] ?? "").toLowerCase(), parameters };
}

function readParameter(header: string, start: number): { parameter?: Pair; next: number } {
  const next = header.indexOf(";", start);
  const end = next === -1 ? header.length : next;
  const equals = header.indexOf("=", start);
  if (equals === -1 || equals > end) return { next: end };
  const name = header.slice(start, equals).trim().toLowerCase();
  const afterEquals = skipBlanks(header, equals + 1);
  if (header[afterEquals] !== '"') return { parameter: [name, header.slice(afterEquals, end).trim()], next: end };
  const quoted = readQuoted(header, afterEquals + 1);
  return { parameter: [name, quoted.value], next: quoted.next };
}

function readQuoted(header: string, start: number): { value: string; next: number } {
  let value = "";
  let index = start;
  while (index < header.length && header[index] !== '"') {
    if (header[index] === "\\" && index + 1 < header.length) index++;
    value += header[index];
    index++;
  }
  return { value, next: index + 1 };
}

function skipBlanks(text: string, from: number): number {
  let index = from;
  while (text[index] === " " || text[index] === "\t") index++;
  return index;
}
