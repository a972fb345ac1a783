import { deepEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { idleRemarks } from "../../src/engine/index.ts";
import { rulesOf } from "./send.ts";

/** Rules, and what is said of each line of them. */
const ROWS: readonly (readonly [rules: string, ...said: (readonly [line: number, text: string])[]])[] = [
  ['SecRule REQUEST_BODY a "id:1,phase:1"', [1, "REQUEST_BODY has no value in phase 1: it comes in phase 2"]],
  ['SecRule &ARGS_POST:a "@eq 0" "id:1,phase:1"', [1, "ARGS_POST has no value in phase 1: it comes in phase 2"]],
  ['SecRule RESPONSE_STATUS a "id:1,phase:2"', [1, "RESPONSE_STATUS has no value in phase 2: it comes in phase 3"]],
  ['SecRule RESPONSE_BODY a "id:1,phase:3"', [1, "RESPONSE_BODY has no value in phase 3: it comes in phase 4"]],
  ['SecRule ARGS a "id:1,phase:1,chain"\nSecRule FILES|FILES:a a', [2, "FILES has no value in phase 1: it comes in phase 2"]],
  ['SecRule ARGS a "id:1,phase:5,deny"', [1, "deny does nothing in phase 5: the answer has gone"]],
  ['SecAction "id:1,phase:5,redirect:/a"', [1, "redirect does nothing in phase 5: the answer has gone"]],
  ['SecAction "id:1,phase:1,ctl:ruleRemoveById=3,ctl:ruleRemoveById=4"', [1, "ctl takes rules away by an id that no rule here has"]],
  [
    'SecAction "id:1,phase:1,ctl:ruleRemoveTargetById=2-5;ARGS:a"\nSecAction "id:7,phase:1,ctl:ruleRemoveTargetById=1-6;ARGS:a"',
    [1, "ctl takes rules away by an id that no rule here has"],
  ],
  ['SecAction "id:1,phase:1,ctl:ruleRemoveTargetById=1;ARGS:a,ctl:ruleRemoveById=1"'],
  ['SecRule ARGS|ARGS_NAMES|!ARGS_POST a "id:1,phase:1,deny"'],
  ['SecRule REQUEST_BODY|TX:a|RESPONSE_BODY a "id:1,phase:5,pass"'],
];

describe("The firewall says of a rule that can never do anything", () => {
  for (const [rules, ...said] of ROWS) {
    test(rules.replaceAll("\n", " / "), () => deepEqual(idleRemarks(rulesOf(rules)).map(({ source, text }) => [source.line, text]), said)); // biome-ignore format: one line
  }
});
