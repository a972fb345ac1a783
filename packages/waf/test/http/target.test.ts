import assert from "node:assert/strict";
import querystring from "node:querystring";
import test from "node:test";
import express from "express";
import fc from "fast-check";
import { readForm, readTarget } from "../../src/http/index.ts";
import { fromByteString, toByteString } from "../../src/text/index.ts";

interface Row {
  readonly does: string;
  readonly target: string;
  readonly method?: string;
  readonly gives: Partial<ReturnType<typeof readTarget>>;
}

const ROWS: readonly Row[] = [
  { does: "parts path and query", target: "/a/b.php?x=1&y=2", gives: { form: "origin", path: "/a/b.php", baseName: "b.php", query: "x=1&y=2", args: [["x", "1"], ["y", "2"]] } },
  { does: "decodes the path once, behind its end", target: "/a%2520b/%3fc+d?x", gives: { rawPath: "/a%2520b/%3fc+d", path: "/a%20b/?c+d", baseName: "?c+d", args: [["x", ""]] } },
  { does: "leaves empty arguments out", target: "/?&&a&&", gives: { args: [["a", ""]] } },
  { does: "keeps an argument without a name", target: "/?=v", gives: { args: [["", "v"]] } },
  { does: "keeps an escape that is none and reports it", target: "/?a=%zz%4", gives: { args: [["a", "%zz%4"]], hasInvalidEscape: true } },
  { does: "reports an escape in the path that is none", target: "/%", gives: { path: "/%", hasInvalidEscape: true } },
  { does: "gives both readings of what follows a hash", target: "/p?a=1#b&c=2", gives: { uri: "/p?a=1", query: "a=1", fragment: "b&c=2", args: [["a", "1"], ["a", "1#b"], ["c", "2"]] } },
  { does: "looks for arguments behind a hash in the path", target: "/p#q?a=1", gives: { path: "/p", query: "", fragment: "q?a=1", args: [["a", "1"]] } },
  { does: "takes the authority off the absolute form", target: "http://h:8/p?a=1", gives: { form: "absolute", authority: "h:8", uri: "/p?a=1", path: "/p", args: [["a", "1"]] } },
  { does: "gives an absolute target without path the root", target: "http://h?a=1", gives: { form: "absolute", authority: "h", uri: "/?a=1", path: "/", args: [["a", "1"]] } },
  { does: "takes a backslash of the absolute form for a slash", target: "http:\\\\h\\p", gives: { form: "absolute", authority: "h", rawPath: "\\p", baseName: "p" } },
  { does: "reads the authority form of CONNECT", target: "h:80", method: "CONNECT", gives: { form: "authority", authority: "h:80", path: "" } },
  { does: "reads what has no form as a path", target: "h:80", gives: { form: "other", authority: "", path: "h:80" } },
  { does: "knows the asterisk", target: "*", method: "OPTIONS", gives: { form: "asterisk", path: "*" } },
  { does: "keeps the raw target", target: "http://h/%41#x", gives: { raw: "http://h/%41#x" } },
  { does: "ends a base name at backslashes too", target: "/a\\b", gives: { baseName: "b" } },
  { does: "gives the whole path for a base name where it ends in a slash", target: "/a/", gives: { baseName: "/a/" } },
  { does: "gives both names where qs parts at a bracket", target: "/?a=b]=c&d[e]=f", gives: { args: [["a", "b]=c"], ["a=b]", "c"], ["d[e]", "f"]] } },
]; // biome-ignore format: a table

for (const { does, target, method, gives } of ROWS) {
  test(`The firewall, reading a target, ${does}`, () => {
    const read = readTarget(target, method);
    for (const [key, value] of Object.entries(gives)) assert.deepEqual({ [key]: Reflect.get(read, key) }, { [key]: value });
  });
}

test("The firewall parts arguments at any of several separators", () => {
  const form = readForm("a=1;b=2&c", { separator: "&;", argumentsMax: 10 });
  assert.deepEqual(form.pairs, [["a", "1"], ["b", "2"], ["c", ""]]); // biome-ignore format: a list
});

test("The firewall shows what lies beyond the number of arguments as one value, and says so", () => {
  const form = readForm("a=1&b=2&c=%41&d", { separator: "&", argumentsMax: 2 });
  assert.deepEqual(form.pairs, [["a", "1"], ["b", "2"], ["", "c=A&d"]]); // biome-ignore format: a list
  assert.equal(form.isCut, true);
});

const query = fc
  .array(
    fc.oneof(
      fc.constantFrom(..."ab=&+%[]#?;.2f", "%41", "%C3%A9", "%e9", "%00", "%ff", "é", "한", "\u013c", "]="),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { maxLength: 24 },
  )
  .map((pieces) => pieces.join("").replaceAll(/[\ud800-\udfff]/g, "?"));

/** Bytes that are not UTF-8 become U+FFFD, one or several, depending on who reads; zeros that nobody has sent are blanks. */
const fold = (text: string) => text.replaceAll(/\ufffd+/g, "\ufffd").replaceAll("\0", " ");
const shown = (name: string, value: string) => fold(`${fromByteString(name)}=${fromByteString(value)}`);
const seenIn = (text: string) => new Set(readForm(toByteString(text), RULES).pairs.map(([name, value]) => shown(name, value)));
const RULES = { separator: "&", argumentsMax: 1_000 };

test("The firewall sees every argument that URLSearchParams gives an application", () => {
  fc.assert(
    fc.property(query, (text) => {
      const seen = seenIn(text);
      for (const [name, value] of new URLSearchParams(`&${text}`))
        assert.ok(seen.has(fold(`${name}=${value}`)), JSON.stringify([text, name, value]));
    }),
    { numRuns: 5_000 },
  );
});

test("The firewall sees no argument beside those of URLSearchParams where the text is plain", () => {
  const plain = fc.array(fc.constantFrom(..."ab=&+;.", "%41", "%C3%A9", "é"), { maxLength: 24 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(plain, (text) => {
      const given = [...new URLSearchParams(`&${text}`)];
      assert.deepEqual(
        readForm(toByteString(text), RULES).pairs.map(([name, value]) => [fromByteString(name), fromByteString(value)]),
        given,
      );
    }),
    { numRuns: 3_000 },
  );
});

test("The firewall sees the less-than sign that Node makes of U+013C where an escape is no UTF-8", () => {
  assert.equal(new URLSearchParams("a=%ff\u013cb").get("a"), "\ufffd<b");
  assert.deepEqual(readForm(toByteString("a=%ff\u013cb"), RULES).pairs, [["a", "\xff\xc4\xbcb"], ["a", "\xff<b"]]); // biome-ignore format: a list
});

test("The firewall sees a blank instead of the zero that Node makes of U+AC00", () => {
  assert.equal(new URLSearchParams("a=%ff\uac00").get("a"), "\ufffd\0");
  assert.deepEqual(readForm(toByteString("a=%ff\uac00"), RULES).pairs, [["a", "\xff\xea\xb0\x80"], ["a", "\xff "]]); // biome-ignore format: a list
  assert.deepEqual(readForm("a=%\0", RULES).pairs, [["a", "%\0"]]);
});

test("The firewall sees every argument that node:querystring gives an application", () => {
  fc.assert(
    fc.property(query, (text) => {
      const seen = seenIn(text);
      for (const [name, value] of Object.entries(querystring.parse(text, "&", "=", { maxKeys: 0 }))) {
        for (const one of [value ?? ""].flat()) {
          assert.ok(seen.has(fold(`${name}=${one}`)) || (name === "" && one === ""), JSON.stringify([text, name, one]));
        }
      }
    }),
    { numRuns: 5_000 },
  );
});

/** `qs` gives out undecoded what is not valid percent-encoded UTF-8; rules see that in QUERY_STRING, and the decoded reading in ARGS. */
test("The firewall sees every value that Express's extended query parser gives an application", () => {
  const parse: unknown = express().set("query parser", "extended").get("query parser fn");
  assert.ok(typeof parse === "function");
  fc.assert(
    fc.property(query, (text) => {
      const seen = new Set(readForm(toByteString(text), RULES).pairs.map(([, value]) => fold(fromByteString(value))));
      const raw = text.replaceAll("+", " ");
      for (const leaf of leaves(parse(text))) assert.ok(seen.has(fold(leaf)) || raw.includes(leaf), JSON.stringify([text, leaf]));
    }),
    { numRuns: 3_000 },
  );
});

function leaves(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leaves) : [];
}

/** Node gives a target out as one character for each byte; without bytes above 0x7f there is nothing to tell apart. */
test("The firewall sees the path and arguments that WHATWG URL gives an application", () => {
  const path = fc
    .array(fc.constantFrom(..."ab/.%:@~+", "%41", "%2e", "%C3%A9", "//"), { maxLength: 12 })
    .map((pieces) => `/x${pieces.join("")}`);
  const ascii = query.map((text) => text.replaceAll(/[^\x21-\x7e]/g, "~"));
  fc.assert(
    fc.property(path, ascii, (one, two) => {
      const url = new URL(`${one}?${two}`, "http://h");
      const read = readTarget(`${one}?${two}`);
      const seen = new Set(read.args.map(([name, value]) => shown(name, value)));
      for (const [name, value] of url.searchParams) assert.ok(seen.has(fold(`${name}=${value}`)), JSON.stringify([two, name, value]));
      // WHATWG resolves dot segments; the firewall leaves that to the transformation normalizePath, and sees the path as sent.
      if (!/\/(?:\.|%2e){1,2}(?:\/|$)/i.test(one)) assert.equal(read.path, readTarget(url.pathname).path);
    }),
    { numRuns: 3_000 },
  );
});
