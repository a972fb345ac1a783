import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EVERY_ROW } from "../../../src/model/index.ts";
import { hospital } from "../../data/hospital.ts";
import { idText } from "../../data/house.ts";
import { someone } from "../../identity/actor.ts";
import { READS, WRITES } from "./dialect-lines.ts";
import { openRestHouse, type RestHouse } from "./rest-house.ts";

describe("Holdfast speaks the PostgREST dialect and", () => {
  let rest: RestHouse;

  before(async () => {
    rest = await openRestHouse(hospital);
    rest.signIn("editor", someone(await rest.house.account(), { roles: ["editor"] }));
    const titles = ["t0", "t1", "t2", "two words", "a,b(c)"];
    const body = JSON.stringify(titles.map((title, likes) => ({ title, likes })));
    assert.equal((await rest.ask("POST", "news", { bearer: "editor", body })).status, 201);
  });
  after(() => rest[Symbol.asyncDispose]());

  for (const line of [...READS, ...WRITES]) {
    test(`answers ${line.says}`, async () => {
      const { method = "GET", path, headers = {}, body, status, code, json, answers = {}, bearer = "editor" } = line;
      const count = () => rest.house.store.view((view) => view.count({ table: "news", where: EVERY_ROW }));
      const before = await count();
      const heard = await rest.ask(method, path.replaceAll(/[ "]/g, encodeURIComponent), {
        bearer,
        headers,
        ...(body === undefined ? {} : { body }),
      });
      assert.equal(heard.status, status, heard.text);
      for (const [name, value] of Object.entries(answers)) assert.equal(heard.headers.get(name), value, name);
      if (json !== undefined) assert.deepEqual(heard.json, json);
      if (code === undefined) return;
      const error = heard.json;
      assert.ok(typeof error === "object" && error !== null && "code" in error);
      assert.deepEqual([Object.keys(error), error.code], [["code", "message", "details", "hint"], code], heard.text);
      assert.match(heard.headers.get("x-request-id") ?? "", /^[0-9a-f-]{36}$/, "each refusal has an id that can be quoted");
      assert.equal(await count(), before, "what is refused writes nothing");
    });
  }

  test("answers HEAD like GET, without the rows", async () => {
    const heard = await rest.ask("HEAD", "news?limit=2", { headers: { prefer: "count=exact" } });
    assert.equal(heard.status, 206);
    assert.match(heard.headers.get("content-range") ?? "", /^0-1\/\d+$/);
    assert.equal(heard.text, "");
  });

  test("keeps ids and times as PostgREST prints them", async () => {
    const { json } = await rest.ask("GET", "news?select=id,created_at&limit=1");
    assert.ok(Array.isArray(json));
    assert.match(json[0].id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(json[0].created_at, "2026-01-01T00:00:00+00:00");
    assert.ok(idText(rest.house.vault.newId()).length === 36);
  });
});
