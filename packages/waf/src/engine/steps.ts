import { RuleProblem, type Source } from "../rule/index.ts";
import { findTransform, type Transform } from "../transform/index.ts";
import { type Alphabet, EVERY_BYTE, joinMasks, NO_BYTE } from "./alphabet.ts";
import { bytesGivenBy, bytesJoinedBy } from "./gives.ts";
import type { Chain, Step } from "./value.ts";

/** The transformations that the loaded rules use, each once, and the chains of them. */
export interface StepTable {
  /** The numbers of the transformations; throws RuleProblem on a name that none has. */
  numbers(names: readonly string[], source: Source): readonly number[];
  /** The byte sets that matter to them, and those that they put in. */
  readonly sets: readonly Uint8Array[];
  /** Once the alphabet is known. */
  build(alphabet: Alphabet): { readonly steps: readonly Step[]; chain(numbers: readonly number[]): Chain };
}

/** An empty table. */
export function createStepTable(): StepTable {
  const transforms: Transform[] = [];
  const places = new Map<string, number>();

  function numberOf(name: string, source: Source): number | undefined {
    const transform = findTransform(name);
    if (transform === undefined) throw new RuleProblem(`unknown transformation ${name}; expected one of the reference manual`, source);
    if (transform.name === "none") return undefined;
    const known = places.get(transform.name);
    if (known !== undefined) return known;
    places.set(transform.name, transforms.length);
    return transforms.push(transform) - 1;
  }

  return {
    numbers: (names, source) => names.map((name) => numberOf(name, source)).filter((number) => number !== undefined),
    get sets() {
      const known = transforms.flatMap(({ name }) => [bytesGivenBy(name), bytesJoinedBy(name)]);
      return [...transforms.map(({ touches }) => touches), ...known].filter((set) => set !== undefined);
    },
    build(alphabet) {
      const steps = transforms.map((transform) => buildStep(transform, alphabet));
      const chains = new Map<string, Chain>();
      return {
        steps,
        chain(numbers) {
          const key = numbers.join();
          const chain = chains.get(key) ?? buildChain(numbers, steps);
          chains.set(key, chain);
          return chain;
        },
      };
    },
  };
}

function buildStep({ name, apply, touches }: Transform, alphabet: Alphabet): Step {
  const given = bytesGivenBy(name);
  const joined = bytesJoinedBy(name);
  return {
    name,
    apply,
    gives: given === undefined ? EVERY_BYTE : alphabet.maskOf(given),
    joins: joined === undefined ? EVERY_BYTE : alphabet.maskOf(joined),
    touches: touches === undefined ? EVERY_BYTE : alphabet.maskOf(touches),
    isAlways: touches === undefined,
    isLowercase: name === "lowercase",
  };
}

function buildChain(numbers: readonly number[], steps: readonly Step[]): Chain {
  let touches = NO_BYTE;
  let isAlways = false;
  for (const number of numbers) {
    const step = steps[number];
    if (step === undefined) continue;
    touches = joinMasks(touches, step.touches);
    isAlways ||= step.isAlways;
  }
  return { steps: numbers, touches, isAlways };
}
