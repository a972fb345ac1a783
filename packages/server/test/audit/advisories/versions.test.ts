import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { fixedFor, formatVersion, isIn, readComparators, readEvents } from "../../../src/audit/advisories/ranges.ts";
import { compareVersions, parseVersion, type Version } from "../../../src/audit/advisories/semver.ts";

function version(text: string): Version {
  const parsed = parseVersion(text);
  assert.ok(parsed, text);
  return parsed;
}

/** SemVer 2.0.0 §11.2 and §11.4, each list from the lowest to the highest. */
const ORDERS = [
  ["1.0.0", "2.0.0", "2.1.0", "2.1.1"],
  ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0"],
  ["1.9.0", "1.10.0", "1.11.0"],
];

for (const order of ORDERS) {
  test(`Holdfast puts versions in the order of the specification: ${order.join(" < ")}`, () => {
    for (const [at, low] of order.entries()) {
      for (const [other, high] of order.entries())
        assert.equal(Math.sign(compareVersions(version(low), version(high))), Math.sign(at - other), `${low} ${high}`);
    }
  });
}

test("Holdfast does not let build metadata decide which version is newer", () => {
  assert.equal(compareVersions(version("1.0.0+20130313144700"), version("1.0.0+exp.sha.5114f85")), 0);
});

const NO_VERSIONS = [
  "",
  "1",
  "1.2",
  "01.2.3",
  "1.02.3",
  "1.2.3-",
  "1.2.3-01",
  "1.2.3-a..b",
  "a.b.c",
  "1.2.3.4",
  `1.2.3-${"9".repeat(300)}`,
  "-1.0.0",
];

test("Holdfast takes nothing for a version that is none", () => {
  for (const text of NO_VERSIONS) assert.equal(parseVersion(text), undefined, text);
});

test("Holdfast compares versions as a whole order does", () => {
  const part = fc.oneof(fc.nat(20), fc.stringMatching(/^[a-z][a-z0-9]{0,3}$/));
  const any = fc.record({ numbers: fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), pre: fc.array(part, { maxLength: 3 }) });
  fc.assert(
    fc.property(any, any, any, (a, b, c) => {
      assert.equal(Math.sign(compareVersions(a, b)) + Math.sign(compareVersions(b, a)), 0);
      if (compareVersions(a, b) <= 0 && compareVersions(b, c) <= 0) assert.ok(compareVersions(a, c) <= 0);
      assert.equal(compareVersions(a, version(formatVersion(a))), 0);
    }),
  );
});

const EVENTS = [
  {
    events: [{ introduced: "0" }, { fixed: "1.2.3" }],
    inside: ["0.0.1", "1.2.2", "1.2.3-rc.1"],
    outside: ["1.2.3", "2.0.0"],
    fixed: "1.2.3",
  },
  {
    events: [{ introduced: "1.0.0" }, { fixed: "1.0.2" }, { introduced: "2.0.0" }, { fixed: "2.3.0" }],
    inside: ["1.0.0", "1.0.1", "2.2.9"],
    outside: ["0.9.9", "1.0.2", "1.9.0", "2.0.0-rc.1", "2.3.0"],
    fixed: "1.0.2",
  },
  // The order in the record does not matter.
  { events: [{ fixed: "2.3.0" }, { introduced: "2.0.0" }], inside: ["2.0.0"], outside: ["1.0.0", "2.3.0"], fixed: "2.3.0" },
  { events: [{ introduced: "3.0.0" }, { lastAffected: "3.1.0" }], inside: ["3.0.0", "3.1.0"], outside: ["3.1.1"], fixed: undefined },
  { events: [{ introduced: "4.0.0" }], inside: ["4.0.0", "99.0.0"], outside: ["3.9.9"], fixed: undefined },
] as const;

for (const { events, inside, outside, fixed } of EVENTS) {
  test(`Holdfast reads the events ${JSON.stringify(events)}`, () => {
    const ranges = readEvents(events);
    assert.ok(ranges);
    for (const text of inside) assert.ok(isIn(version(text), ranges), text);
    for (const text of outside) assert.ok(!isIn(version(text), ranges), text);
    const found = fixedFor(version(inside[0]), ranges);
    assert.equal(found && formatVersion(found), fixed);
  });
}

const COMPARATORS = [
  { text: "<1.2.6", inside: ["0.0.8", "1.2.5"], outside: ["1.2.6"] },
  { text: ">=1.0.0 <1.2.3", inside: ["1.0.0", "1.2.2"], outside: ["0.9.0", "1.2.3"] },
  { text: ">= 1.0.0  < 1.2.3", inside: ["1.0.0"], outside: ["1.2.3"] },
  { text: "<0.2.1 || >=1.0.0 <1.2.3", inside: ["0.2.0", "1.1.0"], outside: ["0.2.1", "1.2.3"] },
  { text: ">1.0.0 <=2.0.0", inside: ["1.0.1", "2.0.0"], outside: ["1.0.0", "2.0.1"] },
  { text: "=1.0.0", inside: ["1.0.0"], outside: ["1.0.1", "0.9.9"] },
  { text: "1.0.0", inside: ["1.0.0"], outside: ["1.0.1"] },
  { text: "*", inside: ["0.0.0", "9.9.9"], outside: [] },
] as const;

for (const { text, inside, outside } of COMPARATORS) {
  test(`Holdfast reads the range ${text}`, () => {
    const ranges = readComparators(text);
    assert.ok(ranges);
    for (const one of inside) assert.ok(isIn(version(one), ranges), one);
    for (const one of outside) assert.ok(!isIn(version(one), ranges), one);
  });
}

test("Holdfast guesses at no range that it cannot read", () => {
  for (const text of ["^1.2.3", "~1.2.3", "1.x", "1.0.0 - 2.0.0", "<1.0.0 garbage", ">=a.b.c", "latest", "<", "<1.0.0 ||| x"])
    assert.equal(readComparators(text), undefined, text);
});
