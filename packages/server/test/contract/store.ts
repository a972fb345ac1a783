import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { EVERY_ROW, type Filter } from "../../src/model/filter.ts";
import type { Schema, Table } from "../../src/model/schema.ts";
import type { Value } from "../../src/model/value.ts";
import {
  CHANGES,
  CHANGES_COLUMNS,
  decodeCells,
  type LogRow,
  type MigrationReport,
  type Receipt,
  type Step,
  type Store,
} from "../../src/store/index.ts";

export interface ContractStore extends AsyncDisposable {
  readonly store: Store;
  readonly report: MigrationReport;
}

/** Opens an empty store with these tables and this limit of rows that one query may look at without an index. */
export type OpenContractStore = (schema: Schema, limits: { readonly scanRowsMax: number }) => Promise<ContractStore>;

const SCAN_ROWS_MAX = 50;

const teams: Table = {
  name: "teams",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "blob", nullable: false },
    { name: "name", type: "text", nullable: false },
  ],
  indexes: [{ columns: ["name"], unique: true }],
  changes: false,
};

const people: Table = {
  name: "people",
  kind: "rows",
  key: ["id"],
  columns: [
    { name: "id", type: "blob", nullable: false },
    { name: "name", type: "text", nullable: true },
    { name: "age", type: "integer", nullable: true },
    { name: "weight", type: "real", nullable: true },
    { name: "team", type: "blob", nullable: true, references: "teams" },
    { name: "owner", type: "blob", nullable: true },
    { name: "mail", type: "text", nullable: true },
    { name: "country", type: "text", nullable: true },
  ],
  indexes: [
    { columns: ["owner"], unique: false },
    { columns: ["age"], unique: false },
    { columns: ["mail", "country"], unique: true },
  ],
  changes: true,
  subject: "owner",
};

const pairs: Table = {
  name: "pairs",
  kind: "rows",
  key: ["left", "right"],
  columns: [
    { name: "left", type: "blob", nullable: false },
    { name: "right", type: "integer", nullable: false },
    { name: "note", type: "text", nullable: true },
  ],
  indexes: [],
  changes: false,
};

const diary: Table = {
  name: "diary",
  kind: "log",
  key: [],
  columns: [{ name: "line", type: "text", nullable: false }],
  indexes: [],
  changes: false,
};

const SCHEMA: Schema = { tables: [people, teams, pairs, diary] };

const id = (n: number): Uint8Array => new Uint8Array(16).fill(n);
const person = (n: number, row: Readonly<Record<string, Value>> = {}): Step => ({
  do: "insert",
  table: "people",
  row: { id: id(n), ...row },
});
const line = (text: string): Step => ({ do: "append", table: "diary", row: { line: text } });
const equal = (column: string, value: Value): Filter => ({ op: "compare", sense: "is", column, by: "eq", value });

async function rows(
  store: Store,
  table: string,
  columns: readonly string[],
  where: Filter = EVERY_ROW,
): Promise<readonly (readonly Value[])[]> {
  return store.view((view) => view.read({ table, columns, where }));
}

/** All that a log holds now. */
async function logged(store: Store, table: string, columns: readonly string[], after = 0): Promise<readonly LogRow[]> {
  const all: LogRow[] = [];
  const end = new AbortController();
  await store.view(async (view) => {
    const [last] = await view.read({
      table,
      columns: ["position"],
      where: EVERY_ROW,
      order: [{ column: "position", direction: "desc", nulls: "last" }],
      limit: 1,
    });
    if (Number(last?.[0] ?? 0) <= after) end.abort();
    for await (const page of store.feed(table, columns, after, end.signal)) {
      all.push(...page);
      if ((all[all.length - 1]?.position ?? 0) >= Number(last?.[0])) end.abort();
    }
  });
  return all;
}

function refusal(receipt: Receipt): object {
  return receipt.committed ? { committed: true } : { step: receipt.step, because: receipt.because, columns: receipt.columns };
}

/** What every driver promises. Run it from the driver's own test with a way to open it. */
export function storeContract(name: string, open: OpenContractStore): void {
  const test_ = (sentence: string, work: (store: Store, report: MigrationReport) => Promise<void>): void => {
    test(sentence, async () => {
      await using opened = await open(SCHEMA, { scanRowsMax: SCAN_ROWS_MAX });
      await work(opened.store, opened.report);
    });
  };

  describe(`Holdfast on ${name}`, () => {
    describe("commits", () => {
      test_("gives rows back as they were written, in every type", async (store) => {
        const row = { name: "ä\u{1f600}\n", age: -9007199254740991, weight: 0.1, team: null, owner: id(9), mail: "", country: null };
        await store.commit({ steps: [person(1, row)] });
        const columns = ["id", "name", "age", "weight", "team", "owner", "mail", "country", "row_version"];
        const expected = [id(1), row.name, row.age, row.weight, null, id(9), "", null, 1];
        assert.deepEqual(await rows(store, "people", columns), [expected]);
        assert.deepEqual(await store.view((view) => view.get("people", [id(1)], columns)), expected);
        assert.equal(await store.view((view) => view.get("people", [id(2)], columns)), undefined);
      });

      test_("raises the version with each update and refuses an old one", async (store) => {
        await store.commit({ steps: [person(1, { name: "a" })] });
        const update = (version: number, to: string): Step => ({ do: "update", table: "people", key: [id(1)], version, set: { name: to } });
        assert.deepEqual(refusal(await store.commit({ steps: [update(1, "b")] })), { committed: true });
        assert.deepEqual(refusal(await store.commit({ steps: [line("x"), update(1, "c")] })), { step: 1, because: "stale", columns: [] });
        assert.deepEqual(refusal(await store.commit({ steps: [update(2, "c"), update(3, "d")] })), { committed: true });
        assert.deepEqual(await rows(store, "people", ["name", "row_version"]), [["d", 4]]);
        assert.deepEqual(await rows(store, "diary", ["line"]), []);
      });

      test_("deletes a row only in the version that was seen", async (store) => {
        await store.commit({ steps: [person(1)] });
        const remove = (n: number, version: number): Step => ({ do: "delete", table: "people", key: [id(n)], version });
        assert.deepEqual(refusal(await store.commit({ steps: [remove(1, 2)] })), { step: 0, because: "stale", columns: [] });
        assert.deepEqual(refusal(await store.commit({ steps: [remove(2, 1)] })), { step: 0, because: "stale", columns: [] });
        assert.deepEqual(refusal(await store.commit({ steps: [remove(1, 1)] })), { committed: true });
        assert.deepEqual(await rows(store, "people", ["id"]), []);
      });

      test_("names the columns of the unique index that refuses, and none for the key", async (store) => {
        await store.commit({ steps: [person(1, { mail: "a@x", country: "kr" })] });
        assert.deepEqual(refusal(await store.commit({ steps: [person(1)] })), { step: 0, because: "taken", columns: [] });
        const twice = await store.commit({ steps: [line("x"), person(2, { mail: "a@x", country: "kr" })] });
        assert.deepEqual(refusal(twice), { step: 1, because: "taken", columns: ["mail", "country"] });
        const free = await store.commit({
          steps: [person(3, { mail: "a@x" }), person(4, { mail: "a@x" }), person(5, { mail: "a@x", country: "fr" })],
        });
        assert.deepEqual(refusal(free), { committed: true });
        assert.deepEqual(await rows(store, "diary", ["line"]), []);
      });

      test_("refuses a reference to nothing, and the end of a row that is referred to", async (store) => {
        const dangling = await store.commit({ steps: [person(1, { team: id(7) })] });
        assert.deepEqual(refusal(dangling), { step: 0, because: "reference", columns: [] });
        await store.commit({ steps: [{ do: "insert", table: "teams", row: { id: id(7), name: "t" } }, person(1, { team: id(7) })] });
        const remove: Step = { do: "delete", table: "teams", key: [id(7)], version: 1 };
        assert.deepEqual(refusal(await store.commit({ steps: [remove] })), { step: 0, because: "reference", columns: [] });
        assert.deepEqual(refusal(await store.commit({ steps: [{ do: "delete", table: "people", key: [id(1)], version: 1 }, remove] })), {
          committed: true,
        });
      });

      test_("holds a batch to what it expects", async (store) => {
        await store.commit({ steps: [person(1, { owner: id(1) }), person(2, { owner: id(1) })] });
        const expect = (count: number): Step => ({ do: "expect", table: "people", where: equal("owner", id(1)), rows: count });
        for (const count of [0, 1, 3]) {
          assert.deepEqual(refusal(await store.commit({ steps: [person(9), expect(count)] })), {
            step: 1,
            because: "expectation",
            columns: [],
          });
        }
        assert.deepEqual(refusal(await store.commit({ steps: [expect(2), person(3, { owner: id(1) }), expect(3)] })), { committed: true });
        assert.equal((await rows(store, "people", ["id"])).length, 3);
      });

      test_("writes what tells of a refusal, and nothing else of the batch", async (store) => {
        await store.commit({ steps: [person(1)] });
        const receipt = await store.commit({ steps: [line("done"), person(1)], otherwise: [line("refused")] });
        assert.deepEqual(refusal(receipt), { step: 1, because: "taken", columns: [] });
        assert.deepEqual(
          (await logged(store, "diary", ["line"])).map(({ row }) => row),
          [["refused"]],
        );
      });

      test_("clears what passes and says how many", async (store) => {
        await store.commit({ steps: [1, 2, 3, 4].map((n) => person(n, { age: n })) });
        const old: Filter = { op: "compare", sense: "is", column: "age", by: "lte", value: 2 };
        const receipt = await store.commit({
          steps: [
            { do: "clear", table: "people", where: old },
            { do: "clear", table: "people", where: old },
          ],
        });
        assert.ok(receipt.committed);
        assert.deepEqual(receipt.cleared, [2, 0]);
        assert.equal(await store.view((view) => view.count({ table: "people", where: EVERY_ROW })), 2);
      });

      test_("answers each of many at once with its own result", async (store) => {
        const receipts = await Promise.all(
          Array.from({ length: 200 }, (_, n) => store.commit({ steps: [person(1 + (n % 100), { name: String(n) })] })),
        );
        assert.equal(receipts.filter(({ committed }) => committed).length, 100);
        const positions = receipts.flatMap((receipt) => (receipt.committed ? [receipt.position] : []));
        assert.equal(new Set(positions).size, 100);
        assert.equal(await store.view((view) => view.count({ table: "people", where: EVERY_ROW })), 100);
      });

      test_("refuses values that a column cannot hold, and tables and columns that are not there", async (store) => {
        const wrong: readonly [string, Step, string][] = [
          ["text in an integer", person(1, { age: "1" }), "data.invalid"],
          ["a fraction in an integer", person(1, { age: 1.5 }), "data.invalid"],
          ["an integer beyond 2^53", person(1, { age: 2 ** 53 }), "data.invalid"],
          ["not a number", person(1, { weight: Number.NaN }), "data.invalid"],
          ["NUL in text", person(1, { name: "a\0b" }), "data.invalid"],
          ["half a character", person(1, { name: "\ud800" }), "data.invalid"],
          ["null where it may not be", { do: "insert", table: "teams", row: { id: id(1) } }, "data.invalid"],
          ["an unknown column", person(1, { nickname: "x" }), "data.missing"],
          ["the version", person(1, { row_version: 7 }), "data.missing"],
          ["an unknown table", { do: "insert", table: "nowhere", row: {} }, "data.missing"],
          ["another key for a row", { do: "update", table: "people", key: [id(1)], version: 1, set: { id: id(2) } }, "data.invalid"],
          ["a key of another length", { do: "delete", table: "pairs", key: [id(1)], version: 1 }, "data.invalid"],
          ["an insert into a log", { do: "insert", table: "diary", row: { line: "x" } }, "data.invalid"],
          ["an append to rows", { do: "append", table: "teams", row: { id: id(1), name: "x" } }, "data.invalid"],
        ];
        for (const [what, step, code] of wrong) {
          await assert.rejects(store.commit({ steps: [line(what), step] }), (error) => isFault(error) && error.code === code, what);
        }
        assert.deepEqual(await rows(store, "diary", ["line"]), []);
      });

      test_("finds rows by a key of several columns", async (store) => {
        await store.commit({
          steps: [1, 2].map((n): Step => ({ do: "insert", table: "pairs", row: { left: id(1), right: n, note: `n${n}` } })),
        });
        assert.deepEqual(await store.view((view) => view.get("pairs", [id(1), 2], ["note"])), ["n2"]);
        await store.commit({ steps: [{ do: "update", table: "pairs", key: [id(1), 2], version: 1, set: { note: null } }] });
        assert.deepEqual(await store.view((view) => view.get("pairs", [id(1), 2], ["note", "row_version"])), [null, 2]);
      });
    });

    describe("views", () => {
      test_("shows one moment, whatever is committed meanwhile", async (store) => {
        await store.commit({ steps: [person(1, { name: "before" })] });
        await store.view(async (view) => {
          await store.commit({ steps: [{ do: "update", table: "people", key: [id(1)], version: 1, set: { name: "after" } }, person(2)] });
          assert.deepEqual(await view.read({ table: "people", columns: ["name"], where: EVERY_ROW }), [["before"]]);
          assert.equal(await view.count({ table: "people", where: EVERY_ROW }), 1);
          assert.deepEqual(await view.get("people", [id(1)], ["name"]), ["before"]);
        });
        assert.equal((await rows(store, "people", ["id"])).length, 2);
      });

      test_("reads what has been committed before it was opened", async (store) => {
        for (let n = 1; n <= 20; n += 1) {
          await store.commit({ steps: [person(n)] });
          assert.equal(await store.view((view) => view.count({ table: "people", where: EVERY_ROW })), n);
        }
      });

      test_("is closed when its work is done and something has been written since", async (store) => {
        const kept = await store.view((view) => Promise.resolve(view));
        await store.commit({ steps: [person(1)] });
        await assert.rejects(kept.read({ table: "people", columns: ["id"], where: EVERY_ROW }), (error) =>
          isFault(error, "store.unavailable"),
        );
        await store.view(async () => {
          await assert.rejects(kept.get("people", [id(1)], ["id"]), (error) => isFault(error, "store.unavailable"));
        });
      });

      test_("orders with nulls where they are wanted, and pages", async (store) => {
        await store.commit({ steps: [person(1, { age: 3 }), person(2), person(3, { age: 1 }), person(4, { age: 2 }), person(5)] });
        const table: readonly [direction: "asc" | "desc", nulls: "first" | "last", ages: readonly Value[]][] = [
          ["asc", "first", [null, null, 1, 2, 3]],
          ["asc", "last", [1, 2, 3, null, null]],
          ["desc", "first", [null, null, 3, 2, 1]],
          ["desc", "last", [3, 2, 1, null, null]],
        ];
        for (const [direction, nulls, expected] of table) {
          const order = [{ column: "age", direction, nulls }];
          const ages = await store.view((view) => view.read({ table: "people", columns: ["age"], where: EVERY_ROW, order }));
          assert.deepEqual(
            ages,
            expected.map((age) => [age]),
            `${direction} nulls ${nulls}`,
          );
          const page = await store.view((view) =>
            view.read({ table: "people", columns: ["age"], where: EVERY_ROW, order, limit: 2, offset: 1 }),
          );
          assert.deepEqual(
            page,
            expected.slice(1, 3).map((age) => [age]),
          );
        }
        const tail = await store.view((view) =>
          view.read({
            table: "people",
            columns: ["age"],
            where: EVERY_ROW,
            order: [{ column: "age", direction: "asc", nulls: "first" }],
            offset: 4,
          }),
        );
        assert.deepEqual(tail, [[3]]);
      });

      test_("orders text by its UTF-8 bytes", async (store) => {
        const names = ["B", "a", "\u{1f600}", "\uff21", "é", "Z", ""];
        await store.commit({ steps: names.map((text, at) => person(at + 1, { name: text })) });
        const order = [{ column: "name", direction: "asc", nulls: "first" }] as const;
        const found = await store.view((view) => view.read({ table: "people", columns: ["name"], where: EVERY_ROW, order }));
        assert.deepEqual(
          found.map(([text]) => text),
          [...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))),
        );
      });
    });

    describe("the cost gate", () => {
      const many = (store: Store): Promise<Receipt> =>
        store.commit({ steps: Array.from({ length: SCAN_ROWS_MAX + 1 }, (_, n) => person(n, { age: n, name: `n${n}`, mail: `m${n}` })) });
      const unindexed = (text: RegExp) => (error: unknown) => isFault(error, "data.unindexed") && text.test(error.message);

      test_("refuses to look at more rows than it may, and names the index", async (store) => {
        await many(store);
        const read = (where: Filter) => store.view((view) => view.read({ table: "people", columns: ["id"], where, limit: 1 }));
        await assert.rejects(read(equal("name", "n1")), unindexed(/\["name"\]/));
        await assert.rejects(read({ op: "all", of: [equal("name", "n1"), equal("country", "kr")] }), unindexed(/\["name", "country"\]/));
        await assert.rejects(read({ op: "any", of: [equal("name", "n1"), equal("age", 3)] }), unindexed(/indexes: \[\["name"\]\]/));
        await assert.rejects(
          read({ op: "pattern", sense: "is", column: "name", by: "like", pattern: "%1" }),
          unindexed(/No index can serve/),
        );
        await assert.rejects(
          store.view((view) => view.count({ table: "people", where: equal("name", "n1") })),
          unindexed(/\["name"\]/),
        );
        await assert.rejects(
          store.commit({ steps: [{ do: "expect", table: "people", where: equal("name", "n1"), rows: 1 }] }),
          unindexed(/\["name"\]/),
        );
        await assert.rejects(
          store.commit({ steps: [{ do: "clear", table: "people", where: equal("name", "n1") }] }),
          unindexed(/\["name"\]/),
        );
        await assert.rejects(
          store.view((view) =>
            view.read({
              table: "teams",
              columns: ["id"],
              where: { op: "member", sense: "is", column: "id", table: "people", pick: "team", where: equal("name", "x") },
            }),
          ),
          unindexed(/people.*\["name"\]/),
        );
      });

      test_("lets through what an index serves, what is short, and what is small", async (store) => {
        await many(store);
        const order = [{ column: "age", direction: "desc", nulls: "last" }] as const;
        await store.view(async (view) => {
          assert.equal((await view.read({ table: "people", columns: ["id"], where: equal("age", 7) })).length, 1);
          assert.equal(
            (await view.read({ table: "people", columns: ["id"], where: { op: "any", of: [equal("age", 7), equal("owner", id(1))] } }))
              .length,
            1,
          );
          assert.equal(
            (
              await view.read({
                table: "people",
                columns: ["id"],
                where: { op: "in", sense: "is", column: "id", values: [id(1), id(2), id(3)] },
              })
            ).length,
            3,
          );
          assert.deepEqual(await view.read({ table: "people", columns: ["age"], where: EVERY_ROW, order, limit: 2 }), [
            [SCAN_ROWS_MAX],
            [SCAN_ROWS_MAX - 1],
          ]);
          assert.equal(await view.count({ table: "people", where: EVERY_ROW }), SCAN_ROWS_MAX + 1);
          assert.equal((await view.read({ table: "teams", columns: ["id"], where: equal("name", "x") })).length, 0);
        });
        await store.commit({ steps: [{ do: "clear", table: "people", where: equal("age", 0) }] });
        assert.equal((await rows(store, "people", ["id"], equal("name", "n1"))).length, 1);
      });
    });

    describe("logs", () => {
      test_("gives each commit a position and each row its place, in order", async (store) => {
        await store.commit({ steps: [line("a"), line("b")] });
        await store.commit({ steps: [line("c")] });
        const all = await logged(store, "diary", ["line"]);
        assert.deepEqual(
          all.map(({ row }) => row[0]),
          ["a", "b", "c"],
        );
        assert.equal(all[0]?.position, all[1]?.position);
        assert.ok((all[0]?.n ?? 0) < (all[1]?.n ?? 0));
        assert.ok((all[1]?.position ?? 0) < (all[2]?.position ?? 0));
        assert.deepEqual(
          (await logged(store, "diary", ["line"], all[0]?.position)).map(({ row }) => row[0]),
          ["c"],
        );
      });

      test_("feeds what is committed while somebody waits, until the signal ends it", async (store) => {
        const end = new AbortController();
        const seen: Value[] = [];
        const reader = (async () => {
          for await (const page of store.feed("diary", ["line"], 0, end.signal)) {
            seen.push(...page.map(({ row }) => row[0] ?? null));
            if (seen.length === 30) end.abort();
          }
        })();
        for (let n = 0; n < 30; n += 1) await store.commit({ steps: [line(String(n))] });
        await reader;
        assert.deepEqual(
          seen,
          Array.from({ length: 30 }, (_, n) => String(n)),
        );
      });

      test_("feeds whole commits, also large ones", async (store) => {
        await store.commit({ steps: Array.from({ length: 1_500 }, (_, n) => line(`a${n}`)) });
        await store.commit({ steps: Array.from({ length: 10 }, (_, n) => line(`b${n}`)) });
        const pages: (readonly LogRow[])[] = [];
        const end = new AbortController();
        for await (const page of store.feed("diary", ["line"], 0, end.signal)) {
          pages.push(page);
          if (pages.flat().length === 1_510) end.abort();
        }
        for (const [at, page] of pages.entries()) assert.notEqual(page[page.length - 1]?.position, pages[at + 1]?.[0]?.position);
      });

      test_("trims up to a position and goes on counting", async (store) => {
        await store.commit({ steps: [line("a")] });
        await store.commit({ steps: [line("b")] });
        await store.commit({ steps: [line("c")] });
        const all = await logged(store, "diary", ["line"]);
        await store.trim("diary", all[1]?.position ?? 0);
        assert.deepEqual(
          (await logged(store, "diary", ["line"])).map(({ row }) => row[0]),
          ["c"],
        );
        await store.trim("diary", all[2]?.position ?? 0);
        await store.commit({ steps: [line("d")] });
        assert.ok(((await logged(store, "diary", ["line"]))[0]?.position ?? 0) > (all[2]?.position ?? 0));
      });
    });

    describe("change records", () => {
      const records = async (store: Store, report: MigrationReport): Promise<readonly object[]> => {
        const all = await logged(store, CHANGES, CHANGES_COLUMNS);
        const nameOf = new Map(people.columns.map(({ name: column }) => [report.columnId("people", column), column]));
        const cells = (value: Value | undefined): Readonly<Record<string, Value>> | null =>
          value instanceof Uint8Array
            ? Object.fromEntries(
                decodeCells(value).flatMap(({ column, value: cell }) =>
                  cell === null ? [] : [[nameOf.get(column) ?? "row_version", cell]],
                ),
              )
            : null;
        return all.map(({ row: [table, key, subject, before, after] }) => ({
          table,
          key: cells(key),
          subject,
          before: cells(before),
          after: cells(after),
        }));
      };

      test_("tells old and new of each change, in the commit that makes it", async (store, report) => {
        await store.commit({ steps: [person(1, { name: "a", owner: id(5) })] });
        await store.commit({ steps: [{ do: "update", table: "people", key: [id(1)], version: 1, set: { name: "b", age: 3 } }] });
        await store.commit({ steps: [{ do: "delete", table: "people", key: [id(1)], version: 2 }] });
        await store.commit({ steps: [person(2, { name: "kept out" }), { do: "delete", table: "people", key: [id(1)], version: 2 }] });
        const first = { id: id(1), name: "a", owner: id(5), row_version: 1 };
        const second = { id: id(1), name: "b", age: 3, owner: id(5), row_version: 2 };
        const common = { table: report.tableId("people"), key: { id: id(1) }, subject: id(5) };
        assert.deepEqual(await records(store, report), [
          { ...common, before: null, after: first },
          { ...common, before: first, after: second },
          { ...common, before: second, after: null },
        ]);
      });

      test_("records each row that is cleared", async (store, report) => {
        await store.commit({ steps: [person(1, { age: 1 }), person(2, { age: 1 })] });
        await store.commit({ steps: [{ do: "clear", table: "people", where: equal("age", 1) }] });
        const all = await records(store, report);
        assert.deepEqual(
          all.slice(2).map((record) => ("key" in record ? record.key : undefined)),
          [{ id: id(1) }, { id: id(2) }],
        );
      });

      test_("leaves one record for each subject when the subject changes", async (store, report) => {
        await store.commit({ steps: [person(1, { owner: id(5) })] });
        await store.commit({ steps: [{ do: "update", table: "people", key: [id(1)], version: 1, set: { owner: id(6) } }] });
        const [, from, to] = await records(store, report);
        assert.deepEqual(
          [from, to].map((record) => (record !== undefined && "subject" in record ? record.subject : undefined)),
          [id(5), id(6)],
        );
        const purge: Step = { do: "clear", table: CHANGES, where: equal("subject", id(5)) };
        assert.deepEqual(await store.commit({ steps: [purge] }).then((receipt) => receipt.committed && receipt.cleared), [2]);
      });

      test_("keeps tables without changes out of the outbox", async (store, report) => {
        await store.commit({ steps: [{ do: "insert", table: "teams", row: { id: id(1), name: "t" } }, line("x")] });
        assert.deepEqual(await records(store, report), []);
      });
    });

    describe("transact", () => {
      const raise = (store: Store, by: number): Promise<number> =>
        store.transact(
          async (view) => {
            const [age, version] = (await view.get("people", [id(1)], ["age", "row_version"])) ?? [];
            const next = Number(age) + by;
            return {
              batch: { steps: [{ do: "update", table: "people", key: [id(1)], version: Number(version), set: { age: next } }] },
              result: next,
            };
          },
          () => -1,
        );

      test_("tries again from a new look when somebody was faster", async (store) => {
        await store.commit({ steps: [person(1, { age: 0 })] });
        assert.deepEqual((await Promise.all([raise(store, 1), raise(store, 1), raise(store, 1)])).sort(), [1, 2, 3]);
        assert.deepEqual(await rows(store, "people", ["age"]), [[3]]);
      });

      test_("gives up after three tries and says so", async (store) => {
        await store.commit({ steps: [person(1, { age: 0 })] });
        let tries = 0;
        const work = async () => {
          tries += 1;
          return {
            batch: { steps: [{ do: "delete", table: "people", key: [id(1)], version: 99 }], otherwise: [line("gave up")] },
            result: 0,
          } as const;
        };
        await assert.rejects(
          store.transact(work, () => 1),
          (error) => isFault(error, "data.conflict"),
        );
        assert.equal(tries, 3);
        assert.deepEqual(await rows(store, "diary", ["line"]), [["gave up"]]);
      });

      test_("hands other refusals over at once, with what tells of them written", async (store) => {
        await store.commit({ steps: [person(1)] });
        let tries = 0;
        const result = await store.transact(
          async () => {
            tries += 1;
            return { batch: { steps: [person(1)], otherwise: [line("taken")] }, result: "done" };
          },
          (receipt) => receipt.because,
        );
        assert.deepEqual([result, tries], ["taken", 1]);
        assert.deepEqual(await rows(store, "diary", ["line"]), [["taken"]]);
      });

      test_("commits nothing where nothing was decided", async (store) => {
        assert.equal(
          await store.transact(
            async () => ({ result: 7 }),
            () => 0,
          ),
          7,
        );
      });
    });

    describe("only", () => {
      test_("refuses the tables of other rooms, however deep they are named", async (store) => {
        const room = store.only(["people", "diary"]);
        const foreign: Filter = { op: "member", sense: "is", column: "team", table: "teams", pick: "id", where: EVERY_ROW };
        const nested: Filter = { op: "any", of: [{ op: "all", of: [foreign] }] };
        const inside: Filter = { op: "member", sense: "is", column: "id", table: "people", pick: "id", where: foreign };
        const attempts: readonly [string, () => Promise<unknown>][] = [
          ["read", () => room.view((view) => view.read({ table: "teams", columns: ["id"], where: EVERY_ROW }))],
          ["read by a member", () => room.view((view) => view.read({ table: "people", columns: ["id"], where: nested }))],
          ["read by a member's condition", () => room.view((view) => view.read({ table: "people", columns: ["id"], where: inside }))],
          ["count", () => room.view((view) => view.count({ table: "people", where: nested }))],
          ["get", () => room.view((view) => view.get("teams", [id(1)], ["id"]))],
          ["insert", () => room.commit({ steps: [{ do: "insert", table: "teams", row: { id: id(1), name: "t" } }] })],
          ["otherwise", () => room.commit({ steps: [], otherwise: [{ do: "insert", table: "teams", row: { id: id(1), name: "t" } }] })],
          ["expect", () => room.commit({ steps: [{ do: "expect", table: "people", where: nested, rows: 0 }] })],
          ["clear", () => room.commit({ steps: [{ do: "clear", table: "people", where: nested }] })],
          [
            "transact",
            () =>
              room.transact(
                async () => ({ batch: { steps: [{ do: "clear", table: "teams", where: EVERY_ROW }] }, result: 0 }),
                () => 1,
              ),
          ],
          ["stamp", () => room.view(async (view) => view.stamp("teams"))],
          [
            "transact's view",
            () =>
              room.transact(
                async (view) => ({ result: await view.count({ table: "teams", where: EVERY_ROW }) }),
                () => 1,
              ),
          ],
          ["feed", async () => room.feed(CHANGES, ["key"], 0, AbortSignal.abort())],
          ["trim", () => room.trim(CHANGES, 1)],
          ["migrate", async () => room.migrate({ tables: [] })],
          ["snapshot", async () => room.snapshot()],
          ["check", async () => room.checkIntegrity()],
          ["only", async () => room.only(["teams"])],
        ];
        for (const [what, attempt] of attempts) await assert.rejects(attempt(), (error) => isFault(error, "internal"), what);
        await room.commit({ steps: [person(1), line("mine")] });
        assert.equal(await room.view((view) => view.count({ table: "people", where: EVERY_ROW })), 1);
        await room[Symbol.asyncDispose]();
        assert.equal((await rows(store, "people", ["id"])).length, 1);
      });
    });

    test_("says that a sound store is sound", async (store) => {
      await store.commit({ steps: [person(1, { name: "x" }), line("y")] });
      assert.deepEqual(await store.checkIntegrity(), ["ok"]);
    });

    test_("gives the same stamp only to views that show the same rows of a table", async (store) => {
      const shown = new Map<number, string>();
      let stamped = 0;
      const look = (): Promise<void> =>
        store.view(async (view) => {
          // Some are asked while the view is young, some when writes have come and gone beside it.
          await new Promise((resolve) => setTimeout(resolve, Math.floor(Math.random() * 4)));
          const names = JSON.stringify(await view.read({ table: "teams", columns: ["name"], where: EVERY_ROW }));
          const stamp = view.stamp("teams");
          if (stamp === undefined) return;
          stamped += 1;
          assert.equal(shown.get(stamp) ?? names, names);
          shown.set(stamp, names);
        });
      for (let n = 0; n < 40; n += 1) {
        const write = store.commit({ steps: [{ do: "insert", table: "teams", row: { id: id(n), name: `team ${n}` } }] });
        const during = [look(), look()];
        await write;
        await Promise.all([...during, look(), look(), look()]);
      }
      assert.ok(stamped > 40, "stamps that cannot be told are no use");
      assert.ok(shown.size > 20, "each write is told");
    });

    test_("keeps the stamp of a table that others are written beside", async (store) => {
      const stamps = () => store.view(async (view) => [view.stamp("teams"), view.stamp("people")]);
      const [teamsBefore, peopleBefore] = await stamps();
      await store.commit({ steps: [person(1)] });
      const [teamsAfter, peopleAfter] = await stamps();
      assert.equal(teamsAfter, teamsBefore);
      assert.notEqual(teamsAfter, undefined);
      assert.notEqual(peopleAfter, peopleBefore);
    });

    test_("answers bytes as hex where that is asked, null as null, and refuses it for anything else", async (store) => {
      await store.commit({ steps: [person(0xab, { owner: id(1) }), person(2)] });
      const read = (hex: string) =>
        store.view((view) => view.read({ table: "people", columns: [{ hex: "id" }, { hex }], where: EVERY_ROW }));
      const found = [...(await read("owner"))].sort((a, b) => (String(a[0]) < String(b[0]) ? 1 : -1));
      assert.deepEqual(found, [
        ["ab".repeat(16), "01".repeat(16)],
        ["02".repeat(16), null],
      ]);
      await assert.rejects(read("name"), (error) => isFault(error, "data.invalid"));
    });
  });
}
