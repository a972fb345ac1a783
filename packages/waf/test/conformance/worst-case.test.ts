import { ok } from "node:assert/strict";
import { describe, test } from "node:test";
import { STEPS_MAX } from "../../src/engine/index.ts";
import { judge, postHead, RULE_SETS } from "./judge.ts";
import { nastyBodies } from "./nasty-bodies.ts";

/** What one operator may still spend when the budget is gone: it is asked about in portions. */
const OVERSHOOT = 1_000_000;
/** How many times as long the longer bodies are, and how many times as much they may cost: beyond a limit a body is looked at in two ways. */
const TIMES_LONGER = 4;
const GROWTH_MAX = 10;
/** Below that, what is done once for each request weighs more than the body. */
const STEPS_COMPARED_FROM = 100_000;
const LIMIT_STATUSES = new Set([400, 403, 413]);

describe("The firewall's worst case", () => {
  for (const set of RULE_SETS) {
    test(`is a budget that is spent, for every nasty body of 128 KB and ${set.name}`, {
      skip: set.missing ?? false,
      timeout: 120_000,
    }, () => {
      const waf = set.open();
      const faults: string[] = [];
      for (const { name, type, body } of nastyBodies()) {
        const bytes = Buffer.from(body, "latin1");
        const { verdict, transaction } = judge(waf, postHead(type, bytes.length), [bytes]);
        if (transaction.steps > STEPS_MAX + OVERSHOOT) faults.push(`${name}: ${transaction.steps} steps`);
        const isSpent = transaction.steps > STEPS_MAX;
        if (isSpent && (verdict.act === "allow" || verdict.ruleId === 0)) faults.push(`${name}: the budget was spent and no rule is named`);
        if (verdict.act === "refuse" && (!LIMIT_STATUSES.has(verdict.status) || verdict.reason === "")) faults.push(`${name}: ${verdict.status} ${verdict.reason}`); // biome-ignore format: one line
      }
      ok(faults.length === 0, faults.join("\n"));
    });

    test(`grows no faster than the body, for ${set.name}`, { skip: set.missing ?? false, timeout: 120_000 }, () => {
      const waf = set.open();
      const faults: string[] = [];
      const longer = nastyBodies(8_192 * TIMES_LONGER);
      for (const [at, shorter] of nastyBodies(8_192).entries()) {
        const [half, whole] = [shorter, longer[at] ?? shorter].map(({ type, body }) => {
          const bytes = Buffer.from(body, "latin1");
          return judge(waf, postHead(type, bytes.length), [bytes]).transaction.steps;
        });
        if (half === undefined || whole === undefined || half < STEPS_COMPARED_FROM || whole > STEPS_MAX) continue;
        if (whole > half * GROWTH_MAX) faults.push(`${shorter.name}: ${half} steps, ${whole} for four times as much`);
      }
      ok(faults.length === 0, faults.join("\n"));
    });
  }
});
