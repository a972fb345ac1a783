import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import test from "node:test";
import type { Pair } from "../../src/http/index.ts";
import { readBody } from "./read.ts";

const FORM = "application/x-www-form-urlencoded";

const wide = (text: string): string => Buffer.from(text, "utf16le").toString("latin1");
const wideBig = (text: string): string => Buffer.from(text, "utf16le").swap16().toString("latin1");
const widest = (text: string): string => [...text].map((character) => `${character}\0\0\0`).join("");
const widestBig = (text: string): string => [...text].map((character) => `\0\0\0${character}`).join("");

const ROWS: readonly (readonly [does: string, type: string, body: string, args: readonly Pair[]])[] = [
  ["JSON that is sent as a form", FORM, '{"a":"b=c&d"}', [['{"a":"b', 'c'], ['d"}', ""], ["json.a", "b=c&d"]]],
  ["a string that is sent as a form", FORM, '"b"', [['"b"', ""], ["json", "b"]]],
  ["JSON in UTF-16", "text/plain", wide('{"a":"b\u00e9"}'), [["json.a", "b\xc3\xa9"]]],
  ["JSON in UTF-16, big-endian", "", wideBig('["b"]'), [["json.array_0", "b"]]],
  ["JSON in UTF-16 with a byte order mark", "text/plain", `\xff\xfe${wide('["b"]')}`, [["json.array_0", "b"]]],
  ["JSON in UTF-16 with a byte order mark, big-endian", "text/plain", `\xfe\xff${wideBig('["b"]')}`, [["json.array_0", "b"]]],
  ["JSON in UTF-32", "text/plain", widest('["b"]'), [["json.array_0", "b"]]],
  ["JSON in UTF-32, big-endian", "text/plain", widestBig('["b"]'), [["json.array_0", "b"]]],
  ["JSON in UTF-32 with a byte order mark", "text/plain", `\xff\xfe\0\0${widest('["b"]')}`, [["json.array_0", "b"]]],
  ["JSON in UTF-32 with characters that there are none of", "text/plain", `${widest('["b')}\xff\xff\xff\xff${widest('"]')}`, [["json.array_0", "b\xef\xbf\xbd"]]],
  ["JSON behind a byte order mark that is not its own", "text/plain", '\xff\xfe["b"]', [["json", "b"]]],
  ["JSON that is no UTF-8", "text/plain", '["\xff<"]', [["json.array_0", "\xff<"]]],
  ["the strings of JSON with words that are none", "text/plain", '{"a":NaN,"b":"\\u003c"}', [["json", "a"], ["json", "b"], ["json", "<"]]],
  ["the strings of JSON once each", "text/plain", '{"a":NaN,"a":"a","b":"a"}', [["json", "a"], ["json", "b"]]],
  ["the strings of JSON behind a comment", "text/plain", '/* x */ {"a":"b"}', [["json", "a"], ["json", "b"]]],
  ["the strings behind the end of a JSON text", "text/plain", '{}{"a":"b"}', [["json", "a"], ["json", "b"]]],
  ["a text with quotations as a text", "text/plain", '"No," he said, "[not] this."', []],
  ["half a string as a text", "text/plain", '["a\n', []],
]; // biome-ignore format: a table

for (const [does, type, body, args] of ROWS) {
  test(`The firewall reads ${does}`, () => {
    const facts = readBody(type, body);
    assert.deepEqual(facts.args, args);
    assert.equal(facts.error, undefined);
  });
}

const XML: readonly (readonly [does: string, type: string, body: string, text: string])[] = [
  ["XML that is sent as a form", FORM, "<a>b&#60;&amp;</a>", "b<&"],
  ["XML that is sent as text", "text/plain", "<a><![CDATA[b]]>c</a>", "bc"],
  ["XML in UTF-16", "text/plain", `\xff\xfe${wide('<?xml version="1.0" encoding="utf-16"?><a>b</a>')}`, "b"],
]; // biome-ignore format: a table

for (const [does, type, body, text] of XML) {
  test(`The firewall reads ${does}`, () => {
    const facts = readBody(type, body);
    assert.equal(facts.xml?.text, text);
    assert.equal(facts.error, undefined);
  });
}

test("The firewall takes for whole only what is JSON from its first byte to its last", () => {
  for (const body of ['{"a":"%c3\xc4\xbc"}', ' ["b"] ', wide('["b"]')]) assert.equal(readBody("text/plain", body).isWhole, true, body);
  for (const body of ['"b"', '{"a":NaN}', '{}{}', '/**/ {}', '["b"', "<a/>", "a=b"]) assert.equal(readBody("text/plain", body).isWhole, false, body); // biome-ignore format: a list
});

test("The firewall hides nothing behind more strings than it counts", () => {
  const { args } = readBody("text/plain", '{"a":"b","c":"d",}', { argumentsMax: 2 });
  assert.deepEqual(args, [["json", "a"], ["json", "b"], ["json", '"c":"d",}']]); // biome-ignore format: a list
});

test("The firewall looks at the bytes of JSON with more members than it counts only where they hold more than its strings", () => {
  const read = (body: string): readonly [boolean, string | undefined] => {
    const { isWhole, args } = readBody("text/plain", body, { argumentsMax: 2 });
    return [isWhole, args.at(-1)?.[1]];
  };
  assert.deepEqual(read('["a","b","c",{"d":"e"}]'), [true, '"c",{"d":"e"}]']);
  assert.deepEqual(read('["a","b","c",{"d":"e"}'), [false, '"c",{"d":"e"}']);
  assert.deepEqual(read('["a","b","c",f]'), [false, '"c",f]']);
});

test("The firewall reads a form of seven bits where it is no UTF-8", () => {
  assert.deepEqual(readBody(FORM, "a=\xbcb\x80\xbe").args, [["a", "\xbcb\x80\xbe"], ["a", "<b >"]]); // biome-ignore format: a list
  assert.deepEqual(readBody(FORM, "a=\xc3\xa9").args, [["a", "\xc3\xa9"]]);
});

test("The firewall reads text as a form where Node's parsers of forms read more than the bytes say", () => {
  assert.deepEqual(readBody("text/plain", "a=%ff\xc4\xbc").args, [["a", "\xff\xc4\xbc"], ["a", "\xff<"]]); // biome-ignore format: a list
  assert.deepEqual(readBody("text/plain", "a=%ff\xc4\xbc\0").args, []);
  assert.deepEqual(readBody("text/plain", "a=\xc4\xbc").args, []);
  assert.deepEqual(readBody("text/plain", "%ff\xc4\x80").args, [["\xff\xc4\x80", ""], ["\xff ", ""]]); // biome-ignore format: a list
});
