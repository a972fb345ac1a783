// Speculative decoding: what a value may become behind us. Bounded in depth, in number and in bytes.
import { peelAddress } from "./address.ts";
import { joinBlanks, peelBase64 } from "./base64.ts";
import { isBinary } from "./binary.ts";
import { takeEscapes } from "./escapes.ts";
import { stringsOfJson } from "./json.ts";
import { peelParts } from "./parts.ts";
import { isWide, peelHex, peelPercents, peelUtf7, peelWide } from "./spellings.ts";

/** Passes made one after the other; each takes off a layer of every kind there is. */
export const LAYER_DEPTH_MAX = 4;
/** Texts made of one value. */
export const LAYER_TEXTS_MAX = 64;
/** Bytes of all texts made of one value: that many for each of its own, and a free allowance. */
export const LAYER_BYTES_PER_BYTE = 1;
export const LAYER_BYTES_FREE = 16_384;

/** A text that stands in a value under some layers, outermost first. */
export interface Layered {
  readonly text: string;
  readonly layers: readonly string[];
}

/** Bytes at which any layer but Base64 and hexadecimal can begin. */
const HINTS = new Uint8Array(256);
for (const mark of '%&\\<{["') HINTS[mark.charCodeAt(0)] = 1;
for (const code of [0xc0, 0xc1, 0xc2, 0xe0, 0xe2, 0xe5, 0xef, 0xf0, 0xf8, 0xfc]) HINTS[code] = 1;

/** Shortest run of letters and digits that may be Base64, in bytes. */
const RUN_BYTES_MIN = 10;
/** The same for a value that is nothing else. */
const SHORT_RUN_BYTES_MIN = 7;

/** Can the value hold a layer at all? One pass without allocation: most values hold none. */
function mayHold(value: string): boolean {
  const runMin = value.length < RUN_BYTES_MIN ? SHORT_RUN_BYTES_MIN : RUN_BYTES_MIN;
  let run = 0;
  for (let at = 0; at < value.length; at++) {
    const code = value.charCodeAt(at);
    if (HINTS[code] === 1) return true;
    if (code > 0x2a && code !== 0x2c && code !== 0x2e && code !== 0x3a && code < 0x7b) {
      run++;
      if (run >= runMin) return true;
    } else run = 0;
  }
  return false;
}

/** Every text under the layers of a value, without the value itself; nearest layers first. There are none in a binary file. */
export function peel(value: string): readonly Layered[] {
  const wide = isWide(value);
  if (!wide && value.charCodeAt(0) !== 0x2f && !isJsonName(value) && !isLiteral(value) && !mayHold(value) && behindKnown(value) < 0)
    return NONE;
  const binary = isBinary(value);
  if (!wide && binary) return NONE;
  const found: Layered[] = [];
  // Passes taken for each of them: one pass may take off several layers.
  const depths: number[] = [];
  let depth = 1;
  let bytes = LAYER_BYTES_FREE + value.length * LAYER_BYTES_PER_BYTE;
  const seen = new Set<string>([value]);
  const add = (text: string, layers: readonly string[]): void => {
    if (text === "" || found.length >= LAYER_TEXTS_MAX || text.length > bytes || seen.has(text)) return;
    seen.add(text);
    bytes -= text.length;
    found.push({ text, layers });
    depths.push(depth);
  };
  const fits = (texts: readonly string[]): boolean =>
    found.length + texts.length <= LAYER_TEXTS_MAX && texts.reduce((sum, text) => sum + text.length, 0) <= bytes;
  if (wide) add(peelWide(value), ["utf-16"]);
  if (!binary) peelOnce({ text: value, layers: [] }, { add, fits });
  for (let next = 0; next < found.length; next++) {
    const layered = found[next];
    depth = (depths[next] ?? 0) + 1;
    if (layered !== undefined && depth <= LAYER_DEPTH_MAX) peelOnce(layered, { add, fits });
  }
  return found;
}

const NONE: readonly Layered[] = [];

/** What the reader of JSON puts before every name. */
const JSON_NAME = "json.";
const JSON_WAY = /^json\.(?:\w{1,64}\.){0,16}/;

/** A name that is more than letters: most keys are not looked at twice. */
function isJsonName(value: string): boolean {
  return value.charCodeAt(0) === 0x6a && value.startsWith(JSON_NAME) && /[^\w.-]/.test(value.slice(0, NAME_BYTES_MAX));
}

const NAME_BYTES_MAX = 4_096;

/** `list[0 or 1=1]`: what stands in the brackets of a parameter's name. */
function peelBrackets(text: string, give: (inner: string) => void): void {
  const open = text.indexOf("[");
  if (open < 1 || open > 40 || text.charCodeAt(text.length - 1) !== 0x5d) return;
  const inner = text.slice(open + 1, -1);
  if (inner.length > 4 && TELLING.test(inner) && /^\w{1,40}$/.test(text.slice(0, open))) give(inner);
}

/** A slash begins comments as well. */
function isPath(text: string): boolean {
  const next = text.charCodeAt(1);
  return next !== 0x2a && text.indexOf("\n") < 0;
}

/** Segments of a path behind which something may have been put. */
const SEGMENTS_MAX = 8;
/** Bytes of a path that are more than its words. */
const TELLING = /[^\w./~-]/;

/** The path of a request: what was put into it begins behind a slash, the first ones above all. */
function peelPath(text: string, give: (inner: string) => void): void {
  if (text.length < 3) return;
  give(text.slice(1));
  if (!TELLING.test(text)) return;
  let hasRest = false;
  for (let at = 0, segments = 0; at >= 0 && segments < SEGMENTS_MAX; segments++) {
    const next = text.indexOf("/", at + 1);
    const segment = text.slice(at + 1, next < 0 ? text.length : next);
    if (segment.length > 2 && TELLING.test(segment)) {
      if (at > 0) give(segment);
      if (at > 0 && !hasRest) give(text.slice(at + 1));
      hasRest = true;
    }
    at = next;
  }
}

/** A text in quotes as programs write it, with or without the prefix of bytes: `b'…'`, `'…'`. */
function isLiteral(value: string): boolean {
  const last = value.charCodeAt(value.length - 1);
  if ((last !== 0x27 && last !== 0x22) || value.length < 4) return false;
  const first = value.charCodeAt(0);
  return (first === 0x27 && last === 0x27) || (first === 0x62 && value.charCodeAt(1) === last);
}

/** `Mozilla/5.0 …` without the comment that every browser sends, `192.0.2.1, …`: what was put behind what a header has to begin with. */
function behindKnown(text: string): number {
  const first = text.charCodeAt(0);
  if (first !== 0x4d && !(first >= 0x30 && first <= 0x39)) return -1;
  const known = /^(?:Mozilla\/\d\.\d {1,4}(?=[^\s(])|\d{1,3}(?:\.\d{1,3}){3}, ?(?=\D))/.exec(text.slice(0, KNOWN_BYTES_MAX));
  return known === null ? -1 : known[0].length;
}

const KNOWN_BYTES_MAX = 32;

interface Peeled {
  readonly add: (text: string, layers: readonly string[]) => void;
  /** Is there room for all of them? */
  readonly fits: (texts: readonly string[]) => boolean;
}

function peelOnce({ text, layers }: Layered, { add, fits }: Peeled): void {
  const sparse = layers.length === 0 ? peelPercents(text) : undefined;
  if (sparse !== undefined) add(sparse, ["percents"]);
  const json = stringsOfJson(text);
  const giveStrings = (): void => {
    for (const inner of json?.texts ?? []) add(inner, [...layers, "json"]);
  };
  // What is written into its strings is taken out of each of them, and there is nothing else.
  if (json?.isWhole === true && fits(json.texts)) {
    giveStrings();
    return;
  }
  if (layers.length === 0) peelName(text, (inner, layer) => add(inner, [layer]));
  if (layers.length < 2 && isLiteral(text)) add(text.slice(text.indexOf("'") === 0 ? 1 : 2, -1), [...layers, "literal"]);
  const behind = layers.length === 0 ? behindKnown(text) : -1;
  if (behind > 0) add(text.slice(behind), ["behind"]);
  if (layers.length < 2) peelAddress(text, (inner) => add(inner, [...layers, "address"]));
  const plain = takeEscapes(text);
  if (plain !== undefined) {
    add(plain.text, [...layers, ...plain.layers]);
    // `&amp%3B`: what one kind completes, the other must not have eaten before.
    const percent = plain.layers.length > 1 ? takeEscapes(text, "url") : undefined;
    if (percent !== undefined) add(percent.text, [...layers, "url"]);
  }
  giveStrings();
  peelParts(text, (part, layer) => add(part, [...layers, layer]));
  peelBase64(text, (inner) => add(inner, [...layers, "base64"]));
  const joined = joinBlanks(text);
  if (joined !== undefined) peelBase64(joined, (inner) => add(inner, [...layers, "base64"]));
  const hex = peelHex(text);
  if (hex !== undefined) add(hex, [...layers, "hex"]);
  const wide = peelUtf7(text);
  if (wide !== undefined) add(wide, [...layers, "utf-7"]);
}

/** A path, the name of a parameter or of a member of JSON: what was put into it begins behind a mark. */
function peelName(text: string, give: (inner: string, layer: string) => void): void {
  if (text.charCodeAt(0) === 0x2f && isPath(text)) peelPath(text, (inner) => give(inner, "path"));
  // Its name begins behind the names of what it stands in.
  if (isJsonName(text)) {
    give(text.slice(JSON_NAME.length), "name");
    const way = JSON_WAY.exec(text);
    if (way !== null && way[0].length > JSON_NAME.length) give(text.slice(way[0].length), "name");
  }
  peelBrackets(text, (inner) => give(inner, "name"));
}
