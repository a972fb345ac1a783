import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { compileXmlPath, XmlPathProblem } from "../../src/body/index.ts";
import { toByteString } from "../../src/text/index.ts";
import { readBody } from "./read.ts";

const SHOP = `<?xml version="1.0"?><s:shop xmlns:s="urn:shop" xmlns="urn:none"><none xmlns="">
<book id="1" s:kind="a"><title lang="en">One</title><price>30.00</price></book>
<book id="2"><title>Two <i>and</i> more</title><price>5</price><![CDATA[q]]>r<!-- c -->s</book></none><default/></s:shop>`;

const NAMESPACES = new Map([["b", "urn:shop"], ["n", "urn:none"], ["x", "urn:other"]]); // biome-ignore format: one line

function select(path: string, document = SHOP): readonly string[] {
  const tree = readBody("text/xml", document, { depthMax: 512 }).xml?.tree;
  assert.ok(tree !== undefined);
  return compileXmlPath(path, NAMESPACES)(tree, () => undefined);
}

const ROWS: readonly (readonly [path: string, found: readonly string[]])[] = [
  ["/b:shop/none/book/title", ["One", "Two and more"]],
  ["b:shop/none/book/@id", ["1", "2"]],
  ["/shop/none/book", []],
  ["/x:shop", []],
  ["/b:shop/default", []],
  ["/b:shop/n:default", [""]],
  ["//title", ["One", "Two and more"]],
  ["//title/text()", ["One", "Two ", " more"]],
  ["//book[2]/text()", ["qrs"]],
  ["//@*", ["1", "a", "en", "2"]],
  ["//@b:kind", ["a"]],
  ["//@b:*", ["a"]],
  ["//kind", []],
  ["//n:*", [""]],
  ["//book/*[1]", ["One", "Two and more"]],
  ["//book[last()]/price", ["5"]],
  ["//book[position()=1]/price", ["30.00"]],
  ["//book[price=30]/@id", ["1"]],
  ["//book[price='30']/@id", []],
  ["//book[@id!=1]/@id", ["2"]],
  ["//book[@id='2'][title]/price", ["5"]],
  ["//book[price='5'][2]", []],
  ["//*[local-name()='shop']//i", ["and"]],
  ["//*[name()='s:shop']/@id", []],
  ["//*[namespace-uri()='urn:none']", [""]],
  ["//title[contains(.,'and')]", ["Two and more"]],
  ["//title[starts-with( text() , \"On\" )]/@lang", ["en"]],
  ["//title[@lang]", ["One"]],
  ["descendant::price", ["30.00", "5"]],
  ["/descendant-or-self::book/child::title/attribute::lang", ["en"]],
  ["//book//.", ["One30.00", "One", "30.00", "Two and more5qrs", "Two and more", "and", "5"]],
]; // biome-ignore format: a table

for (const [path, found] of ROWS) {
  test(`The firewall finds in XML by ${path}`, () => {
    assert.deepEqual(select(path), found);
  });
}

const PROBLEMS: readonly (readonly [path: string, problem: RegExp])[] = [
  ["", /found the end of the path at character 1; expected a name or \*/],
  ["/", /the end of the path at character 2/],
  ["/a/..", /found "\.\." at character 4/],
  ["/a|/b", /found "\|\/b" at character 3; expected "\/"/],
  ["count(/a)", /no other function/],
  ["/a/comment()", /no other function/],
  ["/a/text()/b", /expected the end of the path behind text\(\)/],
  ["/a/@b/c", /expected the end of the path behind an attribute/],
  ["/a[position()<2]", /found "<2\]" at character 14; expected "="/],
  ["/a[b='c]", /expected a text in quotes or a number/],
  ["/a[b and c]", /expected \] behind a place/],
  ["/descendant::a[2]", /expected no place behind descendant::/],
  ["/p:a", /found the prefix "p"; expected the action xmlns:p=address/],
  [`/${"a/".repeat(33)}a`, /more than 32 steps/],
  [`/${"a".repeat(1_000)}`, /more than 1000 characters/],
];

for (const [path, problem] of PROBLEMS) {
  test(`The firewall refuses the path ${path.slice(0, 40)}`, () => {
    assert.throws(
      () => compileXmlPath(path, NAMESPACES),
      (error) => error instanceof XmlPathProblem && problem.test(error.message),
    );
  });
}

test("The firewall compares names in XML with their case, and reads them as UTF-8", () => {
  assert.deepEqual(select("/A", "<a>x</a>"), []);
  assert.deepEqual(select(toByteString("/한[@é]"), toByteString('<한 é="1">글</한>')), [toByteString("글")]);
});

test("The firewall finds the same with // as by looking at every element, whatever the document", () => {
  const tree = fc.letrec((tie) => ({
    node: fc.oneof({ depthSize: "small", withCrossShrink: true }, fc.constantFrom("t", "u"), tie("element")),
    element: fc
      .tuple(fc.constantFrom("a", "b"), fc.array(tie("node"), { maxLength: 4 }))
      .map(([name, inside]) => `<${name}>${inside.join("")}</${name}>`),
  })).element;
  fc.assert(
    fc.property(tree, (inside) => {
      const document = `<r>${String(inside)}</r>`;
      const all = select("//*", document);
      assert.equal(all.length, [...document.matchAll(/<\w/g)].length);
      assert.deepEqual(select("//a", document), select("//*[name()='a']", document));
      assert.deepEqual(select("//a", document), select("/descendant-or-self::a", document));
      assert.equal(select("//text()", document).join("").length, all[0]?.length);
      assert.equal(select("//a/b", document).length, select("//*[name()='a']/*[local-name()='b']", document).length);
    }),
  );
});

test("The firewall pays for every element it walks, and for text that elements in elements hold again and again", () => {
  const deep = `${"<a>".repeat(500)}${"x".repeat(1_000)}${"</a>".repeat(500)}`;
  const wide = `<a>${"<b/>".repeat(5_000)}</a>`;
  const tree = (document: string) => readBody("text/xml", document, { depthMax: 512 }).xml?.tree ?? { text: "", elements: [] };
  const costOf = (path: string, document: string): number => {
    let cost = 0;
    compileXmlPath(path, NAMESPACES)(tree(document), (steps) => {
      cost += steps;
    });
    return cost;
  };
  assert.ok(costOf("//*", deep) >= 500 * 1_000);
  assert.ok(costOf("//*[contains(.,'y')]", deep) >= 500 * 1_000);
  assert.ok(costOf("//b[a]/@c", wide) < 10 * 5_000);
  assert.ok(costOf("//*//*//*//*", deep) < 500 * 1_000 + 20 * 500);
});
