import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, isFault } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/filter.ts";
import type { View } from "../../src/store/index.ts";
import { KILL_TABLES, numberId, openTestStore } from "./fixture.ts";

const insert = (n: number) => ({ do: "insert", table: "rows", row: { id: numberId(n), text: `row ${n}` } }) as const;
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

  test("are refused, and not piled up, when too many wait", async () => {
    await using fixture = await openTestStore(KILL_TABLES);
    const { promise: gate, resolve: open } = Promise.withResolvers<undefined>();
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
    assert.deepEqual([said.get("done")?.length, said.get("server.busy")?.length], [2_008, 992]);
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
