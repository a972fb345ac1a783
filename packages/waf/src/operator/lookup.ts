// Operators that ask something outside of the process. They load with every rule set; without a source they never match and say so.

import { parseAddress } from "./address.ts";
import type { BuiltOperator, Operator } from "./contract.ts";
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
    if (findPlace === undefined) return never("@geoLookup never matches: no source of places was given");
    return {
      needs: ANYTHING,
      test(value, trial) {
        const place = parseAddress(value) === undefined ? undefined : findPlace(value);
        if (place !== undefined) trial.place?.(place);
        return place !== undefined;
      },
    };
  }
  return { name: "geoLookup", build };
}

export function rbl({ isListed }: LookupSources): Operator {
  return {
    name: "rbl",
    build(argument, { source }): BuiltOperator {
      if (argument.trim() === "") refuse("@rbl was given no list to ask", source);
      if (isListed === undefined)
        return never("@rbl never matches: a lookup over the network would hold every request up, and no local list was given");
      return {
        needs: ANYTHING,
        test(value, trial) {
          const listed = parseAddress(value) !== undefined && isListed(value, argument.trim());
          if (listed) trial.capture(0, value);
          return listed;
        },
      };
    },
  };
}

function never(remark: string): BuiltOperator {
  return { needs: NOTHING, test: () => false, remark };
}
