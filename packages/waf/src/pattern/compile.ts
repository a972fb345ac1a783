import type { Trial } from "../operator/contract.ts";
import { createBacktracker } from "./backtracker.ts";
import { createTracer, type Tracer } from "./captures.ts";
import type { Pattern, PatternOptions } from "./contract.ts";
import { needsOf } from "./literals.ts";
import { createMachine, type Machine, type Payer } from "./machine.ts";
import type { Parsed } from "./parse.ts";
import { parseSource } from "./parse-source.ts";
import { createProgram, isAnchored, isLinear } from "./program.ts";
import { PatternProblem } from "./reader.ts";
import { relaxed } from "./relax.ts";
import { reversed } from "./reverse.ts";
import { createSeeker, type Seeker } from "./seeker.ts";

/** TX:0 … TX:9. */
const CAPTURES_MAX = 10;

/**
 * Compiles a pattern as PCRE reads it, for byte strings; `.` means every byte, line breaks too. A character above U+00FF in the
 * source stands for its UTF-8 bytes. Throws PatternProblem where the pattern says something that is not supported.
 */
export function compilePattern(source: string, options: PatternOptions): Pattern {
  const parsed = parseSource(source, options);
  const engines = createEngines(source, parsed);
  const needs = needsOf(parsed.tree);
  const seat = engines.isExact ? options.company?.join(parsed.tree, needs) : undefined;
  const captured = Math.min(parsed.groups + 1, CAPTURES_MAX);

  function test(value: string, trial: Trial): boolean {
    if (seat?.rulesOut(value, trial)) return false;
    trial.spend(value.length);
    if (!engines.has(value, trial)) return false;
    if (engines.isExact && !options.capture) return true;
    const slots = engines.tracer().trace(value, engines.firstStart(value, trial), trial);
    if (slots === undefined) return false;
    if (!options.capture) return true;
    for (let group = 0; group < captured; group++) {
      const start = slots[group * 2] ?? -1;
      if (start >= 0) trial.capture(group, value.slice(start, slots[group * 2 + 1]));
    }
    return true;
  }

  return {
    source,
    needs,
    risk: engines.isExact ? "linear" : "bounded",
    test,
    memoryBytes: engines.bytes,
    forget: engines.forget,
  };
}

interface Engines {
  /** Is the machine's answer the pattern's? If not, its "no" still is. */
  readonly isExact: boolean;
  has(value: string, payer: Payer): boolean;
  /** No match begins before this place. */
  firstStart(value: string, payer: Payer): number;
  tracer(): Tracer;
  bytes(): number;
  forget(): void;
}

/** Engines are built when a value first asks for them: most patterns of a large rule set never run. */
function createEngines(source: string, { tree, groups }: Parsed): Engines {
  const isExact = isLinear(tree);
  const asked = isExact ? tree : relaxed(tree);
  if (!isExact && !isLinear(asked)) throw new PatternProblem({ source, at: 0 }, "repeats that come to more states than are allowed");
  // Only the end of a value can match `\.php$`: read from there, most values have lost with their last byte.
  const mayReadFromEnd = isExact && !isAnchored(tree) && isAnchored(tree, "end");
  let machine: Machine | undefined;
  let seeker: Seeker | undefined;
  let tracer: Tracer | undefined;

  function fromEnd(): Seeker {
    seeker ??= createSeeker(createProgram(reversed(tree), "yes or no"));
    return seeker;
  }

  return {
    isExact,
    has(value, payer) {
      if (mayReadFromEnd && fromEnd().isSoonOver) return fromEnd().firstStart(value, payer) >= 0;
      machine ??= createMachine(createProgram(asked, "yes or no"));
      return machine.has(value, payer);
    },
    firstStart: (value, payer) => (isExact ? Math.max(0, fromEnd().firstStart(value, payer)) : 0),
    tracer() {
      tracer ??= isExact
        ? createTracer(createProgram(tree, "captures"), groups + 1)
        : createBacktracker(createProgram(tree, "backtracking"), groups + 1);
      return tracer;
    },
    bytes: () => machine?.bytes() ?? 0,
    forget() {
      machine = undefined;
      seeker = undefined;
    },
  };
}
