import type { BuiltOperator, Operator } from "./contract.ts";
import { ANYTHING } from "./needs.ts";
import { isNumber, numberOf } from "./number.ts";

export const eq: Operator = comparison("eq", (value, argument) => value === argument);
export const ge: Operator = comparison("ge", (value, argument) => value >= argument);
export const gt: Operator = comparison("gt", (value, argument) => value > argument);
export const le: Operator = comparison("le", (value, argument) => value <= argument);
export const lt: Operator = comparison("lt", (value, argument) => value < argument);

/** Both sides are read as integers, and as 0 where they are none. */
function comparison(name: string, holds: (value: number, argument: number) => boolean): Operator {
  function build(argument: string): BuiltOperator {
    const right = numberOf(argument);
    return { needs: ANYTHING, test: (value) => holds(numberOf(value), right) };
  }
  function remark(argument: string): string | undefined {
    if (isNumber(argument) || argument.includes("%{")) return undefined;
    return `@${name} was given no integer and compares with ${numberOf(argument)}`;
  }
  return { name, build, remark };
}
