import assert from "node:assert/strict";
import { test } from "node:test";
import type { Step } from "../../src/store/index.ts";
import { createStamps } from "../../src/store/sqlite/stamps.ts";

const write = (table: string): readonly Step[] => [{ do: "append", table, row: {} }];

test("Holdfast tells no stamp of a table while a write of it is under way, whenever the snapshot was taken", async () => {
  const stamps = createStamps();
  const before = stamps.now();
  const first = before("rows");
  const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
  const writing = stamps.during([write("rows")], () => answered);
  const meanwhile = stamps.now();
  assert.deepEqual([before("rows"), meanwhile("rows")], [undefined, undefined]);
  assert.deepEqual([before("other"), meanwhile("other")], [first, first], "of others it does");
  answer(undefined);
  await writing;
  assert.deepEqual([before("rows"), meanwhile("rows")], [undefined, undefined], "what was taken before the answer may show either");
  assert.notEqual(stamps.now()("rows"), undefined);
  assert.notEqual(stamps.now()("rows"), first);
});

test("Holdfast counts a write that failed like one that landed", async () => {
  const stamps = createStamps();
  const first = stamps.now()("rows");
  await assert.rejects(stamps.during([write("x"), write("rows")], () => Promise.reject(new Error("lost"))));
  const second = stamps.now()("rows");
  assert.notEqual(second, undefined);
  assert.notEqual(second, first);
});

test("Holdfast waits for the last of several writes", async () => {
  const stamps = createStamps();
  const { promise: answered, resolve: answer } = Promise.withResolvers<undefined>();
  const slow = stamps.during([write("rows")], () => answered);
  await stamps.during([write("rows")], () => Promise.resolve());
  assert.equal(stamps.now()("rows"), undefined);
  answer(undefined);
  await slow;
  assert.notEqual(stamps.now()("rows"), undefined);
});

test("Holdfast gives other stamps after a migration", () => {
  const stamps = createStamps();
  const before = stamps.now();
  const first = before("rows");
  stamps.restart();
  assert.equal(before("rows"), undefined);
  assert.notEqual(stamps.now()("rows"), first);
});
