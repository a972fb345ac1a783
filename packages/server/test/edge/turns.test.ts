import assert from "node:assert/strict";
import { PassThrough } from "node:stream";
import { describe, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { readWhole } from "../../src/edge/body.ts";
import { EDGE_LIMITS } from "../../src/edge/limits.ts";
import { createPacer } from "../../src/edge/pace.ts";
import { createTurns } from "../../src/edge/turns.ts";
import { isFault, systemClock } from "../../src/kit/index.ts";

describe("Holdfast", () => {
  test("works on what came in one turn of the loop together, in the order it came, and behind all that was read", async () => {
    const turns = createTurns();
    const done: string[] = [];
    turns.take(() => done.push("first"));
    turns.take(() => {
      done.push("second");
      turns.take(() => done.push("of the next turn"));
    });
    done.push("read");
    await setImmediate();
    assert.deepEqual(done, ["read", "first", "second"]);
    await setImmediate();
    assert.deepEqual(done, ["read", "first", "second", "of the next turn"]);
  });

  test("reads a body that was over, or whose sender had gone, before anybody listened", { timeout: 5_000 }, async () => {
    using pacer = createPacer(systemClock, EDGE_LIMITS.checkEveryMs);
    const needs = { pacer, limits: EDGE_LIMITS };
    const ended = new PassThrough();
    ended.end();
    ended.resume();
    await setImmediate();
    assert.equal((await readWhole(ended, 10, needs)).length, 0);
    const gone = new PassThrough();
    gone.destroy();
    await setImmediate();
    await assert.rejects(readWhole(gone, 10, needs), (error) => isFault(error, "request.malformed"));
  });
});
