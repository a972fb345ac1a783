import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { baseScore, severityOf } from "../../../src/audit/advisories/cvss.ts";

/** Scores that the CVSS v3.1 examples document and public advisories give for their vectors. */
const VECTORS = [
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 9.8],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", 10],
  ["CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", 6.1],
  ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", 6.4],
  ["CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", 3.1],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:H", 7.5],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", 7.5],
  ["CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 7.8],
  ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", 8.8],
  ["CVSS:3.1/AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:H", 8.1],
  ["CVSS:3.1/AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", 6.8],
  ["CVSS:3.1/AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", 9.3],
  ["CVSS:3.1/AV:N/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", 9.1],
  ["CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:L/I:N/A:N", 4.3],
  ["CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:N/I:N/A:N", 0],
] as const;

for (const [vector, score] of VECTORS) test(`Holdfast rates ${vector} with ${score}`, () => assert.equal(baseScore(vector), score));

test("Holdfast computes nothing from a vector that is incomplete, said twice, or of another version", () => {
  const whole = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
  const wrong = [
    "",
    "CVSS:3.1",
    whole.replace("/A:H", ""),
    `${whole}/A:N`,
    whole.replace("AV:N", "AV:X"),
    whole.replace("CVSS:3.1", "CVSS:2.0"),
    "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N",
    "CVSS:3.1/__proto__:N",
  ];
  for (const vector of wrong) assert.equal(baseScore(vector), undefined, vector);
});

test("Holdfast gives each vector a score from 0 to 10 with one decimal, and more when more can be lost", () => {
  const metric = (name: string, values: string) => fc.constantFrom(...values).map((value) => `${name}:${value}`);
  const rest = fc.tuple(metric("AV", "NALP"), metric("AC", "LH"), metric("PR", "NLH"), metric("UI", "NR"), metric("S", "UC"));
  fc.assert(
    fc.property(rest, fc.constantFrom("N", "L", "H"), (parts, level) => {
      const scoreOf = (c: string): number => baseScore(["CVSS:3.1", ...parts, `C:${c}`, "I:L", `A:${level}`].join("/")) ?? -1;
      const scores = [scoreOf("N"), scoreOf("L"), scoreOf("H")];
      for (const score of scores) assert.ok(score >= 0 && score <= 10 && Math.abs(score * 10 - Math.round(score * 10)) < 1e-9);
      assert.deepEqual(
        scores,
        [...scores].sort((a, b) => a - b),
      );
    }),
  );
});

test("Holdfast names a score by the published scale", () => {
  assert.deepEqual([0, 0.1, 3.9, 4, 6.9, 7, 8.9, 9, 10].map(severityOf), [
    "none",
    "low",
    "low",
    "medium",
    "medium",
    "high",
    "high",
    "critical",
    "critical",
  ]);
});
