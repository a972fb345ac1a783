// The cases of published suites that are not passed, and why passing them would be wrong.
import type { Exception, Suite } from "../text/language-tests.ts";

const NO_NETWORK: Exception = {
  name: "ipMatch",
  input: /./,
  param: "10.0.0.0/100",
  reason: "IPv4 has 32 bits: a rule that can never match is refused where it is written",
};

export const SUITES: readonly Suite[] = [
  {
    title: "the language tests of SecRules",
    variable: "HOLDFAST_WAF_LANGUAGE_TESTS",
    folder: "operators",
    exceptions: [
      NO_NETWORK,
      {
        name: "validateByteRange",
        input: /./s,
        param: "xxx",
        reason: "`xxx` is no range: the reference reads it as byte 0 and refuses all others",
      },
    ],
  },
  {
    title: "Coraza's copies of them",
    variable: "HOLDFAST_WAF_CORAZA",
    folder: "internal/operators/testdata",
    exceptions: [
      NO_NETWORK,
      {
        name: "ipMatch",
        input: "0000:0000:0000:0000:0000:ffff:ffff:ffff",
        param: "0:0::/80",
        reason: "the first 80 bits are zero, so the address is in the network; the SecRules suite says so too",
      },
      { name: "validateSchema", input: /^/, reason: "no schema is read: the operator is refused at load" },
    ],
  },
];
