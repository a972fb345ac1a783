// Operators that ask something outside of the process. They load with every rule set; without a source they never match and say so.

import { parseAddress } from "./address.ts";
import type { BuiltOperator, Operator, OperatorContext } from "./contract.ts";
import { ANYTHING, NOTHING } from "./needs.ts";
import { openPlaces } from "./places-file.ts";
import { refuse } from "./refuse.ts";

export interface LookupSources {
  /** Where an address is: the members of GEO by their names (`COUNTRY_CODE` …); undefined where that is not known. Answers at once, from memory. */
  readonly findPlace?: (address: string) => Readonly<Record<string, string>> | undefined;
  /** Is the address on that list (`dnsbl.example`)? Answers at once, from memory. */
  readonly isListed?: (address: string, list: string) => boolean;
}

export function geoLookup({ findPlace }: LookupSources): Operator {
  function build(argument: string, context: OperatorContext): BuiltOperator {
    const find = findPlace ?? findInFile(argument, context);
    if (find === undefined) return NEVER;
    return {
      needs: ANYTHING,
      test(value, trial) {
        const place = parseAddress(value) === undefined ? undefined : find(value);
        if (place !== undefined) trial.place?.(place);
        return place !== undefined;
      },
    };
  }
  const why = "@geoLookup never matches: no source of places was given, and no SecGeoLookupDb";
  const operator = { name: "geoLookup", build };
  return findPlace === undefined ? { ...operator, remark: (argument) => (argument.startsWith(IN_FILE) ? undefined : why) } : operator;
}

/** Before the path of a file of places. Any other argument means nothing, as in ModSecurity. */
const IN_FILE = "file:";

/** The reader of rules writes the file of SecGeoLookupDb behind the operator. */
function findInFile(argument: string, { readData, source }: OperatorContext): LookupSources["findPlace"] {
  if (!argument.startsWith(IN_FILE)) return undefined;
  const path = argument.slice(IN_FILE.length);
  return openPlaces(readData(path)) ?? refuse(`@geoLookup: ${path} is no MaxMind DB; expected a file such as GeoLite2-City.mmdb`, source);
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
