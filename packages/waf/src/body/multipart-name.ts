import { Buffer } from "node:buffer";
import { toByteString } from "../text/index.ts";

/** An encoded word (RFC 2047 section 2): `=?utf-8?Q?a=3Cb?=`. */
const ENCODED_WORD = /=\?([0-9A-Za-z_-]{1,40})\?([BQ])\?([^?\s]*)\?=/gi;

/**
 * What servers make of a name or file name besides taking it as it is: Java and Python undo a backslash in front of any character (RFC 9110
 * section 5.6.4), Java and mail parsers encoded words, which RFC 7578 section 5.1 has no use for. Mostly nothing.
 */
export function otherReadings(value: string): string[] {
  const readings: string[] = [];
  if (value.includes("\\")) readings.push(value.replace(/\\(.)/gs, "$1"));
  if (value.includes("=?")) readings.push(value.replace(ENCODED_WORD, decodeWord));
  return readings.filter((reading) => reading !== value);
}

function decodeWord(_word: string, charset: string, encoding: string, text: string): string {
  const bytes = encoding.toLowerCase() === "b" ? Buffer.from(text, "base64").toString("latin1") : decodeQuoted(text);
  return /^utf-?16/i.test(charset) ? toByteString(decodeWide(bytes, charset)) : bytes;
}

/** Section 4.2 of RFC 2047. */
function decodeQuoted(text: string): string {
  return text
    .replaceAll("_", " ")
    .replace(/=([0-9A-F]{2})/gi, (_escape, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}

function decodeWide(bytes: string, charset: string): string {
  const buffer = Buffer.from(bytes.slice(0, bytes.length & ~1), "latin1");
  return (/le$/i.test(charset) ? buffer : buffer.swap16()).toString("utf16le");
}
