import { strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import { createWaf } from "../../src/engine/index.ts";
import { type Pair, parseRawRequest } from "../../src/http/index.ts";
import { builtinRules } from "../../src/index.ts";
import { judge, openWaf, type Sent } from "./engine.ts";

const waf = openWaf();
const acts = (sent: Sent): string => judge(waf, sent).verdict.act;
const headers = (count: number, write: (index: number) => Pair): Pair[] => Array.from({ length: count }, (_, index) => write(index));
const from = (page: string, ...more: Pair[]): Pair[] => [["Referer", page], ...more];

const REFUSED: readonly (readonly [what: string, sent: Sent])[] = [
  ["600 headers", { headers: headers(600, (index) => [`X-${index}`, "a"]) }],
  ["one header 600 times", { headers: headers(600, () => ["X-A", "a"]) }],
  ["1,500 cookies", { headers: [["Cookie", headers(1_500, (index) => [`c${index}`, "1"]).map((pair) => pair.join("=")).join("; ")]] }],
  ["a header without a name", { headers: [["", "x"]] }],
  ["a header whose name has a blank", { headers: [["X A", "x"]] }],
  ["an empty Host", { headers: [["Host", ""]] }],
  ["a target without a slash", { target: "foo" }],
  ["a target of another scheme", { target: "gopher://example.com/x" }],
  ["a method for proxies in the place of another", { method: "POST", headers: [["X-HTTP-Method-Override", "TRACE"]] }],
  ["a session of Java from another site", { target: "/login?JSESSIONID=0123456789abcdef", headers: from("https://evil.example.net/a") }],
  ["a session of Java in the path from another site", { target: "/login;jsessionid=0123456789ABCDEF", headers: from("https://evil.example.net/a") }],
  ["a session of PHP from another site", { target: "/?a=b&PHPSESSID=evil", headers: from("http://www.example.com.evil.example.net/") }],
  ["a session of ASP from nowhere", { target: "/index?ASP.NET_SessionId=0123456789abcdef" }],
  ["a session of Express from nowhere", { target: "/?connect.sid=s%3Aevil" }],
  ["a session of ColdFusion from another site", { target: "/?CFID=1&CFTOKEN=2", headers: from("https://evil.example.net") }],
]; // biome-ignore format: one row each

const ALLOWED: readonly (readonly [what: string, sent: Sent])[] = [
  ["100 headers", { headers: headers(100, (index) => [`X-${index}`, "a"]) }],
  ["180 cookies", { headers: [["Cookie", headers(180, (index) => [`c${index}`, "1"]).map((pair) => pair.join("=")).join("; ")]] }],
  ["a target of 8,000 bytes", { target: `/sso?SAMLRequest=${"fZJNT".repeat(1_600)}` }],
  ["an address as the target", { target: "https://www.example.com/a?b=c" }],
  ["a question to the whole server", { method: "OPTIONS", target: "*" }],
  ["a method of applications in the place of another", { method: "POST", headers: [["X-HTTP-Method-Override", "PATCH"]] }],
  ["a session that Java has written into its page", { target: "/shop/cart;jsessionid=0123456789ABCDEF.node1?a=b", headers: from("https://www.example.com/shop") }],
  ["the first page of such a session", { target: "/shop/cart;jsessionid=0123456789ABCDEF.node1" }],
  ["a session of PHP on its own site", { target: "/?PHPSESSID=abc", headers: from("https://www.example.com/a?b=c") }],
  ["a session of a payment that comes back", { target: "/done?session_id=cs_test_a1B2", headers: from("https://pay.example.net/") }],
  ["a word about sessions from a search", { target: "/docs?topic=jsessionid", headers: from("https://search.example.net/?q=JSESSIONID=1") }],
]; // biome-ignore format: one row each

describe("The firewall's built-in rules on the protocol", () => {
  for (const [what, sent] of REFUSED) test(`refuse ${what}`, () => strictEqual(acts(sent), "refuse"));
  for (const [what, sent] of ALLOWED) test(`let ${what} through`, () => strictEqual(acts(sent), "allow"));

  test("take a target of any length at the first level, and none that servers refuse at the second", () => {
    const long: Sent = { target: `/pixel.gif?a=${"A".repeat(20_000)}`, headers: [["User-Agent", "a"]] };
    strictEqual(acts(long), "allow");
    strictEqual(judge(openWaf(builtinRules({ paranoia: 2 })), long).verdict.act, "refuse");
  });

  for (const [what, raw] of [
    ["a tab behind the method", "GET\t / HTTP/1.1\r\nHost: a.example\r\n\r\n"],
    ["HTTP/0.9", "GET / HTTP/0.9\r\nHost: a.example\r\n\r\n"],
    ["no version", "GET /\r\n\r\n"],
    ["a version of another protocol", "GET / JUNK/1.0\r\nHost: a.example\r\n\r\n"],
  ] as const) {
    test(`refuse ${what}, as a server hands it on that could not read it`, () => {
      const opened = createWaf({ rules: builtinRules(), now: () => 0, newId: () => "1" }).open(parseRawRequest(Buffer.from(raw)).head);
      strictEqual(opened.head().act, "refuse");
      opened.close();
    });
  }
});
