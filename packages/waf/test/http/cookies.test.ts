import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { parse } from "hono/utils/cookie";
import { type Pair, readCookies } from "../../src/http/index.ts";
import { decodePercent, fromByteString, toByteString } from "../../src/text/index.ts";

const ROWS: readonly (readonly [does: string, headers: readonly string[], cookies: readonly Pair[]])[] = [
  ["reads name and value", ["USER_TOKEN=Yes; a=z;t=b"], [["USER_TOKEN", "Yes"], ["a", "z"], ["t", "b"]]],
  ["parts at the first equals sign", ["baz=value1=insert here"], [["baz", "value1=insert here"]]],
  ["keeps blanks of values and drops those in front of names", ["a= b ;   c=d"], [["a", " b "], ["c", "d"]]],
  ["drops blanks at the end of a header", ["aaa=bbb;abc=def  "], [["aaa", "bbb"], ["abc", "def"]]],
  ["takes a cookie without equals sign for a name", ["foobar; a=1"], [["foobar", ""], ["a", "1"]]],
  ["keeps a cookie without a name, which servers read", ["=evil; = ;;a=1"], [["", "evil"], ["a", "1"]]],
  ["decodes nothing", ['a=%41"b"'], [["a", '%41"b"']]],
  ["reads all headers, whatever their case", ["a=1", "b=2"], [["a", "1"], ["b", "2"]]],
  ["gives what stands in quotes with its backslashes undone besides", ['a="\\074b\\"\\c"; d=e'], [["a", '"\\074b\\"\\c"'], ["d", "e"], ["a", '<b"c']]],
  ["gives what stands in quotes beyond a semicolon besides", ['a="b; c"; d = "e;"'], [["a", '"b'], ["c\"", ""], ["d ", ' "e'], ['"', ""], ["a", "b; c"], ["d", "e;"]]],
  ["gives nothing besides where no quote ends", ['a="b; c\\'], [["a", '"b'], ["c\\", ""]]],
  ["gives both of two cookies of one name", ["a=1; a=2"], [["a", "1"], ["a", "2"]]],
]; // biome-ignore format: a table

for (const [does, headers, cookies] of ROWS) {
  test(`The firewall, reading cookies, ${does}`, () => {
    assert.deepEqual(readCookies(headers.map((value, index) => [index === 0 ? "Cookie" : "cookIE", value])), cookies);
  });
}

test("The firewall shows what lies beyond the number of cookies as one value", () => {
  const cookies = readCookies([["Cookie", `${"a=1;".repeat(1_000)}b=2;c=3`]]);
  assert.equal(cookies.length, 1_001);
  assert.deepEqual(cookies.at(-1), ["", "b=2;c=3"]);
});

test("The firewall sees every cookie that Hono gives an application", () => {
  const header = fc
    .array(fc.constantFrom(...'ab=;" ,%\t', "%41", "%C3%A9", "; ", "a=", '"'), { maxLength: 24 })
    .map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(header, (text) => {
      const seen = new Set(readCookies([["Cookie", toByteString(text)]]).flatMap(readings));
      for (const [name, value] of Object.entries(parse(text))) {
        // Hono decodes what is UTF-8 and leaves the rest; rules see the value as sent, and decode all of it.
        const whole = fromByteString(decodePercent(toByteString(value), "keep"));
        assert.ok(seen.has(`${name}=${value}`) || seen.has(`${name}=${whole}`), JSON.stringify([text, name, value]));
      }
    }),
    { numRuns: 3_000 },
  );
});

/** What a server may make of a value: blanks and quotes taken off, percent-decoded. */
function readings([name, value]: Pair): string[] {
  const trimmed = value.trim();
  const plain = trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
  return [value, trimmed, plain, decodePercent(plain, "keep")].map((one) => `${name.trim()}=${fromByteString(one)}`);
}
