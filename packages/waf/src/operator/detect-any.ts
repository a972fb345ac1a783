import { createExaminer, DETECTORS, type Examination, type Finding, PLACE_DETECTORS } from "../detect/index.ts";
import { RuleProblem } from "../rule/index.ts";
import type { BuiltOperator, Operator, OperatorContext, Trial } from "./contract.ts";
import { ANYTHING } from "./needs.ts";

/** Examinations kept for one request, because all its rules ask about the same values: how many, and bytes of their values. */
const KEPT_MAX = 1_024;
const KEPT_BYTES_MAX = 524_288;

/** What a detector of one place costs: it reads all bytes once, and the first ones as closely as the others do. */
const CLOSE_BYTES_MAX = 2_048;
const CLOSE_STEPS_PER_BYTE = 16;

/** `@detect sql 4`: the detector of that name finds something with that weight or more; `@detect any 3`: any of them does; a second number is the highest weight. TX:0 is the kind, TX:1 the excerpt, TX:2 the layers. */
export const detect: Operator = createDetect();

function createDetect(): Operator {
  const examine = createMemory();

  function build(argument: string, { source }: OperatorContext): BuiltOperator {
    const asked = /^\s*([a-z]+)\s+([1-5])(?:\s+([1-5]))?\s*$/.exec(argument);
    if (asked === null) {
      throw new RuleProblem(
        `@detect found "${argument}"; expected a detector, its lowest and perhaps its highest weight, as in "sql 4"`,
        source,
      );
    }
    const [, name = "", from = "", to = "5"] = asked;
    const weightMin = Number(from);
    const weightMax = Number(to);
    const look = lookFor(name, examine);
    if (look === undefined) throw new RuleProblem(`@detect knows no detector "${name}"; expected any, ${NAMES.join(", ")}`, source);
    return {
      needs: ANYTHING,
      test(value, trial) {
        const finding = look(value, trial);
        if (finding === undefined || finding.weight < weightMin || finding.weight > weightMax) return false;
        trial.capture(0, finding.kind);
        trial.capture(1, finding.excerpt);
        trial.capture(2, finding.layers.join(" "));
        return true;
      },
    };
  }
  return { name: "detect", build };
}

const NAMES: readonly string[] = [...DETECTORS, ...PLACE_DETECTORS].map(({ name }) => name);

type Look = (value: string, trial: Trial) => Finding | undefined;

function lookFor(name: string, examine: (value: string, trial: Trial) => Examination): Look | undefined {
  if (name === "any") return (value, trial) => surest(examine(value, trial));
  if (DETECTORS.some((detector) => detector.name === name)) return (value, trial) => examine(value, trial).get(name);
  const place = PLACE_DETECTORS.find((detector) => detector.name === name);
  if (place === undefined) return undefined;
  return (value, trial) => {
    trial.spend(value.length + Math.min(value.length, CLOSE_BYTES_MAX) * CLOSE_STEPS_PER_BYTE);
    return place.find(value);
  };
}

function surest(examination: Examination): Finding | undefined {
  let best: Finding | undefined;
  for (const finding of examination.values()) if (best === undefined || finding.weight > best.weight) best = finding;
  return best;
}

/** What one request has shown so far; it goes when the request goes, because values are secrets. */
interface Memory {
  readonly kept: Map<string, Examination>;
  bytes: number;
}

function createMemory(): (value: string, trial: Trial) => Examination {
  const examiner = createExaminer(DETECTORS);
  // A request has one budget, whichever of its rules asks.
  const memories = new WeakMap<Trial["spend"], Memory>();
  return (value, trial) => {
    let memory = memories.get(trial.spend);
    if (memory === undefined) {
      memory = { kept: new Map(), bytes: 0 };
      memories.set(trial.spend, memory);
    }
    const known = memory.kept.get(value);
    if (known !== undefined) return known;
    const examination = examiner.examine(value, trial.spend);
    if (memory.kept.size >= KEPT_MAX || memory.bytes + value.length > KEPT_BYTES_MAX) {
      memory.kept.clear();
      memory.bytes = 0;
    }
    memory.kept.set(value, examination);
    memory.bytes += value.length;
    return examination;
  };
}
