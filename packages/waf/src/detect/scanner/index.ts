// Scanners and their probes. These look at one place each: a word that is a tool in User-Agent is a word in a sentence.
import { createScanner } from "../../scan/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";
import { weighFile } from "./files.ts";
import { PROBES, TOOLS } from "./names.ts";

const CWE_PROBING = 200;

/** For the User-Agent and headers that tools leave. */
export const agentDetector: Detector = { name: "agent", needs: undefined, find: findTool };
/** For the path of a request. */
export const probeDetector: Detector = { name: "probe", needs: undefined, find: findProbe };

/** Does any of the words stand in a text? Reads it once, however many there are; almost all have none. */
function holdsAny(words: readonly string[]): (text: string) => boolean {
  const scanner = createScanner([words]);
  const held = new Uint32Array(1);
  return (text) => {
    held[0] = 0;
    scanner.scanInto(text, held);
    return held[0] !== 0;
  };
}

const holdsTool = holdsAny(TOOLS.map(([name]) => name));
const holdsProbe = holdsAny(PROBES.map(([part]) => part));

/** Longest header that is read, in bytes. */
const AGENT_BYTES_MAX = 1_024;

/** Finds the name of a scanner or an attack tool in a header's value. */
export function findTool(value: string): Finding | undefined {
  const text = value.slice(0, AGENT_BYTES_MAX).toLowerCase();
  if (!holdsTool(text)) return undefined;
  for (const [name, weight] of TOOLS) {
    const at = text.indexOf(name);
    if (at >= 0 && standsAlone(text, at, at + name.length)) return finding("scanner.tool", weight, CWE_PROBING, value, at);
  }
  return undefined;
}

/** Not a part of a longer word. */
function standsAlone(text: string, start: number, end: number): boolean {
  return !isLetterByte(text.charCodeAt(start - 1)) && !isLetterByte(text.charCodeAt(end))
    ? true
    : text.charCodeAt(end - 1) === 0x2e || text.charCodeAt(start) === 0x2e;
}

function isLetterByte(code: number): boolean {
  return code >= 0x61 && code <= 0x7a;
}

/** Longest path that is read, in bytes. */
const PATH_BYTES_MAX = 1_024;

/** Segments that a reader further in decodes once more and then walks up: no link is written so. */
const ENCODED_WALK = /(?:^|[/\\;]|%2f|%5c)(?:%2e|\.){2}(?:%2f|%5c|%252f)|(?:%2e\.|\.%2e|%2e%2e)(?:[/\\;]|%2f|%5c|$)|%252e%252e|%c0%ae/;

/** Finds a path that nobody links to: files of version control, of settings and backups, consoles. */
export function findProbe(value: string): Finding | undefined {
  const query = value.indexOf("?");
  const path = value.slice(0, Math.min(query < 0 ? value.length : query, PATH_BYTES_MAX)).toLowerCase();
  if (path.indexOf("%") >= 0 && ENCODED_WALK.test(path)) return finding("scanner.walk", 5, CWE_PROBING, value);
  const file = weighFile(path);
  let best = file === 0 ? undefined : finding("scanner.file", file, CWE_PROBING, value);
  if (!holdsProbe(path)) return best;
  for (const [part, weight] of PROBES) {
    if (best !== undefined && best.weight >= weight) continue;
    const at = path.indexOf(part);
    if (at >= 0 && endsPart(path, at + part.length, { part, weight })) best = finding("scanner.probe", weight, CWE_PROBING, value, at);
  }
  return best;
}

/** `/.env` is a probe, `/.environment-guide` is not; what is surely one may be numbered. */
function endsPart(path: string, end: number, { part, weight }: { readonly part: string; readonly weight: number }): boolean {
  if (/[/_-]$/.test(part)) return true;
  const next = path.charCodeAt(end);
  const isDigit = next >= 0x30 && next <= 0x39;
  return Number.isNaN(next) || !(isLetterByte(next) || (isDigit && weight < 5) || next === 0x2d || next === 0x5f);
}
