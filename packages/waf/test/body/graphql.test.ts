import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { type BodyFault, type BodyLimits, readGraphqlMembers } from "../../src/body/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { readBody } from "./read.ts";

interface Row {
  readonly does: string;
  readonly body: string;
  readonly args: readonly Pair[];
  readonly fault?: BodyFault;
  readonly limits?: Partial<BodyLimits>;
}

const ROWS: readonly Row[] = [
  { does: "gives the values of arguments by their names", body: 'query Q($a: Int = 5) { user(id: "x", n: -1.5e3, on: true) { name } }', args: [["graphql.a", "5"], ["graphql.id", "x"], ["graphql.n", "-1.5e3"]] },
  { does: "gives values within lists and objects", body: '{ f(a: ["x", {b: "y"}]) }', args: [["graphql.a", "x"], ["graphql.b", "y"]] },
  { does: "decodes escapes", body: '{ f(a: "\\u003cb\\"") }', args: [["graphql.a", '<b"']] },
  { does: "reads block strings", body: '{ f(a: """x "y" \\""" z""") }', args: [["graphql.a", 'x "y" """ z']] },
  { does: "skips comments and commas", body: '# "not this"\n{ f(a: "x",,) # "nor this"\r\n }', args: [["graphql.a", "x"]] },
  { does: "names introspection", body: "{ __schema { types { name } } }", args: [["graphql.introspection", "__schema"]] },
  { does: "refuses a string without end", body: '{ f(a: "x', args: [], fault: "syntax" },
  { does: "refuses a block string without end", body: '{ f(a: """x" }', args: [], fault: "syntax" },
  { does: "refuses half a document", body: '{ f(a: "x")', args: [["graphql.a", "x"]], fault: "syntax" },
  { does: "refuses characters that are none of the language", body: "{ f < }", args: [], fault: "syntax" },
  { does: "goes no deeper than allowed", body: "{a{b{c}}}", limits: { depthMax: 2 }, args: [], fault: "limit" },
  { does: "takes no more values than allowed", body: "{f(a:[1,2,3])}", limits: { argumentsMax: 2 }, args: [["graphql.a", "1"], ["graphql.a", "2"]], fault: "limit" },
]; // biome-ignore format: a table

for (const { does, body, args, fault, limits } of ROWS) {
  test(`The firewall, reading GraphQL, ${does}`, () => {
    const facts = readBody("application/graphql", body, limits);
    assert.deepEqual(facts.args, args);
    assert.equal(facts.fault, fault);
  });
}

test("The firewall sees every string value of a GraphQL document", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 12 }), { minLength: 1, maxLength: 5 }), (values) => {
      const body = `mutation { f(${values.map((value, index) => `a${index}: ${JSON.stringify(value)}`).join(" ")}) { id } }`;
      assert.deepEqual(
        readBody("application/graphql", body).args.map(([, value]) => value),
        values,
      );
    }),
  );
});

test("The firewall takes a document apart that came in a form or in a target, and leaves other texts alone", () => {
  const form = readBody("application/x-www-form-urlencoded", "query=%7Bf(a%3A%22x%22)%7D&q=%7Bg(a%3A1)%7D");
  assert.deepEqual(form.args, [["query", '{f(a:"x")}'], ["q", "{g(a:1)}"], ["graphql.a", "x"]]); // biome-ignore format: a list
  const limits = { argumentsMax: 10, depthMax: 10 };
  assert.deepEqual(readGraphqlMembers([["query", "{ __schema { types { name } } }"]], limits), [["graphql.introspection", "__schema"]]);
  assert.deepEqual(readGraphqlMembers([["query", "red shoes (size: 44)"]], limits), []);
});
