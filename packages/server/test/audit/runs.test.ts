import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Check, Facts, Finding, Sources } from "../../src/audit/contract.ts";
import { gradeOf } from "../../src/audit/grade.ts";
import { CHECKS, createAudit, startSchedule, tables } from "../../src/audit/index.ts";
import { failsFrom, renderText, toSarif } from "../../src/audit/report/index.ts";
import { gather, runChecks } from "../../src/audit/run-checks.ts";
import { Fault, isFault, systemClock } from "../../src/kit/index.ts";
import { createTrailReader, entryTables } from "../../src/trail/index.ts";
import { openHouse, type TestHouse } from "./house.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** The house's audit with a clock that the test moves, and sources that the test may spoil. */
function auditWith({ app, sources }: TestHouse, given: { readonly sources?: Partial<Sources>; readonly aheadMs?: () => number } = {}) {
  const { store, trail, vault, plan, report } = app;
  const reader = createTrailReader({ store, report, vault });
  return createAudit({
    store: store.only([...tables.map(({ name }) => name), ...entryTables]),
    trail,
    vault,
    clock: { ...systemClock, now: () => systemClock.now() + (given.aheadMs?.() ?? 0) },
    plan,
    version: "test",
    everyMs: DAY_MS,
    sources: { ...sources, ...given.sources },
    trailDigests: async (most) => {
      const shown = await reader.show({ kinds: ["audit.run"], from: undefined, to: undefined, last: most, personal: "closed" });
      return shown.map(({ slots }) => String(slots["digest"]));
    },
  });
}

const openOf = (findings: readonly Finding[]): readonly string[] =>
  findings.filter(({ status }) => status === "fail" || status === "error").map(({ check }) => check);

describe("Holdfast, keeping its audits,", () => {
  test("chains each run to the one before and into the trail, and says what moved", async () => {
    await using house = await openHouse();
    const audit = auditWith(house);
    const first = await audit.run("command");
    assert.equal(first.report.previous, null);
    await chmod(join(house.folder, "data", "keyring"), 0o644);
    const second = await audit.run("schedule");
    assert.equal(second.report.previous, first.digest);
    assert.deepEqual(second.report.drift.new.map(({ check, resource }) => [check, resource]), [["HF-DT-006", "keyring"]]); // biome-ignore format: one line
    const third = await audit.run("command");
    assert.equal(third.report.drift.unchanged, 1);
    const since = third.report.findings.find(({ check }) => check === "HF-DT-006")?.firstSeen;
    assert.equal(since, second.report.at, "first seen when it was first seen");
    await chmod(join(house.folder, "data", "keyring"), 0o600);
    const fourth = await audit.run("command");
    assert.deepEqual(fourth.report.drift.fixed.map(({ check }) => check), ["HF-DT-006"]); // biome-ignore format: one line
    assert.deepEqual(openOf(fourth.report.findings), []);

    const { store, report, vault } = house.app;
    const entries = await createTrailReader({ store, report, vault }).show({
      kinds: ["audit.run"],
      from: undefined,
      to: undefined,
      last: 10,
      personal: "closed",
    });
    const runs = [first, second, third, fourth];
    assert.deepEqual(entries.map(({ slots }) => slots["digest"]), runs.map(({ digest }) => digest)); // biome-ignore format: one line
    assert.deepEqual((await audit.runs(10)).map(({ digest }) => digest), runs.map(({ digest }) => digest).toReversed()); // biome-ignore format: one line
  });

  const tampered = [
    { does: "was rewritten", set: { report: '{"format":1}' } },
    { does: "names another one before it", set: { previous: new Uint8Array(32) } },
  ] as const;
  for (const { does, set } of tampered) {
    test(`finds a kept report that ${does}`, async () => {
      await using house = await openHouse();
      const audit = auditWith(house);
      const kept = [await audit.run("command"), await audit.run("command")];
      const { store } = house.app;
      const rows = await store.view((view) =>
        view.read({
          table: "audit.runs",
          columns: ["id", "row_version", "previous"],
          where: { op: "null", sense: "isNot", column: "previous" },
        }),
      );
      const [id, version] = rows[0] ?? [];
      assert.ok(id instanceof Uint8Array);
      await store.commit({ steps: [{ do: "update", table: "audit.runs", key: [id], version: Number(version), set }] });
      // The newest report cannot be read any more where it was rewritten: the one after it stands on the chain alone.
      const found = await audit.run("command").then(
        ({ report }) => openOf(report.findings),
        (error: unknown) => (isFault(error) ? ["refused"] : Promise.reject(error)),
      );
      assert.ok(found.includes("HF-LG-008") || found.includes("refused"), found.join());
      assert.equal(kept.length, 2);
    });
  }

  test("finds a run that was taken away: the trail names it", async () => {
    await using house = await openHouse();
    const audit = auditWith(house);
    await audit.run("command");
    await house.app.store.commit({ steps: [{ do: "clear", table: "audit.runs", where: { op: "all", of: [] } }] });
    const { report } = await audit.run("command");
    assert.deepEqual(openOf(report.findings), ["HF-LG-008"]);
  });

  test("is overdue when the newest run is older than two intervals of a running server", async () => {
    await using house = await openHouse();
    let aheadMs = 0;
    const audit = auditWith(house, { aheadMs: () => aheadMs });
    assert.deepEqual(await audit.standing(), { lastRunAt: undefined, grade: undefined, overdue: false });
    await audit.run("schedule");
    aheadMs = 49 * HOUR_MS;
    assert.equal((await audit.standing()).overdue, true);
    const { report } = await audit.run("schedule");
    assert.ok(openOf(report.findings).includes("HF-FIVE-005"));
    assert.equal((await audit.standing()).overdue, false);
  });

  test("lets a finding be waived for a while, with a name, and counts it again afterwards", async () => {
    await using house = await openHouse();
    let aheadMs = 0;
    const audit = auditWith(house, { aheadMs: () => aheadMs });
    await chmod(join(house.folder, "data", "keyring"), 0o644);
    const asked = {
      check: "HF-DT-006",
      fingerprint: undefined,
      reason: "moved tomorrow",
      owner: "Ada",
      approvedBy: "Grace",
      lastsMs: HOUR_MS,
    };
    const waiver = await audit.waivers.add(asked);
    const waived = (await audit.run("command")).report;
    assert.deepEqual(
      [waived.grade, waived.counts.waived, waived.findings.find(({ check }) => check === "HF-DT-006")?.waiver],
      ["A", 1, waiver.id],
    );
    assert.deepEqual(waived.waivers.map(({ owner, reason }) => [owner, reason]), [["Ada", "moved tomorrow"]]); // biome-ignore format: one line
    aheadMs = 2 * HOUR_MS;
    const after = (await audit.run("command")).report;
    assert.deepEqual([...openOf(after.findings)].toSorted(), ["HF-DT-006", "HF-LG-009"]);
    assert.ok(await audit.waivers.end(waiver.id));
    assert.equal(await audit.waivers.end(waiver.id), false);
    assert.deepEqual(openOf((await audit.run("command")).report.findings), ["HF-DT-006"]);
    const { store, report, vault } = house.app;
    const told = await createTrailReader({ store, report, vault }).show({
      kinds: ["audit.waived", "audit.unwaived"],
      from: undefined,
      to: undefined,
      last: 9,
      personal: "closed",
    });
    assert.deepEqual(told.map(({ kind, slots }) => [kind, slots["check"]]), [["audit.waived", "HF-DT-006"], ["audit.unwaived", "HF-DT-006"]]); // biome-ignore format: one line
  });

  const refused = [
    { what: "of no check", change: { check: "HF-NO-001" } },
    { what: "without a reason", change: { reason: " " } },
    { what: "without an owner", change: { owner: "" } },
    { what: "for longer than 180 days", change: { lastsMs: 181 * DAY_MS } },
    { what: "for no time", change: { lastsMs: 0 } },
    { what: "of something that is no fingerprint", change: { fingerprint: "'; --" } },
  ];
  for (const { what, change } of refused) {
    test(`takes no waiver ${what}`, async () => {
      await using house = await openHouse();
      const good = { check: "HF-AZ-002", fingerprint: undefined, reason: "r", owner: "o", approvedBy: "o", lastsMs: DAY_MS };
      await assert.rejects(auditWith(house).waivers.add({ ...good, ...change }), isFault);
      assert.deepEqual(await auditWith(house).waivers.list(), []);
    });
  }

  test("audits by a schedule, one run at a time, and tries again after a failure", async () => {
    let elapsed = 0;
    const ran: number[] = [];
    const lines: string[] = [];
    let fails = true;
    const clock = { now: () => 1_000 * DAY_MS + elapsed, elapsed: () => elapsed };
    const audit = {
      run: async () => {
        if (fails) throw new Fault("store.unavailable", "The disk is full.");
        ran.push(elapsed);
        return Promise.reject(new Error("the schedule looks at no result")).catch(() => undefined as never);
      },
      standing: async () => ({ lastRunAt: undefined, grade: undefined, overdue: false }),
    };
    const schedule = startSchedule({ audit, clock, everyMs: DAY_MS, log: ({ what }) => lines.push(what), lookMs: 1, firstLookMs: HOUR_MS });
    const pass = async (to: number): Promise<void> => {
      elapsed = to;
      await new Promise((resolve) => setTimeout(resolve, 25));
    };
    await pass(HOUR_MS - 1);
    assert.deepEqual([ran, lines], [[], []], "a start is busy enough");
    await pass(HOUR_MS);
    assert.deepEqual([ran.length, lines.length], [0, 1]);
    fails = false;
    await pass(2 * HOUR_MS - 1);
    assert.equal(ran.length, 0, "not at once again");
    await pass(2 * HOUR_MS);
    await pass(26 * HOUR_MS - 1);
    await pass(26 * HOUR_MS);
    assert.deepEqual(ran, [2 * HOUR_MS, 26 * HOUR_MS]);
    await schedule[Symbol.asyncDispose]();
    await pass(60 * HOUR_MS);
    assert.equal(ran.length, 2, "and never after its end");
  });
});

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
