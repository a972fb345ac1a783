import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { readFields } from "../../src/edge/fields.ts";
import { readTarget } from "../../src/edge/target.ts";
import { isFault } from "../../src/kit/index.ts";
import { converse, PLAN_LIMITS, statuses, testEdge } from "./fixture.ts";
import { probeDialect } from "./probe-dialect.ts";

describe("Holdfast, fed with anything,", () => {
  test("is always answered below 500 or closed, whatever the head is made of", async () => {
    await using served = await testEdge({ dialects: [probeDialect().dialect] });
    const piece = fc.oneof(
      fc.constantFrom(
        "GET",
        "POST",
        "OPTIONS",
        " ",
        "/",
        "/health",
        "/probe/items/a",
        "?",
        "%",
        "HTTP/1.1",
        "\r\n",
        "\n",
        "\r",
        ":",
        "Host: localhost",
        "Content-Length: 5",
        "Transfer-Encoding: chunked",
        "\r\n\r\n",
        "0\r\n\r\n",
        "\0",
        "\t",
      ),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    const heads = fc.oneof(
      fc.array(piece, { maxLength: 24 }).map((pieces) => pieces.join("")),
      fc
        .array(fc.tuple(fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 24 })), { maxLength: 6 })
        .map((fields) => `GET /health HTTP/1.1\r\nHost: localhost\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join("")}`),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(heads, { minLength: 8, maxLength: 8 }), async (batch) => {
        const heard = await Promise.all(batch.map((head) => converse(served.edge.port, Buffer.from(`${head}\r\n\r\n`, "latin1"), 25, 100)));
        for (const one of heard)
          assert.ok(
            statuses(one).every((status) => status < 500),
            one,
          );
      }),
      { numRuns: 25 },
    );
    assert.deepEqual(statuses(await converse(served.edge.port, "GET /health HTTP/1.1\r\nHost: localhost\r\n\r\n", 60)), [200]);
  });
  test("never decodes a path to something that has a second spelling", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("/", ".", "%", "2", "e", "f", "5", "c", "a", "\\", "0"), maxLength: 20 }), (text) => {
        try {
          const { segments } = readTarget(`/${text}`, "localhost", PLAN_LIMITS.urlBytesMax);
          for (const segment of segments) assert.doesNotMatch(segment, /[/\\\x00]|^\.\.?$/);
        } catch (error) {
          assert.ok(isFault(error, "request.malformed"), String(error));
        }
      }),
      { numRuns: 5_000 },
    );
  });

  test("reads any list of fields into a map or a fault, and never lets an 8-bit byte through", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary", maxLength: 12 }), { maxLength: 20 }), (raw) => {
        try {
          for (const value of readFields(raw, PLAN_LIMITS).all.values()) assert.match(value, /^[\t\x20-\x7e]*$/);
        } catch (error) {
          assert.ok(isFault(error), String(error));
        }
      }),
    );
  });
});
