// Operators that look for numbers with a check digit: a pattern finds candidates, a rule of arithmetic decides.
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
      const pattern = compileFor(argument, context, true);
      return {
        needs: { kind: "bytes", bytes: DIGITS },
        test: (value, trial) => findCandidate(value, trial, (rest, candidate) => pattern.test(rest, candidate), isValid),
      };
    },
  };
}

/** Searches behind the start of each candidate that fails; a NUL stands for what was there, so that `^` does not hold in the middle. */
function findCandidate(
  value: string,
  trial: Trial,
  search: (rest: string, candidate: Trial) => boolean,
  isValid: (digits: readonly number[]) => boolean,
): boolean {
  let text = "";
  const candidate: Trial = {
    capture(index, captured) {
      if (index === 0) text = captured;
    },
    spend: (steps) => trial.spend(steps),
  };
  let rest = value;
  for (let count = 0; count < CANDIDATES_MAX; count++) {
    if (!search(rest, candidate) || text === "") return false;
    if (isValid(digitsOf(text))) {
      trial.capture(0, text);
      return true;
    }
    rest = `\0${rest.slice(rest.indexOf(text) + 1)}`;
  }
  return false;
}

function digitsOf(text: string): readonly number[] {
  const digits: number[] = [];
  for (let at = 0; at < text.length; at++) if (DIGITS[text.charCodeAt(at)] === 1) digits.push(text.charCodeAt(at) - 0x30);
  return digits;
}
