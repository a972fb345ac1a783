// Operators that ask something outside of the process. They load with every rule set; without a source they never match and say so.

import { parseAddress } from "./address.ts";
import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { ANYTHING, NOTHING } from "./needs.ts";
import { refuse } from "./refuse.ts";

export interface LookupSources {
  /** Where an address is: the members of GEO by their names (`COUNTRY_CODE` …); undefined where that is not known. Answers at once, from memory. */
  readonly findPlace?: (address: string) => Readonly<Record<string, string>> | undefined;
  /** Is the address on that list (`dnsbl.example`)? Answers at once, from memory. */
  readonly isListed?: (address: string, list: string) => boolean;
}

export function geoLookup({ findPlace }: LookupSources): Operator {
  function build(): BuiltOperator {
    if (findPlace === undefined) return NEVER;
    return {
      needs: ANYTHING,
      test(value, trial) {
        const place = parseAddress(value) === undefined ? undefined : findPlace(value);
        if (place !== undefined) trial.place?.(place);
        return place !== undefined;
      },
    };
  }
  return withRemark(
    { name: "geoLookup", build },
    findPlace === undefined ? "@geoLookup never matches: no source of places was given" : undefined,
  );
}

export function rbl({ isListed }: LookupSources): Operator {
  function build(argument: string, { source }: OperatorContext): BuiltOperator {
    const list = argument.trim();
    if (list === "") refuse("@rbl was given no list to ask", source);
    if (isListed === undefined) return NEVER;
    return {
      needs: ANYTHING,
      test(value, trial) {
        const listed = parseAddress(value) !== undefined && isListed(value, list);
        if (listed) trial.capture(0, value);
        return listed;
      },
    };
  }
  const why = "@rbl never matches: a lookup over the network would hold every request up, and no local list was given";
  return withRemark({ name: "rbl", build }, isListed === undefined ? why : undefined);
}

const NEVER: BuiltOperator = { needs: NOTHING, test: () => false };

function withRemark(operator: Operator, text: string | undefined): Operator {
  return text === undefined ? operator : { ...operator, remark: () => text };
}
