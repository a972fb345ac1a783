import { type Rule, rule, setVariable } from "../rule/index.ts";
import { DECISION_ID, THRESHOLD } from "./numbers.ts";

/** Before everything else: the threshold, where no set-up has given another (`setvar:tx.builtin_threshold=…`). */
export function openingRules(): Rule[] {
  return [
    rule({
      id: DECISION_ID + 1,
      phase: 1,
      targets: ["&TX:builtin_threshold"],
      operator: { name: "eq", argument: "0" },
      actions: [setVariable("tx.builtin_threshold", THRESHOLD)],
      log: false,
      tags: ["builtin", "builtin/control"],
    }),
    rule({
      id: DECISION_ID + 2,
      phase: 1,
      actions: [setVariable("tx.builtin_score", 0)],
      log: false,
      tags: ["builtin", "builtin/control"],
    }),
  ];
}

/** Behind the rules of a phase: refuses what has reached the threshold. */
export function decisionRule(phase: 1 | 2): Rule {
  return rule({
    id: DECISION_ID + phase * 100,
    phase,
    targets: ["TX:builtin_score"],
    operator: { name: "ge", argument: "%{tx.builtin_threshold}" },
    disruptive: "deny",
    message: "Refused: score %{TX.builtin_score} of the built-in rules",
    severity: "critical",
    tags: ["builtin", "builtin/decision"],
  });
}
