import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { findTransform, TRANSFORMS } from "../../src/transform/index.ts";
import { VECTORS } from "./vectors.ts";

for (const { name, apply } of TRANSFORMS) {
  test(`The firewall knows what ${name} makes of a value`, () => {
    const rows = VECTORS[name] ?? [];
    assert.ok(rows.length > 0, "every transformation has vectors");
    for (const [value, result] of rows) assert.equal(apply(value), result, JSON.stringify(value));
  });
}

test("The firewall looks transformations up without case", () => {
  assert.equal(findTransform("URLDECODEUNI"), findTransform("urlDecodeUni"));
  assert.equal(findTransform("urlDecodeUnix"), undefined);
  assert.equal(new Set(TRANSFORMS.map(({ name }) => name.toLowerCase())).size, TRANSFORMS.length);
});

// Installed with ModSecurity for nginx: the table that rule sets are written against.
const UNICODE_MAP = "/etc/nginx/unicode.mapping";
const mapped = existsSync(UNICODE_MAP) ? /^20127 .*\r?\n(.*)$/m.exec(readFileSync(UNICODE_MAP, "utf8"))?.[1] : undefined;

test("The firewall folds at least what code page 20127 folds", {
  skip: mapped === undefined ? `not run: ${UNICODE_MAP} is not there` : false,
}, () => {
  const pairs = (mapped ?? "").trim().split(/\s+/);
  assert.ok(pairs.length > 300);
  for (const pair of pairs) {
    const [code = "", ascii = ""] = pair.split(":");
    assert.equal(findTransform("urlDecodeUni")?.apply(`%u${code}`), String.fromCharCode(Number.parseInt(ascii, 16)), pair);
  }
});
