import type { Remark, Rule, RuleSet } from "../rule/index.ts";
import type { Operator } from "./contract.ts";

/** What the operators of a rule set have to say about their arguments, in the order of the rules. */
export function operatorRemarks({ items }: RuleSet, find: (name: string) => Operator | undefined): readonly Remark[] {
  const remarks: Remark[] = [];
  for (const item of items) {
    if ("marker" in item) continue;
    for (const rule of [item, ...item.chain]) {
      const text = remarkOf(rule, find);
      if (text !== undefined) remarks.push({ source: rule.source, text });
    }
  }
  return remarks;
}

function remarkOf({ operator: call }: Rule, find: (name: string) => Operator | undefined): string | undefined {
  return call && find(call.name)?.remark?.(call.argument);
}
