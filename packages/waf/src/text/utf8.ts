import { isUtf8 as isBufferUtf8 } from "node:buffer";

/** What a text is as a byte string: its UTF-8, one character for each byte. */
export function toByteString(text: string): string {
  for (let at = 0; at < text.length; at++) {
    if (text.charCodeAt(at) > 0x7f) return Buffer.from(text, "utf8").toString("latin1");
  }
  return text;
}

/** A byte string read as UTF-8; what is no UTF-8 becomes U+FFFD. */
export function fromByteString(bytes: string): string {
  for (let at = 0; at < bytes.length; at++) {
    if (bytes.charCodeAt(at) > 0x7f) return Buffer.from(bytes, "latin1").toString("utf8");
  }
  return bytes;
}

/** How many bytes the UTF-8 sequence at `at` has: 1 for ASCII, 2 … 4; 0 where none begins (RFC 3629 §4: no overlong forms, no surrogates). */
export function utf8Width(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const width = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  if (at + width > end || !isSecond(lead, bytes[at + 1] ?? 0)) return 0;
  for (let next = at + 2; next < at + width; next++) if (((bytes[next] ?? 0) & 0xc0) !== 0x80) return 0;
  return width;
}

/** The second byte has narrower bounds behind some leads. */
function isSecond(lead: number, second: number): boolean {
  if (lead === 0xe0) return second >= 0xa0 && second <= 0xbf;
  if (lead === 0xed) return second >= 0x80 && second <= 0x9f;
  if (lead === 0xf0) return second >= 0x90 && second <= 0xbf;
  if (lead === 0xf4) return second >= 0x80 && second <= 0x8f;
  return (second & 0xc0) === 0x80;
}

/** Writes a code point as UTF-8 and says where to go on; what is no character (surrogates, above U+10FFFF) becomes U+FFFD. */
export function writeUtf8(bytes: Uint8Array, at: number, code: number): number {
  if (code < 0x80) {
    bytes[at] = code;
    return at + 1;
  }
  if (code < 0x800) {
    bytes[at] = 0xc0 | (code >> 6);
    bytes[at + 1] = 0x80 | (code & 0x3f);
    return at + 2;
  }
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return writeUtf8(bytes, at, 0xfffd);
  if (code < 0x10000) {
    bytes[at] = 0xe0 | (code >> 12);
    bytes[at + 1] = 0x80 | ((code >> 6) & 0x3f);
    bytes[at + 2] = 0x80 | (code & 0x3f);
    return at + 3;
  }
  bytes[at] = 0xf0 | (code >> 18);
  bytes[at + 1] = 0x80 | ((code >> 12) & 0x3f);
  bytes[at + 2] = 0x80 | ((code >> 6) & 0x3f);
  bytes[at + 3] = 0x80 | (code & 0x3f);
  return at + 4;
}

/** Is the byte string UTF-8 (RFC 3629) from end to end? */
export function isUtf8(bytes: string): boolean {
  return isBufferUtf8(Buffer.from(bytes, "latin1"));
}
