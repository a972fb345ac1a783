import { deepEqual, equal, throws } from "node:assert/strict";
import { describe, test } from "node:test";
import { rulesOf, send, wafOf } from "./send.ts";

const RULES = `SecRule ARGS "@rx x" "id:1,phase:1,pass,tag:attack-a,msg:'one'"
SecRule ARGS:b "@rx x" "id:2,phase:2,deny"
`;

/** What stands in a section, a path, and the rules that look there. */
const ROWS: readonly (readonly [section: string, inside: string, path: string, ids: readonly number[]])[] = [
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog", [2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog/new?", [2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blogs", [1, 2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/a/blog", [1, 2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog/../admin", [1, 2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog/%2e%2e/admin", [1, 2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog//x", [1, 2]],
  ["<Location /blog>", "SecRuleRemoveById 1", "/blog%5cx", [1, 2]],
  ['<Location "/blog/">', "SecRuleRemoveById 1,2", "/blog/x", []],
  ['<Location "/blog/">', "SecRuleRemoveById 1,2", "/blog", [1, 2]],
  ["<Location /a.*/b>", 'SecRuleRemoveById "1-2"', "/a.c/b", []],
  ["<Location /a.*/b>", 'SecRuleRemoveById "1-2"', "/abc/b", [1, 2]],
  ["<Location />", "SecRuleRemoveByTag attack-", "/any", [2]],
  ["<LocationMatch ^/(blog|wiki)>", "SecRuleRemoveByMsg one", "/wiki/x", [2]],
  ['<Location ~ "^/wiki">', "SecRuleRemoveById 1 2", "/wiki", []],
  ["<Location /blog>", 'SecRuleUpdateTargetById 2 "!ARGS:b"', "/blog", [1]],
  ["<Location /blog>", 'SecRuleUpdateTargetByTag attack-a "!ARGS:b,!ARGS:c"', "/blog", [2]],
  ["<Location /blog>", "SecRuleEngine Off", "/blog", []],
  ["<Location /blog>\n<IfModule mod_security2.c>", "SecRuleEngine Off\n</IfModule>", "/blog", []],
  ["<Location /blog>", "SecRuleRemoveById 1\nSecRuleRemoveById 2", "/blog", []],
];

describe("The firewall obeys what files say for some paths there and nowhere else:", () => {
  for (const [section, inside, path, ids] of ROWS) {
    test(`${section} ${inside}: ${path}`.replaceAll("\n", " "), () => {
      const end = section.includes("Match") ? "</LocationMatch>" : "</Location>";
      const text = `${RULES}${section}\n${inside}\n${end}\n`;
      const target = `${path}${path.includes("?") ? "" : "?"}b=x`;
      // The rule that a section becomes matches, too, and says nothing.
      deepEqual(
        send(wafOf(text), { target }).ids.filter((id) => id < 100),
        ids,
      );
    });
  }

  test("other directives hold everywhere again behind the section", () => {
    const text = `${RULES}<Location /blog>\nSecRuleEngine Off\n</Location>\nSecRuleRemoveById 1`;
    equal(rulesOf(text).items.filter((item) => !("marker" in item) && item.id === 1).length, 0);
  });

  const PROBLEMS: readonly (readonly [text: string, problem: RegExp])[] = [
    ["<Location /a>\nSecRule ARGS x id:9\n</Location>", /test\.conf:2: SecRule for a place: found "secrule"; expected SecRuleRemoveBy/],
    [
      "<Location /a>\nSecRuleUpdateTargetById 1 ARGS:x\n</Location>",
      /test\.conf:2: SecRuleUpdateTargetById for a place: found other variables/,
    ],
    ["<Location /a>\nSecRuleEngine Offf\n</Location>", /test\.conf:2: ctl: ruleEngine="Offf"; expected On, Off or DetectionOnly/],
    ["<Location /a>\n<Location /b>\nSecRuleEngine Off\n</Location>\n</Location>", /test\.conf:2: <location> stands inside another place/],
    ["<Location a>\nSecRuleEngine Off\n</Location>", /test\.conf:1: <location "a"> cannot be obeyed/],
    ["<LocationMatch (>\nSecRuleEngine Off\n</LocationMatch>", /test\.conf:2: /],
  ];
  for (const [text, problem] of PROBLEMS) {
    test(`and refuses ${text.replaceAll("\n", " ")}`, () => {
      throws(() => wafOf(text), problem);
    });
  }
});
