import { builtinRules, createFirewall } from "@holdfast/waf";

export const waf = createFirewall({
  rules: builtinRules(),
  policy: {
    exclusions: [
      {
        rules: "tag:attack-sqli",
        route: "POST /courses/*",
        target: "ARGS:exercise",
        reason: "The course teaches SQL.",
        owner: "courses team",
        expires: new Date("2100-01-01"),
      },
    ],
  },
});
