import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import fc from "fast-check";
import type { Answer, Dialect, Exchange, Route } from "../../../src/edge/contract.ts";
import { STATUS } from "../../../src/edge/index.ts";
import { createRest } from "../../../src/edge/rest/index.ts";
import type { Actor } from "../../../src/identity/actor.ts";
import { Fault } from "../../../src/kit/index.ts";
import { EVERY_ROW } from "../../../src/model/index.ts";
import { hospital } from "../../data/hospital.ts";
import { type DataHouse, idBytes, idText, insert, openDataHouse } from "../../data/house.ts";
import { someone } from "../../identity/actor.ts";
import { body, DOCTOR, headers, MARKER, query, write } from "./nonsense.ts";

describe("Holdfast, asked nonsense in the PostgREST dialect,", () => {
  let house: DataHouse;
  let dialect: Dialect;
  let doctor: Actor;
  const seen = new Map<number, number>();

  before(async () => {
    house = await openDataHouse(hospital);
    dialect = createRest({ data: house.data, plan: house.plan });
    const id = idBytes(DOCTOR);
    await house.store.commit({ steps: [{ do: "insert", table: "identity.accounts", row: { id } }] });
    doctor = someone(id, { roles: ["doctor"] });
    await insert(house, doctor, "patients", [{ name: MARKER, national_id: MARKER, doctor: idText(id), score: 1, remark: MARKER }]);
  });
  after(() => house[Symbol.asyncDispose]());

  const route = (method: string): Route => {
    const found = dialect.routes.find((candidate) => candidate.method === method);
    assert.ok(found);
    return found;
  };

  /** What the edge would send: a handler's answer, or a fault in the dialect's words. */
  async function ask(
    method: string,
    more: { query: string; headers: Record<string, string>; body?: Uint8Array; actor: Actor; collection?: string },
  ): Promise<{ status: number; body: string }> {
    const exchange: Exchange = {
      id: "r",
      method,
      path: "/rest/v1/x",
      params: { collection: more.collection ?? "patients" },
      query: more.query,
      headers: new Map(Object.entries(more.headers)),
      address: "192.0.2.1",
      loopback: false,
      actor: more.actor,
      actorIn: () => Promise.resolve(more.actor),
      body: more.body ?? new Uint8Array(0),
    };
    const handler = route(method === "HEAD" ? "GET" : method);
    try {
      const answer: Answer =
        "reads" in handler && handler.reads
          ? await house.store.view((view) => handler.handle(exchange, view))
          : await (handler as Exclude<Route, { reads: true }>).handle(exchange);
      return { status: answer.status, body: String(answer.body ?? "") };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const status = STATUS[error.code];
      const { code, message, detail } = error;
      return { status, body: dialect.words({ code, message, detail, status, id: "r" }) };
    }
  }

  function checkAnswer({ status, body: text }: { status: number; body: string }): void {
    assert.ok(status < 500, `${status} ${text}`);
    seen.set(status, (seen.get(status) ?? 0) + 1);
    if (status < 400) return;
    const error: unknown = JSON.parse(text);
    assert.ok(typeof error === "object" && error !== null);
    assert.deepEqual(Object.keys(error), ["code", "message", "details", "hint"]);
  }

  test("answers any query with rows or a 4xx in the dialect's shape", async () => {
    const property = fc.asyncProperty(query, headers, fc.constantFrom("GET", "HEAD"), async (text, fields, method) => {
      const answer = await ask(method, { query: text, headers: fields, actor: doctor });
      checkAnswer(answer);
      if (answer.status >= 400) assert.ok(!answer.body.includes(MARKER), "an error tells a value");
    });
    await fc.assert(property, { numRuns: 1_500 });
  });

  test("writes nothing when it refuses any body, and tells nothing", async () => {
    const property = fc.asyncProperty(write, headers, body, async ([method, text], fields, bytes) => {
      const countAll = () => house.store.view((view) => view.count({ table: "patients", where: EVERY_ROW }));
      const before = await countAll();
      const answer = await ask(method, { query: text, headers: fields, body: bytes, actor: doctor });
      checkAnswer(answer);
      if (answer.status >= 400) assert.equal(await countAll(), before);
    });
    await fc.assert(property, { numRuns: 800 });
  });

  test("lets nobody delete or write, whatever is asked", async () => {
    const actor: Actor = { kind: "nobody" };
    const property = fc.asyncProperty(query, fc.constantFrom("POST", "PATCH", "DELETE", "GET"), body, async (text, method, bytes) => {
      const answer = await ask(method, { query: text, headers: { prefer: "return=representation" }, body: bytes, actor });
      checkAnswer(answer);
      assert.ok(!answer.body.includes(MARKER));
      assert.ok(method === "GET" || answer.status >= 400);
    });
    await fc.assert(property, { numRuns: 400 });
    assert.equal((await house.store.view((view) => view.count({ table: "patients", where: EVERY_ROW }))) > 0, true);
  });

  test("was asked enough sense among the nonsense for these tests to mean something", () => {
    for (const status of [200, 201, 204, 400, 406, 409])
      assert.ok((seen.get(status) ?? 0) >= 5, `${status} was answered ${seen.get(status) ?? 0} times`);
  });
});
