import { deepEqual, equal, ok } from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { createWaf } from "../../src/engine/index.ts";
import { explain, readRecord, recordRequest, replay } from "../../src/guard/index.ts";
import { parseRawRequest } from "../../src/http/index.ts";
import { FORM, get, guarded, NOW, post, rules, TOMORROW } from "./firewall.ts";

function read(request: string) {
  return parseRawRequest(Buffer.from(request, "latin1"));
}

const SECRETS: readonly (readonly [where: string, request: string])[] = [
  ["Authorization", get("/", "Authorization: Bearer s3cret\r\n")],
  ["cookies", get("/", "Cookie: a=s3cret; b=s3cret\r\n")],
  ["headers of tokens", get("/", "X-Api-Key: s3cret\r\nX-CSRF-Token: s3cret\r\n")],
  ["queries", get("/?token=s3cret&a=b")],
  ["escaped names", get("/?p%61ssword=s3cret")],
  ["Referer", get("/", "Referer: https://a.example/?session=s3cret\r\n")],
  ["forms", post("/", FORM, "user=a&password=s3cret")],
  ["JSON", post("/", "application/json", '{"user":"a","nested":{"apiKey" : "s3\\"cret s3cret"},"pin":1234}')],
  ["multipart", post("/", "multipart/form-data; boundary=x", '--x\r\nContent-Disposition: form-data; name="password"\r\n\r\ns3cret\r\n--x--\r\n')], // biome-ignore format: one line
];

describe("The firewall's records", () => {
  for (const [where, request] of SECRETS) {
    test(`keep no secrets of ${where}, unless they are told to`, () => {
      const recorded = recordRequest(read(request));
      ok(!recorded.includes("cret") && !recorded.includes("1234"), recorded);
      ok(recordRequest(read(request), { allowSecrets: true }).includes("cret"));
    });
  }

  test("give back what was recorded", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 500 }), (value, body) => {
        const head = { ...read(get("/a?b=c")).head, headers: [["X-Value", Buffer.from(value, "utf8").toString("latin1")] as const] };
        const back = readRecord(recordRequest({ head, body }, { allowSecrets: true }));
        deepEqual(back?.head.headers, head.headers);
        deepEqual([...(back?.body ?? [])], [...body]);
        equal(back?.head.target, "/a?b=c");
      }),
    );
  });

  test("are not mistaken for something else", () => {
    for (const line of ["", "{", "null", "[]", '{"v":2}', '{"v":1}', '{"v":1,"m":1,"t":"/","p":"HTTP/1.1","h":[],"b":"","r":""}', '{"v":1,"m":"GET","t":"/","p":"HTTP/1.1","h":[["a"]],"b":"","r":""}', '{"v":1,"m":"GET","t":"/\u4e00","p":"HTTP/1.1","h":[],"b":"","r":""}']) // biome-ignore format: one line
      equal(readRecord(line), undefined, line);
  });

  test("are replayed against other rules, and the differences told", () => {
    const requests = [get("/?q=attack"), get("/?q=novelty"), get("/?q=plain"), get("/", "Cookie: a=attack\r\n")].map(read);
    const before = createWaf({ rules: rules(), now: () => NOW, newId: () => "t" });
    const exclusion = { rules: 100, reason: "A test.", owner: "editors", expires: TOMORROW };
    const { guard } = guarded({ exclusions: [exclusion] }, 'SecRule ARGS "@contains novelty" "id:200,phase:2,deny,status:403,log"\nSecRule REQUEST_COOKIES "@contains att" "id:99,phase:1,pass,log"\n'); // biome-ignore format: one line
    const result = replay(requests, { before, after: guard });
    equal(result.requests, 4);
    deepEqual(
      result.newlyAllowed.map(({ index }) => index),
      [0],
    );
    deepEqual(
      result.newlyRefused.map(({ index, after }) => [index, after.rules]),
      [[1, [200]]],
    );
    deepEqual(
      result.otherRules.map(({ index }) => index),
      [],
    );
  });
});

describe("The firewall's explanations", () => {
  test("name value, transformations, match and score", () => {
    const set = rules(
      'SecRule ARGS:x "@streq abc" "id:300,phase:2,t:lowercase,pass,log,msg:\'said %{MATCHED_VAR}\',setvar:tx.anomaly_score=+5"\n',
    );
    const waf = createWaf({ rules: set, now: () => NOW, newId: () => "t" });
    const said = explain(waf, read(get("/?x=ABC&y=%1b")));
    equal(said.verdict.act, "allow");
    const [held] = said.held;
    deepEqual([held?.ruleId, held?.variable, held?.value, held?.transforms, held?.transformed, held?.message], [300, "ARGS:x", "ABC", ["lowercase"], "abc", "said abc"]); // biome-ignore format: one line
    ok(said.changes.some(({ ruleId, value }) => ruleId === 300 && value === "5"));
    ok(said.looks > 1);
  });
});
