import { createExaminer, DETECTORS } from "../../src/detect/index.ts";

const examiner = createExaminer(DETECTORS);

/** From this weight on a value is refused at the default paranoia. */
export const SURE = 4;

/** The weight of the surest finding of any detector, under any layer; 0 where nothing is found. */
export function weightOf(value: string | Buffer): number {
  const found = examiner.examine((typeof value === "string" ? Buffer.from(value) : value).toString("latin1"));
  return Math.max(0, ...[...found.values()].map(({ weight }) => weight));
}
