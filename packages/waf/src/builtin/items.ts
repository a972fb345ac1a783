import type { Marker, Rule } from "../rule/index.ts";
import { decisionRule, openingRules } from "./decision.ts";
import { detectionRules, hintRules } from "./detection.ts";
import { inclusionRules } from "./inclusion.ts";
import type { Level } from "./numbers.ts";
import { protocolRules } from "./protocol.ts";
import { scannerRules } from "./scanners.ts";
import { unreadableRules } from "./unreadable.ts";

/** All rules up to a level, in their order; with hints where another rule set asks for them. */
export function builtinItems(paranoia: Level, hints: "with-hints" | "alone"): (Rule | Marker)[] {
  return [
    ...openingRules(),
    ...protocolRules(paranoia),
    ...scannerRules(paranoia),
    ...inclusionRules(),
    ...(hints === "with-hints" ? hintRules() : []),
    ...detectionRules(paranoia),
    decisionRule(1),
    decisionRule(2),
    ...unreadableRules(),
  ];
}
