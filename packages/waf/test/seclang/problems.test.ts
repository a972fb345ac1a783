import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RuleProblem, RuleProblems } from "../../src/rule/index.ts";
import { load } from "./names.ts";

/** All problems of a text, one line each. */
function problemsOf(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  try {
    load(text, files);
  } catch (error) {
    assert.ok(error instanceof RuleProblems);
    assert.ok(error instanceof RuleProblem);
    assert.ok(error.problems.slice(0, 200).every(({ source }) => source !== undefined));
    return error.message.split("\n");
  }
  return [];
}

const rows: readonly (readonly [text: string, ...problems: string[]])[] = [
  ["SecRul ARGS a", 'rules.conf:1: unknown directive "SecRul"; expected a directive of the reference manual (did you mean "SecRule"?)'],
  ["Listen 80", 'rules.conf:1: unknown directive "Listen"; expected a directive of the reference manual'],
  ["SecRule ARGS", "rules.conf:1: SecRule has 1 values; expected 2 to 3"],
  ['SecRule ARGS a "id:1" x', "rules.conf:1: SecRule has 4 values; expected 2 to 3"],
  [
    'SecRule ARGS "a',
    'rules.conf:1: the quote that starts at ""a" never ends; expected the same quote again, or a backslash where the line goes on',
  ],
  ['SecRule ARGS "a"b "id:1"', 'rules.conf:1: after a closing quote stands "b "id:1""; expected a blank or the end of the line'],
  ['SecRule ARG a "id:1"', 'rules.conf:1: found the unknown variable "ARG"; expected one of the reference manual (did you mean "ARGS"?)'],
  ['SecRule ARGS||TX a "id:1"', "rules.conf:1: found no variable; expected one of the reference manual"],
  ['SecRule ARGS: a "id:1"', 'rules.conf:1: "ARGS:" has nothing behind its colon; expected a name or a /pattern/'],
  ['SecRule !&ARGS a "id:1"', 'rules.conf:1: found "!&ARGS"; expected at most one of "!" and "&" before a variable'],
  ['SecRule !ARGS a "id:1"', "rules.conf:1: rule 1: found only variables that are left out; expected one at least that is looked at"],
  ['SecRule ARGS "@rxx a" "id:1"', 'rules.conf:1: unknown operator "@rxx"; expected one of the reference manual (did you mean "rx"?)'],
  ['SecRule ARGS "@rx(a)" "id:1"', 'rules.conf:1: after "@rx" stands "(a)"; expected a blank'],
  [
    'SecRule ARGS a "id:1,t:lowercaes"',
    'rules.conf:1: t: unknown transformation "lowercaes"; expected one of the reference manual (did you mean "lowercase"?)',
  ],
  ['SecRule ARGS a "id:1,dney"', 'rules.conf:1: unknown action "dney"; expected an action of the reference manual (did you mean "deny"?)'],
  ['SecRule ARGS a "id:1,deny:403"', 'rules.conf:1: deny: found the value "403"; expected none'],
  ['SecRule ARGS a "id:1,msg"', "rules.conf:1: msg: found no value; expected msg:value"],
  ['SecRule ARGS a "deny"', "rules.conf:1: this rule has no id; expected the action id:number"],
  ["SecRule ARGS a", "rules.conf:1: this rule has no id; expected the action id:number"],
  [
    'SecRule ARGS a "id:abc"',
    'rules.conf:1: id: found "abc"; expected a whole number from 1 to 999999999999999',
    "rules.conf:1: this rule has no id; expected the action id:number",
  ],
  [
    'SecRule ARGS a "id:0"',
    'rules.conf:1: id: found "0"; expected a whole number from 1 to 999999999999999',
    "rules.conf:1: this rule has no id; expected the action id:number",
  ],
  ['SecRule ARGS a "id:1,phase:6"', 'rules.conf:1: phase: found "6"; expected 1 to 5, request, response or logging'],
  ['SecRule ARGS a "id:1,severity:9"', /severity: found "9"; expected 0 to 7 or one of emergency, /.source],
  ['SecRule ARGS a "id:1,status:42"', 'rules.conf:1: status: found "42"; expected a whole number from 100 to 599'],
  ['SecRule ARGS a "id:1,skip:x"', 'rules.conf:1: skip: found "x"; expected a whole number from 1 to 1000000'],
  ['SecRule ARGS a "id:1,allow:all"', 'rules.conf:1: allow: found "all"; expected allow, allow:phase or allow:request'],
  ['SecRule ARGS a "id:1,setvar:a=1"', 'rules.conf:1: setvar: found "a"; expected collection.name'],
  [
    'SecRule ARGS a "id:1,setvar:ARGS.a=1"',
    'rules.conf:1: setvar: "ARGS.a" names no collection that can be written; expected one of TX, IP, GLOBAL, SESSION, USER, RESOURCE',
  ],
  ['SecRule ARGS a "id:1,expirevar:ip.a"', 'rules.conf:1: expirevar: found "ip.a"; expected collection.name=seconds'],
  [
    'SecRule ARGS a "id:1,initcol:tx=1"',
    'rules.conf:1: initcol: found "tx=1"; expected collection=key with one of IP, GLOBAL, SESSION, USER, RESOURCE',
  ],
  ['SecRule ARGS a "id:1,setenv:!a"', 'rules.conf:1: setenv: found "!a"; expected name=value'],
  [
    'SecRule ARGS a "id:1,xmlns:a"',
    'rules.conf:1: xmlns: found "a"; expected prefix=address with an address such as http://schemas.xmlsoap.org/soap/envelope/',
  ],
  ['SecRule ARGS a "id:1,ctl:ruleEngin=On"', 'rules.conf:1: ctl: unknown setting "ruleEngin" (did you mean "ruleEngine"?)'],
  ['SecRule ARGS a "id:1,ctl:ruleEngine=Maybe"', 'rules.conf:1: ctl: ruleEngine="Maybe"; expected On, Off or DetectionOnly'],
  ['SecRule ARGS a "id:1,ctl:ruleRemoveById=a"', 'rules.conf:1: ctl: ruleRemoveById="a"; expected an id or a range of ids'],
  [
    'SecRule ARGS a "id:1,ctl:ruleRemoveTargetById=1;ARG"',
    'rules.conf:1: found the unknown variable "ARG"; expected one of the reference manual (did you mean "ARGS"?)',
  ],
  ['SecRule ARGS a "id:1,ctl:ruleRemoveTargetById=1"', 'rules.conf:1: ctl: ruleRemoveTargetById="1"; expected id;VARIABLE'],
  ['SecRule ARGS a "id:1,exec:/bin/a"', "rules.conf:1: exec: cannot be obeyed: a firewall inside a server starts no programs"],
  [
    'SecRule ARGS a "id:1,proxy:http://b/"',
    "rules.conf:1: proxy: cannot be obeyed: a firewall inside a server sends requests nowhere else; use deny or redirect",
  ],
  ['SecRule ARGS a "id:1,msg:\'a"', 'rules.conf:1: msg: the quote that starts at "\'a" never ends; expected the same quote again'],
  ["SecRule ARGS a \"id:1,msg:'a'b\"", 'rules.conf:1: msg: after a closing quote stands "b"; expected a comma or the end of the actions'],
  ['SecRule ARGS a "id:1"\nSecAction "id:1"', "rules.conf:2: rule id 1 stands at rules.conf:1 already; expected an id of its own"],
  [
    'SecRule ARGS a "id:1,chain"',
    "rules.conf:1: the chain is not finished; expected one more rule behind the last one with the action chain",
  ],
  ['SecRule ARGS a "id:1,chain"\nSecMarker A', "rules.conf:1: the chain is not finished; expected one more rule before the SecMarker"],
  [
    'SecRule ARGS a "id:1,chain"\nSecRule ARGS b "deny"',
    "rules.conf:2: deny: found on a rule behind a chain; expected on the first rule of the chain",
  ],
  [
    'SecRule ARGS a "id:1,chain"\nSecRule ARGS b "skip:2"',
    "rules.conf:2: skip: found on a rule behind a chain; expected on the first rule of the chain",
  ],
  [
    'SecRule ARGS a "id:1,chain"\nSecRule ARGS b "skipAfter:X,chain"\nSecRule ARGS c\nSecMarker X',
    "rules.conf:1: rule 1: found a jump or an end of the request on a rule behind a chain; expected on the first rule of the chain",
  ],
  [
    'SecRule SCRIPT_UID a "id:1"',
    "rules.conf:1: SCRIPT_UID cannot be read: the file that a web server runs for a request is not known here",
  ],
  [
    'SecRule ARGS a "id:1,xmlns:s=soap"',
    'rules.conf:1: xmlns: found "s=soap"; expected prefix=address with an address such as http://schemas.xmlsoap.org/soap/envelope/',
  ],
  [
    "SecUnicodeMapFile unicode.mapping",
    'rules.conf:1: SecUnicodeMapFile: found "unicode.mapping"; expected a file and the number of a code page',
  ],
  [
    'SecMarker EDN\nSecRule ARGS a "id:1,skipAfter:EDN"\nSecMarker END',
    'rules.conf:2: skipAfter:EDN finds no such marker behind this rule; expected a SecMarker or a rule id further down (did you mean "END"?)',
  ],
  [
    'SecDefaultAction "phase:2,log"',
    "rules.conf:1: SecDefaultAction says nothing that ends a request; expected deny, pass, drop, allow or redirect",
  ],
  [
    'SecDefaultAction "phase:2,block"',
    "rules.conf:1: SecDefaultAction says nothing that ends a request; expected deny, pass, drop, allow or redirect",
  ],
  ['SecDefaultAction "pass"', "rules.conf:1: SecDefaultAction names no phase; expected the action phase:number"],
  [
    'SecRule ARGS a "id:1,ctl:requestBodyProcessor=YAML"',
    'rules.conf:1: ctl: requestBodyProcessor="YAML"; expected one of URLENCODED, MULTIPART, XML, JSON, GRAPHQL, NDJSON',
  ],
  ['SecDefaultAction "phase:2,pass,id:1"', 'rules.conf:1: "id" belongs to one rule; SecDefaultAction speaks for all that follow'],
  ['SecDefaultAction "phase:2,pass,t:none"', "rules.conf:1: t:none has nothing to take away in SecDefaultAction"],
  ["SecRuleEngine Onn", 'rules.conf:1: SecRuleEngine: found "Onn"; expected On, Off or DetectionOnly (did you mean "on"?)'],
  ["SecRequestBodyAccess yes", 'rules.conf:1: SecRequestBodyAccess: found "yes"; expected On or Off'],
  ["SecRequestBodyLimit many", 'rules.conf:1: SecRequestBodyLimit: found "many"; expected a whole number from 1 to 2147483647'],
  ["SecArgumentSeparator ab", 'rules.conf:1: SecArgumentSeparator: found "ab"; expected one character'],
  ["SecCollectionTimeout", "rules.conf:1: SecCollectionTimeout has 0 values; expected one"],
  ["SecRuleRemoveById x", 'rules.conf:1: found "x"; expected an id or a range such as 942100-942190'],
  ["SecRuleRemoveById 5-3", 'rules.conf:1: found "5-3"; expected an id or a range such as 942100-942190'],
  ['SecRuleRemoveByTag ""', "rules.conf:1: found an empty text; expected a tag"],
  ["SecRuleUpdateTargetById 1 ARGS TX ENV", 'rules.conf:1: found "ENV" behind the variables; expected nothing'],
  ["SecRuleUpdateTargetById 1:x ARGS", 'rules.conf:1: found "1:x"; expected an id, or id:place in the chain'],
  ['SecRuleUpdateActionById 1 "id:2"', 'rules.conf:1: "id" cannot be changed by SecRuleUpdateActionById'],
  [
    "<Directory /a>\nSecRuleEngine Off\n</Directory>",
    'rules.conf:1: <directory "/a"> cannot be obeyed: rules are not bound to folders, files and hosts of a web server here; use <Location /path> or a SecRule on REQUEST_FILENAME with ctl',
  ],
  [
    "<IfModule mod_php.c>\nSecRuleEngine Off\n</IfModule>",
    'rules.conf:2: "SecRuleEngine Off" stands under a module that is not ModSecurity\'s; expected it outside of <IfModule …>',
  ],
  ["<IfModule mod_security2.c>", "rules.conf:1: the section <ifmodule> is never closed; expected </ifmodule>"],
  ["</IfModule>", 'rules.conf:1: "</IfModule>" ends a section that was not opened'],
  ["Include missing.conf", 'rules.conf:1: "missing.conf" cannot be read: no such file'],
  ["Include *.conf", /"\*\.conf": its folder is not there/.source],
  [
    'SecRule ARGS a "id:1,chain"\nSecRuleScript a.lua\nSecAction "id:2"',
    "rules.conf:2: SecRuleScript cannot be obeyed: a firewall inside a server runs no Lua; write the rule with rule({ … }) or SecRule",
  ],
  ["Include", "rules.conf:1: Include has 0 values; expected one path"],
];

describe("The firewall refuses a rule file, and says where, what was found and what was expected:", () => {
  for (const [text, ...expected] of rows) {
    test(text.replaceAll("\n", " / "), () => {
      const found = problemsOf(text);
      assert.equal(found.length, expected.length, found.join("\n"));
      for (const [index, problem] of expected.entries()) {
        if (problem.startsWith("rules.conf:")) assert.equal(found[index], problem);
        else assert.match(found[index] ?? "", new RegExp(problem));
      }
    });
  }
});

test("The firewall tells all problems of a load at once, each with its own line and file", () => {
  const text = 'SecRule ARG a "id:1"\nSecRule ARGS a "dney"\nInclude more.conf\nSecRule ARGS a "id:2,chain"';
  const found = problemsOf(text, { "more.conf": "\n\nSecFoo\nSecRule ARGS a deny" }).map((line) => line.replace(/: .*/, ""));
  assert.deepEqual([...new Set(found)], ["rules.conf:1", "rules.conf:2", "rules.conf:4", "more.conf:3", "more.conf:4"]);
});

test("The firewall stops counting problems at two hundred", () => {
  assert.equal(problemsOf("SecFoo\n".repeat(5_000)).length, 201);
});
