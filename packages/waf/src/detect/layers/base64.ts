// Base64 (RFC 4648 §4, §5) inside a value: the whole of it, or runs of its alphabet in it. Speculative, so only what reads as text counts.
import { byteSet, byteUnion, DIGITS, LOWER, UPPER, utf8Width } from "../../text/index.ts";

/** Shortest run that is tried, in bytes: shorter ones hold no attack and decode to nothing by chance. */
const RUN_BYTES_MIN = 7;
/** Inside a longer text a run has to be longer, because words are runs too. */
const INNER_BYTES_MIN = 16;
/** Runs and places in them tried in one value. */
const TRIES_MAX = 32;

const ALPHABET: Uint8Array = byteUnion(UPPER, LOWER, DIGITS, byteSet("+/-_"));

/** Calls `give` with every text that stands in Base64 in the value. */
export function peelBase64(value: string, give: (text: string) => void): void {
  let tries = 0;
  let at = 0;
  while (at < value.length && tries < TRIES_MAX) {
    if (ALPHABET[value.charCodeAt(at)] !== 1) {
      at++;
      continue;
    }
    const start = at;
    while (at < value.length && ALPHABET[value.charCodeAt(at)] === 1) at++;
    const isWhole = at - start >= value.length - 3;
    if (at - start < (isWhole ? RUN_BYTES_MIN : INNER_BYTES_MIN)) continue;
    tries += tryRun(value, start, at, give);
  }
}

/** A path is written in the same alphabet: what stands behind each of its slashes is tried as well. */
function tryRun(value: string, start: number, end: number, give: (text: string) => void): number {
  let tries = 0;
  let from = start;
  while (from >= 0 && end - from >= RUN_BYTES_MIN && tries < PLACES_MAX) {
    tries++;
    const slash = value.indexOf("/", from);
    const text = value.charCodeAt(from) === SLASH ? undefined : decode(value.slice(from, end));
    if (text !== undefined) {
      give(text);
      return tries;
    }
    // One part alone, as `/shop/UHJvZHVjdA/list`.
    if (slash >= 0 && slash < end && slash - from >= RUN_BYTES_MIN) {
      const part = decode(value.slice(from, slash));
      if (part !== undefined) give(part);
    }
    from = slash < 0 || slash >= end ? -1 : slash + 1;
  }
  return tries;
}

const SLASH = 0x2f;
const PLACES_MAX = 8;

/** A value whose `+` a form has turned into blanks is one run again. */
export function joinBlanks(value: string): string | undefined {
  if (value.length < RUN_BYTES_MIN || value.indexOf(" ") < 0) return undefined;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (code !== 0x20 && code !== 0x3d && code !== 0x0a && code !== 0x0d && ALPHABET[code] !== 1) return undefined;
  }
  // Words of prose are short; in Base64 a blank is one byte of 64.
  return value.length / value.split(" ", 1_000).length >= 12 ? value.replaceAll(" ", "+") : undefined;
}

function decode(run: string): string | undefined {
  if (run.length % 4 === 1 || !hasMixture(run)) return undefined;
  const text = Buffer.from(run, "base64").toString("latin1");
  return isText(text) ? text : undefined;
}

/** Encoded text has upper case, and lower case or digits: a word or a number has not. */
function hasMixture(run: string): boolean {
  let upper = 0;
  let other = 0;
  for (let at = 0; at < run.length && (upper === 0 || other === 0); at++) {
    const code = run.charCodeAt(at);
    if (code >= 0x41 && code <= 0x5a) upper++;
    else other++;
  }
  return upper > 0 && other > 0;
}

/** One control byte or stray high byte is allowed for that many bytes of text. */
const BYTES_PER_STRAY = 32;

/** Is it text: printable ASCII, blanks, UTF-8? */
export function isText(value: string): boolean {
  const straysMax = Math.floor(value.length / BYTES_PER_STRAY);
  let strays = 0;
  // A NUL at the end cuts off what the application adds.
  let hasNul = false;
  let bytes: Uint8Array | undefined;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if ((code >= 0x20 && code < 0x7f) || code === 0x09 || code === 0x0a || code === 0x0d) continue;
    if (code >= 0xc2) {
      bytes ??= Buffer.from(value, "latin1");
      const width = utf8Width(bytes, at, bytes.length);
      if (width > 0) {
        at += width - 1;
        continue;
      }
    }
    if (code === 0 && !hasNul && at > 7) {
      hasNul = true;
      continue;
    }
    strays++;
    if (strays > straysMax) return false;
  }
  return true;
}
