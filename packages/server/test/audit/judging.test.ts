import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Check, Facts, Finding } from "../../src/audit/contract.ts";
import { gradeOf } from "../../src/audit/grade.ts";
import { CHECKS } from "../../src/audit/index.ts";
import { failsFrom, renderHtml, renderText, toSarif } from "../../src/audit/report/index.ts";
import { gather, runChecks } from "../../src/audit/run-checks.ts";
import { systemClock } from "../../src/kit/index.ts";
import { auditWith } from "./audit-with.ts";
import { openHouse } from "./house.ts";

const DAY_MS = 86_400_000;

describe("Holdfast, judging what it found,", () => {
  const finding = (part: Partial<Finding>): Finding => ({
    check: "HF-X-001",
    area: "tls",
    severity: "high",
    status: "fail",
    resource: "",
    fingerprint: "f",
    title: { en: "t", ko: "t" },
    measured: { en: "m", ko: "m" },
    expected: { en: "e", ko: "e" },
    fix: { en: "x", ko: "x" },
    standards: {},
    firstSeen: 0,
    waiver: null,
    ...part,
  });

  const grades = [
    { of: [], grade: "A", fails: [false, false, false] },
    { of: [finding({ severity: "low" })], grade: "A", fails: [false, false, true] },
    { of: [finding({ severity: "medium" })], grade: "B", fails: [false, false, true] },
    { of: [finding({ severity: "high" })], grade: "C", fails: [false, true, true] },
    { of: [finding({ severity: "critical" }), finding({ severity: "low" })], grade: "F", fails: [true, true, true] },
    { of: [finding({ severity: "critical", status: "error" })], grade: "F", fails: [true, true, true] },
    { of: [finding({ severity: "critical", waiver: "w" })], grade: "A", fails: [false, false, false] },
    { of: [finding({ severity: "critical", status: "not-applicable" })], grade: "A", fails: [false, false, false] },
  ];
  for (const { of, grade, fails } of grades) {
    test(`gives ${grade} to ${of.map(({ severity, status, waiver }) => `${severity} ${status}${waiver === null ? "" : " waived"}`).join(" and ") || "nothing"}`, () => {
      assert.equal(gradeOf(of), grade);
      const report = { findings: of } as unknown as Parameters<typeof failsFrom>[0];
      assert.deepEqual((["critical", "high", "low"] as const).map((from) => failsFrom(report, from)), fails); // biome-ignore format: one line
      assert.equal(failsFrom(report, "none"), false);
    });
  }

  test("calls what it cannot know an error, of that check alone, and waives no such thing", async () => {
    await using house = await openHouse();
    const sources = {
      ...house.sources,
      listener: () => Promise.reject(new Error("secret /srv/path")),
      places: () => new Promise<never>(() => undefined),
    };
    const waiver = {
      id: "w",
      check: "HF-TLS-001",
      fingerprint: null,
      reason: "r",
      owner: "o",
      approvedBy: "o",
      createdAt: 0,
      expiresAt: 9e15,
      endedAt: null,
    };
    const history = { lastRunAt: undefined, everyMs: DAY_MS, broken: [], runs: 0, waivers: [waiver] };
    const facts = await gather({ sources, history, now: systemClock.now(), factMsMax: 1_000 });
    const findings = runChecks(facts, []);
    const statusOf = (id: string) => findings.find(({ check }) => check === id);
    assert.deepEqual([statusOf("HF-TLS-001")?.status, statusOf("HF-TLS-001")?.waiver], ["error", null]);
    assert.equal(statusOf("HF-CR-001")?.status, "error");
    assert.equal(statusOf("HF-AZ-003")?.status, "pass");
    assert.equal(gradeOf(findings), "F");
    assert.doesNotMatch(JSON.stringify(findings), /srv|secret \//, "and says nothing of the inside");
  });

  test("lists so many findings of one check and counts the rest, and no name without an end", () => {
    const [first] = CHECKS;
    assert.ok(first);
    const problems = Array.from({ length: 10_000 }, (_, at) => ({
      resource: `${at} ${"x".repeat(5_000)}`,
      measured: { en: "m", ko: "m" },
    }));
    const facts = { now: 0, history: { waivers: [] } } as unknown as Facts;
    const found = runChecks(facts, [], [{ ...first, run: () => ({ is: "fail", problems }) }]);
    assert.deepEqual([found.length, found.at(-1)?.measured.en, found[0]?.resource.length], [51, "9950 more", 200]);
  });

  test("calls a check that throws, or fails without a reason, an error", () => {
    const [first] = CHECKS;
    assert.ok(first);
    const rows: readonly Check["run"][] = [
      () => {
        throw new TypeError("x");
      },
      () => ({ is: "fail", problems: [] }),
    ];
    for (const run of rows) {
      const [found] = runChecks({ now: 0, history: { waivers: [] } } as unknown as Facts, [], [{ ...first, run }]);
      assert.equal(found?.status, "error");
    }
  });
});

describe("Holdfast, showing an audit,", () => {
  test("lets nothing that was found become markup, or move a terminal's cursor", async () => {
    await using house = await openHouse();
    const { report, digest } = await auditWith(house).run("command");
    const evil = `<img src=x onerror=alert(1)>"'&\u001b[2J\u202e`;
    const findings = report.findings.map((finding) => ({
      ...finding,
      status: "fail" as const,
      resource: evil,
      measured: { en: evil, ko: evil },
    }));
    const waiver = {
      id: "w",
      check: "",
      fingerprint: null,
      reason: evil,
      owner: evil,
      approvedBy: evil,
      createdAt: 0,
      expiresAt: 0,
      endedAt: null,
    };
    const spoiled = { ...report, app: evil, findings, waivers: [waiver] };
    for (const language of ["en", "ko"] as const) {
      const page = renderHtml(spoiled, digest, language);
      assert.ok(page.includes("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;"));
      assert.doesNotMatch(page, /<img|[\u001b\u202e]/);
      assert.doesNotMatch(renderText(spoiled, digest, language).join("\n").replace(evil, ""), /[\u001b\u202e]/);
    }
  });

  test("writes SARIF 2.1.0 that tools can read: each rule, each result, the suppressed ones, and what is new", async () => {
    await using house = await openHouse();
    const audit = auditWith(house);
    await audit.run("command");
    await chmod(join(house.folder, "data", "keyring"), 0o644);
    await audit.waivers.add({
      check: "HF-DT-006",
      fingerprint: undefined,
      reason: "why",
      owner: "Ada",
      approvedBy: "Ada",
      lastsMs: DAY_MS,
    });
    const { report, digest } = await audit.run("command");
    const sarif = JSON.parse(JSON.stringify(toSarif(report)));
    assert.equal(sarif.version, "2.1.0");
    assert.match(sarif.$schema, /sarif-2\.1\.0\.json$/);
    const [run] = sarif.runs;
    const rules = run.tool.driver.rules;
    assert.equal(rules.length, CHECKS.length);
    assert.equal(run.results.length, report.findings.length);
    const levels = ["none", "note", "warning", "error"];
    const kinds = ["pass", "fail", "notApplicable"];
    for (const { ruleId, ruleIndex, kind, level, message, partialFingerprints, locations } of run.results) {
      assert.equal(rules[ruleIndex].id, ruleId);
      assert.ok(levels.includes(level) && kinds.includes(kind));
      assert.equal(kind === "fail", level !== "none", "SARIF 3.27.9: a level is for failures");
      assert.notEqual(message.text, "");
      assert.match(partialFingerprints["holdfast/v1"], /^[0-9a-f]{64}$/);
      assert.equal(locations.length, 1);
    }
    const bad = run.results.find(({ ruleId }: { ruleId: string }) => ruleId === "HF-DT-006");
    assert.deepEqual(bad.suppressions, [
      {
        kind: "external",
        status: "accepted",
        guid: report.findings.find(({ waiver }) => waiver !== null)?.waiver,
        justification: "why (Ada)",
      },
    ]);
    assert.equal(bad.baselineState, "unchanged", "a waived finding is not news");
    const text = renderText(report, digest, "ko").join("\n");
    assert.match(text, /등급 A/);
    assert.match(text, /예외 {2}HF-DT-006/);
  });
});
