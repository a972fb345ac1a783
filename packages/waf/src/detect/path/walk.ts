// Steps up in a path, in every spelling that some file system or server takes for one.

/** Steps read after one another; more say nothing new. */
const STEPS_MAX = 64;

export interface Climb {
  /** How many steps up there are in the longest run. */
  readonly steps: number;
  readonly start: number;
  /** Behind the last step of that run. */
  readonly end: number;
  /** A spelling nobody uses but to pass a filter: `....//`, `..;/`, `..\0/`. */
  readonly isDisguised: boolean;
}

/** The longest run of steps up in a value; one pass. */
export function findClimb(value: string): Climb | undefined {
  let best: Climb | undefined;
  for (let at = value.indexOf(".."); at >= 0; at = value.indexOf("..", at + 1)) {
    const climb = beginsSegment(value, at) ? readClimb(value, at) : undefined;
    if (climb === undefined) {
      // Behind a dot no segment begins.
      while (value.charCodeAt(at + 2) === DOT) at++;
      continue;
    }
    if (best === undefined || climb.steps > best.steps || (climb.isDisguised && !best.isDisguised)) best = climb;
    at = climb.end - 1;
  }
  return best;
}

const DOT = 0x2e;

/** A step begins behind a separator, a quote, a blank or a sign of assignment; `a..b` and `1..10` are no steps. */
function beginsSegment(value: string, at: number): boolean {
  if (at === 0) return true;
  const code = value.charCodeAt(at - 1);
  return code === 0x2f || code === 0x5c || code <= 0x20 || code === 0x22 || code === 0x27 || code === 0x3d || code === 0x28 || code === 0x3a || code === 0x60 || code === 0x2c || code === 0x5b || code === 0x7c || code === 0x3b || code === 0x3e || code === 0x40; // biome-ignore format: one line
}

function readClimb(value: string, start: number): Climb | undefined {
  let at = start;
  let steps = 0;
  let isDisguised = false;
  while (steps < STEPS_MAX) {
    const end = endOfStep(value, at);
    if (end < 0) break;
    steps++;
    at = end < DISGUISED ? end : end - DISGUISED;
    isDisguised ||= end >= DISGUISED;
  }
  if (steps === 0 || (steps === 1 && value.charCodeAt(start + 2) === 0x2e && value.charCodeAt(start + 3) !== 0x2e)) return undefined;
  return { steps, start, end: at, isDisguised };
}

/** Is added to the end of a step that is disguised: no value is as long. */
const DISGUISED = 2 ** 30;

/** Dots (two, or four as `....//` is after a filter), perhaps a path parameter or a NUL, one or more separators. -1 where there is no step. */
function endOfStep(value: string, start: number): number {
  let at = start;
  while (value.charCodeAt(at) === 0x2e && at - start < 6) at++;
  const dots = at - start;
  if (dots < 2) return -1;
  // `.../` meant two steps to old systems; one alone is an ellipsis.
  let isDisguised = dots > 2;
  while (value.charCodeAt(at) === 0 || value.charCodeAt(at) === 0x3b) {
    at++;
    isDisguised = true;
  }
  const first = at;
  while (at - first < 8 && (value.charCodeAt(at) === 0x2f || value.charCodeAt(at) === 0x5c)) at++;
  if (at === first) return -1;
  // `./` between steps is one of the oldest disguises.
  while (value.charCodeAt(at) === 0x2e && (value.charCodeAt(at + 1) === 0x2f || value.charCodeAt(at + 1) === 0x5c) && at - first < 40)
    at += 2;
  return isDisguised ? at + DISGUISED : at;
}
