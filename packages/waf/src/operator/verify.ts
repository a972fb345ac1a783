// Operators that look for numbers with a check digit: a pattern finds candidates, a rule of arithmetic decides.
import type { Pattern } from "../pattern/index.ts";
import { DIGITS } from "../text/index.ts";
import { checksCard, checksCpf, checksSsn, checksSvnr } from "./check-digits.ts";
import type { BuiltOperator, Operator, OperatorContext, Trial } from "./contract.ts";
import { compileFor } from "./rx.ts";

/** More candidates than this are not looked at: each costs a search. */
const CANDIDATES_MAX = 1000;

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

/** Goes on behind the start of each candidate that fails, as numbers may overlap. */
function findValid({ first, later, isValid }: Search, value: string, trial: Trial): string | undefined {
  let rest = value;
  let candidate = firstGroup(first, 0, rest, trial);
  for (let count = 0; count < CANDIDATES_MAX && candidate !== ""; count++) {
    if (isValid(candidate)) return candidate;
    // The match stands here or later: at worst it is found once more.
    rest = rest.slice(rest.indexOf(candidate, count === 0 ? 0 : 1));
    candidate = firstGroup(later, 1, rest, trial);
  }
  return undefined;
}

/** What a group of the pattern has matched; nothing where it has not. */
function firstGroup(pattern: Pattern, group: number, value: string, trial: Trial): string {
  let text = "";
  pattern.test(value, {
    capture(index, captured) {
      if (index === group) text = captured;
    },
    spend: (steps) => trial.spend(steps),
  });
  return text;
}
