/**
 * What the nastiest bodies of 128 KB cost: milliseconds of the event loop and steps of the budget, the worst first.
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
    // The second run is the one of a process that has been up for a while.
    judge(waf, head, [bytes]);
    const start = performance.now();
    const { verdict, transaction } = judge(waf, head, [bytes]);
    const ms = performance.now() - start;
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
