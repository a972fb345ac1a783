import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  byteRange,
  byteSet,
  bytesOf,
  byteUnion,
  decodePercent,
  excerpt,
  findAny,
  findByte,
  fromByteString,
  hexAt,
  invalidPercentAt,
  isUtf8,
  lowerAscii,
  mapBytes,
  toByteString,
  utf8Width,
  WORD,
  work,
  writeUtf8,
} from "../../src/text/index.ts";

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("latin1"));

test("The firewall keeps sets of bytes", () => {
  const set = byteUnion(byteSet("a\xff"), byteRange(0x30, 0x32));
  assert.deepEqual(
    Array.from("a\xff012", (character) => set[character.charCodeAt(0)]),
    [1, 1, 1, 1, 1],
  );
  assert.equal(
    set.reduce((sum, member) => sum + member, 0),
    5,
  );
  assert.equal(findByte("xyz2a", set), 3);
  assert.equal(findByte("xyz2a", set, 4), 4);
  assert.equal(findByte("xyz", set), -1);
  assert.equal(findAny("xyz+%", ["%", "+"]), 3);
  assert.equal(findAny("xyz", ["%", "+"]), -1);
  assert.equal(WORD[0x5f], 1);
});

test("The firewall reads hexadecimal digits and nothing behind the end", () => {
  assert.deepEqual(
    ["0", "9", "a", "F", "g", "/", ":", "\xff"].map((digit) => hexAt(digit, 0)),
    [0, 9, 10, 15, -1, -1, -1, -1],
  );
  assert.equal(hexAt("a", 1), -1);
});

test("The firewall lowers A to Z alone, at every length", () => {
  fc.assert(
    fc.property(bytes, fc.constantFrom(0, 60, 64, 65, 1000), (text, filler) => {
      const value = text + "Q".repeat(filler);
      const expected = Array.from(value, (character) => (character >= "A" && character <= "Z" ? character.toLowerCase() : character)).join(
        "",
      );
      assert.equal(lowerAscii(value), expected);
    }),
  );
  const long = "q\xc9".repeat(100_000);
  assert.equal(lowerAscii(long), long);
  assert.equal(lowerAscii(`${long}A`), `${long}a`);
});

test("The firewall replaces bytes by a table", () => {
  const table = Uint8Array.from({ length: 256 }, (_, byte) => 255 - byte);
  fc.assert(fc.property(bytes, (text) => assert.equal(mapBytes(mapBytes(text, table), table), text)));
});

test("The firewall undoes percent-encoding once", () => {
  const rows: readonly (readonly [value: string, plus: "space" | "keep", result: string])[] = [
    ["a+b%20c", "space", "a b c"],
    ["a+b%20c", "keep", "a+b c"],
    ["%2541", "keep", "%41"],
    ["%zz%4%", "space", "%zz%4%"],
    ["%FF%00", "keep", "\xff\0"],
    ["plain", "space", "plain"],
  ];
  for (const [value, plus, result] of rows) assert.equal(decodePercent(value, plus), result, value);
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }).filter((text) => text.isWellFormed()),
      (text) => {
        assert.equal(fromByteString(decodePercent(encodeURIComponent(text), "keep")), text);
      },
    ),
  );
});

test("The firewall finds the first escape that is none", () => {
  for (const [value, at] of [
    ["%41%zz", 3],
    ["%", 0],
    ["%4", 0],
    ["%%41", 0],
    ["%41%aF", -1],
    ["", -1],
  ] as const) {
    assert.equal(invalidPercentAt(value), at, value);
  }
});

test("The firewall turns texts into byte strings and back", () => {
  assert.equal(toByteString("é안😀"), "\xc3\xa9\xec\x95\x88\xf0\x9f\x98\x80");
  assert.equal(fromByteString("\xff<"), "\ufffd<");
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) =>
      assert.equal(fromByteString(toByteString(text.toWellFormed())), text.toWellFormed()),
    ),
  );
});

test("The firewall knows where UTF-8 characters end, as a strict decoder does", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 6 }), (array) => {
      let at = 0;
      while (at < array.length) {
        const width = utf8Width(array, at, array.length);
        if (width === 0) break;
        at += width;
      }
      assert.equal(at === array.length, isUtf8(Buffer.from(array).toString("latin1")));
    }),
    { numRuns: 2000 },
  );
});

test("The firewall writes every code point as UTF-8, and what is none as U+FFFD", () => {
  for (const code of [0, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff]) {
    const room = new Uint8Array(4);
    const end = writeUtf8(room, 0, code);
    assert.equal(Buffer.from(room.subarray(0, end)).toString("utf8"), String.fromCodePoint(code));
  }
  for (const code of [0xd800, 0xdfff, 0x110000, 0xffffffff]) {
    const room = new Uint8Array(4);
    assert.equal(Buffer.from(room.subarray(0, writeUtf8(room, 0, code))).toString("utf8"), "\ufffd");
  }
});

test("The firewall shows no byte of a value as it is that could harm a log", () => {
  assert.equal(excerpt("a\r\nb\\c\x1b[0m\xff"), "a\\x0d\\x0ab\\x5cc\\x1b[0m\\xff");
  assert.equal(excerpt("abcdefghij", 10), "abcdefghij");
  assert.equal(excerpt("abcdefghijk", 10), "abcdefg...");
  assert.equal(excerpt("abcde\0\0", 10), "abcde...");
  assert.equal(excerpt("안", 10), "\\uc548");
  fc.assert(
    fc.property(fc.oneof(bytes, fc.string({ unit: "binary" })), fc.integer({ min: 3, max: 220 }), (text, charactersMax) => {
      const shown = excerpt(text, charactersMax);
      assert.ok(shown.length <= charactersMax);
      assert.match(shown, /^(?:[ -[\]-~]|\\x[0-9a-f]{2}|\\u[0-9a-f]{4})*$/);
    }),
  );
});

test("The firewall lays a value on the bench as it is, whatever was written there before", () => {
  const values = fc.array(fc.tuple(fc.constantFrom("", "a", "ab", "ba", "b".repeat(300_000)), fc.boolean()), { maxLength: 12 });
  fc.assert(
    fc.property(values, (turns) => {
      for (const [value, isWritten] of turns) {
        const laid = isWritten ? work(value) : bytesOf(value);
        assert.equal(laid.toString("latin1", 0, value.length), value);
        if (isWritten) laid.fill(0x78, 0, value.length);
      }
    }),
  );
});
