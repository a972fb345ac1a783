import assert from "node:assert/strict";
import { env } from "node:process";
import { describe, test } from "node:test";
import fc from "fast-check";
import { isFault } from "../../src/kit/index.ts";
import { EVERY_ROW, type Filter, NO_ROW } from "../../src/model/filter.ts";
import type { Column, Table } from "../../src/model/schema.ts";
import type { Value } from "../../src/model/value.ts";
import { createCatalog, readTables, tableOf } from "../../src/store/sqlite/catalog.ts";
import { type Connection, loadDriver, openConnection } from "../../src/store/sqlite/driver.ts";
import { compileFilter } from "../../src/store/sqlite/filter.ts";
import { passesReference, type ReferenceRow } from "./filter-reference.ts";
import { numberId, openTestStore, type StoreFixture, TEST_KEY } from "./fixture.ts";

const COLUMNS = [
  { name: "key", type: "blob", nullable: false },
  { name: "text", type: "text", nullable: true },
  { name: "word", type: "text", nullable: false },
  { name: "whole", type: "integer", nullable: true },
  { name: "count", type: "integer", nullable: false },
  { name: "part", type: "real", nullable: true },
  { name: "id", type: "blob", nullable: true },
] as const satisfies readonly Column[];

const table = (name: string): Table => ({
  name,
  kind: "rows",
  key: ["key"],
  columns: COLUMNS,
  indexes: [
    { columns: ["text"], unique: false },
    { columns: ["whole", "id"], unique: false },
    { columns: ["word"], unique: false },
  ],
  changes: false,
});
const FUZZ_RUNS = env["HOLDFAST_SLOW"] === undefined ? 1_500 : 100_000;
const NAMES = ["left", "right"] as const;

const letters = fc.constantFrom("a", "A", "b", "é", "É", "\u{1f600}", "\uffff", "%", "_", "\\", "*", "?", "[", "]", "^", "-", "~", " ");
const text = fc.string({ unit: letters, maxLength: 5 });
const number = fc.constantFrom(0, -0, 1, 2, -1, 0.5, 3, 2 ** 53 - 1, -(2 ** 53 - 1));
const whole = fc.constantFrom(0, 1, 2, 3, -1, 2 ** 53 - 1, -(2 ** 53 - 1));
const bytes = fc.constantFrom(new Uint8Array([]), new Uint8Array([0]), new Uint8Array([1, 2]), new Uint8Array([255]), new Uint8Array([1]));
const OF_TYPE = { text, integer: whole, real: number, blob: bytes } as const;

const row = fc.record({
  text: fc.option(text),
  word: text,
  whole: fc.option(whole),
  count: whole,
  part: fc.option(number),
  id: fc.option(bytes),
});

const sense = fc.constantFrom("is" as const, "isNot" as const, "isNotTrue" as const);
const by = fc.constantFrom("eq" as const, "neq" as const, "lt" as const, "lte" as const, "gt" as const, "gte" as const);
const column = fc.constantFrom(...COLUMNS.filter(({ name }) => name !== "key"));
const fittingValue = ({ type }: Column): fc.Arbitrary<Value> =>
  fc.option<Value>(type === "integer" || type === "real" ? number : OF_TYPE[type], { freq: 8 });
const regex = fc.constantFrom("a", "^a", "A$", "[ab]+", "^$", "é", ".", "\\*", "a|b", "^.{2}$");

const compareLeaf: fc.Arbitrary<Filter> = column.chain((of) =>
  fc.record({ op: fc.constant("compare" as const), sense, column: fc.constant(of.name), by, value: fittingValue(of) }),
);
const inLeaf: fc.Arbitrary<Filter> = column.chain((of) =>
  fc.record({ op: fc.constant("in" as const), sense, column: fc.constant(of.name), values: fc.array(fittingValue(of), { maxLength: 6 }) }),
);
const columnsLeaf: fc.Arbitrary<Filter> = fc
  .constantFrom(
    ["text", "word"] as const,
    ["word", "text"] as const,
    ["whole", "part"] as const,
    ["count", "whole"] as const,
    ["id", "id"] as const,
  )
  .chain(([left, right]) =>
    fc.record({ op: fc.constant("compareColumns" as const), sense, left: fc.constant(left), by, right: fc.constant(right) }),
  );
const likeLeaf: fc.Arbitrary<Filter> = fc.record({
  op: fc.constant("pattern" as const),
  sense,
  column: fc.constantFrom("text", "word"),
  by: fc.constantFrom("like" as const, "ilike" as const),
  pattern: text,
});
const matchLeaf: fc.Arbitrary<Filter> = fc.record({
  op: fc.constant("pattern" as const),
  sense,
  column: fc.constantFrom("text", "word"),
  by: fc.constantFrom("match" as const, "imatch" as const),
  pattern: regex,
});
const nullLeaf: fc.Arbitrary<Filter> = fc.record({
  op: fc.constant("null" as const),
  sense: fc.constantFrom("is" as const, "isNot" as const),
  column: column.map(({ name }) => name),
});

const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    compareLeaf,
    inLeaf,
    columnsLeaf,
    likeLeaf,
    matchLeaf,
    nullLeaf,
    fc.record({ op: fc.constantFrom("all" as const, "any" as const), of: fc.array(tie("filter"), { maxLength: 3 }) }),
    column.chain((of) =>
      fc.record({
        op: fc.constant("member" as const),
        sense,
        column: fc.constant(of.name),
        table: fc.constantFrom(...NAMES),
        pick: fc.constantFrom(...COLUMNS.filter(({ type }) => type === of.type).map(({ name }) => name)),
        where: tie("filter"),
      }),
    ),
  ),
}));

async function fill({ store }: StoreFixture, rows: readonly ReferenceRow[], name: string): Promise<readonly ReferenceRow[]> {
  const keyed = rows.map((values, at) => ({ ...values, key: numberId(at) }));
  await store.commit({ steps: keyed.map((values) => ({ do: "insert", table: name, row: values })) });
  return keyed;
}

describe("Holdfast's filters in SQL", () => {
  test("mean what the filters mean, for every row and every sense", async () => {
    await using fixture = await openTestStore(NAMES.map(table));
    const sample = fc.sample(row, { numRuns: 60, seed: 7 });
    const tables = { left: await fill(fixture, sample.slice(0, 40), "left"), right: await fill(fixture, sample.slice(40), "right") };
    await fc.assert(
      fc.asyncProperty(filter, async (where) => {
        const found = await fixture.store.view((view) => view.read({ table: "left", columns: ["key"], where }));
        const expected = tables.left.filter((candidate) => passesReference(tables, where, candidate)).map(({ key }) => key);
        const order = (keys: readonly unknown[]): readonly string[] => keys.map(String).sort();
        assert.deepEqual(order(found.map(([key]) => key)), order(expected));
        assert.equal(await fixture.store.view((view) => view.count({ table: "left", where })), expected.length);
      }),
      { numRuns: FUZZ_RUNS },
    );
  });

  const leaf = (column: string, value: Value): Filter => ({ op: "compare", sense: "is", column, by: "eq", value });
  const refused: readonly [string, Filter, string][] = [
    ["a value of another type", leaf("whole", "1"), "data.invalid"],
    ["text for bytes", leaf("id", "1"), "data.invalid"],
    ["a value that is not finite", leaf("part", Number.POSITIVE_INFINITY), "data.invalid"],
    ["a pattern on a number", { op: "pattern", sense: "is", column: "whole", by: "like", pattern: "1%" }, "data.invalid"],
    ["a broken regular expression", { op: "pattern", sense: "is", column: "text", by: "match", pattern: "(" }, "data.invalid"],
    [
      "a look-behind, which RE2 does not have",
      { op: "pattern", sense: "is", column: "text", by: "match", pattern: "(?<=a)b" },
      "data.invalid",
    ],
    ["a pattern that is too long", { op: "pattern", sense: "is", column: "text", by: "ilike", pattern: "a".repeat(1_001) }, "data.invalid"],
    ["columns of different types", { op: "compareColumns", sense: "is", left: "text", by: "eq", right: "whole" }, "data.invalid"],
    ["too many conditions", { op: "any", of: Array.from({ length: 501 }, (_, n) => leaf("whole", n)) }, "data.invalid"],
    [
      "too deep a nesting",
      Array.from({ length: 41 }).reduce<Filter>((inner) => ({ op: "all", of: [inner, leaf("count", 1)] }), leaf("count", 1)),
      "data.invalid",
    ],
    ["too long a list", { op: "in", sense: "is", column: "whole", values: Array.from({ length: 8_193 }, (_, n) => n) }, "data.invalid"],
    ["an unknown column", leaf("c1", 1), "data.missing"],
    [
      "a column that is only in the other table",
      { op: "member", sense: "is", column: "id", table: "nowhere", pick: "id", where: EVERY_ROW },
      "data.missing",
    ],
  ];

  test("refuse what has no meaning, before the engine sees it", async () => {
    await using fixture = await openTestStore(NAMES.map(table));
    for (const [what, where, code] of refused) {
      await assert.rejects(
        fixture.store.view((view) => view.read({ table: "left", columns: ["key"], where })),
        (error) => isFault(error) && error.code === code,
        what,
      );
    }
  });

  test("keep every value out of the text of a statement", async () => {
    await using fixture = await openTestStore(NAMES.map(table));
    const connection = await observe(fixture);
    const catalog = createCatalog(readTables(connection));
    fc.assert(
      fc.property(filter, (where) => {
        const { sql, values } = compileFilter(catalog, tableOf(catalog, "left"), where);
        assert.match(sql, /^[ct\d\sA-Z?(),=<>+re2i'\\]*$/);
        assert.equal(sql.split("?").length - 1, values.length);
      }),
      { numRuns: 500 },
    );
    connection.close();
  });

  test("share a statement between lists of about the same length", async () => {
    await using fixture = await openTestStore(NAMES.map(table));
    const connection = await observe(fixture);
    const catalog = createCatalog(readTables(connection));
    const shape = (length: number): string =>
      compileFilter(catalog, tableOf(catalog, "left"), {
        op: "in",
        sense: "is",
        column: "count",
        values: Array.from({ length }, (_, n) => n),
      }).sql;
    assert.equal(new Set(Array.from({ length: 1_000 }, (_, n) => shape(n + 1))).size, 11);
    connection.close();
  });

  const searched: readonly [string, Filter][] = [
    ["a comparison", leaf("whole", 1)],
    ["a range", { op: "compare", sense: "isNot", column: "whole", by: "lte", value: 1 }],
    ["a list", { op: "in", sense: "is", column: "word", values: ["a", "b", "c"] }],
    ["a null", { op: "null", sense: "is", column: "text" }],
    ["the beginning of a text", { op: "pattern", sense: "is", column: "text", by: "like", pattern: "ab%" }],
    ["one of two comparisons", { op: "any", of: [leaf("whole", 1), leaf("word", "a")] }],
    ["a membership", { op: "member", sense: "is", column: "text", table: "right", pick: "text", where: leaf("word", "a") }],
    [
      "a comparison or a membership",
      {
        op: "any",
        of: [leaf("whole", 1), { op: "member", sense: "is", column: "text", table: "right", pick: "text", where: leaf("word", "a") }],
      },
    ],
    ["a condition beside nothing", { op: "any", of: [NO_ROW, { op: "all", of: [EVERY_ROW, leaf("whole", 1)] }] }],
    [
      "a condition beside a negated one",
      { op: "all", of: [leaf("whole", 1), { op: "compare", sense: "isNotTrue", column: "text", by: "eq", value: "a" }] },
    ],
  ];

  for (const [what, where] of searched) {
    test(`find rows by an index: ${what}`, async () => {
      await using fixture = await openTestStore(NAMES.map(table));
      const connection = await observe(fixture);
      const catalog = createCatalog(readTables(connection));
      const left = tableOf(catalog, "left");
      const { sql, values } = compileFilter(catalog, left, where);
      const plan = connection
        .prepare(`EXPLAIN QUERY PLAN SELECT c1 FROM ${left.sql} WHERE ${sql}`)
        .raw()
        .all(...values)
        .map(String);
      assert.ok(
        plan.some((step) => step.includes("SEARCH")),
        plan.join("\n"),
      );
      assert.ok(!plan.some((step) => /SCAN t\d/.test(step)), plan.join("\n"));
      connection.close();
    });
  }
});

async function observe({ file }: StoreFixture): Promise<Connection> {
  return openConnection(await loadDriver(), { file, key: TEST_KEY, cipher: "aegis" });
}
