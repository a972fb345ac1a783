import { createExaminer, createSeen, DETECTORS, type Examination, type Finding, PLACE_DETECTORS, type Seen } from "../detect/index.ts";
import { RuleProblem } from "../rule/index.ts";
import type { Examiner, Findings, Needs } from "../text/index.ts";
import type { BuiltOperator, Operator, OperatorContext, Trial } from "./contract.ts";
import { ANYTHING, needsAnyByte, needsAnyOf } from "./needs.ts";

/** What a detector of one place costs: it reads all bytes once, and the first ones as closely as the others do. */
const CLOSE_BYTES_MAX = 2_048;
const CLOSE_STEPS_PER_BYTE = 16;

/** `@detect sql 4`: the detector of that name finds something with that weight or more; `@detect any 3`: any of them does; a second number is the highest weight. TX:0 is the kind, TX:1 the excerpt, TX:2 the layers. */
export const detect: Operator = createDetect();

function createDetect(): Operator {
  const examiner = createMemory();

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
    const look = lookFor(name, examiner);
    if (look === undefined) throw new RuleProblem(`@detect knows no detector "${name}"; expected any, ${NAMES.join(", ")}`, source);
    const isMeant = (weight: number): boolean => weight >= weightMin && weight <= weightMax;
    const { find, weightIn, needs = ANYTHING } = look;
    return {
      needs: weightIn === undefined ? needs : { kind: "finding", examiner, isAmong: (findings) => isMeant(weightIn(findings)) },
      test(value, trial) {
        const finding = find(value, trial);
        if (finding === undefined || !isMeant(finding.weight)) return false;
        trial.capture(0, finding.kind);
        trial.capture(1, finding.excerpt);
        trial.capture(2, finding.layers.join(" "));
        return true;
      },
    };
  }
  return { name: "detect", build };
}

const NAMES: readonly string[] = [...new Set([...DETECTORS, ...PLACE_DETECTORS].map(({ name }) => name))];

interface Look {
  readonly find: (value: string, trial: Trial) => Finding | undefined;
  /** The weight of what it asks for among all findings, 0 where there is none. Not for detectors of one place, which are asked by themselves. */
  readonly weightIn?: (findings: Findings) => number;
  /** What a value must hold; absent: nothing is known. */
  readonly needs?: Needs;
}

function lookFor(name: string, { examine }: Memory): Look | undefined {
  if (name === "any") return { find: (value, trial) => surest(examine(value, trial)), weightIn: highest }; // biome-ignore format: one line
  if (DETECTORS.some((detector) => detector.name === name)) return { find: (value, trial) => examine(value, trial).get(name), weightIn: (findings) => findings.get(name)?.weight ?? 0 }; // biome-ignore format: one line
  const place = PLACE_DETECTORS.find((detector) => detector.name === name);
  if (place === undefined) return undefined;
  return {
    needs: place.words === undefined ? needsAnyByte(place.needs) : needsAnyOf(place.words),
    find(value, trial) {
      trial.spend(value.length + Math.min(value.length, CLOSE_BYTES_MAX) * CLOSE_STEPS_PER_BYTE);
      return place.find(value);
    },
  };
}

function highest(findings: Findings): number {
  let weightMax = 0;
  for (const { weight } of findings.values()) if (weight > weightMax) weightMax = weight;
  return weightMax;
}

function surest(examination: Examination): Finding | undefined {
  let best: Finding | undefined;
  for (const finding of examination.values()) if (best === undefined || finding.weight > best.weight) best = finding;
  return best;
}

interface Memory extends Examiner {
  examine(value: string, payer: Pick<Trial, "spend">): Examination;
}

/** What one request has shown so far goes when the request goes, because values are secrets. A request has one budget, whichever of its rules asks. */
function createMemory(): Memory {
  const examiner = createExaminer(DETECTORS);
  const requests = new WeakMap<Trial["spend"], Seen>();
  return {
    examine(value, { spend }) {
      let seen = requests.get(spend);
      if (seen === undefined) {
        seen = createSeen();
        requests.set(spend, seen);
      }
      return examiner.examine(value, spend, seen);
    },
  };
}
