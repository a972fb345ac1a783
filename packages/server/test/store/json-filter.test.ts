import assert from "node:assert/strict";
import { env } from "node:process";
import { describe, test } from "node:test";
import fc from "fast-check";
import { passes } from "../../src/access/index.ts";
import { isFault } from "../../src/kit/index.ts";
import type { Filter } from "../../src/model/filter.ts";
import type { Table } from "../../src/model/schema.ts";
import { passesReference } from "./filter-reference.ts";
import { numberId, openTestStore } from "./fixture.ts";

const DOCUMENTS: Table = {
  name: "documents",
  kind: "rows",
  key: ["key"],
  columns: [
    { name: "key", type: "blob", nullable: false },
    { name: "json", type: "text", nullable: true },
    { name: "other", type: "integer", nullable: true },
  ],
  indexes: [],
  changes: false,
};
const RUNS = env["HOLDFAST_SLOW"] === undefined ? 2_000 : 100_000;

const key = fc.constantFrom("a", "b", "é", "a b", "0", "-1", "#", "$", ".", "a.b", "[0]", "'", "*", "😀", "");
const text = fc.constantFrom("", "a", "A", "é", "😀", "1", "true", "null", "a%", 'say "x"', "a\\b", "a\nb", "\u0001", "ab");
const number = fc.constantFrom(0, -0, 1, 2, -1, 1.5, 1e21, 1e-7, 2 ** 53, -123.25);
const scalar = fc.oneof(text, number, fc.boolean(), fc.constant(null));
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 3, depthIdentifier: "json" },
    scalar,
    fc.array(tie("json"), { maxLength: 3 }),
    fc.dictionary(key, tie("json"), { maxKeys: 4 }),
  ),
}));

const sense = fc.constantFrom("is" as const, "isNot" as const, "isNotTrue" as const);
const by = fc.constantFrom("eq" as const, "neq" as const, "lt" as const, "lte" as const, "gt" as const, "gte" as const);
const steps = fc.array(fc.oneof({ weight: 4, arbitrary: key }, { weight: 2, arbitrary: fc.constantFrom(0, 1, 2, -1, -2) }), {
  minLength: 1,
  maxLength: 3,
});
const printed = scalar.filter((value) => value !== null).map((value) => JSON.stringify(value));
const at = { op: fc.constant("json" as const), column: fc.constant("json"), steps };

const leaf: fc.Arbitrary<Filter> = fc.oneof(
  fc.record({ ...at, sense, as: fc.constant("text" as const), asks: fc.record({ op: fc.constant("compare" as const), by, value: text }) }),
  fc.record({
    ...at,
    sense,
    as: fc.constant("json" as const),
    asks: fc.record({ op: fc.constant("compare" as const), by, value: printed }),
  }),
  fc.record({
    ...at,
    sense,
    as: fc.constant("number" as const),
    asks: fc.record({ op: fc.constant("compare" as const), by, value: number }),
  }),
  fc.record({
    ...at,
    sense,
    as: fc.constantFrom("text" as const, "json" as const),
    asks: fc.record({ op: fc.constant("in" as const), values: fc.array(fc.oneof(text, printed), { maxLength: 3 }) }),
  }),
  fc.record({
    ...at,
    sense: fc.constantFrom("is" as const, "isNot" as const),
    as: fc.constantFrom("text" as const, "json" as const),
    asks: fc.record({ op: fc.constant("null" as const) }),
  }),
  fc.record({
    ...at,
    sense,
    as: fc.constant("text" as const),
    asks: fc.record({
      op: fc.constant("pattern" as const),
      by: fc.constantFrom("like" as const, "ilike" as const),
      pattern: fc.constantFrom("a%", "%", "_", "A%", "1"),
    }),
  }),
  fc.record({
    ...at,
    sense,
    as: fc.constant("text" as const),
    asks: fc.record({
      op: fc.constant("pattern" as const),
      by: fc.constantFrom("match" as const, "imatch" as const),
      pattern: fc.constantFrom("^a", "A", ".", "^$", "true"),
    }),
  }),
);
const filter = fc.oneof(
  leaf,
  fc.record({ op: fc.constantFrom("all" as const, "any" as const), of: fc.array(leaf, { minLength: 1, maxLength: 3 }) }),
);

describe("Holdfast's questions about parts of json", () => {
  test("mean the same in SQL, in memory and in the reference, for every document and every sense", async () => {
    await using fixture = await openTestStore([DOCUMENTS]);
    const documents = fc.sample(fc.option(json, { freq: 20 }), { numRuns: 150, seed: 11 });
    const rows = documents.map((document, index) => ({
      key: numberId(index),
      json: document === null ? null : JSON.stringify(document),
      other: 1,
    }));
    await fixture.store.commit({ steps: rows.map((row) => ({ do: "insert", table: "documents", row })) });
    let found = 0;
    await fc.assert(
      fc.asyncProperty(filter, async (where) => {
        const read = await fixture.store.view((view) => view.read({ table: "documents", columns: ["key"], where }));
        const sorted = (keys: readonly unknown[]): readonly string[] => keys.map(String).sort();
        const expected = rows.filter((row) => passesReference({}, where, row));
        assert.deepEqual(sorted(read.map(([each]) => each)), sorted(expected.map((row) => row.key)));
        for (const row of rows)
          assert.equal(
            passes(where, row, undefined, () => false),
            expected.includes(row),
          );
        if (read.length > 0 && read.length < rows.length) found += 1;
      }),
      { numRuns: RUNS },
    );
    assert.ok(found > RUNS / 20, `${found} of ${RUNS} questions told rows apart`);
  });

  const refused: readonly (readonly [says: string, column: string, step: string])[] = [
    ["a quote in a name", "json", 'a"b'],
    ["a backslash in a name", "json", "a\\b"],
    ["a control character in a name", "json", "a\nb"],
    ["a column that is not text", "other", "a"],
  ];
  for (const [says, column, step] of refused) {
    test(`are refused with ${says}`, async () => {
      await using fixture = await openTestStore([DOCUMENTS]);
      const where: Filter = { op: "json", sense: "is", column, steps: [step], as: "text", asks: { op: "null" } };
      await assert.rejects(
        fixture.store.view((view) => view.read({ table: "documents", columns: ["key"], where })),
        (error) => isFault(error, "data.invalid"),
      );
    });
  }
});
