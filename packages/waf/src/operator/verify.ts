// Operators that look for numbers with a check digit: a pattern finds candidates, a rule of arithmetic decides.
import type { Pattern } from "../pattern/index.ts";
import { DIGITS } from "../text/index.ts";
import { checksCard, checksCpf, checksSsn, checksSvnr } from "./check-digits.ts";
import type { BuiltOperator, Operator, Trial } from "./contract.ts";
import { compileFor } from "./rx.ts";

/** More candidates than this are not looked at: each costs a search. */
const CANDIDATES_MAX = 1000;

/** Payment cards (ISO/IEC 7812-1, Luhn). */
export const verifyCC: Operator = verification("verifyCC", checksCard);
/** The number of a Brazilian tax payer. */
export const verifyCPF: Operator = verification("verifyCPF", checksCpf);
/** The social security number of the United States. */
export const verifySSN: Operator = verification("verifySSN", checksSsn);
/** The insurance number of Austria. */
export const verifySVNR: Operator = verification("verifySVNR", checksSvnr);

function verification(name: string, isValid: (digits: readonly number[]) => boolean): Operator {
  return {
    name,
    build(argument, context): BuiltOperator {
      const first = compileFor(argument, context, true);
      // From the second byte on, with the first one as what stands before: `^` does not hold there and a digit is still a digit.
      const later = compileFor(`^.[\\s\\S]*?(${argument})`, context, true);
      return {
        needs: { kind: "bytes", bytes: DIGITS },
        test: (value, trial) => findCandidate({ first, later, isValid }, value, trial),
      };
    },
  };
}

interface Search {
  readonly first: Pattern;
  readonly later: Pattern;
  readonly isValid: (digits: readonly number[]) => boolean;
}

/** Goes on behind the start of each candidate that fails, as numbers may overlap. */
function findCandidate({ first, later, isValid }: Search, value: string, trial: Trial): boolean {
  let text = "";
  const candidate: Trial = {
    capture(index, captured) {
      if (index === wanted) text = captured;
    },
    spend: (steps) => trial.spend(steps),
  };
  let wanted = 0;
  let rest = value;
  for (let count = 0; count < CANDIDATES_MAX; count++) {
    const isFound = wanted === 0 ? first.test(rest, candidate) : later.test(rest, candidate);
    if (!isFound || text === "") return false;
    if (isValid(digitsOf(text))) {
      trial.capture(0, text);
      return true;
    }
    // The match stands here or later: at worst it is found once more.
    rest = rest.slice(rest.indexOf(text, wanted));
    wanted = 1;
  }
  return false;
}

function digitsOf(text: string): readonly number[] {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at++) if (DIGITS[text.charCodeAt(at)] === 1) digits.push(text.charCodeAt(at) - 0x30);
  return digits;
}
