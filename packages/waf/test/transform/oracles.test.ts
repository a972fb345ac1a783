// Transformations against other implementations of the same thing: Node's own, or the plainest way to write it down.
import assert from "node:assert/strict";
import { posix } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { toByteString } from "../../src/text/index.ts";
import { findTransform } from "../../src/transform/index.ts";

const RUNS = 500;

function apply(name: string, value: string): string {
  const transform = findTransform(name) ?? assert.fail(`no transformation ${name}`);
  return transform.apply(value);
}

const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array).toString("latin1"));
const text = fc.string({ unit: "binary", maxLength: 60 }).map((each) => each.toWellFormed());
const path = fc.array(fc.constantFrom("/", ".", "..", "a", "b.c", "//", "/./", "/../", "..."), { maxLength: 20 }).map((parts) => parts.join("")); // biome-ignore format: one line
const marks = fc.array(fc.constantFrom("/*", "*/", "/", "*", "a", " ", "\n"), { maxLength: 30 }).map((parts) => parts.join(""));

type Row = readonly [title: string, value: fc.Arbitrary<string>, ours: (value: string) => string, theirs: (value: string) => string];

const ORACLES: readonly Row[] = [
  ["base64Decode undoes what Node encodes", bytes, (value) => apply("base64Decode", Buffer.from(value, "latin1").toString("base64")), (value) => value],
  ["base64DecodeExt undoes what Node encodes for URLs", bytes, (value) => apply("base64DecodeExt", Buffer.from(value, "latin1").toString("base64url")), (value) => value],
  ["base64Decode undoes base64Encode", bytes, (value) => apply("base64Decode", apply("base64Encode", value)), (value) => value],
  ["hexDecode undoes hexEncode", bytes, (value) => apply("hexDecode", apply("hexEncode", value)), (value) => value],
  ["sqlHexDecode undoes 0x and hexEncode", bytes.filter((value) => value !== ""), (value) => apply("sqlHexDecode", `0x${apply("hexEncode", value)}`), (value) => value],
  ["urlDecode undoes urlEncode", bytes, (value) => apply("urlDecode", apply("urlEncode", value)), (value) => value],
  ["urlDecodeUni undoes urlEncode", bytes, (value) => apply("urlDecodeUni", apply("urlEncode", value)), (value) => value],
  ["urlDecode undoes encodeURIComponent", text, (value) => apply("urlDecode", encodeURIComponent(value)), toByteString],
  ["urlDecode reads forms as URLSearchParams does", text, (value) => apply("urlDecode", new URLSearchParams([["", value]]).toString().slice(1)), toByteString],
  // Full-width forms are folded here and nowhere else.
  ["jsDecode undoes JSON", text.filter(isNarrow), (value) => apply("jsDecode", escapeAll(value)), toByteString],
  ["cssDecode undoes escapes of code points", text.filter(isNarrow), (value) => apply("cssDecode", [...value].map((each) => `\\${(each.codePointAt(0) ?? 0).toString(16)} `).join("")), toByteString],
  ["htmlEntityDecode undoes references", fc.array(fc.integer({ min: 0x100, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff)).map((codes) => String.fromCodePoint(...codes)), (value) => apply("htmlEntityDecode", [...value].map((each) => `&#${each.codePointAt(0) ?? 0};`).join("")), toByteString],
  ["escapeSeqDecode undoes escapes of bytes", bytes, (value) => apply("escapeSeqDecode", Array.from(value, (each) => `\\x${each.charCodeAt(0).toString(16).padStart(2, "0")}`).join("")), (value) => value],
  ["normalizePath resolves as Node does", path.filter((value) => value !== ""), (value) => apply("normalizePath", value) || ".", (value) => posix.normalize(value).replace(/^\.\/$/, ".")],
  ["normalizePathWin is normalizePath of slashes", path, (value) => apply("normalizePathWin", value.replaceAll("/", "\\")), (value) => apply("normalizePath", value)],
  ["replaceComments makes each comment a space", marks, (value) => apply("replaceComments", value), (value) => value.replace(/\/\*.*?(?:\*\/|$)/gs, " ")],
  ["removeComments drops them", marks, (value) => apply("removeComments", value), (value) => value.replace(/\/\*.*?(\*\/|$)/gs, (_, end: string) => (end === "" ? " " : ""))],
  ["compressWhitespace makes runs a space", text, (value) => apply("compressWhitespace", toByteString(value)), (value) => toByteString(value.replace(/\p{White_Space}+/gu, " "))],
  ["removeWhitespace drops it", text, (value) => apply("removeWhitespace", toByteString(value)), (value) => toByteString(value.replace(/\p{White_Space}+/gu, ""))],
  ["utf8toUnicode writes what JavaScript holds", text.filter((value) => !/[\u{10000}-\u{10ffff}]/u.test(value)), (value) => apply("utf8toUnicode", toByteString(value)), (value) => value.replace(/[^\0-\x7f]/g, (each) => `%u${each.charCodeAt(0).toString(16).padStart(4, "0")}`)],
  ["removeNulls drops them", bytes, (value) => apply("removeNulls", value), (value) => value.replaceAll("\0", "")],
  ["trim takes both ends", bytes, (value) => apply("trim", value), (value) => value.replace(/^[\t\n\v\f\r ]+|[\t\n\v\f\r ]+$/g, "")],
]; // biome-ignore format: rows

for (const [title, value, ours, theirs] of ORACLES) {
  test(`The firewall agrees with another implementation: ${title}`, () => {
    fc.assert(
      fc.property(value, (each) => assert.equal(ours(each), theirs(each))),
      { numRuns: RUNS },
    );
  });
}

function isNarrow(value: string): boolean {
  return !/[\uff01-\uff5e\0]/.test(value);
}

/** Every character as JSON would write it, and then some. */
function escapeAll(value: string): string {
  return JSON.stringify(value)
    .slice(1, -1)
    .replace(/[^\0-\x7f]/g, (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
