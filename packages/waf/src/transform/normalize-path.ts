import { byteSet, done, work } from "../text/index.ts";
import type { Transform } from "./contract.ts";

const SLASH = 0x2f;
const DOT = 0x2e;

/** Self-references, back-references and repeated slashes resolved (RFC 3986 §5.2.4, and `..` in front of relative paths kept). */
export const normalizePath: Transform = { name: "normalizePath", apply: normalize, touches: byteSet("/.") };

/** The spelling of the reference manual's first edition. */
export const normalisePath: Transform = { ...normalizePath, name: "normalisePath" };

export function normalize(value: string): string {
  if (!isTouched(value)) return value;
  const bytes = work(value);
  const end = value.length;
  const isAbsolute = bytes[0] === SLASH;
  const floor = isAbsolute ? 1 : 0;
  let write = floor;
  // How many segments at the end of what is written can still be taken back.
  let named = 0;
  for (let at = floor; at < end; ) {
    const start = at;
    while (at < end && bytes[at] !== SLASH) at++;
    const width = at - start;
    at++;
    if (width === 0 || (width === 1 && bytes[start] === DOT)) continue;
    const isBack = width === 2 && bytes[start] === DOT && bytes[start + 1] === DOT;
    if (isBack && (named > 0 || isAbsolute)) {
      if (named > 0) write = backOver(bytes, write, floor);
      named = Math.max(0, named - 1);
      continue;
    }
    if (write > floor) bytes[write++] = SLASH;
    for (let from = start; from < start + width; from++) bytes[write++] = bytes[from] ?? 0;
    if (!isBack) named++;
  }
  if (write > floor && value.charCodeAt(end - 1) === SLASH) bytes[write++] = SLASH;
  return done(bytes, write, value);
}

/** The end of what is written without its last segment and the slash before that. */
function backOver(bytes: Uint8Array, write: number, floor: number): number {
  let at = write;
  while (at > floor && bytes[at - 1] !== SLASH) at--;
  return at > floor ? at - 1 : floor;
}

/** Only an empty segment or one that begins with a dot can change anything. */
function isTouched(value: string): boolean {
  return value.startsWith(".") || value.includes("/.") || value.includes("//");
}
