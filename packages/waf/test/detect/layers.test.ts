import { deepEqual, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { LAYER_BYTES_FREE, LAYER_BYTES_PER_BYTE, LAYER_DEPTH_MAX, LAYER_TEXTS_MAX, peel } from "../../src/detect/layers/index.ts";

const TEXT = "<script>go('a')</script>";
const base64 = (text: string): string => Buffer.from(text, "latin1").toString("base64");
const units = (text: string): string => [...Buffer.from(text, "utf16le").swap16()].map((byte) => byte.toString(16).padStart(2, "0")).join("").replace(/(.{4})/g, "\\u$1"); // biome-ignore format: one chain
const percent = (text: string): string => [...text].map((letter) => `%${letter.charCodeAt(0).toString(16).padStart(2, "0")}`).join("");

const SPELLINGS: readonly (readonly [what: string, value: string])[] = [
  ["a parameter of an address", `https://shop.example/list?a=1&b=${encodeURIComponent(TEXT).replaceAll("%20", "+")}#top`],
  ["a key of JSON", `json.order.${TEXT}`],
  ["percent signs", percent(TEXT)],
  ["percent signs twice", percent(percent(TEXT))],
  ["percent signs three times", encodeURIComponent(encodeURIComponent(percent(TEXT)))],
  ["the percent signs of old browsers", TEXT.replaceAll("<", "%u003c").replaceAll(">", "%u003e")],
  ["character references", TEXT.replaceAll("<", "&lt;").replaceAll(">", "&#62;").replaceAll("'", "&#x27;")],
  ["references of references", TEXT.replaceAll("<", "&amp;lt;").replaceAll(">", "&amp;gt;")],
  ["escapes of JavaScript", units(TEXT)],
  ["hexadecimal escapes", [...TEXT].map((letter) => `\\x${letter.charCodeAt(0).toString(16)}`).join("")],
  ["octal escapes", [...TEXT].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`).join("")],
  ["code points in braces", TEXT.replaceAll("<", "\\u{3c}").replaceAll(">", "\\u{00003e}")],
  ["Base64", base64(TEXT)],
  ["Base64 without its end", base64(TEXT).replaceAll("=", "")],
  ["Base64 for addresses", Buffer.from(TEXT, "latin1").toString("base64url")],
  ["Base64 in a path", `/shop/items/${Buffer.from(TEXT, "latin1").toString("base64url")}/list`],
  ["Base64 in a sentence", `take ${base64(TEXT)} please`],
  ["Base64 twice", base64(base64(TEXT))],
  ["Base64 of percent signs", base64(percent(TEXT))],
  ["hexadecimal digits", Buffer.from(TEXT, "latin1").toString("hex")],
  ["hexadecimal digits with a prefix", `0x${Buffer.from(TEXT, "latin1").toString("hex")}`],
  ["UTF-7", TEXT.replaceAll("<", "+ADw-").replaceAll(">", "+AD4-")],
  ["UTF-8 that is too long", TEXT.replaceAll("<", "\xc0\xbc").replaceAll(">", "\xe0\x80\xbe")],
  ["full-width forms", Buffer.from(TEXT.replaceAll("<", "\uff1c").replaceAll(">", "\uff1e")).toString("latin1")],
  ["JSON", JSON.stringify({ a: [TEXT] })],
  ["JSON in JSON", JSON.stringify({ a: JSON.stringify([JSON.stringify({ b: TEXT })]) })],
  ["JSON in Base64", base64(JSON.stringify({ b: TEXT }))],
]; // biome-ignore format: one row each

const HARMLESS: readonly (readonly [what: string, value: string])[] = [
  ["a token", `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString("base64url")}.${Buffer.from('{"sub":"1234567890","name":"John O\'Brien","iat":1516239022}').toString("base64url")}.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c`],
  ["a picture", `data:image/png;base64,${base64("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0\0\x10\b\x06".repeat(30))}`],
  ["a hash", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
  ["an id", "550e8400-e29b-41d4-a716-446655440000"],
  ["long words", "Donaudampfschifffahrtsgesellschaft internationalization SupercalifragilisticExpialidocious"],
  ["text in Base64", base64("Dear Anna, it's 5 o'clock; please select a table & call me (or not).")],
  ["a web address with escapes", "https://example.com/search?q=%EC%84%9C%EC%9A%B8%20%26%20%EB%B6%80%EC%82%B0&sort=a%2Cb"],
]; // biome-ignore format: one row each

/** What is found by the place of a name, which its text alone does not tell. */
const ESCAPED_NAMES: readonly (readonly [detector: string, value: string])[] = [
  ["nosql", String.raw`{"user":{"\u0024ne":1}}`],
  ["nosql", String.raw`{"user":{"$\u0072egex":"^a"}}`],
  ["nosql", '{"user":{"%24ne":1}}'],
  ["nosql", String.raw`{"a":"{\"\\u0024gt\":\"\"}"}`],
  ["prototype", String.raw`{"constructor":{"proto\u0074ype":{"a":1}}}`],
  ["object", String.raw`{"\u0040type":"com.sun.rowset.JdbcRowSetImpl","dataSourceName":"x"}`],
];

/** What one pass over escapes can take off together. */
const KINDS_OF_ESCAPES = 4;

describe("The firewall's speculative decoding", () => {
  const examiner = createExaminer(DETECTORS);
  for (const [what, value] of SPELLINGS) {
    test(`reads ${what}`, () =>
      ok(
        (examiner.examine(value).get("script")?.weight ?? 0) >= 4,
        JSON.stringify(peel(value).map(({ text, layers }) => [text.slice(0, 60), layers])),
      ));
  }
  for (const [what, value] of HARMLESS) {
    test(`finds nothing sure in ${what}`, () =>
      strictEqual(
        [...examiner.examine(value).values()].some(({ weight }) => weight >= 4),
        false,
      ));
  }

  for (const [detector, value] of ESCAPED_NAMES) {
    test(`knows a name of JSON by its place, however it is written: ${value}`, () =>
      ok((examiner.examine(value).get(detector)?.weight ?? 0) >= 4));
  }

  test("looks at JSON as it stands and at its strings, and at nothing twice", () => {
    const texts = (value: string): string[] => peel(value).map(({ text }) => text);
    deepEqual(texts('{"a":"b\\u0063","a":["d"]}'), ["a", "bc", "d"]);
    deepEqual(texts('{"\\u0061":"b"}'), ['{"a":"b"}', "a", "b"]);
  });

  test("names the layers, outermost first", () => {
    strictEqual(
      examiner
        .examine(base64(percent(TEXT)))
        .get("script")
        ?.layers.join(" "),
      "base64 url",
    );
  });

  test("takes nothing apart in a file, and everything in a text whatever stands around it", () => {
    const noise = (first: number): string =>
      Array.from({ length: 6_000 }, (_, at) => String.fromCharCode(first + ((at * at * 31 + at * 7 + (at >> 3)) % (256 - first)))).join("");
    const layered = percent(percent(TEXT));
    const found = (value: string): number => examiner.examine(value).get("script")?.weight ?? 0;
    deepEqual(peel(noise(0) + layered), []);
    ok(found(`${noise(0)}${TEXT}`) >= 4, "what stands in a file as it is");
    ok(found(`${noise(1)}${layered}`) >= 4, "control characters alone, which a form may hold, hide nothing");
    ok(found(`${"\0".repeat(100)}${"a b ".repeat(2_000)}${layered}`) >= 4, "nor do some zeros in a text");
  });

  test("bounds depth, number and bytes of what it makes, whatever the value", () => {
    const pieces = fc.constantFrom(
      "%25",
      "%2525",
      "&amp;",
      "&lt;",
      "\\u003c",
      "\\\\",
      "+ADw-",
      "QUJDREVGR0hJSktMTU5P",
      "PHNjcmlwdD4",
      "/",
      '{"a":"',
      '"}',
      "[",
      "]",
      '"',
      "\xc0\xbc",
      "\xef\xbc\x9c",
      "41",
      "A",
      " ",
      "%u003c",
      base64(base64(base64(TEXT))),
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 400 }), (parts) => {
        const value = parts.join("");
        const made = peel(value);
        ok(made.length <= LAYER_TEXTS_MAX);
        ok(made.every(({ layers }) => layers.length <= LAYER_DEPTH_MAX * KINDS_OF_ESCAPES));
        ok(made.reduce((sum, { text }) => sum + text.length, 0) <= LAYER_BYTES_FREE + value.length * LAYER_BYTES_PER_BYTE);
      }),
      { numRuns: 1_000 },
    );
  });

  test("makes no more of 128 KB than twice as much", () => {
    for (const piece of ["%25", "&amp;", "\\u005c", "PHNjcmlwdD4", '{"a":', "/QUJD", "41", "+ADw-"]) {
      const value = piece.repeat(Math.ceil(131_072 / piece.length));
      ok(peel(value).reduce((sum, { text }) => sum + text.length, 0) <= value.length * LAYER_BYTES_PER_BYTE + LAYER_BYTES_FREE, piece);
    }
  });
});
