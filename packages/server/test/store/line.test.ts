import assert from "node:assert/strict";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { isFault } from "../../src/kit/index.ts";
import { openLine } from "../../src/store/sqlite/line.ts";

test("Holdfast says that an outcome is unknown when the writer's thread dies with it, and is closed from then on", async () => {
  const line = openLine(new Worker(new URL("./dying-thread.ts", import.meta.url)));
  const opening = { file: "data.db", key: new Uint8Array(32), cipher: "aegis" } as const;
  assert.equal((await line.ask({ ask: "open", opening })).answer, "done");
  const asked = [line.ask({ ask: "group", works: [] }), line.ask({ ask: "group", works: [] })];
  for (const answer of await Promise.all(asked)) {
    assert.ok(answer.answer === "fault" && answer.fault.code === "store.outcome_unknown");
  }
  await line.gone;
  await assert.rejects(line.ask({ ask: "close" }), (error) => isFault(error, "store.unavailable"));
  assert.ok(isFault(line.ended(), "store.unavailable"));
});
