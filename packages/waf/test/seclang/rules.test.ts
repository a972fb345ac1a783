import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Rule } from "../../src/rule/index.ts";
import { load, loadOne, rulesOf } from "./names.ts";

const targetRows: readonly (readonly [text: string, targets: Rule["targets"]])[] = [
  ["ARGS", [plain("ARGS")]],
  ["args", [plain("ARGS")]],
  ["&ARGS", [{ ...plain("ARGS"), count: true }]],
  ["ARGS|!ARGS:id", [plain("ARGS"), { ...plain("ARGS"), exclude: true, select: { kind: "name", name: "id" } }]],
  ["REQUEST_HEADERS:User-Agent", [{ ...plain("REQUEST_HEADERS"), select: { kind: "name", name: "User-Agent" } }]],
  ["ARGS:/^a|b$/|TX", [{ ...plain("ARGS"), select: { kind: "pattern", source: "^a|b$" } }, plain("TX")]],
  ["ARGS:'/^a|b,c$/'|TX", [{ ...plain("ARGS"), select: { kind: "pattern", source: "^a|b,c$" } }, plain("TX")]],
  ["ARGS:/a b/", [{ ...plain("ARGS"), select: { kind: "pattern", source: "a b" } }]],
  ["ARGS:'it\\'s'", [{ ...plain("ARGS"), select: { kind: "name", name: "it's" } }]],
  [
    "XML:/*|XML://@*",
    [
      { ...plain("XML"), select: { kind: "name", name: "/*" } },
      { ...plain("XML"), select: { kind: "name", name: "//@*" } },
    ],
  ],
  [
    "XML:/*|ARGS:/a/",
    [
      { ...plain("XML"), select: { kind: "name", name: "/*" } },
      { ...plain("ARGS"), select: { kind: "pattern", source: "a" } },
    ],
  ],
  ["ARGS,TX", [plain("ARGS"), plain("TX")]],
  ["TX.score", [{ ...plain("TX"), select: { kind: "name", name: "score" } }]],
  ['"ARGS|TX:a"', [plain("ARGS"), { ...plain("TX"), select: { kind: "name", name: "a" } }]],
  ["'ARGS|TX'", [plain("ARGS"), plain("TX")]],
];

function plain(variable: string): Rule["targets"][number] {
  return { variable, count: false, exclude: false };
}

describe("The firewall reads the variables of a rule:", () => {
  for (const [text, targets] of targetRows) {
    test(text, () => assert.deepEqual(loadOne(`SecRule ${text} "@rx x" "id:1"`).targets, targets));
  }
});

const operatorRows: readonly (readonly [written: string, name: string, negated: boolean, argument: string])[] = [
  ['"@rx a b"', "rx", false, "a b"],
  ["abc", "rx", false, "abc"],
  ['"!abc"', "rx", true, "abc"],
  ['"!@rx abc"', "rx", true, "abc"],
  ['"! @rx abc"', "rx", true, "abc"],
  ['"@STREQ x"', "streq", false, "x"],
  ['"@pm  a b "', "pm", false, "a b "],
  ['"@unconditionalMatch"', "unconditionalMatch", false, ""],
  ['"@streq say \\"no\\""', "streq", false, 'say "no"'],
  ["'@streq it\\'s'", "streq", false, "it's"],
  ["'@streq \"no\"'", "streq", false, '"no"'],
  ["@unconditionalMatch", "unconditionalMatch", false, ""],
  ['"^"', "rx", false, "^"],
  ['"@rx mail@host"', "rx", false, "mail@host"],
];

describe("The firewall reads the operator of a rule:", () => {
  for (const [written, name, negated, argument] of operatorRows) {
    test(written, () => assert.deepEqual(loadOne(`SecRule ARGS ${written} "id:1"`).operator, { name, negated, argument }));
  }
});

// What is written, what a pattern is, what another argument is.
const backslashRows: readonly (readonly [written: string, pattern: string, text: string])[] = [
  ["\\d", "\\d", "\\d"],
  ["\\\\", "\\\\", "\\"],
  ["[\\\\/]", "[\\\\/]", "[\\/]"],
  ["\\\\\\\\", "\\\\", "\\\\"],
  ["[^\\\\\\\\]x", "[^\\\\]x", "[^\\\\]x"],
  ["\\\\\\\\\\\\\\\\", "\\\\\\\\", "\\\\\\\\"],
  ['a\\"b', 'a"b', 'a"b'],
  ['a\\\\\\"b', 'a\\\\"b', 'a\\"b'],
  ["[\\\\\\\\'\\\"]", "[\\\\'\"]", "[\\\\'\"]"],
  ["\\x5c", "\\x5c", "\\x5c"],
  ["\\\\\\(", "\\\\\\(", "\\\\("],
];

describe("The firewall reads backslashes as the author of the rule meant them, whatever the server it was written for:", () => {
  for (const [written, pattern, text] of backslashRows) {
    test(written, () => {
      assert.equal(loadOne(`SecRule ARGS "@rx ${written}" "id:1"`).operator?.argument, pattern);
      assert.equal(loadOne(`SecRule ARGS "@contains ${written}" "id:1"`).operator?.argument, text);
    });
  }
});

test("The firewall takes a rule in another script as the bytes of its UTF-8", () => {
  const rule = loadOne(`SecRule ARGS "@contains 값" "id:1,msg:'é'"`);
  assert.equal(rule.operator?.argument, "\xea\xb0\x92");
  assert.equal(rule.meta.message, "\xc3\xa9");
});

describe("The firewall reads lines as Apache does:", () => {
  test("a backslash at the end goes on, blanks behind it and a DOS line end too", () => {
    const rule = loadOne('SecRule ARGS \\\n  "@rx a" \\  \r\n  "id:7,\\\r\n   phase:1"');
    assert.equal(rule.id, 7);
    assert.equal(rule.phase, 1);
    assert.equal(rule.source.line, 1);
  });

  test("comments and empty lines are passed over, and lines are counted with them", () => {
    const rule = loadOne('# SecRule ARGS "x" "id:1"\n\n   # more\nSecRule ARGS "@rx #" "id:7"');
    assert.equal(rule.source.line, 4);
    assert.equal(rule.operator?.argument, "#");
  });

  test("a commented rule takes its continuation with it", () => {
    assert.deepEqual(load('#SecRule ARGS "x" \\\n  "id:1,\\\n  deny"\n').items, []);
  });

  test("a comment that ends in a backslash switches off no directive, and says so", () => {
    const set = load('# old path: c:\\\nSecRule ARGS "@rx a" "id:7"');
    assert.equal(rulesOf(set).length, 1);
    assert.match(set.remarks[0]?.text ?? "", /comment above ends in a backslash/);
    assert.equal(set.remarks[0]?.source.line, 2);
  });

  test("a comment between the lines of a directive is left out, and remarked on", () => {
    const set = load('SecRule ARGS "@rx a" \\\n  # why, \\\n  "id:7,\\\n  # deny,\\\n  pass"');
    assert.deepEqual(rulesOf(set).map(({ id, disruptive }) => [id, disruptive.kind]), [[7, "pass"]]); // biome-ignore format: one line
    assert.deepEqual(set.remarks.map(({ source }) => source.line), [2, 4]); // biome-ignore format: one line
  });

  test("but not a part of a pattern that begins with the sign of one", () => {
    assert.equal(loadOne('SecRule ARGS "@rx a\\\n#b" "id:7"').operator?.argument, "a#b");
  });

  test("a byte order mark is no part of the first directive", () => {
    assert.equal(loadOne('\ufeffSecRule ARGS "@rx a" "id:7"').id, 7);
  });
});

describe("The firewall reads actions:", () => {
  test("names without case, blanks and empty places between commas", () => {
    const rule = loadOne(`SecRule ARGS a "ID:1 ,, Phase:3, NOLOG , t:LowerCase,"`);
    assert.deepEqual([rule.id, rule.phase, rule.log, rule.auditLog, rule.transforms], [1, 3, false, false, ["lowercase"]]);
  });

  test("t:none takes away what stands before it", () => {
    assert.deepEqual(loadOne(`SecRule ARGS a "id:1,t:lowercase,t:none,t:urlDecode,t:lowercase"`).transforms, ["urlDecode", "lowercase"]);
  });

  test("what a rule says of itself", () => {
    const actions = `id:'1',phase:request,msg:'a, b',logdata:'%{MATCHED_VAR}',severity:'CRITICAL',tag:'x/y',tag:z,rev:2,ver:'A/1',maturity:9,accuracy:'8'`;
    const { meta, phase } = loadOne(`SecRule ARGS a "${actions}"`);
    assert.equal(phase, 2);
    assert.deepEqual(meta, {
      message: "a, b",
      logData: "%{MATCHED_VAR}",
      severity: 2,
      tags: ["x/y", "z"],
      revision: "2",
      version: "A/1",
      maturity: 9,
      accuracy: 8,
    });
  });

  test("a quote inside a quoted value", () => {
    assert.equal(loadOne(`SecRule ARGS a "id:1,msg:'it\\'s \\"here\\"'"`).meta.message, `it's "here"`);
  });

  const setvarRows: readonly (readonly [written: string, name: string, operation: string, value: string])[] = [
    ["tx.a=1", "a", "set", "1"],
    ["tx.a", "a", "set", "1"],
    ["TX.a=+5", "a", "add", "5"],
    ["tx.a=-%{tx.b}", "a", "subtract", "%{tx.b}"],
    ["!tx.a", "a", "unset", ""],
    ["'tx.a=x,y=z'", "a", "set", "x,y=z"],
    ["tx.a='x,y'", "a", "set", "x,y"],
    ["'tx.%{rule.id}-%{MATCHED_VAR_NAME}=%{tx.0}'", "%{rule.id}-%{MATCHED_VAR_NAME}", "set", "%{tx.0}"],
    ["tx.%{args.a=b}=1", "%{args.a=b}", "set", "1"],
    ["tx.a=", "a", "set", ""],
  ];
  for (const [written, name, operation, value] of setvarRows) {
    test(`setvar:${written}`, () => {
      assert.deepEqual(loadOne(`SecAction "id:1,setvar:${written}"`).actions, [
        { kind: "setvar", collection: "TX", name, operation, value },
      ]);
    });
  }

  const actionRows: readonly (readonly [written: string, action: Rule["actions"][number]])[] = [
    ["expirevar:'ip.a=60'", { kind: "expirevar", collection: "IP", name: "a", seconds: "60" }],
    ["expirevar:ip.a=%{tx.time}", { kind: "expirevar", collection: "IP", name: "a", seconds: "%{tx.time}" }],
    ["initcol:ip=%{remote_addr}_%{tx.ua}", { kind: "initcol", collection: "IP", key: "%{remote_addr}_%{tx.ua}" }],
    ["setuid:%{ARGS.user}", { kind: "setuid", value: "%{ARGS.user}" }],
    ["setsid:'%{REQUEST_COOKIES.sid}'", { kind: "setsid", value: "%{REQUEST_COOKIES.sid}" }],
    ["sanitiseArg:pw", { kind: "mask", of: "ARGS", name: "pw" }],
    ["sanitizeRequestHeader:'Authorization'", { kind: "mask", of: "REQUEST_HEADERS", name: "Authorization" }],
    ["sanitiseResponseHeader:Set-Cookie", { kind: "mask", of: "RESPONSE_HEADERS", name: "Set-Cookie" }],
    ["sanitiseMatched", { kind: "mask", of: "MATCHED", name: "" }],
    ["sanitiseMatchedBytes:1/4", { kind: "mask", of: "MATCHED", name: "" }],
    ["setrsc:abc", { kind: "setrsc", value: "abc" }],
    ["setenv:'a=b'", { kind: "setenv", name: "a", value: "b" }],
    ["ctl:ruleRemoveById=1-5", { kind: "ctl", setting: "ruleRemoveById", value: "1-5" }],
    ["ctl:RULEENGINE=Off", { kind: "ctl", setting: "ruleEngine", value: "Off" }],
    ["ctl:ruleRemoveTargetByTag=a;ARGS:/x/", { kind: "ctl", setting: "ruleRemoveTargetByTag", value: "a;ARGS:/x/" }],
  ];
  for (const [written, action] of actionRows) {
    test(written, () => assert.deepEqual(loadOne(`SecAction "id:1,${written}"`).actions, [action]));
  }

  test("ctl with a list of variables is one for each of them", () => {
    assert.deepEqual(loadOne(`SecAction "id:1,ctl:'ruleRemoveTargetById=5-7; ARGS:a , TX'"`).actions, [
      { kind: "ctl", setting: "ruleRemoveTargetById", value: "5-7;ARGS:a" },
      { kind: "ctl", setting: "ruleRemoveTargetById", value: "5-7;TX" },
    ]);
  });

  const endRows: readonly (readonly [written: string, disruptive: Rule["disruptive"]])[] = [
    ["deny", { kind: "deny", status: 403 }],
    ["deny,status:404", { kind: "deny", status: 404 }],
    ["status:404,deny", { kind: "deny", status: 404 }],
    ["drop", { kind: "drop" }],
    ["pass", { kind: "pass" }],
    ["allow", { kind: "allow" }],
    ["allow:phase", { kind: "allow:phase" }],
    ["allow:REQUEST", { kind: "allow:request" }],
    ["redirect:'http://a/?b,c'", { kind: "redirect", status: 302, location: "http://a/?b,c" }],
    ["redirect:http://a/,status:301", { kind: "redirect", status: 301, location: "http://a/" }],
    ["redirect:http://a/,status:403", { kind: "redirect", status: 302, location: "http://a/" }],
    ["deny,pass", { kind: "pass" }],
    ["deny,block", { kind: "deny", status: 403 }],
  ];
  for (const [written, disruptive] of endRows) {
    test(written, () => assert.deepEqual(loadOne(`SecAction "id:1,${written}"`).disruptive, disruptive));
  }
});

describe("The firewall gives a rule the default action that stands before it:", () => {
  const DENY = 'SecDefaultAction "phase:2,deny,status:404,nolog,t:lowercase,tag:base"\n';

  test("block and no word at all take its end; its status, log, tags and transformations come along", () => {
    for (const word of ["block,", ""]) {
      const rule = loadOne(`${DENY}SecRule ARGS a "id:1,${word}phase:2,tag:own,t:trim"`);
      assert.deepEqual(rule.disruptive, { kind: "deny", status: 404 });
      assert.deepEqual([rule.log, rule.meta.tags, rule.transforms], [false, ["base", "own"], ["lowercase", "trim"]]);
    }
  });

  test("a word of the rule's own wins", () => {
    assert.deepEqual(loadOne(`${DENY}SecRule ARGS a "id:1,phase:2,pass"`).disruptive, { kind: "pass" });
    assert.deepEqual(loadOne(`${DENY}SecRule ARGS a "id:1,phase:2,block,status:500"`).disruptive, { kind: "deny", status: 500 });
    assert.deepEqual(loadOne(`${DENY}SecRule ARGS a "id:1,phase:2,t:none"`).transforms, []);
  });

  test("a redirect with its address, to block and to no word at all", () => {
    for (const word of ["block,", ""]) {
      const text = `SecDefaultAction "phase:2,redirect:'http://a/',status:303"\nSecRule ARGS a "id:1,${word}phase:2"`;
      assert.deepEqual(loadOne(text).disruptive, { kind: "redirect", status: 303, location: "http://a/" });
    }
  });

  test("its tags and variables once for a chain, its transformations for each rule of it", () => {
    const rule = loadOne(
      'SecDefaultAction "phase:2,pass,t:trim,tag:base,setvar:tx.n=+1"\nSecRule ARGS a "id:1,phase:2,chain"\nSecRule ARGS b',
    );
    const links = [rule, ...rule.chain].map(({ transforms, meta, actions }) => [transforms.length, meta.tags.length, actions.length]);
    assert.deepEqual(links, [
      [1, 1, 1],
      [1, 0, 0],
    ]);
  });

  test("not in another phase, and not above it", () => {
    assert.deepEqual(loadOne(`${DENY}SecRule ARGS a "id:1,phase:1"`).disruptive, { kind: "pass" });
    assert.deepEqual(loadOne(`SecRule ARGS a "id:1,phase:2"\n${DENY}`).disruptive, { kind: "pass" });
  });

  test("block without one passes, as in ModSecurity, and is remarked on", () => {
    const set = load('SecRule ARGS a "id:1,block"');
    assert.deepEqual(rulesOf(set)[0]?.disruptive, { kind: "pass" });
    assert.match(set.remarks[0]?.text ?? "", /block lets everything pass/);
  });
});

describe("The firewall reads chains:", () => {
  const CHAIN =
    'SecRule ARGS a "id:1,phase:2,deny,chain"\n  SecRule TX:a b "chain,setvar:tx.x=1"\n  SecAction "setvar:tx.y=1,msg:m"\nSecAction "id:2"';

  test("all rules up to the first without the action chain", () => {
    const [head, second] = rulesOf(load(CHAIN));
    assert.deepEqual(head?.chain.map(({ id, phase, chain }) => [id, phase, chain.length]), [[1, 2, 0], [1, 2, 0]]); // biome-ignore format: one line
    assert.equal(head?.chain[1]?.operator, undefined);
    assert.equal(head?.chain[1]?.meta.message, "m");
    assert.equal(second?.id, 2);
  });

  test("an id behind a chain does nothing and is remarked on", () => {
    const set = load('SecRule ARGS a "id:1,chain"\nSecRule ARGS b "id:2"\nSecAction "id:2"');
    assert.deepEqual(rulesOf(set).map(({ id }) => id), [1, 2]); // biome-ignore format: one line
    assert.match(set.remarks[0]?.text ?? "", /goes by the id of the first one/);
  });
});
