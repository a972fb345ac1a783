import { deepEqual, equal, ok } from "node:assert/strict";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { readFtwFolder } from "../../src/command/ftw-run.ts";
import { createAlphabet } from "../../src/engine/alphabet.ts";
import { bytesGivenBy, bytesJoinedBy, KNOWN_GIVERS } from "../../src/engine/gives.ts";
import { createWaf, type Waf } from "../../src/engine/index.ts";
import { parseRawRequest } from "../../src/http/index.ts";
import type { RuleSet } from "../../src/rule/index.ts";
import { findTransform } from "../../src/transform/index.ts";
import { loadDebianRules } from "./debian-rules.ts";

import { headOf, rulesOf, type Sent, START_MS, send } from "./send.ts";

const bytes = fc.uint8Array({ minLength: 0, maxLength: 20 });

test("The firewall describes a value by classes of bytes without missing a set it was asked for", () => {
  const set = bytes.map((members) => {
    const made = new Uint8Array(256);
    for (const member of members) made[member] = 1;
    return made;
  });
  fc.assert(
    fc.property(fc.array(set, { maxLength: 80 }), bytes, (sets, value) => {
      const { low, high, maskOf } = createAlphabet(sets);
      let ofLow = 0;
      let ofHigh = 0;
      for (const byte of value) {
        ofLow |= low[byte] ?? 0;
        ofHigh |= high[byte] ?? 0;
      }
      for (const [index, asked] of sets.entries()) {
        const mask = maskOf(asked);
        const meets = ((ofLow & mask.low) | (ofHigh & mask.high)) !== 0;
        const holds = value.some((byte) => asked[byte] === 1);
        if (holds) equal(meets, true);
        // Five sets can be told apart in any case: 2 to the power of 5 classes are fewer than 53.
        if (index < 5) equal(meets, holds);
      }
    }),
  );
});

const RULES = String.raw`
SecRule ARGS|ARGS_NAMES|REQUEST_HEADERS|REQUEST_COOKIES "@rx (?i)select\s+\w+\s+from" "id:1,phase:2,pass,t:none,t:urlDecodeUni,t:lowercase"
SecRule ARGS "@pm <script javascript: onerror=" "id:2,phase:2,pass,t:htmlEntityDecode,t:lowercase,t:removeNulls"
SecRule ARGS "@rx ['\x22;]" "id:3,phase:2,pass,t:urlDecodeUni"
SecRule ARGS "@contains ../" "id:4,phase:2,pass,t:urlDecodeUni,t:normalizePath,multiMatch"
SecRule ARGS "!@rx ^[a-z0-9 ]*$" "id:5,phase:2,pass,t:lowercase"
SecRule ARGS "@rx ^(\d+)$" "id:6,phase:2,pass,capture,setvar:tx.n=%{tx.1}"
SecRule ARGS "@validateByteRange 32-126" "id:7,phase:2,pass"
SecRule ARGS|!ARGS:a "@rx e" "id:8,phase:2,pass"
SecRule &ARGS "@gt 20" "id:9,phase:2,pass"
SecRule ARGS "@rx ." "id:10,phase:2,pass,t:length,chain"
SecRule MATCHED_VARS "@gt 9"
SecRule ARGS "@pm net-user get-item" "id:11,phase:2,pass,t:cmdLine"
SecRule ARGS "@rx \bif ?exist [a-z]+==" "id:12,phase:2,pass,t:cmdLine"
SecRule ARGS "@pm less-often seen-words" "id:13,phase:2,pass,t:cmdLine"
SecRule ARGS "@rx plain\s?text1" "id:14,phase:2,pass,t:compressWhitespace"`;

const piece = fc.constantFrom(
  "select a from b",
  "SELECT%20x+FROM",
  "<script",
  "&lt;Script",
  "%3c",
  "..%2f",
  "../",
  "'",
  "1",
  "42",
  "abc",
  "E",
  "\0",
  "é",
  " ",
  "%00",
  "%zz",
  "plain text",
  "NET-user",
  "n^et-us^er",
  "if,;",
  "exist",
  "abc==",
  "\t ",
);
const argument = fc.tuple(
  fc.constantFrom("a", "b", "c[d]", "e"),
  fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join("")),
);
const form = fc.array(argument, { maxLength: 40 }).map((pairs) => pairs.map(([name, value]) => `${name}=${value}`).join("&"));
const FORM_TYPE = ["Content-Type", "application/x-www-form-urlencoded"] as const;

test("The firewall passes over no rule that would have matched", () => {
  const waf = createWaf({ rules: rulesOf(RULES), now: () => START_MS, newId: () => "x" });
  const untouched = (sent: Sent): unknown => send(waf, sent, () => undefined).matches;
  fc.assert(
    fc.property(form, form, (query, body) => {
      const sent: Sent = { method: "POST", target: `/p?${query}`, headers: [FORM_TYPE, ["Cookie", query.replaceAll("&", ";")]], body };
      const first = send(waf, sent).matches;
      deepEqual(first, untouched(sent));
      // Once more, with what was learned about the first.
      deepEqual(send(waf, sent).matches, first);
    }),
    { numRuns: 300 },
  );
});

test("The firewall does not care about the order of headers, the case of their names, or how a body is cut", () => {
  const waf = createWaf({ rules: rulesOf(RULES), now: () => START_MS, newId: () => "x" });
  const ids = (sent: Sent, cuts: readonly number[]): readonly number[] => {
    const transaction = waf.open(headOf(sent));
    transaction.head();
    const whole = Buffer.from(sent.body ?? "", "latin1");
    let from = 0;
    for (const cut of [...cuts].map((at) => at % (whole.length + 1)).toSorted((one, other) => one - other)) {
      transaction.feed(whole.subarray(from, cut));
      from = cut;
    }
    transaction.feed(whole.subarray(from));
    transaction.body();
    transaction.close();
    return transaction.matches.map(({ ruleId }) => ruleId);
  };
  fc.assert(
    fc.property(form, fc.array(fc.nat(2_000), { maxLength: 5 }), fc.boolean(), (body, cuts, isUpper) => {
      const headers = [FORM_TYPE, ["Cookie", "a=select x from y"], ["X-A", "<script"]] as const;
      const other = headers.toReversed().map(([name, value]) => [isUpper ? name.toUpperCase() : name.toLowerCase(), value] as const);
      deepEqual(ids({ method: "POST", headers: other, body }, cuts), ids({ method: "POST", headers, body }, []));
    }),
    { numRuns: 100 },
  );
});

const tests =
  process.env["HOLDFAST_WAF_CRS3_TESTS"] ?? join(dirname(fileURLToPath(import.meta.url)), "../../../../../shared/crs-3.3.4/tests");
const rules = existsSync(tests) ? loadDebianRules() : undefined;
const skip = rules === undefined ? "not run: Debian's modsecurity-crs or its tests are not there" : false;

test("The firewall passes over no rule of the Core Rule Set that would have matched any of its own tests", {
  skip,
  timeout: 120_000,
}, () => {
  const sieved = openWaf(rules);
  const whole = openWaf(rules);
  // Every third test: the attacks of one rule resemble each other, and running all rules on all values is slow.
  const requests = readFtwFolder(tests)
    .filter((_, index) => index % 3 === 0)
    .map(({ stages }) => stages[0]?.request ?? "");
  for (const request of requests) deepEqual(idsOf(sieved, request, false), idsOf(whole, request, true), request.slice(0, 200));
});

function openWaf(set: RuleSet | undefined): Waf {
  return createWaf({ rules: set ?? rulesOf(""), now: () => START_MS, newId: () => "x", stepsMax: Number.MAX_SAFE_INTEGER });
}

function idsOf(waf: Waf, request: string, isTraced: boolean): readonly number[] {
  const ends = { remoteAddress: "127.0.0.1", remotePort: 1, serverAddress: "127.0.0.1", serverPort: 80 };
  const { head, body } = parseRawRequest(Buffer.from(request, "latin1"), ends);
  const transaction = waf.open(head, isTraced ? { trace: () => undefined } : {});
  transaction.head();
  transaction.feed(body);
  transaction.body();
  transaction.close();
  return transaction.matches.map(({ ruleId }) => ruleId);
}

const PIECES = ["/*", "*/", "--", "#", "/./", "//", "../", "\\", " ", "\t", "\n", "\xa0", "\0", "A", "z", '"', "'", "^", ",", ";", "(", "%", "<!--", "-->", "\r", "c:", "é"]; // biome-ignore format: one line
const anyValue = fc
  .array(fc.oneof(fc.constantFrom(...PIECES), fc.nat(255).map((byte) => String.fromCharCode(byte))), { maxLength: 30 }) // biome-ignore format: one line
  .map((pieces) => pieces.join(""));

for (const name of KNOWN_GIVERS) {
  test(`The firewall knows which bytes ${name} may put into a value`, () => {
    const transform = findTransform(name);
    const given = bytesGivenBy(name);
    const holds = (value: string): void => {
      for (const character of transform?.apply(value) ?? "") {
        if (!value.includes(character)) equal(given?.[character.charCodeAt(0)], 1, JSON.stringify([value, character]));
      }
    };
    fc.assert(fc.property(anyValue, holds), { numRuns: 2_000 });
  });

  const joined = bytesJoinedBy(name);
  test(`The firewall knows the bytes without which ${name} makes no new words`, { skip: joined === undefined && "it always may" }, () => {
    const transform = findTransform(name);
    const holds = (any: string): void => {
      const value = [...any].filter((character) => joined?.[character.charCodeAt(0)] === 0).join("");
      for (const word of transform?.apply(value).split(/[\t\n\v\f\r ]/) ?? [])
        ok(value.toLowerCase().includes(word.toLowerCase()), JSON.stringify([value, word]));
    };
    fc.assert(fc.property(anyValue, holds), { numRuns: 2_000 });
  });
}
