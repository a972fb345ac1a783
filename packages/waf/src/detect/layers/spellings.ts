// Rarer ways to write a text: hexadecimal, UTF-7, UTF-16.
import { HEX_VALUE, toByteString } from "../../text/index.ts";
import { isText } from "./base64.ts";

/** Shortest hexadecimal text that is read, in digits. */
const HEX_DIGITS_MIN = 16;

/** A value of hexadecimal digits alone, with or without `0x`, read as text. */
export function peelHex(value: string): string | undefined {
  const start = value.charCodeAt(0) === 0x30 && (value.charCodeAt(1) | 0x20) === 0x78 ? 2 : 0;
  if (value.length - start < HEX_DIGITS_MIN || (value.length - start) % 2 !== 0) return undefined;
  for (let at = start; at < value.length; at++) if ((HEX_VALUE[value.charCodeAt(at) & 0xff] ?? -1) < 0) return undefined;
  const text = Buffer.from(value.slice(start), "hex").toString("latin1");
  return isText(text) ? text : undefined;
}

/** UTF-7 (RFC 2152) that spells markup or quotes: `+ADw-script+AD4-`. Undefined where there is none. */
export function peelUtf7(value: string): string | undefined {
  if (value.indexOf("+A") < 0 && value.indexOf("+a") < 0) return undefined;
  // Data that went through a change of case has brackets that decode to nothing any more.
  const text = value
    .replace(/\+ad([w4])-/g, (_, last: string) => (last === "w" ? "<" : ">"))
    .replace(/\+(A[A-Za-z0-9+/]{2,80})-?/g, (whole, run: string) => utf16(run) ?? whole);
  return text === value ? undefined : text;
}

/** Big-endian UTF-16 in Base64 whose characters are all below U+0100. */
function utf16(run: string): string | undefined {
  const bytes = Buffer.from(run, "base64");
  let text = "";
  for (let at = 0; at + 1 < bytes.length; at += 2) {
    if (bytes[at] !== 0) return undefined;
    text += String.fromCharCode(bytes[at + 1] ?? 0);
  }
  return text;
}

/** `%U%N%I%O%N`: a percent sign before each letter, which some servers drop where no escape follows. Undefined where it is not so. */
export function peelPercents(value: string): string | undefined {
  return /^(?:[^%]{0,4}%[^%\s]\s?){8}/.test(value) && !/^(?:%[\da-f]{2}\s?){4}/i.test(value) ? value.replaceAll("%", "") : undefined;
}

/** Bytes of UTF-16 that are read. */
const WIDE_BYTES_MAX = 65_536;

/** UTF-16 that begins with a character of ASCII behind its mark, or with a bracket, as readers of XML tell it (XML 1.0 appendix F). */
export function isWide(value: string): boolean {
  const first = value.charCodeAt(0);
  const second = value.charCodeAt(1);
  if (first === 0xff && second === 0xfe) return value.charCodeAt(3) === 0;
  if (first === 0xfe && second === 0xff) return value.charCodeAt(2) === 0;
  return (first === 0x3c && second === 0) || (first === 0 && second === 0x3c);
}

/** What is written in it. */
export function peelWide(value: string): string {
  const bytes = Buffer.from(value.slice(0, WIDE_BYTES_MAX & ~1), "latin1");
  const even = bytes.subarray(0, bytes.length & ~1);
  const isHighFirst = even[0] === 0xfe || even[0] === 0;
  return toByteString((isHighFirst ? even.swap16() : even).toString("utf16le").replace(/^\ufeff/, ""));
}
