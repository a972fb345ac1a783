// Scanners and their probes. These look at one place each: a word that is a tool in User-Agent is a word in a sentence.
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";
import { PROBES, TOOLS } from "./names.ts";

const CWE_PROBING = 200;

/** For the User-Agent and headers that tools leave. */
export const agentDetector: Detector = { name: "agent", needs: undefined, find: findTool };
/** For the path of a request. */
export const probeDetector: Detector = { name: "probe", needs: undefined, find: findProbe };

/** Longest header that is read, in bytes. */
const AGENT_BYTES_MAX = 1_024;

/** Finds the name of a scanner or an attack tool in a header's value. */
export function findTool(value: string): Finding | undefined {
  const text = value.slice(0, AGENT_BYTES_MAX).toLowerCase();
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

/** Finds a path that nobody links to: files of version control, of settings and backups, consoles. */
export function findProbe(value: string): Finding | undefined {
  const query = value.indexOf("?");
  const path = value.slice(0, Math.min(query < 0 ? value.length : query, PATH_BYTES_MAX)).toLowerCase();
  for (const [part, weight] of PROBES) {
    const at = path.indexOf(part);
    if (at >= 0 && endsPart(path, at + part.length, part)) return finding("scanner.probe", weight, CWE_PROBING, value, at);
  }
  return undefined;
}

/** `/.env` is a probe, `/.environment-guide` is not. */
function endsPart(path: string, end: number, part: string): boolean {
  if (part.endsWith("/") || part.endsWith("-")) return true;
  const next = path.charCodeAt(end);
  return Number.isNaN(next) || !(isLetterByte(next) || (next >= 0x30 && next <= 0x39) || next === 0x2d || next === 0x5f);
}
