import { equal, ok } from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { createWaf, STEPS_MAX, VARIABLE_NAMES, type Waf } from "../../src/engine/index.ts";
import { OPERATOR_NAMES } from "../../src/operator/index.ts";
import { loadRules } from "../../src/seclang/index.ts";
import { TRANSFORMS } from "../../src/transform/index.ts";
import { loadDebianRules } from "./debian-rules.ts";
import { headOf, rulesOf, type Sent, START_MS, send, wafOf } from "./send.ts";

const BODY_BYTES = 128 * 1024;
const FORM: Sent["headers"] = [
  ["Host", "h"],
  ["User-Agent", "a"],
  ["Accept", "*/*"],
  ["Content-Type", "application/x-www-form-urlencoded"],
];
const JSON_TYPE: Sent["headers"] = [
  ["Host", "h"],
  ["User-Agent", "a"],
  ["Accept", "*/*"],
  ["Content-Type", "application/json"],
];
const RULES = `SecRule ARGS "@rx needle" "id:1,phase:2,pass,t:lowercase"\nSecRule ARGS "@rx [^ -~]" "id:2,phase:2,pass,t:urlDecodeUni,t:htmlEntityDecode"`;

test("The firewall refuses what costs more than it may, and names the rule at work", () => {
  const sent: Sent = { target: `/?a=${"%41".repeat(2_000)}` };
  const { verdict } = send(wafOf(`SecAction "id:7,phase:1,pass"\n${RULES}`, { stepsMax: 3_000 }), sent);
  equal(verdict.act === "refuse" && verdict.status, 403);
  equal(verdict.act === "refuse" && verdict.ruleId, 1);
  equal(send(wafOf(RULES, { stepsMax: 60_000 }), sent).verdict.act, "allow");
});

test("The firewall only reports in detection-only mode that the budget is spent", () => {
  const { verdict, transaction } = send(wafOf(`SecRuleEngine DetectionOnly\n${RULES}`, { stepsMax: 100 }), {
    target: `/?a=${"x".repeat(500)}`,
  });
  equal(verdict.act, "allow");
  equal(transaction.wouldRefuse?.act, "refuse");
});

test("The firewall gives the answer a budget of its own", () => {
  const rules = `SecResponseBodyAccess On\n${RULES}\nSecRule RESPONSE_BODY "@rx needle" "id:3,phase:4,pass"`;
  const sent = (body: string): Sent => ({ target: `/?a=${"x".repeat(400)}`, response: { body } });
  const waf = wafOf(rules, { stepsMax: 4_000 });
  equal(send(waf, sent("y".repeat(1_000))).verdict.act, "allow");
  equal(send(waf, sent("needle y".repeat(2_000))).verdict.act, "refuse");
});

test("The firewall counts about the same for a value that is cut into many and for one that is long", () => {
  const waf = wafOf(RULES);
  const one = send(waf, { method: "POST", headers: FORM, body: `a=${"word ".repeat(4_000)}` }).transaction.steps;
  const many = send(waf, {
    method: "POST",
    headers: FORM,
    body: Array.from({ length: 400 }, (_, at) => `a${at}=${"word ".repeat(10)}`).join("&"),
  }).transaction.steps;
  ok(many < one * 20, `${many} steps against ${one}`);
});

const debian = loadDebianRules();
const noDebian = debian === undefined ? "not run: Debian's modsecurity-crs is not installed" : false;

test("The firewall takes no more steps for any body of 128 KiB than it may", { skip: noDebian, timeout: 120_000 }, () => {
  const waf = createWaf({ rules: debian ?? rulesOf(""), now: () => START_MS, newId: () => "x" });
  const seed = fc.constantFrom(
    "a",
    "'",
    "<",
    "../",
    "%2525",
    "\\u0041",
    "&#x3c;",
    " ",
    "\n",
    ";cat ",
    "' or 1=1 -- ",
    "<script>",
    "/*",
    "${jndi:",
    "\x00",
    "é",
    "(",
    "select ",
    "=",
    "A1_",
  );
  const limit = STEPS_MAX + 64 * BODY_BYTES;
  fc.assert(
    fc.property(fc.array(seed, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 10, 900), (parts, count) => {
      const piece = parts.join("").replaceAll("&", "%26");
      const value = piece.repeat(Math.ceil(BODY_BYTES / count / piece.length)).slice(0, Math.floor(BODY_BYTES / count) - 8);
      const body = Array.from({ length: count }, (_, at) => `a${at}=${value}`)
        .join("&")
        .slice(0, BODY_BYTES);
      const { transaction } = send(waf, { method: "POST", headers: FORM, body });
      ok(transaction.steps <= limit, `${transaction.steps} steps for ${JSON.stringify(piece)} in ${count} arguments`);
    }),
    { numRuns: 12 },
  );
});

const clone = process.env["HOLDFAST_WAF_CRS"] ?? "";
const noClone = existsSync(join(clone, "rules"))
  ? false
  : "not run: HOLDFAST_WAF_CRS does not name a clone of coreruleset/coreruleset at v4.28.0";

function openCrs(): Waf {
  const sources = [join(clone, "crs-setup.conf.example"), `${clone}/rules/*.conf`];
  const files = { readFile: (path: string) => readFileSync(path, "latin1"), listFiles: (folder: string) => readdirSync(folder) };
  const known = { operators: OPERATOR_NAMES, transforms: TRANSFORMS.map(({ name }) => name), variables: VARIABLE_NAMES };
  return createWaf({ rules: loadRules({ sources, files, known }), now: () => START_MS, newId: () => "x", paranoia: 1 });
}

const SENTENCE =
  'The seven gardeners count every flower near the river; it\'s fine (really), said Anna, and wrote "tomorrow" on the map.\n';
/** Bytes of no order, as a file in base64 has them. */
const FILE = Array.from({ length: 93_000 }, (_, at) => String.fromCharCode((at * at * 31 + at * 7 + (at >> 3)) & 0xff)).join("");

const ORDINARY: readonly (readonly [string, Sent])[] = [
  ["prose in a form", { headers: FORM, body: `text=${encodeURIComponent(SENTENCE.repeat(730))}` }],
  ["prose in JSON", { headers: JSON_TYPE, body: JSON.stringify({ text: SENTENCE.repeat(1_000) }) }],
  ["a file in base64", { headers: JSON_TYPE, body: JSON.stringify({ file: Buffer.from(FILE, "latin1").toString("base64") }) }],
  [
    "JSON with 900 values",
    {
      headers: JSON_TYPE,
      body: JSON.stringify(Array.from({ length: 300 }, (_, id) => ({ id, name: SENTENCE.slice(0, 100), note: SENTENCE.repeat(2) }))),
    },
  ],
  [
    "a form with 900 values",
    {
      headers: FORM,
      body: Array.from({ length: 900 }, (_, at) => `field${at}=${encodeURIComponent(SENTENCE.slice(0, 90)).replaceAll("%20", "+")}`).join(
        "&",
      ),
    },
  ],
];

for (const [name, sent] of ORDINARY) {
  test(`The firewall lets ordinary bodies of about 128 KiB through the Core Rule Set: ${name}`, { skip: noClone }, () => {
    const size = sent.body?.length ?? 0;
    ok(size > BODY_BYTES * 0.7 && size <= BODY_BYTES, `${size} bytes`);
    const transaction = openCrs().open(headOf({ ...sent, method: "POST" }));
    transaction.head();
    transaction.feed(Buffer.from(sent.body ?? "", "latin1"));
    const verdict = transaction.body();
    equal(verdict.act === "refuse" ? verdict.reason : "allow", "allow");
    ok(transaction.steps < STEPS_MAX, `${transaction.steps} steps`);
  });
}

test("The firewall lets values of ever new bytes pay for what is learned about them", () => {
  const rules = `${RULES}\nSecRule ARGS "@rx [<>]" "id:3,phase:2,pass,t:cmdLine"`;
  const waf = wafOf(rules);
  const value = (number: number): string =>
    Array.from({ length: 12 }, (_, bit) => ((number >> bit) & 1 ? "\"'<>[](){};|$"[bit] : "")).join("");
  const body = Array.from({ length: 900 }, (_, at) => `a${at}=${encodeURIComponent(value(at + 100))}`).join("&");
  const first = send(waf, { method: "POST", headers: FORM, body }).transaction.steps;
  const again = send(waf, { method: "POST", headers: FORM, body }).transaction.steps;
  ok(first > again, `${first} steps, then ${again}`);
});

test("The firewall remembers what it learned about header values that recur, and nothing about credentials and arguments", () => {
  const waf = wafOf(`SecRule REQUEST_HEADERS|ARGS "@rx needle" "id:1,phase:1,pass"`);
  const again = (sent: Sent): number => {
    send(waf, sent);
    return send(waf, sent).transaction.steps;
  };
  const value = "quite a long value ".repeat(10);
  const nothing = again({ headers: [] });
  equal(again({ headers: [["User-Agent", value]] }), nothing);
  ok(again({ headers: [["Authorization", `${value}.`]] }) >= nothing + value.length);
  ok(again({ headers: [], target: `/?a=${encodeURIComponent(`${value}!`)}` }) >= nothing + value.length);
});
