import { deepStrictEqual } from "node:assert/strict";
import { test } from "node:test";
import { createExaminer, DETECTORS } from "../../src/detect/index.ts";
import { judge, openWaf } from "../builtin/engine.ts";
import { bytes, SURE } from "./finder-tables.ts";

const ASTRAY: readonly string[] = [
  "https://evil.example.net\\.shop.example", "https://evil.example.net\\@shop.example", "//evil.example.net\\shop.example/", "http://evil.example.net:80\\/shop.example", "https://evil.example.net\\\\.shop.example/login",
  "http://evil.example.net:80@shop.example/", "http://evil.example.net:80%40shop.example/", "https://www.shop.example:443@evil.example.net/a", "//shop.example:8080@evil.example.net",
  "///evil.example.net", "/\\evil.example.net", "\\/\\/evil.example.net", "/\\/\\evil.example.net/a", "https:evil.example.net", "https:/evil.example.net/", "/%2fevil.example.net", "/%0a/evil.example.net",
  "/.//evil.example.net", "/..//evil.example.net/%2e%2e", "/;//evil.example.net", "/.\\\\evil.example.net", "/./\\evil.example.net",
  " //evil.example.net", "\t//evil.example.net/a", "\x01https://evil.example.net", "\x00//evil.example.net", "\r\n/\\evil.example.net", "ht\ttps://evil.example.net/", "https:\n//evil.example.net", "/\t/evil.example.net", "/\n/evil.example.net/", "\x0b\\\\evil.example.net",
  ":80@evil.net", "@evil.com",
]; // biome-ignore format: a list

const HONEST: readonly string[] = [
  "https://shop.example/login?next=/cart", "/login?next=%2Fcart", "//cdn.example.net/lib.js", " https://example.net/pasted", "\nhttps://example.net/pasted\n", "https://example\\.net/.*", "^https://.*\\.example\\.net$", "https://www\\.example\\.net",
  "http://user:secret@registry.example.net/", "https://example.net:8443/a", "git@github.com:owner/repo.git", "mailto:a@example.net", "postgres://app:pw@db.example.net:5432/app", "/a/b/../c.html", "/./index.html", "/;jsessionid=1", "a\t//comment", "// main.ts", "//comment here", "\t// see main.ts for more",
  "C:\\Users\\a.b\\c.txt", "\\\\server\\share", "@media screen", "@angular/core", ":8080", ":smile:", "12:30@office", "/%2e", "/files/%2fhome.txt",
]; // biome-ignore format: a list

test(`The firewall is sure of ${ASTRAY.length} addresses that lead astray whoever checks them`, () => {
  const examiner = createExaminer(DETECTORS);
  const missed = ASTRAY.filter((text) => ![...examiner.examine(bytes(text)).values()].some(({ weight }) => weight >= SURE));
  deepStrictEqual(missed, []);
});

test(`The firewall lets ${HONEST.length} addresses and texts pass that look like them`, () => {
  const examiner = createExaminer(DETECTORS);
  const ssrf = HONEST.filter((text) => (examiner.examine(bytes(text)).get("ssrf")?.weight ?? 0) >= SURE);
  deepStrictEqual(ssrf, []);
});

test("The firewall refuses such addresses in the parameters that applications follow", () => {
  const waf = openWaf();
  const names = ["next", "url", "return_to", "redirect_uri", "continue", "dest", "ReturnUrl"];
  const acts = names.map(
    (name) => judge(waf, { target: `/login?${name}=${encodeURIComponent("https://evil.example.net\\.shop.example")}` }).verdict.act,
  );
  deepStrictEqual(new Set(acts), new Set(["refuse"]));
  const programs = [
    "http://localhost:8123/callback",
    "http://127.0.0.1/callback",
    "com.example.app:/signed-in",
    "https://app.example.com/callback",
  ];
  const ends = programs.map((place) => judge(waf, { target: `/authorize?redirect_uri=${encodeURIComponent(place)}` }).verdict.act);
  deepStrictEqual(new Set(ends), new Set(["allow"]));
});
