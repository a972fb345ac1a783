import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Facts } from "../../src/audit/contract.ts";
import { CHECKS } from "../../src/audit/index.ts";
import { runChecks } from "../../src/audit/run-checks.ts";
import { VIOLATIONS } from "./fixtures.ts";
import { factsOf, openHouse, type TestHouse } from "./house.ts";

const LISTED_MIN = 40;
const MISTAKES = ["encryption", "access control", "firewall", "backups", "audits"];
/** Of the catalogue of 78: what this version checks under its id there. */
const CATALOGUE =
  /^HF-(TLS-0(0[1-9]|10)|HTTP-01[1-4]|AZ-00\d|AZ-010|AU-0(0\d|1[0-2])|CR-00\d|DT-00[1-6]|BK-00[1-6]|FW-00[1-5]|LG-00[1-7]|PL-00[1-4]|PL-009|SC-00[5-8])$/;

describe("Holdfast, audited,", () => {
  let house: TestHouse;
  let facts: Facts;
  before(async () => {
    house = await openHouse();
    facts = await factsOf(house);
  });
  after(() => house[Symbol.asyncDispose]());

  test("finds nothing wrong with a default installation", () => {
    const findings = runChecks(facts, []);
    const wrong = findings.filter(({ status }) => status === "fail" || status === "error");
    assert.deepEqual(wrong.map(({ check, resource, measured }) => `${check} ${resource} ${measured.en}`), []); // biome-ignore format: one line
    assert.ok(findings.filter(({ status }) => status === "pass").length >= LISTED_MIN, "and most checks really looked");
  });

  test("has at least forty checks of the catalogue, each with an id, both languages and standards of its own", () => {
    assert.ok(CHECKS.filter(({ id }) => CATALOGUE.test(id)).length >= LISTED_MIN);
    assert.equal(new Set(CHECKS.map(({ id }) => id)).size, CHECKS.length);
    for (const { id, title, expected, fix, standards } of CHECKS) {
      assert.match(id, /^HF-[A-Z]+-\d{3}$/);
      for (const { en, ko } of [title, fix]) {
        assert.notEqual(en, "", id);
        if (id !== "HF-SC-006" || en !== "npm ci") assert.match(ko, /[가-힣]/, id);
      }
      assert.notEqual(expected.ko, "", id);
      assert.ok(Object.keys(standards).length > 0, id);
    }
  });

  test("names the five common mistakes of mobile backends", () => {
    const titles = CHECKS.filter(({ area }) => area === "mistakes").map(({ title }) => title.en);
    assert.deepEqual(titles.map((title) => /: no ([a-z ]+)$/.exec(title)?.[1]), MISTAKES); // biome-ignore format: one line
  });

  test("has a fixture for every check, and no fixture for none", () => {
    assert.deepEqual(Object.keys(VIOLATIONS).toSorted(), CHECKS.map(({ id }) => id).toSorted()); // biome-ignore format: one line
  });

  for (const check of CHECKS) {
    for (const [at, violate] of (VIOLATIONS[check.id] ?? []).entries()) {
      test(`finds with ${check.id} that not: ${check.title.en} (${at + 1})`, () => {
        const [first, ...rest] = runChecks(violate(facts), [], [check]);
        assert.ok(first);
        for (const { status, measured, severity } of [first, ...rest]) {
          assert.equal(status, "fail", measured.en);
          assert.equal(severity, check.severity);
          assert.notEqual(measured.ko, "");
        }
      });
    }
  }
});
