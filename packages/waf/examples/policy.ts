import { builtinRules, createFirewall, shape } from "@holdfast/waf";

export const firewall = createFirewall({
  rules: builtinRules(),
  policy: {
    routes: [
      {
        route: "POST /notes",
        contentTypes: ["application/json"],
        json: { title: shape.text({ charactersMax: 200, characters: "line" }), due: shape.date(), "tags[]": shape.oneOf("home", "work") },
        required: ["title"],
        unknown: "refuse",
      },
    ],
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
    trials: [{ route: "/beta/**", reason: "Nobody knows its traffic yet.", owner: "beta team", expires: new Date("2100-01-01") }],
  },
});
