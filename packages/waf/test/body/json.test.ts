import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import type { BodyFault, BodyLimits } from "../../src/body/index.ts";
import type { Pair } from "../../src/http/index.ts";
import { fromByteString, toByteString } from "../../src/text/index.ts";
import { readBody } from "./read.ts";

interface Row {
  readonly does: string;
  readonly body: string;
  readonly args: readonly Pair[];
  readonly fault?: BodyFault;
  readonly limits?: Partial<BodyLimits>;
  readonly isDouble?: boolean;
}

/** The first rows are cases of ModSecurity's regression tests, said anew. */
const ROWS: readonly Row[] = [
  { does: "names members by their path", body: '{"foo":"bar","mod":"sec"}', args: [["json.foo", "bar"], ["json.mod", "sec"]] },
  { does: "names members of members", body: '{"first":{"key":"bar"}}', args: [["json.first.key", "bar"]] },
  { does: "has nothing against an empty body", body: "", args: [] },
  { does: "refuses what is no JSON", body: "a", args: [], fault: "syntax" },
  { does: "goes as deep as allowed", body: '{"1":{"2":{"3":{"4":{"5":"v"}}}}}', limits: { depthMax: 5 }, args: [["json.1.2.3.4.5", "v"]] },
  { does: "goes no deeper than allowed", body: '{"1":{"2":{"3":{"4":{"5":"v"}}}}}', limits: { depthMax: 4 }, args: [], fault: "limit" },
  { does: "takes as many values as allowed", body: '{"a":1,"b":2}', limits: { argumentsMax: 2 }, args: [["json.a", "1"], ["json.b", "2"]] },
  { does: "takes no more values than allowed", body: '{"a":1,"b":2,"c":3}', limits: { argumentsMax: 2 }, args: [["json.a", "1"], ["json.b", "2"]], fault: "limit" },
  { does: "counts in arrays", body: '{"a":[1,{"b":2},[3]]}', args: [["json.a.array_0", "1"], ["json.a.array_1.b", "2"], ["json.a.array_2.array_0", "3"]] },
  { does: "names an array at the root", body: "[[1],2]", args: [["json.array_0.array_0", "1"], ["json.array_1", "2"]] },
  { does: "names a bare value", body: ' "x" ', args: [["json", "x"]] },
  { does: "names an empty key", body: '{"":1}', args: [["json.empty-key", "1"]] },
  { does: "gives null, words and numbers as text", body: '[null,true,false,-1.50e+3]', args: [["json.array_0", ""], ["json.array_1", "true"], ["json.array_2", "false"], ["json.array_3", "-1.50e+3"]] },
  { does: "decodes escapes to UTF-8", body: '["\\u003cscript\\u003e\\n\\/","\\u00e9\\ud83d\\ude00"]', args: [["json.array_0", "<script>\n/"], ["json.array_1", toByteString("é😀")]] },
  { does: "decodes keys", body: '{"\\u0061":1}', args: [["json.a", "1"]] },
  { does: "gives both values of a key that occurs twice, and says so", body: '{"a":"x","a":"y"}', args: [["json.a", "x"], ["json.a", "y"]], isDouble: true },
  { does: "tells keys of one name in two objects apart", body: '[{"a":1},{"a":2}]', args: [["json.array_0.a", "1"], ["json.array_1.a", "2"]] },
  { does: "skips a byte order mark", body: "\xef\xbb\xbf1", args: [["json", "1"]] },
  { does: "refuses invalid UTF-8, and shows it", body: '["\xff"]', args: [["json.array_0", "\xff"]], fault: "charset" },
  { does: "shows what stood in front of a fault", body: '{"a":"<x>",', args: [["json.a", "<x>"]], fault: "syntax" },
  { does: "refuses what follows the text", body: "1 2", args: [["json", "1"]], fault: "syntax" },
  { does: "takes a GraphQL document in it apart", body: '{"query":"{ user(id: \\"1 or 1\\") { __typename } }","variables":{"v":"x"}}', args: [["json.query", '{ user(id: "1 or 1") { __typename } }'], ["json.variables.v", "x"], ["graphql.id", "1 or 1"], ["graphql.introspection", "__typename"]] },
  { does: "tells the name of an operator that holds nothing", body: '{"a":{"$nin":[]},"$or":[{}],"b":{},"c":[]}', args: [["json.a.$nin", ""], ["json.$or.array_0", ""]] },
  { does: "leaves a query in prose alone", body: '{"query":"shoes"}', args: [["json.query", "shoes"]] },
]; // biome-ignore format: a table

for (const { does, body, args, fault, limits, isDouble = false } of ROWS) {
  test(`The firewall, reading JSON, ${does}`, () => {
    const facts = readBody("application/json", body, limits);
    assert.deepEqual(facts.args, args);
    assert.equal(facts.fault, fault);
    assert.equal(facts.flags["REQBODY_ERROR"], fault === undefined ? undefined : "1");
    assert.equal(facts.flags["JSON_DUPLICATE_KEYS"], isDouble ? "1" : undefined);
    assert.equal(facts.text, "");
  });
}

test("The firewall refuses a JSON text whose names are far longer than itself", () => {
  const depth = 2_000;
  const body = `${'{"aaaaaaaaaa":'.repeat(depth)}[${"1,".repeat(900)}1]${"}".repeat(depth)}`;
  const facts = readBody("application/json", body, { depthMax: 10_000 });
  assert.equal(facts.fault, "limit");
});

/** The leaves of a value as the firewall names them; operators of queries are leaves where they hold nothing. */
function leaves(value: unknown, name = "json"): string[] {
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0 && /\.\$[a-z]{2}/i.test(name)) return [`${name}=`];
  if (Array.isArray(value)) return value.flatMap((item, index) => leaves(item, `${name}.array_${index}`));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, item]) => leaves(item, `${name}.${key || "empty-key"}`));
  return [`${name}=${value === null ? "" : String(value)}`];
}

const seen = (facts: ReturnType<typeof readBody>) => facts.args.map(([name, value]) => `${fromByteString(name)}=${fromByteString(value)}`);

test("The firewall sees every leaf that JSON.parse gives an application, and no other", () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(undefined, 1), (value, space) => {
      const text = JSON.stringify(value, undefined, space);
      // Numbers stay as written; JSON.stringify writes them as String does. Objects order keys that are numbers anew: so does the text.
      const expected = leaves(JSON.parse(text));
      const facts = readBody("application/json", toByteString(text), { argumentsMax: 100_000 });
      assert.deepEqual(
        seen(facts).filter((leaf) => !leaf.startsWith("graphql")),
        expected,
      );
      assert.equal(facts.error, undefined);
    }),
    { numRuns: 2_000 },
  );
});

test("The firewall accepts exactly the JSON texts that JSON.parse accepts", () => {
  const piece = fc.constantFrom(
    ...'{}[]:,"\\/ \t\n\r0123-+.eEu\0\x1f\x7f',
    "true",
    "false",
    "null",
    '"a"',
    '"a":',
    "\\u00",
    "\\u0041",
    "1.5",
    "\xa0",
    "nul",
    "é",
    "\u2028",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")),
      (text) => {
        if (text === "") return;
        const facts = readBody("application/json", toByteString(text));
        assert.equal(facts.error === undefined, isJson(text), JSON.stringify(text));
      },
    ),
    { numRuns: 8_000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

test("The firewall reads JSON that is sent as something else, and says nothing of what is none", () => {
  for (const type of ["text/plain", "", "application/octet-stream"]) {
    const facts = readBody(type, ' {"a":"\\u003cb>"}');
    assert.deepEqual(facts.args, [["json.a", "<b>"]]);
    assert.equal(facts.processor, "NONE");
    assert.equal(facts.error, undefined);
  }
  for (const body of ["{a}", "[1", "1", '"x" he said', "a=1", `${"[".repeat(200)}`]) {
    const facts = readBody("text/plain", body);
    assert.deepEqual(facts.args, []);
    assert.equal(facts.error, undefined);
  }
});

test("The firewall reads JSON lines one by one", () => {
  const facts = readBody("application/x-ndjson", '{"a":1}\r\n\n\x1e[2]\n"x"');
  assert.deepEqual(facts.args, [["json.line_0.a", "1"], ["json.line_2.array_0", "2"], ["json.line_3", "x"]]); // biome-ignore format: a list
  assert.equal(facts.error, undefined);
  assert.equal(readBody("application/x-ndjson", "1\n{").fault, "syntax");
  assert.equal(readBody("application/x-ndjson", "1\n2\n3", { argumentsMax: 2 }).fault, "limit");
});

/** Keys without dots and digits, so that a place in a list can be told from a key. */
const KEYED = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.integer(), fc.constantFrom("x", "' or 1=1", true, null)),
  node: fc.oneof(
    { depthSize: "small" },
    tie("leaf"),
    fc.array(tie("node"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("a", "b", "created_at", "", "$ne", "query", "__proto__"), tie("node"), { maxKeys: 4 }),
  ),
})).node;

const PLACE = /\.array_\d+/g;
const LINE = /^json\.line_\d+/;

function namesOf(args: readonly Pair[]): Set<string> {
  return new Set(args.map(([name]) => name.replace(PLACE, ".array_0").replace(LINE, "json.line_0")));
}

test("The firewall knows each name of a JSON text once, members of lists by the first of them", () => {
  const row = '{"id":1,"tags":["a","b"]}';
  assert.deepEqual(readBody("application/json", `[${row},${row}]`).names, [
    "json",
    "json.array_0.id",
    "json.array_0.tags",
    "json.array_0.tags.array_0",
  ]);
  assert.deepEqual(readBody("application/x-ndjson", `${row}\n${row}\n{"b":{"":2}}`).names, [
    "json.line_0.id",
    "json.line_0.tags",
    "json.line_0.tags.array_0",
    "json.line_0.b.empty-key",
  ]);
  assert.deepEqual(readBody("application/json", '[{"a":1,"a":2},{"a":3}]').flags, { JSON_DUPLICATE_KEYS: "1" });
  assert.deepEqual(readBody("application/json", '[{"a":1},{"a":2},{"b":{"a":1},"a":3}]').flags, {});
});

test("The firewall leaves no name of a document out", () => {
  fc.assert(
    fc.property(
      fc.array(KEYED, { minLength: 1, maxLength: 3 }),
      fc.constantFrom("application/json", "application/x-ndjson", "text/plain"),
      (texts, type) => {
        const body = type === "application/x-ndjson" ? texts.map((text) => JSON.stringify(text)).join("\n") : JSON.stringify(texts);
        const { args, names } = readBody(type, toByteString(body));
        if (names === undefined) return;
        assert.equal(new Set(names).size, names.length);
        for (const name of namesOf(args)) assert.ok(names.includes(name), `${name} of ${body}`);
      },
    ),
    { numRuns: 500 },
  );
});
