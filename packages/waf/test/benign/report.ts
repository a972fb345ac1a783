// By hand: node test/benign/report.ts [count] [seed] [weight] — how many benign records the detectors take for an attack, by kind, with examples.
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { benignRecords } from "./corpus.ts";

const [count = "20000", seed = "1", weight = "4", examples = "4"] = process.argv.slice(2);
const examiner = createExaminer(DETECTORS);
const totals = new Map<string, { all: number; found: number; readonly examples: string[] }>();
for (const { group, kind, text } of benignRecords(Number(count), Number(seed))) {
  const key = `${group}/${kind}`;
  const total = totals.get(key) ?? { all: 0, found: 0, examples: [] };
  totals.set(key, total);
  total.all++;
  const found = [...examiner.examine(Buffer.from(text).toString("latin1"))].filter(([, finding]) => finding.weight >= Number(weight));
  if (found.length === 0) continue;
  total.found++;
  if (total.examples.length < Number(examples))
    total.examples.push(
      `${found.map(([, { kind: what, weight: sure, layers, excerpt }]) => `${what}/${sure} [${layers.join()}] ${JSON.stringify(excerpt.slice(0, 50))}`).join(", ")} <- ${JSON.stringify(text.slice(0, 160))}`,
    );
}
for (const [key, { all, found, examples: shown }] of [...totals].sort()) {
  console.log(`${key}: ${found} of ${all}`);
  for (const example of shown) console.log(`    ${example}`);
}
