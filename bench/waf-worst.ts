/**
 * What the nastiest bodies of 128 KB cost: milliseconds and steps of the budget, the worst first. For a machine that does nothing else: the
 * processor's own clock counts in steps of four milliseconds on many kernels.
 *   node scripts/run.mjs bench/waf-worst.ts [COUNT]
 */
import { judge, postHead, RULE_SETS } from "../packages/waf/test/conformance/judge.ts";
import { nastyBodies } from "../packages/waf/test/conformance/nasty-bodies.ts";

const shown = Number(process.argv[2] ?? 15);
const LIMIT_MS = 20;
/** The cheapest of so many runs counts, in rounds over all bodies, because what else the machine does is no cost of ours and may last for a while. */
const ROUNDS = 4;
const RUNS = 5;

for (const set of RULE_SETS) {
  if (set.missing !== undefined) {
    console.log(`${set.name}: ${set.missing}`);
    continue;
  }
  const waf = set.open();
  const results = nastyBodies().map((nasty) => {
    const bytes = Buffer.from(nasty.body, "latin1");
    const head = postHead(nasty.type, bytes.length);
    const { verdict, transaction } = judge(waf, head, [bytes]);
    const said = verdict.act === "refuse" ? `${verdict.status} ${verdict.reason}` : "allowed";
    return { name: nasty.name, head, bytes, steps: transaction.steps, said, ms: Number.POSITIVE_INFINITY };
  });
  for (let round = 0; round < ROUNDS; round++) {
    for (const result of results) {
      for (let run = 0; run < RUNS && result.ms > LIMIT_MS / 4; run++) {
        const before = performance.now();
        judge(waf, result.head, [result.bytes]);
        result.ms = Math.min(result.ms, performance.now() - before);
      }
    }
  }
  const over = results.filter((result) => result.ms > LIMIT_MS).length;
  console.log(`${set.name}: ${results.length} bodies, ${over} over ${LIMIT_MS} ms`);
  for (const { name, ms, steps, said } of results.toSorted((a, b) => b.ms - a.ms).slice(0, shown))
    console.log(`  ${ms.toFixed(1)} ms  ${(steps / 1_000_000).toFixed(2)} M steps  ${name}: ${said.slice(0, 90)}`);
}
