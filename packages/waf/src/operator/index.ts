import { lowerAscii } from "../text/index.ts";
import { beginsWith } from "./begins-with.ts";
import { eq, ge, gt, le, lt } from "./compare.ts";
import { noMatch, unconditionalMatch } from "./constants.ts";
import { contains, strmatch } from "./contains.ts";
import { containsWord } from "./contains-word.ts";
import type { Operator } from "./contract.ts";
import { detectSQLi, detectXSS } from "./detect.ts";
import { detect } from "./detect-any.ts";
import { endsWith } from "./ends-with.ts";
import { ipMatch, ipMatchF, ipMatchFromDataset, ipMatchFromFile } from "./ip-match.ts";
import { geoLookup, type LookupSources, rbl } from "./lookup.ts";
import { pm } from "./pm.ts";
import { pmFromDataset, pmFromFile, pmf } from "./pm-from-file.ts";
import { REFUSED_OPERATORS } from "./refused.ts";
import { rx, rxGlobal } from "./rx.ts";
import { streq } from "./streq.ts";
import { validateByteRange } from "./validate-byte-range.ts";
import { validateNid } from "./validate-nid.ts";
import { validateUrlEncoding } from "./validate-url-encoding.ts";
import { validateUtf8Encoding } from "./validate-utf8-encoding.ts";
import { verifyCC, verifyCPF, verifySSN, verifySVNR } from "./verify.ts";
import { within } from "./within.ts";

export type { BuiltOperator, Operator, OperatorContext, Test, Trial } from "./contract.ts";
export type { LookupSources } from "./lookup.ts";
export { operatorRemarks } from "./remarks.ts";

/** All operators; without sources `geoLookup` and `rbl` load and never match. */
export function createOperators(sources: LookupSources = {}): readonly Operator[] {
  return [...PURE_OPERATORS, geoLookup(sources), rbl(sources), ...REFUSED_OPERATORS];
}

const PURE_OPERATORS: readonly Operator[] = [
  beginsWith,
  contains,
  containsWord,
  detect,
  detectSQLi,
  detectXSS,
  endsWith,
  eq,
  ge,
  gt,
  ipMatch,
  ipMatchF,
  ipMatchFromDataset,
  ipMatchFromFile,
  le,
  lt,
  noMatch,
  pm,
  pmFromDataset,
  pmFromFile,
  pmf,
  rx,
  rxGlobal,
  streq,
  strmatch,
  unconditionalMatch,
  validateByteRange,
  validateNid,
  validateUrlEncoding,
  validateUtf8Encoding,
  verifyCC,
  verifyCPF,
  verifySSN,
  verifySVNR,
  within,
];

/** The names of all operators, as the reference manual spells them. */
export const OPERATOR_NAMES: readonly string[] = createOperators().map(({ name }) => name);

/** Finds operators by name, without case. */
export function createOperatorTable(sources: LookupSources = {}): (name: string) => Operator | undefined {
  const byName: ReadonlyMap<string, Operator> = new Map(createOperators(sources).map((operator) => [lowerAscii(operator.name), operator]));
  return (name) => byName.get(lowerAscii(name));
}

const findPure = createOperatorTable();

/** The operator of that name, looked up without case; undefined where there is none. `geoLookup` and `rbl` have no sources here. */
export function findOperator(name: string): Operator | undefined {
  return findPure(name);
}
