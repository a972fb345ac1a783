import { deepEqual, equal, match } from "node:assert/strict";
import { describe, test } from "node:test";
import { createFirewall, type FirewallOptions } from "../src/firewall.ts";
import { builtinRules, type RequestHead, rule, ruleSet } from "../src/index.ts";

const HEAD: RequestHead = { method: "GET", target: "/", protocol: "HTTP/1.1", headers: [["Host", "a.example"]], remoteAddress: "192.0.2.1", remotePort: 1, serverAddress: "192.0.2.9", serverPort: 80 }; // biome-ignore format: one line

const deny = { phase: 1, disruptive: "deny" } as const;

function verdictOf(options: FirewallOptions): string {
  return createFirewall(options).open(HEAD).head().act;
}

describe("A firewall that is made of rules alone", () => {
  test("names requests by random ids, and takes the time from the clock", () => {
    const waf = createFirewall({
      rules: ruleSet([rule({ ...deny, id: 1, targets: ["TIME_EPOCH"], operator: { name: "gt", argument: "1" } })]),
    });
    match(waf.open(HEAD).id, /^[0-9a-f-]{36}$/);
    equal(waf.open(HEAD).head().act, "refuse");
  });

  test("asks the sources of places and lists that it is given", () => {
    const rules = ruleSet([
      rule({ id: 1, phase: 1, targets: ["REMOTE_ADDR"], operator: { name: "geoLookup" } }),
      rule({ ...deny, id: 2, targets: ["GEO:COUNTRY_CODE"], operator: { name: "streq", argument: "KR" } }),
      rule({ ...deny, id: 3, targets: ["REMOTE_ADDR"], operator: { name: "rbl", argument: "list.example" } }),
    ]);
    equal(verdictOf({ rules }), "allow");
    equal(verdictOf({ rules, lookups: { findPlace: () => ({ COUNTRY_CODE: "KR" }) } }), "refuse");
    equal(verdictOf({ rules, lookups: { isListed: (address, list) => address === "192.0.2.1" && list === "list.example" } }), "refuse");
  });

  test("leaves out what stands above its level, and turns nothing on", () => {
    const above = rule({ ...deny, id: 1, targets: ["REMOTE_ADDR"], operator: { name: "unconditionalMatch" }, tags: ["paranoia-level/3"] });
    deepEqual([2, 3].map((paranoia) => verdictOf({ rules: ruleSet([above]), paranoia: paranoia === 2 ? 2 : 3 })), ["allow", "refuse"]); // biome-ignore format: one line
    const waf = createFirewall({ rules: builtinRules(), paranoia: 4 });
    const hinted = waf.open({ ...HEAD, target: "/?q=../a" });
    hinted.head();
    equal(hinted.score, 0);
  });
});
