import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import type { Column, Table } from "../../src/model/schema.ts";
import type { Value } from "../../src/model/value.ts";
import { CHANGES, type Step } from "../../src/store/index.ts";
import { numberId, openTestStore } from "./fixture.ts";

const id: Column = { name: "id", type: "blob", nullable: false };
const text = (name: string, rest: Partial<Column> = {}): Column => ({ name, type: "text", nullable: true, ...rest });
const people = (columns: readonly Column[], rest: Partial<Table> = {}): Table => ({
  name: "people",
  kind: "rows",
  key: ["id"],
  columns: [id, ...columns],
  indexes: [],
  changes: false,
  ...rest,
});

const insert = (n: number, row: Readonly<Record<string, Value>>, table = "people"): Step => ({
  do: "insert",
  table,
  row: { id: numberId(n), ...row },
});

interface Case {
  readonly sentence: string;
  readonly before: readonly Table[];
  readonly rows: readonly Step[];
  readonly after: readonly Table[];
}

const applied: readonly (Case & {
  readonly changes: readonly RegExp[];
  readonly found: readonly (readonly Value[])[];
  readonly columns: readonly string[];
})[] = [
  {
    sentence: "adds a field that may be empty",
    before: [people([text("name")])],
    rows: [insert(1, { name: "a" })],
    after: [people([text("name"), text("mail")])],
    changes: [/Added the field people\.mail/],
    columns: ["name", "mail", "row_version"],
    found: [["a", null, 1]],
  },
  {
    sentence: "adds a field that may not be empty, with its fill",
    before: [people([text("name")])],
    rows: [insert(1, { name: "a" })],
    after: [people([text("mail", { nullable: false, fill: "none" }), text("name")])],
    changes: [/Added the field people\.mail/],
    columns: ["name", "mail", "row_version"],
    found: [["a", "none", 1]],
  },
  {
    sentence: "adds a field without a fill where there are no rows",
    before: [people([text("name")])],
    rows: [],
    after: [people([text("name"), text("mail", { nullable: false })])],
    changes: [/Added the field people\.mail/],
    columns: ["mail"],
    found: [],
  },
  {
    sentence: "renames a table and its fields and keeps what is in them",
    before: [people([text("name"), text("mail")])],
    rows: [insert(1, { name: "a", mail: "b" })],
    after: [people([text("address", { was: "mail" }), text("name")], { name: "people", was: "persons" })],
    changes: [/Renamed the field people\.mail to address/],
    columns: ["name", "address"],
    found: [["a", "b"]],
  },
  {
    sentence: "swaps the names of nothing when a rename has been applied already",
    before: [people([text("address", { was: "mail" })])],
    rows: [insert(1, { address: "b" })],
    after: [people([text("address", { was: "mail" })])],
    changes: [],
    columns: ["address"],
    found: [["b"]],
  },
  {
    sentence: "lets a field be empty that had to have a value",
    before: [people([text("name", { nullable: false })])],
    rows: [insert(1, { name: "a" })],
    after: [people([text("name")])],
    changes: [/Changed the field people\.name/],
    columns: ["name"],
    found: [["a"]],
  },
  {
    sentence: "fills the empty ones where a field may no longer be empty",
    before: [people([text("name")])],
    rows: [insert(1, { name: "a" }), insert(2, {})],
    after: [people([text("name", { nullable: false, fill: "?" })])],
    changes: [/Changed the field people\.name/],
    columns: ["name"],
    found: [["a"], ["?"]],
  },
  {
    sentence: "adds and removes indexes, also unique ones",
    before: [people([text("name")], { indexes: [{ columns: ["name"], unique: false }] })],
    rows: [insert(1, { name: "a" }), insert(2, {}), insert(3, {})],
    after: [people([text("name")], { indexes: [{ columns: ["name"], unique: true }] })],
    changes: [/Removed an index/, /Added an index on people \(name\)/],
    columns: ["name"],
    found: [["a"], [null], [null]],
  },
  {
    sentence: "removes fields and tables that hold nothing",
    before: [people([text("name"), text("mail")]), people([], { name: "others" })],
    rows: [insert(1, { name: "a" })],
    after: [people([text("name")])],
    changes: [/Removed the empty field people\.mail/, /Removed the empty table others/],
    columns: ["name"],
    found: [["a"]],
  },
  {
    sentence: "keeps references to a table that is rebuilt",
    before: [
      people([text("name", { nullable: false })]),
      people([{ name: "boss", type: "blob", nullable: true, references: "people" }], { name: "jobs" }),
    ],
    rows: [insert(1, { name: "a" }), insert(1, { boss: numberId(1) }, "jobs")],
    after: [people([text("name")]), people([{ name: "boss", type: "blob", nullable: true, references: "people" }], { name: "jobs" })],
    changes: [/Changed the field people\.name/],
    columns: ["name"],
    found: [["a"]],
  },
];

const refused: readonly (Case & { readonly says: RegExp })[] = [
  {
    sentence: "a table that is gone and has rows",
    before: [people([text("name")])],
    rows: [insert(1, {})],
    after: [],
    says: /table people is gone.*1 rows.*\.was\("people"\)/,
  },
  {
    sentence: "a field that is gone and has values",
    before: [people([text("name")])],
    rows: [insert(1, { name: "a" })],
    after: [people([text("title")])],
    says: /people\.name is gone.*1 rows.*\.was\("name"\)/,
  },
  {
    sentence: "a field of another type",
    before: [people([text("name")])],
    rows: [insert(1, { name: "1" })],
    after: [people([text("name", { type: "integer" })])],
    says: /people\.name changes from text to integer/,
  },
  {
    sentence: "a field that may no longer be empty, and is",
    before: [people([text("name")])],
    rows: [insert(1, {}), insert(2, { name: "a" })],
    after: [people([text("name", { nullable: false })])],
    says: /people\.name may no longer be empty.*1 rows.*default/,
  },
  {
    sentence: "a new field that needs a value",
    before: [people([text("name")])],
    rows: [insert(1, {})],
    after: [people([text("name"), text("mail", { nullable: false })])],
    says: /people\.mail needs a value.*default/,
  },
  {
    sentence: "a unique rule over values that are there twice",
    before: [people([text("name")])],
    rows: [insert(1, { name: "a" }), insert(2, { name: "a" })],
    after: [people([text("name")], { indexes: [{ columns: ["name"], unique: true }] })],
    says: /\(name\) of people shall be unique, and 1 values/,
  },
  {
    sentence: "a reference to rows that are not there",
    before: [people([{ name: "boss", type: "blob", nullable: true }])],
    rows: [insert(1, { boss: numberId(9) })],
    after: [people([{ name: "boss", type: "blob", nullable: true, references: "people" }])],
    says: /1 rows of people refer to rows that are not there/,
  },
  {
    sentence: "another key",
    before: [people([text("name", { nullable: false })])],
    rows: [insert(1, { name: "a" })],
    after: [people([text("name", { nullable: false })], { key: ["name"] })],
    says: /another kind or key/,
  },
];

const order = [{ column: "id", direction: "asc", nulls: "first" }] as const;

describe("Holdfast's migrations", () => {
  for (const { sentence, before, rows, after, changes, columns, found } of applied) {
    test(sentence, async () => {
      await using fixture = await openTestStore(before);
      await fixture.store.commit({ steps: rows });
      const report = await fixture.store.migrate({ tables: after });
      assert.equal(report.changes.length, changes.length, report.changes.join("\n"));
      for (const [at, pattern] of changes.entries()) assert.match(report.changes[at] ?? "", pattern);
      assert.deepEqual(await fixture.store.view((view) => view.read({ table: "people", columns, where: EVERY_ROW, order })), found);
      assert.equal(await fixture.store.view((view) => view.count({ table: "people", where: EVERY_ROW })), found.length);
      assert.deepEqual((await fixture.store.migrate({ tables: after })).changes, [], "a second time changes nothing");
      assert.deepEqual(await fixture.store.checkIntegrity(), ["ok"]);
    });
  }

  for (const { sentence, before, rows, after, says } of refused) {
    test(`refuses ${sentence}, and leaves everything as it was`, async () => {
      await using fixture = await openTestStore(before);
      await fixture.store.commit({ steps: rows });
      await assert.rejects(
        fixture.store.migrate({ tables: after }),
        (error) => isFault(error, "store.refused") && says.test(error.message),
      );
      assert.deepEqual((await fixture.store.migrate({ tables: before })).changes, []);
      assert.equal(await fixture.store.view((view) => view.count({ table: "people", where: EVERY_ROW })), rows.length);
    });
  }

  test("gives a table and a field the same number for ever, and no number twice", async () => {
    await using fixture = await openTestStore([people([text("name"), text("mail")]), people([], { name: "others" })]);
    const first = fixture.report;
    const renamed = await fixture.store.migrate({ tables: [people([text("title", { was: "name" })], { name: "persons", was: "people" })] });
    assert.equal(renamed.tableId("persons"), first.tableId("people"));
    assert.equal(renamed.columnId("persons", "title"), first.columnId("people", "name"));
    const grown = await fixture.store.migrate({
      tables: [people([text("title"), text("mail")], { name: "persons" }), people([], { name: "others" })],
    });
    assert.notEqual(grown.columnId("persons", "mail"), first.columnId("people", "mail"));
    assert.notEqual(grown.tableId("others"), first.tableId("others"));
    assert.equal(grown.tableId(CHANGES), first.tableId(CHANGES));
  });

  test("refuses all at once what cannot be done", async () => {
    await using fixture = await openTestStore([people([text("name"), text("mail")])]);
    await fixture.store.commit({ steps: [insert(1, { name: "a", mail: "b" })] });
    const problems = await fixture.store
      .migrate({ tables: [people([])] })
      .catch((error: unknown) => (isFault(error) ? error.detail["problems"] : undefined));
    assert.ok(Array.isArray(problems) && problems.length === 2);
  });

  const unsound: readonly [string, readonly Table[], RegExp][] = [
    ["two tables of one name", [people([]), people([])], /same name/],
    ["two columns of one name", [people([text("a"), text("a")])], /two columns/],
    ["the store's own column", [people([text("row_version")])], /keeps for itself/],
    ["rows without a key", [people([], { key: [] })], /need a key/],
    ["a key that may be empty", [people([text("a")], { key: ["a"] })], /missing or nullable/],
    ["a log with changes", [people([], { kind: "log", key: [], changes: true })], /a log/],
    ["an index on nothing", [people([], { indexes: [{ columns: ["x"], unique: false }] })], /an index names/],
    ["a reference to nothing", [people([text("a", { references: "nowhere" })])], /refers to a table/],
    ["a subject that is no id", [people([text("a")], { subject: "a" })], /subject/],
  ];
  test("refuses a schema that no store could keep", async () => {
    await using fixture = await openTestStore([]);
    for (const [what, tables, says] of unsound) {
      await assert.rejects(fixture.store.migrate({ tables }), (error) => isFault(error, "store.refused") && says.test(error.message), what);
    }
  });

  test("keeps the check of a reference from scanning the table that refers", async () => {
    await using fixture = await openTestStore(
      [people([]), people([{ name: "boss", type: "blob", nullable: true, references: "people" }], { name: "jobs" })],
      { limits: { scanRowsMax: 0 } },
    );
    await fixture.store.commit({ steps: [insert(1, {}), insert(1, { boss: numberId(1) }, "jobs")] });
    const where = { op: "compare", sense: "is", column: "boss", by: "eq", value: numberId(1) } as const;
    assert.equal((await fixture.store.view((view) => view.read({ table: "jobs", columns: ["id"], where }))).length, 1);
  });
});
