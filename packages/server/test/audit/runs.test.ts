import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Finding } from "../../src/audit/contract.ts";
import { startSchedule } from "../../src/audit/index.ts";
import { Fault, isFault } from "../../src/kit/index.ts";
import { createTrailReader } from "../../src/trail/index.ts";
import { auditWith } from "./audit-with.ts";
import { openHouse } from "./house.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

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
    { does: "was rewritten", set: (report: string) => ({ report: report.replace('"grade":"A"', '"grade":"B"') }) },
    { does: "is a report no more", set: () => ({ report: "{" }) },
    { does: "names another one before it", set: () => ({ previous: new Uint8Array(32) }) },
    { does: "has another digest", set: () => ({ digest: new Uint8Array(32) }) },
  ] as const;
  test("finds a kept report that was tampered with, and goes on", async (t) => {
    for (const { does, set } of tampered) {
      await t.test(does, async () => {
        await using house = await openHouse();
        const audit = auditWith(house);
        await audit.run("command");
        await audit.run("command");
        const { store } = house.app;
        const where = { op: "null", sense: "isNot", column: "previous" } as const;
        const [row] = await store.view((view) => view.read({ table: "audit.runs", columns: ["id", "row_version", "report"], where }));
        const [id, version, report] = row ?? [];
        assert.ok(id instanceof Uint8Array);
        await store.commit({
          steps: [{ do: "update", table: "audit.runs", key: [id], version: Number(version), set: set(String(report)) }],
        });
        assert.deepEqual([...new Set(openOf((await audit.run("command")).report.findings))], ["HF-LG-008"]);
      });
    }
  });

  test("takes a clock that was set back for no forgery", async () => {
    await using house = await openHouse();
    let aheadMs = HOUR_MS;
    const audit = auditWith(house, { aheadMs: () => aheadMs });
    await audit.run("command");
    aheadMs = 0;
    await audit.run("command");
    aheadMs = HOUR_MS / 2;
    assert.deepEqual(openOf((await audit.run("command")).report.findings), []);
  });

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
  test("takes no waiver that says too little, or lasts too long", async (t) => {
    await using house = await openHouse();
    const { waivers } = auditWith(house);
    for (const { what, change } of refused) {
      await t.test(what, async () => {
        const good = { check: "HF-AZ-002", fingerprint: undefined, reason: "r", owner: "o", approvedBy: "o", lastsMs: DAY_MS };
        await assert.rejects(waivers.add({ ...good, ...change }), isFault);
        assert.deepEqual(await waivers.list(), []);
      });
    }
  });

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
