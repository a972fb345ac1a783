import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, isFault } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import type { View } from "../../src/store/index.ts";
import { KILL_TABLES, numberId, openTestStore } from "./fixture.ts";

const insert = (n: number) => ({ do: "insert", table: "rows", row: { id: numberId(n), text: `row ${n}` } }) as const;
const READERS = 8;
const countRows = (view: View): Promise<number> => view.count({ table: "rows", where: EVERY_ROW });

describe("Holdfast's views", () => {
  test("are closed when they live too long, so that the log can start over", async () => {
    let nowMs = 0;
    const clock: Clock = { now: () => nowMs, elapsed: () => nowMs };
    await using fixture = await openTestStore(KILL_TABLES, { clock });
    await fixture.store.view(async (view) => {
      assert.equal(await countRows(view), 0);
      nowMs = 4_999;
      await sleep(600);
      assert.equal(await countRows(view), 0, "not before its time");
      nowMs = 5_001;
      await sleep(600);
      await assert.rejects(countRows(view), (error) => isFault(error, "store.unavailable"));
    });
    assert.equal(await fixture.store.view(countRows), 0, "and its reader serves again");
  });

  test("wait for each other when there are many, and each sees its own moment", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    const counts = await Promise.all(
      Array.from({ length: 100 }, async (_, n) => {
        await fixture.store.commit({ steps: [insert(n)] });
        return fixture.store.view(async (view) => {
          const before = await countRows(view);
          await sleep(5);
          assert.equal(await countRows(view), before);
          return before;
        });
      }),
    );
    assert.ok(counts.every((count) => count >= 1 && count <= 100));
    assert.equal(await fixture.store.view(countRows), 100);
  });

  test("show one moment to all who ask between two answers, and a new one to whoever asks after", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    const seen: View[] = [];
    const keep = async (view: View): Promise<number> => {
      seen.push(view);
      await gate;
      return countRows(view);
    };
    const before = [fixture.store.view(keep), fixture.store.view(keep)];
    await fixture.store.commit({ steps: [insert(1)] });
    const after = fixture.store.view(keep);
    open(undefined);
    assert.deepEqual(await Promise.all([...before, after]), [0, 0, 1]);
    assert.equal(seen[0], seen[1]);
    assert.notEqual(seen[1], seen[2]);
  });

  test("never show less than what was answered, however commits and views interleave", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    let answered = 0;
    await Promise.all(
      Array.from({ length: 300 }, async (_, n) => {
        if (n % 3 === 0) {
          await fixture.store.commit({ steps: [insert(n)] });
          answered += 1;
        }
        const least = answered;
        assert.ok((await fixture.store.view(countRows)) >= least);
      }),
    );
    assert.equal(await fixture.store.view(countRows), 100);
  });

  test("are refused, and not piled up, when too many wait", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
    // Every reader is held by a moment of its own, and so is none left for the next.
    const held = [];
    for (let n = 0; n < READERS; n += 1) {
      held.push(fixture.store.view(async () => gate));
      await fixture.store.commit({ steps: [insert(n)] });
    }
    const views = Array.from({ length: 3_000 }, () =>
      fixture.store
        .view(async () => gate)
        .then(
          () => "done",
          (error: unknown) => (isFault(error) ? error.code : "other"),
        ),
    );
    await sleep(10);
    open(undefined);
    const said = Map.groupBy(await Promise.all(views), (word) => word);
    await Promise.all(held);
    assert.deepEqual([said.get("done")?.length, said.get("server.busy")?.length], [2_000, 1_000]);
  });

  test("hand back their reader when their work throws", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    for (let n = 0; n < 50; n += 1) {
      await assert.rejects(
        fixture.store.view(() => Promise.reject(new Error("mine"))),
        /mine/,
      );
    }
    assert.equal(await fixture.store.view(countRows), 0);
  });
});
