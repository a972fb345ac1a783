// Operators that look for numbers with a check digit: a pattern finds candidates, a rule of arithmetic decides.
import type { Pattern } from "../pattern/index.ts";
import { DIGITS, findByte } from "../text/index.ts";
import { checksCard, checksCpf, checksSsn, checksSvnr } from "./check-digits.ts";
import type { BuiltOperator, Operator, OperatorContext, Trial } from "./contract.ts";
import { compileFor } from "./rx.ts";

/** More candidates than this are not looked at: each costs ten microseconds and more. */
const CANDIDATES_MAX = 200;
const WINDOW_BYTES = 192;
/** Longer numbers are not looked for across windows. */
const OVERLAP_BYTES = 64;

export const verifyCC: Operator = verification("verifyCC", checksCard);
export const verifyCPF: Operator = verification("verifyCPF", checksCpf);
export const verifySSN: Operator = verification("verifySSN", checksSsn);
export const verifySVNR: Operator = verification("verifySVNR", checksSvnr);

type Check = (candidate: string) => boolean;

function verification(name: string, isValid: Check): Operator {
  return { name, build: (argument, context) => verify(argument, isValid, context) };
}

/** True where one of the pattern's matches passes the check; TX:0 holds it. */
export function verify(pattern: string, isValid: Check, context: OperatorContext): BuiltOperator {
  const first = compileFor(pattern, context, true);
  // From the second byte on, with the first one as what stands before: `^` does not hold there and a digit is still a digit.
  const later = compileFor(`^..*?(${pattern})`, context, true);
  return {
    needs: { kind: "bytes", bytes: DIGITS },
    test(value, trial) {
      const found = findValid({ first, later, isValid }, value, trial);
      if (found !== undefined) trial.capture(0, found);
      return found !== undefined;
    },
  };
}

interface Search {
  readonly first: Pattern;
  readonly later: Pattern;
  readonly isValid: Check;
}

interface Candidate {
  readonly text: string;
  /** Where it stands, or an earlier place where the same text does. */
  readonly at: number;
}

/** Goes on behind the start of each candidate that fails, as numbers may overlap. */
function findValid(search: Search, value: string, trial: Trial): string | undefined {
  let candidate = nextCandidate(search, value, 0, trial);
  for (let count = 0; count < CANDIDATES_MAX && candidate !== undefined; count++) {
    if (search.isValid(candidate.text)) return candidate.text;
    const from = nextStart(value, candidate);
    if (from < 0) return undefined;
    candidate = nextCandidate(search, value, from, trial, search.later);
  }
  return undefined;
}

/** What stands before the next candidate: the first byte of this one, or near its end where it is too long to be a number; -1 where no digit follows. */
function nextStart(value: string, { text, at }: Candidate): number {
  if (text === "") return findByte(value, DIGITS, at + 1) - 1;
  return at + Math.max(0, text.length - OVERLAP_BYTES);
}

/** Looks through windows, so that a candidate costs what lies near it and not the rest of the value. */
function nextCandidate(search: Search, value: string, from: number, trial: Trial, pattern: Pattern = search.first): Candidate | undefined {
  let used = pattern;
  let start = from;
  while (start < value.length) {
    const end = Math.min(value.length, start + WINDOW_BYTES);
    const near = candidateIn(used, search, value.slice(start, end), trial);
    if (near === undefined && end === value.length) return undefined;
    const isCut = near !== undefined && end < value.length && start + near.at + near.text.length === end;
    if (near !== undefined && (!isCut || near.at < 2)) return { text: near.text, at: start + near.at };
    // What ends with the window may go on, or have found its end only there: once more, with the match in front.
    start += near === undefined ? WINDOW_BYTES - OVERLAP_BYTES : near.at - 1;
    used = search.later;
  }
  return undefined;
}

/** The first match in a part of the value; the later pattern sees the first byte only as what stands before. */
function candidateIn(pattern: Pattern, { later }: Search, part: string, trial: Trial): Candidate | undefined {
  const group = pattern === later ? 1 : 0;
  let text = "";
  const isFound = pattern.test(part, {
    capture(index, captured) {
      if (index === group) text = captured;
    },
    spend: (steps) => trial.spend(steps),
  });
  return isFound ? { text, at: part.indexOf(text, group) } : undefined;
}
