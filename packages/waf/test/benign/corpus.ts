import { DOCUMENTS } from "./documents.ts";
import { ORDINARY } from "./ordinary.ts";
import { createRandom } from "./random.ts";
import { TECHNICAL } from "./technical.ts";

export interface Benign {
  /** `ordinary`: everyday data. `technical`: programs and markup in free text. */
  readonly group: "ordinary" | "technical";
  readonly kind: string;
  readonly text: string;
}

/** As many different records as asked for, the same for the same seed; four in five are ordinary. */
export function benignRecords(count: number, seed: number): Benign[] {
  const random = createRandom(seed);
  const seen = new Set<string>();
  const records: Benign[] = [];
  const groups = [["ordinary", Object.entries(ORDINARY)], ["technical", Object.entries({ ...TECHNICAL, ...DOCUMENTS })]] as const; // biome-ignore format: one line
  while (records.length < count) {
    const [group, kinds] = groups[random.chance(80) ? 0 : 1];
    const [kind, make] = random.pick(kinds);
    const text = make(random);
    if (seen.has(text)) continue;
    seen.add(text);
    records.push({ group, kind, text });
  }
  return records;
}
