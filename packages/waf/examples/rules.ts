import { loadRules, mergeRules, rule, ruleSet } from "@holdfast/waf";

const own = ruleSet([
  rule({
    id: 1001,
    phase: 2,
    targets: ["ARGS", "!ARGS:comment", "REQUEST_HEADERS:User-Agent"],
    operator: { name: "rx", argument: "\\bfoo\\b" },
    transforms: ["urlDecodeUni", "lowercase"],
    disruptive: "deny",
    message: "foo is not wanted here",
    severity: "warning",
  }),
]);

/** The rules of a folder, and our own. */
export function rulesOf(folder: string): ReturnType<typeof mergeRules> {
  return mergeRules(loadRules({ setup: `${folder}/crs-setup.conf`, rules: [`${folder}/rules`] }), own);
}
