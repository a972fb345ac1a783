import { deepEqual, equal, match } from "node:assert/strict";
import { test } from "node:test";
import { createWaf, type Verdict } from "../../src/engine/index.ts";
import { rulesOf, type Sent, START_MS, send, wafOf } from "./send.ts";

const ALL = '"@unconditionalMatch"';
const GET: Sent = {
  target: "/path?a=one&b=two",
  headers: [
    ["Host", "h"],
    ["X-Test", "yes"],
    ["Cookie", "c=1"],
  ],
};
const FORM: Sent = { method: "POST", headers: [["Content-Type", "application/x-www-form-urlencoded"]], body: "p=secret" };

/** A sentence about the firewall, the rules, what is sent, and the rules that match in order. */
const MATCHES: readonly (readonly [string, string, Sent, readonly number[]])[] = [
  [
    "runs the rules of a phase in the order written, whatever their ids",
    `SecAction "id:9,phase:1,pass"\nSecAction "id:3,phase:1,pass"`,
    GET,
    [9, 3],
  ],
  [
    "runs phases in their order",
    `SecAction "id:1,phase:5,pass"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:4,pass"`,
    GET,
    [2, 3, 1],
  ],
  ["matches a chain only as a whole", `SecRule ARGS:a "@streq one" "id:1,phase:1,pass,chain"\nSecRule ARGS:b "@streq one"`, GET, []],
  [
    "matches a chain of three",
    `SecRule ARGS:a "@streq one" "id:1,phase:1,pass,chain"\nSecRule ARGS:b "@streq two" "chain"\nSecRule REQUEST_METHOD "@streq GET"`,
    GET,
    [1],
  ],
  [
    "skips so many rules",
    `SecAction "id:1,phase:1,pass,skip:2"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:1,pass"\nSecAction "id:4,phase:1,pass"`,
    GET,
    [1, 4],
  ],
  [
    "counts a chain as one rule when it skips",
    `SecAction "id:1,phase:1,pass,skip:1"\nSecRule ARGS:a ${ALL} "id:2,phase:1,pass,chain"\nSecRule ARGS:b ${ALL}\nSecAction "id:4,phase:1,pass"`,
    GET,
    [1, 4],
  ],
  [
    "skips behind a marker",
    `SecAction "id:1,phase:1,pass,skipAfter:END"\nSecAction "id:2,phase:1,pass"\nSecMarker END\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "skips behind a rule",
    `SecAction "id:1,phase:1,pass,skipAfter:2"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "finds the marker that comes next where there are two of a name",
    `SecMarker END\nSecAction "id:1,phase:1,pass,skipAfter:END"\nSecAction "id:2,phase:1,pass"\nSecMarker END\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "does not jump where a chain breaks",
    `SecRule ARGS:a ${ALL} "id:1,phase:1,pass,skipAfter:END,chain"\nSecRule ARGS:none ${ALL}\nSecAction "id:2,phase:1,pass"\nSecMarker END`,
    GET,
    [2],
  ],
  ["negates an operator", `SecRule ARGS:a "!@streq two" "id:1,phase:1,pass"\nSecRule ARGS:a "!@streq one" "id:2,phase:1,pass"`, GET, [1]],
  ["asks nothing of what is not there, even negated", `SecRule ARGS:none "!@streq x" "id:1,phase:1,pass"`, GET, []],
  [
    "applies transformations in order",
    `SecRule ARGS:a "@streq ENO" "id:1,phase:1,pass,t:uppercase,t:lowercase"\nSecRule ARGS:a "@streq ONE" "id:2,phase:1,pass,t:lowercase,t:uppercase"`,
    GET,
    [2],
  ],
  [
    "tests every stage with multiMatch",
    `SecRule ARGS:c "@streq <a" "id:1,phase:1,pass,multiMatch,t:urlDecodeUni,t:htmlEntityDecode"\nSecRule ARGS:c "@streq %26lt;a" "id:2,phase:1,pass,multiMatch,t:urlDecodeUni,t:htmlEntityDecode"\nSecRule ARGS:c "@streq &lt;a" "id:3,phase:1,pass,multiMatch,t:urlDecodeUni,t:htmlEntityDecode"\nSecRule ARGS:c "@streq &lt;a" "id:4,phase:1,pass,t:urlDecodeUni,t:htmlEntityDecode"`,
    { target: "/?c=%2526lt;a" },
    [1, 2, 3],
  ],
  [
    "captures groups",
    `SecRule ARGS:a "@rx ^(o)(x)?(ne)$" "id:1,phase:1,pass,capture"\nSecRule TX:0 "@streq one" "id:2,phase:1,pass"\nSecRule TX:1 "@streq o" "id:3,phase:1,pass"\nSecRule TX:3 "@streq ne" "id:4,phase:1,pass"`,
    GET,
    [1, 2, 3, 4],
  ],
  [
    "keeps no groups of another match",
    `SecRule ARGS:a "@rx (o)(n)(e)" "id:1,phase:1,pass,capture"\nSecRule ARGS:b "@rx (t)" "id:2,phase:1,pass,capture"\nSecRule &TX:2 "@eq 0" "id:3,phase:1,pass"`,
    GET,
    [1, 2, 3],
  ],
  [
    "captures nothing without capture",
    `SecRule ARGS:a "@rx (o)" "id:1,phase:1,pass"\nSecRule &TX:0 "@eq 0" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "gathers MATCHED_VARS over a chain",
    `SecRule ARGS:a ${ALL} "id:1,phase:1,pass,chain"\nSecRule ARGS:b ${ALL} "chain"\nSecRule MATCHED_VARS:ARGS:a "@streq one"`,
    GET,
    [1],
  ],
  [
    "names what matched",
    `SecRule ARGS ${ALL} "id:1,phase:1,pass"\nSecRule MATCHED_VAR_NAME "@streq ARGS:b" "id:2,phase:1,pass"\nSecRule MATCHED_VAR "@streq ARGS:b" "id:3,phase:1,pass"`,
    GET,
    [1, 2, 3],
  ],
  [
    "keeps the highest severity",
    `SecAction "id:1,phase:1,pass,severity:4"\nSecAction "id:2,phase:1,pass,severity:2"\nSecRule HIGHEST_SEVERITY "@eq 2" "id:3,phase:1,pass"`,
    GET,
    [1, 2, 3],
  ],
  [
    "reads an answer to its rules",
    `SecResponseBodyAccess On\nSecRule RESPONSE_BODY "@contains secret" "id:1,phase:4,pass"`,
    { response: { headers: [["Content-Type", "text/html"]], body: "a secret" } },
    [1],
  ],
  [
    "leaves rules above the paranoia level out",
    `SecAction "id:1,phase:1,pass,tag:paranoia-level/1"\nSecAction "id:2,phase:1,pass,tag:paranoia-level/3"`,
    GET,
    [1],
  ],
  // setvar
  ["sets a variable", `SecAction "id:1,phase:1,pass,setvar:tx.a=5"\nSecRule TX:A "@eq 5" "id:2,phase:1,pass"`, GET, [1, 2]],
  [
    "sets a variable to 1 where nothing is said",
    `SecAction "id:1,phase:1,pass,setvar:tx.a"\nSecRule TX:a "@eq 1" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "adds and takes away",
    `SecAction "id:1,phase:1,pass,setvar:tx.a=5,setvar:tx.a=+%{tx.a},setvar:tx.a=-3"\nSecRule TX:a "@eq 7" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  ["counts from nothing", `SecAction "id:1,phase:1,pass,setvar:tx.a=-3"\nSecRule TX:a "@eq -3" "id:2,phase:1,pass"`, GET, [1, 2]],
  [
    "takes a variable away",
    `SecAction "id:1,phase:1,pass,setvar:tx.a=5,setvar:!tx.a"\nSecRule &TX:a "@eq 0" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "sets once for every value that matches",
    `SecRule ARGS ${ALL} "id:1,phase:1,pass,setvar:tx.a=+1"\nSecRule TX:a "@eq 2" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "makes names of macros",
    `SecRule ARGS ${ALL} "id:1,phase:1,pass,setvar:tx.seen_%{MATCHED_VAR_NAME}=1"\nSecRule &TX:/^seen_/ "@eq 2" "id:2,phase:1,pass"\nSecRule TX:seen_args:a "@eq 1" "id:3,phase:1,pass"`,
    GET,
    [1, 2, 3],
  ],
  [
    "keeps what a broken chain has set",
    `SecRule ARGS:a ${ALL} "id:1,phase:1,pass,setvar:tx.a=1,chain"\nSecRule ARGS:none ${ALL}\nSecRule TX:a "@eq 1" "id:2,phase:1,pass"`,
    GET,
    [2],
  ],
  [
    "sets the environment of rules",
    `SecAction "id:1,phase:1,pass,setenv:x=%{REQUEST_METHOD}"\nSecRule ENV:x "@streq GET" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "knows who setuid, setsid and setrsc name",
    `SecAction "id:1,phase:1,pass,setuid:u,setsid:s,setrsc:r,setvar:user.n=1,setvar:session.n=2,setvar:resource.n=3"\nSecRule USERID "@streq u" "id:2,phase:1,pass"\nSecRule SESSIONID "@streq s" "id:3,phase:1,pass"\nSecRule USER:n|SESSION:n|RESOURCE:n "@gt 0" "id:4,phase:1,pass"`,
    GET,
    [1, 2, 3, 4],
  ],
  // macros
  [
    "fills macros into operators",
    `SecAction "id:1,phase:1,pass,setvar:tx.m=GET POST"\nSecRule REQUEST_METHOD "@within %{tx.m}" "id:2,phase:1,pass"\nSecRule REQUEST_METHOD "@rx ^%{tx.m}$" "id:3,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "fills macros of headers, counts nothing missing",
    `SecRule REQUEST_METHOD "@streq GET%{REQUEST_HEADERS.none}" "id:1,phase:1,pass"\nSecRule REQUEST_HEADERS:X-Test "@streq %{REQUEST_HEADERS.x-test}" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "takes the percent sign behind a macro for a part of it",
    `SecAction "id:1,phase:1,pass,setvar:tx.a=%{REQUEST_METHOD}%"\nSecRule TX:a "@streq GET" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "leaves a pattern alone that only looks like a macro",
    `SecRule ARGS:d "@rx ^%{nothing}$" "id:1,phase:1,pass"`,
    { target: "/?d=%25%7bnothing}" },
    [1],
  ],
  // ctl
  [
    "removes a rule by id",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveById=2"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "removes rules by a range",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveById=2-3"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:1,pass"\nSecAction "id:4,phase:1,pass"`,
    GET,
    [1, 4],
  ],
  [
    "removes rules by tag",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveByTag=attack"\nSecAction "id:2,phase:1,pass,tag:attack-x"\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "removes rules by message",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveByMsg=Bad (thing)"\nSecAction "id:2,phase:1,pass,msg:'Bad (thing)'"\nSecAction "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  ["removes a rule of a later phase", `SecAction "id:1,phase:1,pass,ctl:ruleRemoveById=2"\nSecAction "id:2,phase:4,pass"`, GET, [1]],
  [
    "takes a target from a rule",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetById=2;ARGS:a"\nSecRule ARGS:a|ARGS:none ${ALL} "id:2,phase:1,pass"\nSecRule ARGS:a ${ALL} "id:3,phase:1,pass"`,
    GET,
    [1, 3],
  ],
  [
    "takes targets by pattern",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetById=2;ARGS:/^[ab]$/"\nSecRule ARGS ${ALL} "id:2,phase:1,pass"`,
    GET,
    [1],
  ],
  [
    "takes a whole variable",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetByTag=t;ARGS"\nSecRule ARGS|REQUEST_COOKIES "@streq one" "id:2,phase:1,pass,tag:t"\nSecRule ARGS|REQUEST_COOKIES "@streq 1" "id:3,phase:1,pass,tag:t"`,
    GET,
    [1, 3],
  ],
  [
    "takes targets from what is chained as well",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetById=2;ARGS:b"\nSecRule ARGS:a ${ALL} "id:2,phase:1,pass,chain"\nSecRule ARGS:b ${ALL}`,
    GET,
    [1],
  ],
  [
    "takes targets by message",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetByMsg=hello;ARGS"\nSecRule ARGS ${ALL} "id:2,phase:1,pass,msg:hello"`,
    GET,
    [1],
  ],
  [
    "takes a count's members away",
    `SecAction "id:1,phase:1,pass,ctl:ruleRemoveTargetById=2;ARGS:a"\nSecRule &ARGS "@eq 1" "id:2,phase:1,pass"`,
    GET,
    [1, 2],
  ],
  [
    "obeys ctl behind a chain only when the chain matches",
    `SecRule ARGS:a ${ALL} "id:1,phase:1,pass,ctl:ruleRemoveById=2,chain"\nSecRule ARGS:none ${ALL}\nSecAction "id:2,phase:1,pass"`,
    GET,
    [2],
  ],
  [
    "obeys ctl on a chained rule",
    `SecRule ARGS:a ${ALL} "id:1,phase:1,pass,chain"\nSecRule ARGS:b ${ALL} "ctl:ruleRemoveById=2"\nSecAction "id:2,phase:1,pass"`,
    GET,
    [1],
  ],
  [
    "forces REQUEST_BODY",
    `SecAction "id:1,phase:1,pass,ctl:forceRequestBodyVariable=On"\nSecRule REQUEST_BODY "@contains raw" "id:2,phase:2,pass"`,
    { method: "POST", headers: [["Content-Type", "x/y"]], body: "raw" },
    [1, 2],
  ],
  [
    "lets a rule choose the body's processor",
    `SecAction "id:1,phase:1,pass,ctl:requestBodyProcessor=JSON"\nSecRule ARGS:json.a "@streq x" "id:2,phase:2,pass"`,
    { method: "POST", headers: [["Content-Type", "x/y"]], body: '{"a":"x"}' },
    [1, 2],
  ],
  [
    "leaves a body alone where a rule says so",
    `SecAction "id:1,phase:1,pass,ctl:requestBodyAccess=Off"\nSecRule ARGS_POST ${ALL} "id:2,phase:2,pass"`,
    FORM,
    [1],
  ],
  [
    "stops where a rule switches the engine off",
    `SecAction "id:1,phase:1,pass,ctl:ruleEngine=Off"\nSecAction "id:2,phase:1,pass"\nSecAction "id:3,phase:5,pass"`,
    GET,
    [1],
  ],
  ["takes what ctl says of logs", `SecAction "id:1,phase:1,pass,ctl:auditEngine=Off"`, GET, [1]],
  [
    "reads an answer where ctl says so",
    `SecAction "id:1,phase:1,pass,ctl:responseBodyAccess=On"\nSecRule RESPONSE_BODY "@contains x" "id:2,phase:4,pass"`,
    { response: { body: "x" } },
    [1, 2],
  ],
];

for (const [sentence, rules, sent, ids] of MATCHES) {
  test(`The firewall ${sentence}`, () => {
    deepEqual(send(wafOf(rules, { paranoia: 2 }), sent).ids, ids);
    // With tracing nothing is passed over: the sieve must not have changed anything.
    deepEqual(send(wafOf(rules, { paranoia: 2 }), sent, () => undefined).ids, ids);
  });
}

const REFUSALS: readonly (readonly [string, string, Sent, number, Partial<Extract<Verdict, { act: "refuse" }>> | undefined])[] = [
  ["denies with 403", `SecAction "id:1,phase:1,deny,msg:'No'"`, GET, 1, { status: 403, ruleId: 1, reason: "No" }],
  ["denies with the status of the rule", `SecAction "id:1,phase:2,deny,status:406"`, GET, 2, { status: 406 }],
  ["denies in phase 4", `SecAction "id:1,phase:4,deny"`, GET, 4, { status: 403 }],
  ["denies nothing in phase 5", `SecAction "id:1,phase:5,deny"`, GET, 5, undefined],
  ["drops", `SecAction "id:1,phase:1,drop"`, GET, 1, { drop: true }],
  [
    "redirects to where macros say, never with a line break",
    `SecAction "id:1,phase:1,redirect:'https://e.example/%{ARGS.a}'"`,
    { target: "/?a=x%0d%0aSet-Cookie:%20a" },
    1,
    { status: 302, location: "https://e.example/x%0D%0ASet-Cookie:%20a" },
  ],
  [
    "takes the default action for block",
    `SecDefaultAction "phase:1,deny,status:418"\nSecAction "id:1,phase:1,block"`,
    GET,
    1,
    { status: 418 },
  ],
  ["denies only for a whole chain", `SecRule ARGS:a ${ALL} "id:1,phase:1,deny,chain"\nSecRule ARGS:none ${ALL}`, GET, 5, undefined],
  ["only detects in detection-only mode", `SecRuleEngine DetectionOnly\nSecAction "id:1,phase:1,deny"`, GET, 5, undefined],
  ["does nothing when it is off", `SecRuleEngine Off\nSecAction "id:1,phase:1,deny"`, GET, 5, undefined],
  [
    "lets ctl switch to detection",
    `SecAction "id:1,phase:1,pass,ctl:ruleEngine=DetectionOnly"\nSecAction "id:2,phase:1,deny"`,
    GET,
    5,
    undefined,
  ],
  [
    "allows all phases but the last",
    `SecAction "id:1,phase:1,allow"\nSecAction "id:2,phase:1,deny"\nSecAction "id:3,phase:4,deny"`,
    GET,
    5,
    undefined,
  ],
  [
    "allows a phase",
    `SecAction "id:1,phase:1,allow:phase"\nSecAction "id:2,phase:1,deny"\nSecAction "id:3,phase:2,deny"`,
    GET,
    2,
    { ruleId: 3 },
  ],
  [
    "allows a request and no answer",
    `SecAction "id:1,phase:1,allow:request"\nSecAction "id:2,phase:2,deny"\nSecAction "id:3,phase:3,deny"`,
    GET,
    3,
    { ruleId: 3 },
  ],
  [
    "allows nothing in detection-only mode",
    `SecRuleEngine DetectionOnly\nSecAction "id:1,phase:1,allow,ctl:ruleEngine=On"\nSecAction "id:2,phase:2,deny"`,
    GET,
    5,
    undefined,
  ],
  ["refuses a body over the limit at once", "SecRequestBodyLimit 4", FORM, 2, { status: 413, ruleId: 0 }],
  ["refuses a body that is no upload over its own limit", "SecRequestBodyNoFilesLimit 4", FORM, 2, { status: 413 }],
  ["cuts a body over the limit where told to", "SecRequestBodyLimit 4\nSecRequestBodyLimitAction ProcessPartial", FORM, 5, undefined],
  [
    "refuses an answer over the limit where told to",
    "SecResponseBodyAccess On\nSecResponseBodyLimit 1\nSecResponseBodyLimitAction Reject",
    { response: { body: "long" } },
    4,
    { status: 502 },
  ],
];

for (const [sentence, rules, sent, phase, expected] of REFUSALS) {
  test(`The firewall ${sentence}`, () => {
    const { verdict, phase: at } = send(wafOf(rules), sent);
    equal(at, phase);
    equal(verdict.act, expected === undefined ? "allow" : "refuse");
    for (const [name, value] of Object.entries(expected ?? {})) equal(Reflect.get(verdict, name), value, name);
  });
}

test("The firewall tells in detection-only mode what it would have done", () => {
  const { verdict, transaction } = send(
    wafOf(`SecRuleEngine DetectionOnly\nSecAction "id:7,phase:2,deny,status:499"\nSecAction "id:8,phase:2,deny"`),
    GET,
  );
  equal(verdict.act, "allow");
  deepEqual(transaction.wouldRefuse, { act: "refuse", status: 499, ruleId: 7, reason: "rule 7" });
});

test("The firewall goes on answering with the refusal, and runs phase 5 once", () => {
  const { transaction, ids } = send(
    wafOf(`SecAction "id:1,phase:1,deny"\nSecAction "id:2,phase:2,pass"\nSecRule RESPONSE_STATUS "@eq 403" "id:3,phase:5,pass"`),
    GET,
  );
  equal(transaction.body().act, "refuse");
  transaction.close();
  deepEqual(ids, [1, 3]);
  equal(transaction.matches.length, 2);
});

test("The firewall writes matches that are safe to log", () => {
  const rules = `SecRule ARGS:a "@rx (.*)" "id:5,phase:1,pass,capture,severity:CRITICAL,tag:'host %{REQUEST_HEADERS.host}',msg:'Saw %{TX.1}',logdata:'in %{MATCHED_VAR_NAME}'"`;
  const [found] = send(wafOf(rules), { target: `/?a=x%0ay%1b${"z".repeat(400)}`, headers: [["Host", "h\x07"]] }).matches;
  equal(found?.excerpt.length, 200);
  match(found?.excerpt ?? "", /^x\\x0ay\\x1bzzz/);
  match(found?.message ?? "", /^Saw x\\x0ay/);
  deepEqual(
    [found?.ruleId, found?.phase, found?.variable, found?.data, found?.severity, found?.tags, found?.isQuiet],
    [5, 1, "ARGS:a", "in ARGS:a", 2, ["host h\\x07"], false],
  );
});

test("The firewall knows the score of rules that keep one", () => {
  equal(
    send(wafOf(`SecAction "id:1,phase:1,pass,setvar:tx.inbound_anomaly_score_pl1=+5,setvar:tx.inbound_anomaly_score_pl2=3"`)).transaction
      .score,
    8,
  );
  equal(send(wafOf("")).transaction.score, 0);
});

test("The firewall never holds back event streams, sockets, and types that nobody named", () => {
  const watches = (status: number, type: string): boolean => {
    const transaction = wafOf("SecResponseBodyAccess On\nSecResponseBodyMimeType text/html text/event-stream").open({ ...HEAD });
    transaction.response({ status, protocol: "HTTP/1.1", headers: [["Content-Type", type]] });
    return transaction.watchesResponseBody;
  };
  deepEqual(
    [
      watches(200, "text/html"),
      watches(200, "TEXT/HTML; charset=utf-8"),
      watches(200, "text/event-stream"),
      watches(101, "text/html"),
      watches(200, "image/png"),
    ],
    [true, true, false, false, false],
  );
});

const HEAD = {
  method: "GET",
  target: "/",
  protocol: "HTTP/1.1",
  headers: [],
  remoteAddress: "::1",
  remotePort: 1,
  serverAddress: "::1",
  serverPort: 2,
};

test("The firewall says no when something inside it breaks", () => {
  const waf = createWaf({
    rules: rulesOf(`SecAction "id:1,phase:1,pass,setvar:tx.p=((("\nSecRule ARGS:a "@rx %{tx.p}" "id:2,phase:1,pass"`),
    now: () => START_MS,
    newId: () => "x",
  });
  const { verdict } = send(waf, GET);
  equal(verdict.act === "refuse" && verdict.status, 500);
  equal(verdict.act === "refuse" && verdict.ruleId, 2);
});

test("The firewall asks lookups anew for every request, and shows what they found", () => {
  const rules = `SecRule REMOTE_ADDR "@geoLookup" "id:1,phase:1,pass,chain"\nSecRule GEO:COUNTRY_CODE "@streq KR"\nSecRule REMOTE_ADDR "@rbl bad.example" "id:2,phase:1,pass"`;
  const listed = new Set<string>();
  const lookups = { findPlace: () => ({ COUNTRY_CODE: "KR" }), isListed: (address: string) => listed.has(address) };
  const waf = wafOf(rules, { lookups });
  deepEqual(send(waf).ids, [1]);
  listed.add("192.0.2.7");
  deepEqual(send(waf).ids, [1, 2]);
});

const PROBLEMS: readonly (readonly [string, string, RegExp])[] = [
  ["a macro of no variable", `SecAction "id:1,phase:1,pass,setvar:tx.a=%{nothing.b}"`, /test\.conf:1: %\{nothing\.b\} names no variable/],
  [
    "a path into XML that cannot be read",
    `SecRule XML:/a/.. "@rx x" "id:1,phase:2,pass"`,
    /test\.conf:1: XML:\/a\/\.\.: found "\.\." at character 4; expected a name or \*/,
  ],
  [
    "a path into XML with a prefix that the rule does not explain",
    `SecRule XML:/s:a "@rx x" "id:1,phase:2,pass"`,
    /test\.conf:1: XML:\/s:a: found the prefix "s"; expected the action xmlns:s=address/,
  ],
  ["members of what has none", `SecRule REQUEST_METHOD:a "@rx x" "id:1,phase:2,pass"`, /test\.conf:1: .*REQUEST_METHOD/],
  ["a selector that is no pattern", `SecRule ARGS:/(/ "@rx x" "id:1,phase:2,pass"`, /test\.conf:1: /],
];

for (const [sentence, rules, problem] of PROBLEMS) {
  test(`The firewall refuses to load ${sentence}, and says where it stands`, () => {
    let message = "";
    try {
      wafOf(rules);
    } catch (error) {
      message = String(error);
    }
    match(message, problem);
  });
}
