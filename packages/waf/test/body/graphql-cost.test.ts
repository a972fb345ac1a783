import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { type CostName, GRAPHQL_LIMITS } from "../../src/body/graphql-limits.ts";
import { judge, openWaf, type Sent } from "../builtin/engine.ts";
import { readBody } from "./read.ts";

const many = (count: number, write: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => write(index)).join(" ");
const nest = (names: readonly string[], depth: number, inner: string): string =>
  many(depth, (index) => `${names[index % names.length]} {`) + inner + "}".repeat(depth);
const login = (index: number): string => `a${index}: login(email: "a@b.example", password: "${index}") { token }`;

const REFUSED: readonly (readonly [limit: CostName, what: string, document: string])[] = [
  ["depth", "a friend's friends", `{${nest(["user", "friends"], 30, "id")}}`],
  ["depth", "lists by edges and nodes", `query Q {${nest(["posts(first: 9)", "edges", "node", "author"], 28, "id")}}`],
  ["depth", "fragments that carry on where others end", `{...A} fragment A on T {${nest(["a"], 12, "...B")}} fragment B on T {${nest(["b"], 12, "id")}}`],
  ["depth", "inline fragments between fields", `{${nest(["a", "... on T"], 50, "id")}}`],
  ["depth", "names behind comments", `# a\n{${nest(["a # {\n"], 25, "id")}}`],
  ["aliases", "one field by many names", `{${many(60, (index) => `a${index}: user(id: ${index}) { email }`)}}`],
  ["aliases", "one field by many names further in", `{ shop { ${many(80, (index) => `a${index}: image(size: ${index})`)} } }`],
  ["aliases", "names that fragments share out", `{...A ...B} fragment A on Q {${many(30, (index) => `a${index}: user(id: 1) {id}`)}} fragment B on Q {${many(30, (index) => `b${index}: user(id: 1) {id}`)}}`],
  ["mutation aliases", "a change many times", `mutation {${many(25, (index) => `a${index}: addLike(id: 7) { count }`)}}`],
  ["mutation aliases", "a change many times in a fragment", `mutation M {...A} fragment A on Mutation {${many(25, (index) => `a${index}: vote(id: 7) { count }`)}}`],
  ["subscription aliases", "many roots of a subscription", `subscription {${many(12, (index) => `a${index}: tick { t }`)}}`],
  ["attempts", "passwords", `mutation {${many(6, login)}}`],
  ["attempts", "codes", `mutation {${many(8, (index) => `a${index}: verifyOtp(code: "${index}") { ok }`)}}`],
  ["attempts", "coupons in a query", `{${many(8, (index) => `a${index}: applyCoupon(code: "${index}") { ok }`)}}`],
  ["attempts", "passwords in a fragment", `mutation {...A} fragment A on Mutation {${many(6, login)}}`],
  ["directives", "a directive that nobody knows", `query { __typename ${"@a".repeat(40)} }`],
  ["directives", "a directive with arguments", `{ a ${"@include(if: true) ".repeat(12)} { id } }`],
  ["directives", "directives of an operation", `query Q ${"@a ".repeat(12)} { id }`],
  ["directives", "directives of a fragment", `{ ... ${"@skip(if: false) ".repeat(12)} { id } }`],
  ["variables", "variables by the hundred", `query(${many(150, (index) => `$v${index}: Int`)}) { id }`],
  ["value depth", "lists in lists", `{ search(in: ${"[".repeat(40)}1${"]".repeat(40)}) { id } }`],
  ["value depth", "objects in objects", `{ search(in: ${"{a: ".repeat(40)}1${"}".repeat(40)}) { id } }`],
  ["value depth", "lists in the type of a variable", `query($a: ${"[".repeat(40)}Int${"]".repeat(40)}) { id }`],
  ["set depth", "nothing but inline fragments", `{${nest(["... on T"], 70, "id")}}`],
  ["repetitions", "one field again and again", `{ a { ${"name ".repeat(30)} } }`],
  ["fields", "fragments that double", `{...F0} ${many(20, (index) => `fragment F${index} on T { ...F${index + 1} ...F${index + 1} }`)} fragment F20 on T { id }`],
  ["fragment chain", "a long chain of fragments", `{...F0} ${many(150, (index) => `fragment F${index} on T { ...F${index + 1} }`)} fragment F150 on T { id }`],
  ["circular fragments", "a fragment within itself", "{ me { ...X } } fragment X on User { friends { ...X } }"],
  ["circular fragments", "two fragments in a circle", "query { ...A } fragment A on Query { ...B } fragment B on Query { ...A }"],
  ["circular fragments", "a circle that nobody spreads", "{ id } fragment A on T { a { ...B } } fragment B on T { ... on U { ...C } } fragment C on T { ...A }"],
]; // biome-ignore format: one row each

const ORDINARY: readonly (readonly [what: string, document: string])[] = [
  ["thirty repositories by other names", `query Many {${many(30, (index) => `r${index}: repository(owner: "o", name: "n${index}") { id stargazerCount }`)}}`],
  ["ten levels with edges and nodes", `query P($n: Int!) { shop {${nest(["products(first: $n)", "edges", "node"], 9, "id title")}} }`],
  ["fragments in fragments, as Relay writes them", `query Q { node(id: "1") { __typename ...A_node id } } ${many(12, (index) => `fragment ${"A".repeat(index + 1)}_node on T { id name owner { login avatarUrl(size: 40) } ...${"A".repeat(index + 2)}_node }`)} fragment ${"A".repeat(13)}_node on T { id }`],
  ["people's names for signing in, in many fragments", `{ viewer { login } } ${many(10, (index) => `fragment F${index} on User { login name }`)}`],
  ["authors, orders and codes with arguments", `{ ${many(10, (index) => `a${index}: authors(first: ${index}) { id }`)} codes(first: 3) { id } }`],
  ["one sign-in", 'mutation L($e: String!, $p: String!) { login(email: $e, password: $p) { token user { id } errors { field message } } }'],
  ["a filter with and, or and not", `{ users(where: {_and: [{_or: [{name: {_ilike: "%a%"}}, {email: {_eq: "b"}}]}, {_not: {orders: {items: {sku: {_in: ["a"]}}}}}]}) { id } }`],
  ["a place on a map", "{ f(area: {type: MultiPolygon, coordinates: [[[[1.0, 2.0], [3.0, 4.0]]]]}) { id } }"],
  ["directives of every client", "query Q($a: Boolean!) @cached(ttl: 60) { me @client { id @include(if: $a) @skip(if: $a) list @connection(key: \"l\", filter: [\"x\"]) { id } ...F @defer(label: \"f\") } } fragment F on T @argumentDefinitions(n: {type: \"Int\"}) { id }"],
  ["a mutation with forty variables", `mutation M(${many(40, (index) => `$v${index}: String`)}) { save(${many(40, (index) => `f${index}: $v${index}`)}) { id } }`],
  ["ten changes at once", `mutation {${many(10, (index) => `u${index}: productUpdate(input: {id: "${index}"}) { product { id } userErrors { field message } }`)}}`],
  ["pictures in five sizes", `{ items { ${many(5, (index) => `s${index}: image(width: ${index * 100}) { url }`)} } }`],
  ["unions", `{ search(text: "a") { __typename ${many(12, (index) => `... on T${index} { id name ${index % 2 === 0 ? "... on U { at }" : ""} }`)} } }`],
  ["five operations in one document", many(5, (index) => `query Q${index} { a${index} { id } }`)],
  ["a subscription", "subscription OnComment($id: ID!) { commentAdded(postId: $id) { id content } }"],
]; // biome-ignore format: one row each

const costOf = (document: string): string | undefined =>
  readBody("application/graphql", document).args.find(([name]) => name === "graphql.cost")?.[1];

describe("The firewall, weighing a GraphQL document,", () => {
  for (const [limit, what, document] of REFUSED) {
    test(`names the limit that ${what} pass: ${limit}`, () => {
      match(costOf(document) ?? "", new RegExp(`^${limit} [0-9]+, at most ${GRAPHQL_LIMITS[limit]}$`));
    });
  }
  for (const [what, document] of ORDINARY) test(`lets ${what} be`, () => strictEqual(costOf(document), undefined));

  test("allows what a limit says, and nothing beyond", () => {
    const documents: Partial<Record<CostName, (count: number) => string>> = {
      depth: (count) => `{${nest(["a"], count - 1, "id")}}`,
      aliases: (count) => `{${many(count, (index) => `a${index}: user { id }`)}}`,
      "mutation aliases": (count) => `mutation {${many(count, (index) => `a${index}: like { id }`)}}`,
      attempts: (count) => `mutation {${many(count, login)}}`,
      directives: (count) => `{ a ${"@b ".repeat(count)} }`,
      variables: (count) => `query(${many(count, (index) => `$v${index}: Int`)}) { id }`,
      "value depth": (count) => `{ a(b: ${"[".repeat(count)}1${"]".repeat(count)}) }`,
      repetitions: (count) => `{ ${"a ".repeat(count)} }`,
      names: (count) => `{ ${many(count / 2, () => "a b")} }`,
    };
    for (const [name, write] of Object.entries(documents)) {
      const limit = GRAPHQL_LIMITS[name as CostName];
      deepStrictEqual([name, costOf(write(limit))], [name, undefined]);
      ok(costOf(write(limit + (name === "names" ? 2 : 1)))?.startsWith(name), name);
    }
  });

  test("never fails, and takes no more than its length, whatever stands in it", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      "(",
      ")",
      "[",
      "]",
      "...",
      "on",
      "fragment",
      "F",
      "query",
      "mutation",
      "@",
      "a",
      ":",
      "$",
      '"s"',
      "1",
      "!",
      "=",
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 200 }), (pieces) => void costOf(pieces.join(" "))));
  });
});

describe("The firewall's built-in rules on GraphQL", () => {
  const waf = openWaf();
  const acts = (sent: Sent): string => judge(waf, sent).verdict.act;
  const json = (value: unknown): Sent => ({ target: "/graphql", type: "application/json", body: JSON.stringify(value) });
  const flood = `mutation {${many(12, login)}}`;
  const one = (index: number): { readonly query: string } => ({
    query: `mutation { login(email: "a@b.example", password: "p${index}") { token } }`,
  });
  const list = <T>(count: number, write: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => write(index));

  for (const [what, sent] of [
    ["JSON", json({ query: flood })],
    ["a list in JSON", json([{ query: "{ id }" }, { query: flood }])],
    ["a list in JSON of one attempt each", json(list(12, one))],
    ["a list in JSON of very many documents", json(list(60, (index) => ({ query: `{ user(id: ${index}) { id } }` })))],
    ["the target", { target: `/graphql?query=${encodeURIComponent(flood)}` }],
    ["a form", { target: "/graphql", type: "application/x-www-form-urlencoded", body: `query=${encodeURIComponent(flood)}` }],
    ["a body of its own type", { target: "/graphql", type: "application/graphql", body: flood }],
    ["JSON that calls itself text", { target: "/graphql", type: "text/plain", body: JSON.stringify({ query: flood }) }],
    ["a form with files", { target: "/graphql", type: "multipart/form-data; boundary=x", body: `--x\r\nContent-Disposition: form-data; name="operations"\r\n\r\n${JSON.stringify([{ query: flood }])}\r\n--x--\r\n` }],
    ["JSON behind commas and comments", json({ query: `,,# a query\n  ${flood}` })],
  ] as const) test(`refuse a flood in ${what}`, () => strictEqual(acts(sent), "refuse")); // biome-ignore format: one row each

  for (const [what, sent] of [
    ["ten documents at once, as clients put them together", json(list(10, (index) => ({ operationName: `Q${index}`, variables: { id: index }, query: `query Q${index}($id: ID!) { node(id: $id) { id __typename } }` })))],
    ["a document that is known by its hash", json({ operationName: "Q", variables: { cost: 5 }, extensions: { persistedQuery: { version: 1, sha256Hash: "a".repeat(64) } } })],
    ["an argument by the name of what is found", json({ query: "{ plan(cost: 50, depth: 25) { id } }" })],
    ["a field of a form by that name", { type: "application/x-www-form-urlencoded", body: "graphql.cost=25" }],
    ["a search of another kind by the name of a query", json({ query: '{"bool": {"must": [{"match": {"title": "a"}}]}}' })],
  ] as const) test(`let ${what} through`, () => strictEqual(acts(sent), "allow")); // biome-ignore format: one row each
});
