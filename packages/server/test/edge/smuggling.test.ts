import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { converse, statuses, testEdge } from "./fixture.ts";
import { type NaiveTwin, naiveTwin } from "./naive-twin.ts";
import { probeDialect } from "./probe-dialect.ts";
import { AMBIGUOUS, SMUGGLING } from "./smuggling-rows.ts";

describe("Holdfast, given bytes that two readers would read differently,", { concurrency: 8 }, () => {
  let twin: NaiveTwin;
  before(async () => {
    twin = await naiveTwin();
  });
  after(() => twin[Symbol.asyncDispose]());

  for (const { name, bytes } of SMUGGLING) {
    test(`refuses and closes, and never works on the hidden request: ${name}`, async () => {
      const probe = probeDialect();
      await using served = await testEdge({ dialects: [probe.dialect] });
      const heard = await converse(served.edge.port, Buffer.from(bytes, "latin1"), 60);
      const answers = statuses(heard);
      assert.ok(answers.length <= 1, heard.slice(0, 400));
      assert.ok(
        answers.every((status) => status >= 400 && status < 500),
        heard.slice(0, 400),
      );
      assert.deepEqual(probe.worked, []);
      assert.deepEqual(served.lines.slice(1), []);
    });
  }

  for (const { name, bytes } of AMBIGUOUS) {
    test(`answers at most once and never works on the hidden request: ${name}`, async () => {
      const probe = probeDialect();
      await using served = await testEdge({ dialects: [probe.dialect] });
      const heard = await converse(served.edge.port, Buffer.from(bytes, "latin1"), 60);
      assert.ok(statuses(heard).filter((status) => status !== 100).length <= 1, heard.slice(0, 400));
      assert.ok(!probe.worked.includes("GET /probe/hidden"));
    });
  }

  test("is asked by rows that bite: a naive server says yes to every one of them", async () => {
    const spared: string[] = [];
    await Promise.all(
      SMUGGLING.map(async ({ name, bytes }) => {
        const heard = await converse(twin.port, Buffer.from(bytes, "latin1"), 60);
        if (!statuses(heard).includes(200)) spared.push(name);
      }),
    );
    assert.deepEqual(spared, []);
  });
});
