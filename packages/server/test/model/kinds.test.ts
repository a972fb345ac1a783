import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import {
  accounts,
  boolean,
  bytes,
  collection,
  compareText,
  compareValues,
  dateTime,
  define,
  FIELD_KINDS,
  type Field,
  fieldFromJson,
  fieldFromText,
  fieldToJson,
  integer,
  json,
  number,
  oneOf,
  planFrom,
  questionsOf,
  ref,
  text,
} from "../../src/model/index.ts";

const fields = {
  title: text({ max: 3, min: 1 }),
  code: text({ pattern: "^[0-9]{2}$" }),
  free: text(),
  maybe: text({ min: 0 }),
  needed: text({ required: true }),
  count: integer({ max: 10, min: -10 }),
  big: integer(),
  weight: number(),
  done: boolean(),
  at: dateTime(),
  until: dateTime({ min: "2026-01-01T00:00:00Z", max: "2026-12-31T00:00:00Z" }),
  data: json(),
  small: json({ max: 10 }),
  status: oneOf("open", "closed"),
  owner: ref(accounts),
  content: bytes({ max: 3, min: 1 }),
  blob: bytes(),
};
const plan = planFrom(define({ name: "App", collections: { things: collection({ fields }) } }));

function field(name: string): Field {
  const found = plan.collections[0]?.fields.find((each) => each.name === name);
  assert.ok(found);
  return found;
}

const UUID = "0190163d-8694-739b-aea5-966c26f8ad91";
const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

/** What goes in as JSON and comes out again. */
const ACCEPTED: readonly (readonly [field: string, input: unknown, output: unknown])[] = [
  ["title", "abc", "abc"],
  ["title", "😀😀😀", "😀😀😀"],
  ["free", "", ""],
  ["maybe", "", ""],
  ["free", "e\u0301", "e\u0301"],
  ["code", "42", "42"],
  ["free", null, null],
  ["count", -10, -10],
  ["big", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ["big", -0, 0],
  ["weight", 1e300, 1e300],
  ["weight", -0, 0],
  ["done", true, true],
  ["done", false, false],
  ["at", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00+00:00"],
  ["at", "2026-01-01T00:00:00.123456+00:00", "2026-01-01T00:00:00.123456+00:00"],
  ["at", "2026-01-01 09:30:00.12+09:00", "2026-01-01T00:30:00.12+00:00"],
  ["at", "2026-01-01T00:00-0330", "2026-01-01T03:30:00+00:00"],
  ["at", "2024-02-29T23:59:59.999999z", "2024-02-29T23:59:59.999999+00:00"],
  ["at", "1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.5+00:00"],
  ["at", "1700-01-01T00:00:00+00", "1700-01-01T00:00:00+00:00"],
  ["until", "2026-12-31T00:00:00Z", "2026-12-31T00:00:00+00:00"],
  ["data", { a: [1, null, "x"], constructor: 1 }, { a: [1, null, "x"], constructor: 1 }],
  ["data", "text", "text"],
  ["data", deep(32), deep(32)],
  ["status", "open", "open"],
  ["owner", UUID.toUpperCase(), UUID],
  ["content", "AQID", "\\x010203"],
  ["content", "\\x0102FF", "\\x0102ff"],
  ["blob", "", "\\x"],
  ["blob", "\\x", "\\x"],
];

for (const [name, input, output] of ACCEPTED) {
  test(`Holdfast keeps ${name} ${JSON.stringify(input)?.slice(0, 60)}`, () => {
    const read = fieldFromJson(field(name), input);
    assert.ok(read.ok, "it was refused");
    assert.deepEqual(fieldToJson(field(name), read.value), output);
  });
}

const REFUSED: readonly (readonly [field: string, input: unknown, problem: RegExp])[] = [
  ["title", "", /title must have at least 1 characters/],
  ["title", "abcd", /at most 3 characters/],
  ["title", "😀😀😀😀", /at most 3 characters/],
  ["title", 3, /must be text/],
  ["free", "a\0b", /NUL/],
  ["free", "\ud800", /well-formed Unicode/],
  ["free", undefined, /must be text/],
  ["code", "4", /does not have the form/],
  ["needed", null, /must not be null/],
  ["count", 11, /at most 10/],
  ["count", -11, /at least -10/],
  ["count", 1.5, /whole number/],
  ["count", "1", /whole number/],
  ["big", 2 ** 53, /whole number between/],
  ["weight", Number.POSITIVE_INFINITY, /must be a number/],
  ["weight", Number.NaN, /must be a number/],
  ["weight", "1", /must be a number/],
  ["done", 1, /true or false/],
  ["done", "true", /true or false/],
  ["at", "2026-01-01", /with its zone/],
  ["at", "2026-01-01T00:00:00", /with its zone/],
  ["at", 0, /with its zone/],
  ["at", "2026-02-30T00:00:00Z", /that exist/],
  ["at", "2026-13-01T00:00:00Z", /that exist/],
  ["at", "2026-01-01T24:00:00Z", /that exist/],
  ["at", "2026-01-01T23:59:60Z", /that exist/],
  ["at", "0026-01-01T00:00:00Z", /that exist/],
  ["at", "2026-01-01T00:00:00.1234567Z", /with its zone/],
  ["at", "2026-01-01T00:00:00+16:00", /with its zone/],
  ["at", "2300-01-01T00:00:00Z", /between the years/],
  ["at", "infinity", /with its zone/],
  ["until", "2027-01-01T00:00:00Z", /must not be after 2026-12-31/],
  ["until", "2025-01-01T00:00:00Z", /must not be before 2026-01-01/],
  ["data", JSON.parse('{"__proto__":{"a":1}}'), /__proto__/],
  ["data", { a: "\0" }, /NUL/],
  ["data", { "\0": 1 }, /NUL/],
  ["data", { a: "\udc00" }, /well-formed/],
  ["data", { a: Number.NaN }, /not finite/],
  ["data", deep(33), /deeper than 32/],
  ["data", undefined, /must be JSON/],
  ["small", "0123456789", /at most 10 characters/],
  ["status", "opened", /one of open, closed/],
  ["owner", "me", /must be an id/],
  ["owner", UUID.replaceAll("-", ""), /must be an id/],
  ["content", "AQIDBA==", /at most 3 bytes/],
  ["content", "", /at least 1 bytes/],
  ["content", "AR==", /base64/],
  ["content", "AQI", /base64/],
  ["content", "\\x123", /base64/],
  ["content", [1], /base64/],
];

for (const [name, input, problem] of REFUSED) {
  test(`Holdfast refuses ${name} ${JSON.stringify(input)?.slice(0, 60)}`, () => {
    const read = fieldFromJson(field(name), input);
    assert.ok(!read.ok, "it was accepted");
    assert.match(read.problem, problem);
  });
}

const FROM_TEXT: readonly (readonly [field: string, input: string, value: unknown])[] = [
  ["title", "longer than the field", "longer than the field"],
  ["count", "-7", -7],
  ["count", "99", 99],
  ["count", "1.0", undefined],
  ["count", "9007199254740992", undefined],
  ["count", "", undefined],
  ["weight", "-1.5e3", -1500],
  ["weight", ".5", 0.5],
  ["weight", "1e999", undefined],
  ["weight", "0x10", undefined],
  ["weight", "NaN", undefined],
  ["done", "TRUE", 1],
  ["done", "false", 0],
  ["done", "1", undefined],
  ["at", "2026-01-01T00:00:00.000001Z", 1_767_225_600_000_001],
  ["at", "now", undefined],
  ["data", "{}", undefined],
  ["status", "closed", "closed"],
  ["status", "shut", undefined],
  ["free", "a\0", undefined],
];

for (const [name, input, value] of FROM_TEXT) {
  test(`Holdfast reads ${JSON.stringify(input)} in a filter of ${name} as ${String(value)}`, () => {
    const read = fieldFromText(field(name), input);
    assert.deepEqual(read.ok ? read.value : undefined, value);
  });
}

const MICROS_MAX = Number.MAX_SAFE_INTEGER;
const VALUES = {
  text: ["free", fc.string({ unit: "grapheme" }).filter((value) => !value.includes("\0"))],
  integer: ["big", fc.maxSafeInteger()],
  number: ["weight", fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0)],
  boolean: ["done", fc.constantFrom(0, 1)],
  dateTime: ["at", fc.integer({ min: -MICROS_MAX, max: MICROS_MAX })],
  oneOf: ["status", fc.constantFrom("open", "closed")],
  ref: ["owner", fc.uint8Array({ minLength: 16, maxLength: 16 })],
  bytes: ["blob", fc.uint8Array({ maxLength: 40 })],
} as const;

for (const [kind, [name, values]] of Object.entries(VALUES)) {
  test(`Holdfast shows and reads every ${kind} without loss, as JSON and encrypted`, () => {
    const known = field(name);
    fc.assert(
      fc.property(values, (value) => {
        const shown = JSON.parse(JSON.stringify(fieldToJson(known, value)));
        assert.deepEqual(fieldFromJson(known, shown), { ok: true, value });
        const encoded = FIELD_KINDS[known.kind].encode(value);
        assert.deepEqual(FIELD_KINDS[known.kind].decode(typeof encoded === "string" ? new TextEncoder().encode(encoded) : encoded), value);
        if (typeof shown === "string") assert.deepEqual(fieldFromText(known, shown), { ok: true, value });
      }),
    );
  });
}

test("Holdfast keeps every JSON that has no poison in it", () => {
  const clean = fc.jsonValue({ maxDepth: 5 }).filter((value) => !/\\u0000|__proto__|\\ud[89a-f]/i.test(JSON.stringify(value)));
  fc.assert(
    fc.property(clean, (value) => {
      const read = fieldFromJson(field("data"), value);
      assert.ok(read.ok);
      assert.deepEqual(fieldToJson(field("data"), read.value), value === null ? null : JSON.parse(JSON.stringify(value)));
    }),
  );
});

test("Holdfast reads any input without throwing, and never repeats it", () => {
  const names = plan.collections[0]?.fields.map((each) => each.name) ?? [];
  fc.assert(
    fc.property(fc.constantFrom(...names), fc.oneof(fc.anything(), fc.string({ unit: "binary" })), (name, input) => {
      const read = fieldFromJson(field(name), input);
      if (!read.ok && typeof input === "string" && input.length > 12) assert.ok(!read.problem.includes(input));
    }),
  );
});

test("Holdfast orders text by its UTF-8 bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
      assert.equal(Math.sign(compareText(a, b)), Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
    }),
  );
});

test("Holdfast does not compare values of different types", () => {
  assert.throws(() => compareValues("1", 1), /different types/);
  assert.throws(() => compareValues(Uint8Array.of(1), "1"), /different types/);
});

test("Holdfast answers no question about an encrypted field but the one that its lookup allows", () => {
  const none = { equal: false, order: false, pattern: false, lookup: false };
  assert.deepEqual(questionsOf({ ...field("free"), secrecy: "encrypted" }), none);
  assert.deepEqual(questionsOf({ ...field("free"), secrecy: "lookup" }), { ...none, equal: true, lookup: true });
  assert.deepEqual(questionsOf(field("free")), { equal: true, order: true, pattern: true, lookup: true });
});
