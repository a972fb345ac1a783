import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import type { Exclusion, Policy } from "../../src/guard/index.ts";
import { RuleProblem } from "../../src/rule/index.ts";
import { ask, FORM, get, guarded, NOW, post, TOMORROW, YESTERDAY } from "./firewall.ts";

function exclusion(part: Partial<Exclusion>): Exclusion {
  return { rules: 100, reason: "People write about attacks here.", owner: "editors", expires: TOMORROW, ...part };
}

interface Row {
  readonly name: string;
  readonly policy: Policy;
  readonly request: string;
  readonly act: "allow" | "refuse";
}

const AT_NOTES = { exclusions: [exclusion({ route: "POST /notes/*", target: "ARGS:text" })] };
const ROWS: readonly Row[] = [
  { name: "lets an excluded value pass", policy: AT_NOTES, request: post("/notes/1", FORM, "text=attack"), act: "allow" },
  {
    name: "looks at other values of the same route",
    policy: AT_NOTES,
    request: post("/notes/1", FORM, "text=a&title=attack"),
    act: "refuse",
  },
  { name: "looks at the same value of other routes", policy: AT_NOTES, request: post("/comments/1", FORM, "text=attack"), act: "refuse" },
  { name: "looks at the same value under another method", policy: AT_NOTES, request: get("/notes/1?text=attack"), act: "refuse" },
  { name: "is not led astray by dot segments", policy: { exclusions: [exclusion({ route: "/notes/**" })] }, request: get("/notes/../admin?q=attack"), act: "refuse" }, // biome-ignore format: one line
  { name: "is not led astray by escaped dot segments", policy: { exclusions: [exclusion({ route: "/notes/**" })] }, request: get("/notes/%2e%2e/admin?q=attack"), act: "refuse" }, // biome-ignore format: one line
  { name: "is not led astray by double escapes", policy: { exclusions: [exclusion({ route: "/notes/**" })] }, request: get("/notes/%252e%252e/admin?q=attack"), act: "refuse" }, // biome-ignore format: one line
  { name: "is not led astray by backslashes", policy: { exclusions: [exclusion({ route: "/notes/**" })] }, request: get("/notes/..%5cadmin?q=attack"), act: "refuse" }, // biome-ignore format: one line
  { name: "reads a star as one segment", policy: { exclusions: [exclusion({ route: "/notes/*" })] }, request: get("/notes/1/2?q=attack"), act: "refuse" }, // biome-ignore format: one line
  { name: "takes a rule away altogether", policy: { exclusions: [exclusion({})] }, request: get("/?q=attack"), act: "allow" },
  { name: "keeps other rules", policy: { exclusions: [exclusion({})] }, request: get("/", "Cookie: a=attack\r\n"), act: "refuse" },
  { name: "takes rules away by their tag", policy: { exclusions: [exclusion({ rules: "tag:attack-test" })] }, request: get("/?q=attack", "Cookie: a=attack\r\n"), act: "allow" }, // biome-ignore format: one line
  { name: "takes rules away by a range", policy: { exclusions: [exclusion({ rules: "100-101" })] }, request: get("/?q=attack", "Cookie: a=attack\r\n"), act: "allow" }, // biome-ignore format: one line
  { name: "takes a target away by a pattern", policy: { exclusions: [exclusion({ rules: 101, target: "REQUEST_COOKIES:/^pref-/" })] }, request: get("/", "Cookie: pref-x=attack\r\n"), act: "allow" }, // biome-ignore format: one line
  { name: "forgets an exclusion that has expired", policy: { exclusions: [exclusion({ expires: YESTERDAY })] }, request: get("/?q=attack"), act: "refuse" }, // biome-ignore format: one line
];

describe("The firewall with exclusions", () => {
  for (const row of ROWS) test(row.name, () => equal(ask(guarded(row.policy).guard, row.request).verdict.act, row.act));

  test("takes no rules away whose tags only begin with the one that is named", () => {
    const extra = ["cwe/20", "cwe/200", "a.b", "axb"].map((tag, index) => `SecRule REQUEST_HEADERS:X-${index} a "id:${200 + index},phase:1,deny,tag:'${tag}'"\n`); // biome-ignore format: one line
    const { guard } = guarded({ exclusions: [exclusion({ rules: "tag:cwe/20" }), exclusion({ rules: "tag:a.b" })] }, extra.join(""));
    const acts = extra.map((_, index) => ask(guard, get("/", `X-${index}: a\r\n`)).verdict.act);
    deepEqual(acts, ["allow", "refuse", "allow", "refuse"]);
  });

  test("lists what has expired and what nothing has met", () => {
    const exclusions = [exclusion({ route: "/a" }), exclusion({ route: "/b" }), exclusion({ route: "/c", expires: new Date(NOW + 1_000) })];
    const { guard, clock } = guarded({ exclusions });
    equal(ask(guard, get("/a?q=attack")).verdict.act, "allow");
    equal(ask(guard, get("/c?q=attack")).verdict.act, "allow");
    clock.nowMs += 2_000;
    equal(ask(guard, get("/c?q=attack")).verdict.act, "refuse");
    deepEqual(
      guard.review().map(({ isExpired, requests }) => [isExpired, requests]),
      [
        [false, 1],
        [false, 0],
        [true, 1],
      ],
    );
  });

  test("refuses an exclusion that nobody can answer for, or that means nothing", () => {
    for (const part of [
      { reason: " " },
      { owner: "" },
      { expires: new Date(Number.NaN) },
      { rules: 999 },
      { rules: "tag:none" },
      { rules: "x" },
      { route: "notes" },
      { route: "/a/**/b" },
      { target: "ARGZ:a" },
    ]) {
      // biome-ignore format: one line
      throws(() => guarded({ exclusions: [exclusion(part)] }), RuleProblem, JSON.stringify(part));
    }
  });

  test("only tells what it would do on a route that is on trial", () => {
    const trials = [{ route: "/new/**", reason: "It is new.", owner: "editors", expires: TOMORROW }];
    const { guard, clock } = guarded({ trials });
    const tried = ask(guard, get("/new/a?q=attack"));
    equal(tried.verdict.act, "allow");
    equal(tried.transaction.wouldRefuse?.act, "refuse");
    equal(ask(guard, get("/old?q=attack")).verdict.act, "refuse");
    clock.nowMs = TOMORROW.getTime();
    equal(ask(guard, get("/new/a?q=attack")).verdict.act, "refuse");
    deepEqual(
      guard.review().map(({ kind, requests }) => [kind, requests]),
      [["trial", 1]],
    );
  });
});
