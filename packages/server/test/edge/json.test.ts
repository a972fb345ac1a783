import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { readJson } from "../../src/edge/index.ts";
import { isFault } from "../../src/kit/index.ts";

const LIMITS = { jsonDepthMax: 8, jsonKeysMax: 20 };
const read = (text: string | Uint8Array): unknown => readJson(typeof text === "string" ? Buffer.from(text) : text, LIMITS);

const REFUSED: readonly { readonly what: string; readonly text: string | Uint8Array }[] = [
  { what: "nothing", text: "" },
  { what: "a byte order mark", text: "\ufeff{}" },
  { what: "bytes that are not UTF-8", text: Uint8Array.of(0x22, 0xff, 0x22) },
  { what: "an overlong NUL", text: Uint8Array.of(0x22, 0xc0, 0x80, 0x22) },
  { what: "half a surrogate pair", text: '"\\ud800"' },
  { what: "half a surrogate pair in a key", text: '{"\\udc00":1}' },
  { what: "two values", text: "{}{}" },
  { what: "a trailing comma in a list", text: "[1,]" },
  { what: "a trailing comma in an object", text: '{"a":1,}' },
  { what: "single quotes", text: "{'a':1}" },
  { what: "a key without quotes", text: "{a:1}" },
  { what: "a comment", text: "{}//x" },
  { what: "an unclosed string", text: '"abc' },
  { what: "an unclosed string that ends in a backslash", text: '"abc\\"' },
  { what: "a control character in a string", text: '"a\nb"' },
  { what: "an escape that is none", text: '"\\x41"' },
  { what: "an unclosed list", text: "[1" },
  { what: "an unclosed object", text: '{"a":1' },
  { what: "NaN", text: "NaN" },
  { what: "a plus", text: "+1" },
  { what: "a leading zero", text: "01" },
  { what: "a bare point", text: "1." },
  { what: "hexadecimal", text: "0x10" },
  { what: "a number beyond 2^53", text: "9007199254740992" },
  { what: "a number below -2^53", text: '{"a":-9007199254740993}' },
  { what: "a number that is infinite", text: "1e400" },
  { what: "a word that is none", text: "nulll" },
  { what: "a key twice", text: '{"a":1,"a":2}' },
  { what: "a key twice, once escaped", text: '{"a":1,"\\u0061":2}' },
  { what: "__proto__ twice", text: '{"__proto__":1,"__proto__":2}' },
  { what: "one level too many of lists", text: `${"[".repeat(9)}${"]".repeat(9)}` },
  { what: "a hundred thousand levels", text: "[".repeat(100_000) },
  { what: "one level too many of objects", text: `${'{"a":'.repeat(9)}1${"}".repeat(9)}` },
  { what: "one key too many", text: JSON.stringify(Object.fromEntries(Array.from({ length: 21 }, (_, at) => [`k${at}`, 1]))) },
  { what: "one key too many over several objects", text: JSON.stringify(Array.from({ length: 21 }, () => ({ k: 1 }))) },
];

describe("Holdfast, reading JSON,", () => {
  for (const { what, text } of REFUSED) {
    test(`refuses ${what}`, () => {
      assert.throws(
        () => read(text),
        (error) => isFault(error, "request.malformed") && !/[{"'\\]|position|token/.test(error.message),
      );
    });
  }

  test("reads what the runtime's own reader reads, as the same values", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 6, noUnicodeString: false }), (text) => {
        const limits = { jsonDepthMax: 100, jsonKeysMax: 10_000 };
        const expected: unknown = JSON.parse(text);
        let actual: unknown;
        try {
          actual = readJson(Buffer.from(text), limits);
        } catch (error) {
          // Refused on purpose: whole numbers beyond 2^53 (as fast-check writes large floats) and texts that are not Unicode.
          assert.ok(isFault(error, "request.malformed"));
          assert.match(error.message, /exactly|Unicode|twice/);
          return;
        }
        assert.equal(JSON.stringify(actual), JSON.stringify(expected));
      }),
      { numRuns: 2_000 },
    );
  });

  test("never throws anything but its own fault, and never accepts what the runtime's own reader refuses", () => {
    const pieces = fc.array(
      fc.constantFrom(
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        '"',
        '"a"',
        "1",
        "-",
        "0",
        ".",
        "e",
        "true",
        "null",
        "\\",
        "\\u0041",
        " ",
        "\n",
        "\0",
        "é",
      ),
      { maxLength: 14 },
    );
    fc.assert(
      fc.property(pieces, (parts) => {
        const text = parts.join("");
        try {
          const value = read(text);
          assert.equal(JSON.stringify(value), JSON.stringify(JSON.parse(text)));
        } catch (error) {
          assert.ok(isFault(error, "request.malformed"), `${text}: ${String(error)}`);
        }
      }),
      { numRuns: 20_000 },
    );
  });

  test("keeps __proto__ and constructor as plain data that reaches nothing", () => {
    const value = read('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":1,"hasOwnProperty":2}');
    assert.ok(typeof value === "object" && value !== null);
    assert.deepEqual(Object.keys(value), ["__proto__", "constructor", "toString", "hasOwnProperty"]);
    assert.equal("polluted" in value, false);
    assert.equal(Reflect.get({}, "polluted"), undefined);
    assert.equal(Object.getPrototypeOf(value), Object.prototype);
  });

  test("takes exactly as many levels and keys as the limits say", () => {
    read(`${"[".repeat(8)}${"]".repeat(8)}`);
    read(JSON.stringify(Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`k${at}`, 1]))));
  });
});
