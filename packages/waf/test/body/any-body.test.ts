import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import test from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { parse } from "yaml";
import { openBody, planBody } from "../../src/body/index.ts";
import { LIMITS, readBody } from "./read.ts";

const TYPES = [
  "application/x-www-form-urlencoded",
  "multipart/form-data; boundary=b",
  "application/json",
  "application/x-ndjson",
  "text/xml",
  "application/graphql",
  "text/plain",
];

const PIECES = [
  ..."{}[]()<>\"':,;=&%+-\\/\r\n \t\0\xff#!$|@",
  ...[
    "--b",
    "--b--",
    "\r\n",
    "\r\n\r\n",
    'Content-Disposition: form-data; name="a"',
    "<a>",
    "</a>",
    "<![CDATA[",
    "]]>",
    "<!--",
    "<!DOCTYPE",
    "&lt;",
    "&#x",
    '"""',
  ],
  ...["true", "null", '{"a":', "\\u00", "1e5", "\xc3\xa9", "query", "__type", "<?xml version='1.0' encoding='utf-8'?>"],
];

const body = fc.array(fc.constantFrom(...PIECES), { maxLength: 40 }).map((pieces) => pieces.join(""));

test("The firewall reads a body the same however it is cut, and within any limits", () => {
  const limits = fc.record({ bytesMax: fc.nat(80), argumentsMax: fc.nat(4), depthMax: fc.nat(4) });
  fc.assert(
    fc.property(
      fc.constantFrom(...TYPES),
      body,
      fc.array(fc.nat(100), { maxLength: 5 }),
      fc.option(limits, { nil: {} }),
      (type, text, cuts, some) => {
        assert.deepEqual(readBody(type, text, some, cuts), readBody(type, text, some));
      },
    ),
    { numRuns: 5_000 },
  );
});

test("The firewall gives a body the fault that it told while the body came", () => {
  fc.assert(
    fc.property(fc.constantFrom(...TYPES), body, fc.nat(40), (type, text, bytesMax) => {
      const reader = openBody(planBody([["Content-Type", type]]), { ...LIMITS, bytesMax, depthMax: 3 });
      let told: string | undefined;
      for (const byte of Buffer.from(text, "latin1")) told = reader.feed(Uint8Array.of(byte))?.fault ?? told;
      const { fault } = reader.end();
      if (told !== undefined) assert.equal(fault, told);
    }),
    { numRuns: 2_000 },
  );
});

test("The firewall tells of a JSON bomb before it is whole", () => {
  const reader = openBody(planBody([["Content-Type", "application/json"]]), { ...LIMITS, depthMax: 10 });
  assert.equal(reader.feed(Buffer.from('{"a":"[[[[[[[[[[[[[[",')), undefined);
  assert.equal(reader.feed(Buffer.from("[".repeat(20)))?.fault, "limit");
});

test("The firewall keeps its own copy of what it is fed", () => {
  const reader = openBody(planBody([["Content-Type", "application/x-www-form-urlencoded"]]), LIMITS);
  const chunk = Buffer.from("a=1");
  reader.feed(chunk);
  chunk.fill(0);
  assert.equal(reader.end().raw, "a=1");
});

test("The firewall fills REQUEST_BODY for forms alone, and keeps what came of every body", () => {
  assert.equal(readBody("application/x-www-form-urlencoded", "a=%41").text, "a=%41");
  for (const type of TYPES.slice(1)) {
    assert.equal(readBody(type, "1").text, "");
    assert.equal(readBody(type, "1").raw, "1");
  }
});

const CRS_TESTS = join(dirname(fileURLToPath(import.meta.url)), "../../../../../shared/crs-3.3.4/tests");

test("The firewall reads the bodies of the rule set's tests, and what they become by chance, without a fault", {
  skip: existsSync(CRS_TESTS) ? false : "not run: the regression tests of CRS 3.3.4 are not there",
}, () => {
  const bodies = readBodies(CRS_TESTS);
  assert.ok(bodies.length > 500, `only ${bodies.length} bodies were found`);
  const change = fc.record({ place: fc.nat(), insert: fc.constantFrom(...PIECES), cut: fc.nat(8) });
  fc.assert(
    fc.property(fc.constantFrom(...bodies), fc.constantFrom(...TYPES), fc.array(change, { maxLength: 6 }), (text, type, changes) => {
      let changed = text;
      for (const { place, insert, cut } of changes) {
        const at = changed.length === 0 ? 0 : place % changed.length;
        changed = changed.slice(0, at) + insert + changed.slice(at + cut);
      }
      const facts = readBody(type, changed);
      assert.equal(facts.raw.length, Buffer.from(changed, "latin1").length);
    }),
    { numRuns: 5_000 },
  );
});

function readBodies(folder: string): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".yaml"));
  return files.flatMap((name) => textsUnder("data", parse(readFileSync(join(folder, name), "utf8"))));
}

/** All texts that stand under a key of that name, wherever it is. */
function textsUnder(key: string, value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => textsUnder(key, item));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => (name === key && typeof item === "string" ? [item] : textsUnder(key, item)));
}
