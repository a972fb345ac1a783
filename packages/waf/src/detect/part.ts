// The content of a part of a form that is called a file and is none: servers read such a part as a field, or keep it as one.
import type { Detector, Finding } from "./contract.ts";
import { createExaminer } from "./examine.ts";

/** Longest content that may be a field's value, in bytes. */
const PART_BYTES_MAX = 2_048;

/** All of `detectors` over a short content of one line; a file has more of them. */
export function createPartDetector(detectors: readonly Detector[]): Detector {
  const examiner = createExaminer(detectors);
  return {
    name: "part",
    needs: undefined,
    find(content) {
      if (content.length > PART_BYTES_MAX || content.indexOf("\n") >= 0) return undefined;
      let best: Finding | undefined;
      for (const found of examiner.examine(content).values()) if (best === undefined || found.weight > best.weight) best = found;
      return best;
    },
  };
}
