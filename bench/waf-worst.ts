/**
 * What the nastiest bodies of 128 KB cost: milliseconds and steps of the budget, the worst first. For a machine that does nothing else: the
 * processor's own clock counts in steps of four milliseconds on many kernels.
 *   node scripts/run.mjs bench/waf-worst.ts [COUNT]
 */
import { judge, postHead, RULE_SETS } from "../packages/waf/test/conformance/judge.ts";
import { nastyBodies } from "../packages/waf/test/conformance/nasty-bodies.ts";

const shown = Number(process.argv[2] ?? 15);
const LIMIT_MS = 20;

for (const set of RULE_SETS) {
  if (set.missing !== undefined) {
    console.log(`${set.name}: ${set.missing}`);
    continue;
  }
  const waf = set.open();
  const results = nastyBodies().map((nasty) => {
    const bytes = Buffer.from(nasty.body, "latin1");
    const head = postHead(nasty.type, bytes.length);
    let ms = Number.POSITIVE_INFINITY;
    let last = judge(waf, head, [bytes]);
    // The cheapest of five: what else the machine does is no cost of ours.
    for (let run = 0; run < 5 && ms > LIMIT_MS / 4; run++) {
      const before = performance.now();
      last = judge(waf, head, [bytes]);
      ms = Math.min(ms, performance.now() - before);
    }
    const { verdict, transaction } = last;
    return {
      name: nasty.name,
      ms,
      steps: transaction.steps,
      said: verdict.act === "refuse" ? `${verdict.status} ${verdict.reason}` : "allowed",
    };
  });
  const over = results.filter((result) => result.ms > LIMIT_MS).length;
  console.log(`${set.name}: ${results.length} bodies, ${over} over ${LIMIT_MS} ms`);
  for (const { name, ms, steps, said } of results.toSorted((a, b) => b.ms - a.ms).slice(0, shown))
    console.log(`  ${ms.toFixed(1)} ms  ${(steps / 1_000_000).toFixed(2)} M steps  ${name}: ${said.slice(0, 90)}`);
}
