import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TRANSFORMS } from "../../src/transform/index.ts";
import { VECTORS } from "./vectors.ts";

const GROWTH_MAX = 4;
const RUNS = 500;

const bytes = fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array).toString("latin1"));
/** Pieces that mean something to a transformation, so that rare paths are met. */
const pieces = fc.constantFrom("\\", "u", "x", "{", "}", "%", "&", "#", ";", "/", "*", ".", "-", "<!--", "-->", "0x", "41", "+", "\0", " ", "\xa0", "\xc2", "\xe3\x80\x80", "\xc3\xa9", "\xed\xa0\x80", "lt", "A", "[", "]", "=", "\n", "'"); // biome-ignore format: one line
const crafted = fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join(""));
const value = fc.oneof(bytes, crafted);

/** These give the same again: [name] of all that promise it. */
const IDEMPOTENT = ["cmdLine", "compressWhitespace", "lowercase", "none", "normalisePath", "normalisePathWin", "normalizePath", "normalizePathWin", "parityEven7bit", "parityOdd7bit", "parityZero7bit", "removeNulls", "removeWhitespace", "replaceComments", "replaceNulls", "trim", "trimLeft", "trimRight", "uppercase", "utf8toUnicode"]; // biome-ignore format: one line

for (const { name, apply, touches } of TRANSFORMS) {
  test(`The firewall gets byte strings of bounded length from ${name}, whatever it is given`, () => {
    fc.assert(
      fc.property(value, (text) => {
        const result = apply(text);
        // length and the digests say something of every value, also of an empty one.
        assert.ok(result.length <= Math.max(64, GROWTH_MAX * text.length), `${text.length} bytes became ${result.length}`);
        assert.doesNotMatch(result, /[^\0-\xff]/);
        assert.equal(apply(text), result, "the same value, the same result");
      }),
      { numRuns: RUNS },
    );
  });

  const quiet = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => touches?.[byte] === 0);
  if (quiet.length > 0) {
    test(`The firewall may skip ${name} where no byte that it touches is there`, () => {
      fc.assert(
        fc.property(fc.array(fc.constantFrom(...quiet), { maxLength: 200 }), (codes) => {
          const text = Buffer.from(codes).toString("latin1");
          assert.equal(apply(text), text);
        }),
      );
    });
  }

  test(`The firewall lets no result of ${name} depend on the value before it`, () => {
    for (const [text, result] of VECTORS[name] ?? []) {
      apply("\\x41&lt;%41/*../\0 \xff".repeat(50));
      assert.equal(apply(text), result);
    }
  });
}

for (const name of IDEMPOTENT) {
  test(`The firewall gets the same from ${name} again`, () => {
    const apply = TRANSFORMS.find((each) => each.name === name)?.apply ?? assert.fail(`no transformation ${name}`);
    fc.assert(fc.property(value, (text) => assert.equal(apply(apply(text)), apply(text))));
  });
}

test("The firewall transforms values longer than its bench as it does short ones", () => {
  const filler = "a".repeat(70_000);
  for (const [name, text, result] of [
    ["urlDecodeUni", "%u003c", "<"],
    ["jsDecode", "\\x3c", "<"],
    ["lowercase", "B\xc9", "b\xc9"],
    ["removeNulls", "\0", ""],
    ["utf8toUnicode", "\xc3\xa9", "%u00e9"],
  ] as const) {
    const apply = TRANSFORMS.find((each) => each.name === name)?.apply;
    assert.equal(apply?.(filler + text), filler + result, name);
  }
});
