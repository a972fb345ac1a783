import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Actor } from "../../../src/identity/actor.ts";
import { EVERY_ROW } from "../../../src/model/index.ts";
import { hospital } from "../../data/hospital.ts";
import { idText, insert } from "../../data/house.ts";
import { someone } from "../../identity/actor.ts";
import { openRestHouse, type RestHouse } from "./rest-house.ts";

const SECRET = "Qm7-secret-words";

describe("Holdfast's data API makes impossible", () => {
  let rest: RestHouse;
  let mine = "";
  let doctor: Actor;

  before(async () => {
    rest = await openRestHouse(hospital);
    const { house } = rest;
    const id = await house.account();
    doctor = someone(id, { roles: ["doctor"] });
    rest.signIn("doctor", doctor);
    rest.signIn("other", someone(await house.account(), { roles: ["doctor"] }));
    rest.signIn("auditor", someone(await house.account(), { roles: ["auditor"] }));
    rest.signIn("unfinished", someone(id, { roles: ["doctor"], unfinished: true }));
    const row = { name: SECRET, national_id: SECRET, doctor: idText(id), remark: SECRET, diagnosis: SECRET, score: 1 };
    mine = idText((await insert(house, doctor, "patients", [row])).ids[0] ?? new Uint8Array(16));
  });
  after(() => rest[Symbol.asyncDispose]());

  describe("open by default:", () => {
    for (const [method, path, body] of [
      ["GET", "sealed", undefined],
      ["GET", "patients", undefined],
      ["HEAD", "patients", undefined],
      ["POST", "sealed", '{"title":"x"}'],
      ["PATCH", "sealed?title=eq.x", '{"title":"y"}'],
      ["DELETE", "sealed?title=eq.x", undefined],
      ["POST", "news", '{"title":"x"}'],
      ["DELETE", "news?title=eq.x", undefined],
    ] as const) {
      test(`${method} ${path} without a rule that lets nobody in answers nobody`, async () => {
        const open = path === "patients";
        const heard = await rest.ask(method, path, body === undefined ? {} : { body });
        // The read rule of patients has an open ward: nobody may ask, and sees no row that is not in it.
        assert.equal(heard.status, open ? 200 : 401);
        assert.ok(!heard.text.includes(SECRET));
        if (open && method === "GET") assert.deepEqual(heard.json, []);
      });
    }
    test("a collection without any rule answers no role either", async () => {
      for (const bearer of ["doctor", "auditor"]) assert.equal((await rest.ask("GET", "sealed", { bearer })).status, 403);
    });
    test("a session that still owes its factor reads and writes nothing", async () => {
      assert.equal((await rest.ask("GET", "patients", { bearer: "unfinished" })).status, 401);
      assert.equal((await rest.ask("PATCH", "patients?score=eq.1", { bearer: "unfinished", body: '{"score":2}' })).status, 401);
    });
  });

  describe("a hidden field that leaks:", () => {
    const ways: readonly (readonly [way: string, hidden: string, ask: (name: string) => string])[] = [
      ["select", "remark", (name) => `patients?select=id,${name}`],
      ["alias", "remark", (name) => `patients?select=id,status:${name}`],
      ["filter", "remark", (name) => `patients?select=id&${name}=eq.${SECRET}`],
      ["negated filter", "remark", (name) => `patients?select=id&${name}=not.is.null`],
      ["or", "remark", (name) => `patients?select=id&or=(${name}.eq.${SECRET},score.eq.1)`],
      ["order", "remark", (name) => `patients?select=id&order=${name}`],
      ["quoted name", "remark", (name) => `patients?select=id,"${name}"`],
      ["blind index", "national_id~1", (name) => `patients?select=id,${name}`],
      ["hidden column", "row_version", (name) => `patients?select=id,${name}`],
      ["prototype", "__proto__", (name) => `patients?select=id,${name}`],
      ["constructor", "constructor", (name) => `patients?${name}=eq.1`],
    ];
    for (const [way, name, path] of ways) {
      test(`${way}: it looks like a field that is not there`, async () => {
        const hidden = await rest.ask("GET", path(name), { bearer: "doctor" });
        const missing = await rest.ask("GET", path("nothing"), { bearer: "doctor" });
        assert.equal(hidden.status, 400);
        assert.deepEqual([hidden.status, hidden.text.replaceAll(name, "…")], [missing.status, missing.text.replaceAll("nothing", "…")]);
      });
    }
    test("select *: it is left out", async () => {
      const { text } = await rest.ask("GET", "patients", { bearer: "doctor" });
      assert.ok(!text.includes("remark"));
    });
    test("what a write returns: it is left out, or unknown", async () => {
      const headers = { prefer: "return=representation" };
      const all = await rest.ask("PATCH", "patients?score=eq.1", { bearer: "doctor", headers, body: `{"remark":"${SECRET}"}` });
      assert.equal(all.status, 200);
      assert.ok(!all.text.includes("remark"));
      assert.equal(
        (await rest.ask("PATCH", "patients?score=eq.1&select=remark", { bearer: "doctor", headers, body: '{"weight":1}' })).status,
        400,
      );
    });
    test("the conditions of a write: it is unknown", async () => {
      assert.equal((await rest.ask("PATCH", `patients?remark=eq.${SECRET}`, { bearer: "doctor", body: '{"weight":9}' })).status, 400);
    });

    test("a field that may be read in some rows only is null in the others, and no filter, order or count tells more", async () => {
      const bearer = "auditor";
      assert.deepEqual((await rest.ask("GET", "patients?select=score,diagnosis", { bearer })).json, [{ score: 1, diagnosis: null }]);
      assert.deepEqual((await rest.ask("GET", `patients?select=score&diagnosis=eq.${SECRET}`, { bearer })).json, []);
      assert.deepEqual((await rest.ask("GET", `patients?select=score&diagnosis=not.eq.${SECRET}`, { bearer })).json, []);
      assert.deepEqual((await rest.ask("GET", `patients?select=score&not.or=(diagnosis.eq.x,score.eq.99)`, { bearer })).json, []);
      assert.deepEqual((await rest.ask("GET", "patients?select=score&diagnosis=is.null", { bearer })).json, []);
      assert.deepEqual((await rest.ask("GET", "patients?select=score&order=diagnosis", { bearer })).json, []);
      const counted = await rest.ask("HEAD", "patients?diagnosis=not.is.null", { bearer, headers: { prefer: "count=exact" } });
      assert.equal(counted.headers.get("content-range"), "*/0");
      assert.deepEqual((await rest.ask("GET", `patients?select=score&diagnosis=eq.${SECRET}`, { bearer: "doctor" })).json, [{ score: 1 }]);
    });
  });

  describe("telling a row that may not be read from one that is not there:", () => {
    const nowhere = "00000000-0000-4000-8000-00000000dead";
    for (const [what, method, query, body] of [
      ["a read", "GET", "select=id", undefined],
      ["a count", "HEAD", "select=id", undefined],
      ["an update", "PATCH", "select=id", '{"status":"discharged"}'],
      ["a delete", "DELETE", "select=id", undefined],
    ] as const) {
      test(`${what} answers both alike`, async () => {
        const headers = { prefer: "return=representation,count=exact" };
        const options = { bearer: "other", headers, ...(body === undefined ? {} : { body }) };
        const [there, not] = [
          await rest.ask(method, `patients?id=eq.${mine}&${query}`, options),
          await rest.ask(method, `patients?id=eq.${nowhere}&${query}`, options),
        ];
        assert.deepEqual(
          [there.status, there.text, there.headers.get("content-range")],
          [not.status, not.text, not.headers.get("content-range")],
        );
      });
    }
    test("a ref to it looks like a ref to nothing", async () => {
      const { house } = rest;
      const id = await house.account();
      rest.signIn("member", someone(id));
      await insert(house, doctor, "members", [{ team: "red", account: idText(id) }]);
      const note = (about: string) => rest.ask("POST", "notes", { bearer: "member", body: JSON.stringify({ team: "red", about }) });
      const [there, not] = [await note(mine), await note(nowhere)];
      assert.deepEqual([there.status, there.text], [not.status, not.text]);
      assert.deepEqual([there.status, /"23503"/.test(there.text)], [409, true]);
    });
    test("an upsert onto it tells no more than that the id is taken", async () => {
      const heard = await rest.ask("POST", "patients", {
        bearer: "other",
        headers: { prefer: "resolution=merge-duplicates" },
        body: JSON.stringify({ id: mine, name: "x", doctor: await ownId("other") }),
      });
      assert.equal(heard.status, 409);
      assert.ok(!heard.text.includes(SECRET));
    });
  });

  describe("SQL made from names and values:", () => {
    for (const [what, path] of [
      ["a collection", `${encodeURIComponent('patients"; drop table patients; --')}?select=id`],
      ["a field", `patients?${encodeURIComponent('score"; drop table')}=eq.1`],
      ["a select", `patients?select=${encodeURIComponent("id; drop table patients")}`],
      ["an alias", `patients?select=${encodeURIComponent('"a\\" from x; --":id')}`],
      ["an order", `patients?order=${encodeURIComponent("score; drop table patients")}`],
      ["a value", `patients?ward=eq.${encodeURIComponent("' or 1=1 --")}`],
      ["a pattern", `patients?ward=like.${encodeURIComponent("' or 1=1 --*")}`],
      ["a list", `patients?ward=in.(${encodeURIComponent("') or 1=1 --")})`],
    ]) {
      test(`${what} is a name or a value, and nothing else`, async () => {
        const heard = await rest.ask("GET", String(path), { bearer: "other" });
        assert.ok(heard.status < 500);
        assert.ok(!heard.text.includes(SECRET));
        assert.equal(await rest.house.store.view((view) => view.count({ table: "patients", where: EVERY_ROW })), 1);
      });
    }
  });

  describe("prototype pollution:", () => {
    for (const body of [
      '{"__proto__":{"doctor":"x"}}',
      '{"constructor":{"prototype":{"x":1}}}',
      '{"tags":{"__proto__":{"polluted":true}},"name":"x"}',
      '[{"__proto__":1}]',
    ]) {
      test(`${body} writes nothing and reaches nothing`, async () => {
        const heard = await rest.ask("POST", "patients", { bearer: "doctor", body });
        assert.equal(heard.status, 400);
        assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
        assert.equal(await rest.house.store.view((view) => view.count({ table: "patients", where: EVERY_ROW })), 1);
      });
    }
  });

  describe("a write that sets what only the server sets:", () => {
    for (const [what, set] of [
      ["the owner of the row, against its rule", { doctor: "00000000-0000-4000-8000-000000000001" }],
      ["a field whose write rule says no", { ward: "open" }],
      ["the time of creation", { created_at: "2001-01-01T00:00:00Z" }],
      ["the id", { id: "00000000-0000-4000-8000-000000000001" }],
      ["the row version", { row_version: 1 }],
      ["a blind index", { "national_id~1": "x" }],
    ] as const) {
      test(what, async () => {
        const heard = await rest.ask("PATCH", "patients?score=eq.1", { bearer: "doctor", body: JSON.stringify(set) });
        assert.ok(heard.status === 400 || heard.status === 403, heard.text);
      });
    }
    test("an account of another tenant, which looks like one that is not there", async () => {
      const { house } = rest;
      const tenant = house.vault.newId();
      rest.signIn("tenant", someone(await house.account(tenant), { tenant }));
      const answers = [];
      for (const owner of [house.vault.newId(), await house.account(house.vault.newId())]) {
        const heard = await rest.ask("POST", "records", { bearer: "tenant", body: JSON.stringify({ title: "b", owner: idText(owner) }) });
        answers.push({ status: heard.status, body: heard.json });
      }
      assert.equal(answers[0]?.status, 409);
      assert.deepEqual(answers[0], answers[1]);
    });
    test("the tenant, which comes from the account and never from the body", async () => {
      const { house } = rest;
      const tenant = house.vault.newId();
      const id = await house.account(tenant);
      const elsewhere = house.vault.newId();
      const stranger = await house.account(elsewhere);
      rest.signIn("tenant", someone(id, { tenant }));
      rest.signIn("stranger", someone(stranger, { tenant: elsewhere }));
      rest.signIn("homeless", someone(await house.account()));
      const refused = await rest.ask("POST", "records", {
        bearer: "tenant",
        body: JSON.stringify({ title: "a", owner: idText(id), tenant: idText(house.vault.newId()) }),
      });
      assert.match(refused.text, /"428C9"/);
      const made = await rest.ask("POST", "records", {
        bearer: "tenant",
        headers: { prefer: "return=representation" },
        body: JSON.stringify({ title: "a", owner: idText(id), body: SECRET }),
      });
      assert.equal(made.status, 201);
      assert.match(made.text, new RegExp(idText(tenant)));
      assert.deepEqual((await rest.ask("GET", "records?title=eq.a", { bearer: "stranger" })).json, []);
      assert.equal((await rest.ask("GET", "records", { bearer: "homeless" })).status, 403);
      assert.equal(
        (await rest.ask("POST", "records", { bearer: "stranger", body: JSON.stringify({ title: "a", owner: idText(stranger) }) })).status,
        201,
        "another tenant may have the same title",
      );
      assert.equal(
        (await rest.ask("POST", "records", { bearer: "tenant", body: JSON.stringify({ title: "a", owner: idText(id) }) })).status,
        409,
      );
    });
  });

  describe("one request that stops the server:", () => {
    const deep = `${"not.and(".repeat(12)}score.eq.1${")".repeat(12)}`;
    const rows = Array.from({ length: 51 }, () => ({ title: "x" }));
    for (const [what, method, path, body] of [
      ["too many conditions", "GET", `patients?${Array.from({ length: 30 }, () => "score=eq.1").join("&")}`, undefined],
      ["conditions nested too deep", "GET", `patients?or=(${deep})`, undefined],
      ["a list that is too long", "GET", `patients?score=in.(${Array.from({ length: 60 }, (_, at) => at).join(",")})`, undefined],
      ["a pattern that is too long", "GET", `news?title=match.${"(a+)".repeat(300)}`, undefined],
      ["too many rows", "POST", "news", JSON.stringify(rows)],
      ["a body nested too deep", "POST", "patients", `{"tags":${"[".repeat(100)}${"]".repeat(100)}}`],
    ] as const) {
      test(what, async () => {
        rest.signIn("editor", someone(await rest.house.account(), { roles: ["editor"] }));
        const bearer = path.startsWith("news") ? "editor" : "doctor";
        const heard = await rest.ask(method, path, { bearer, ...(body === undefined ? {} : { body }) });
        assert.ok(heard.status >= 400 && heard.status < 500, `${heard.status} ${heard.text}`);
        assert.match(heard.text, /at most|More than|not nested deeper|nested deeper than/);
      });
    }
    test("an answer is cut to the limit of rows", async () => {
      rest.signIn("editor", someone(await rest.house.account(), { roles: ["editor"] }));
      for (let round = 0; round < 3; round++) {
        const body = JSON.stringify(Array.from({ length: 50 }, (_, at) => ({ title: `t${at}`, likes: at })));
        assert.equal((await rest.ask("POST", "news", { bearer: "editor", body })).status, 201);
      }
      const heard = await rest.ask("GET", "news?select=id&limit=5000", { headers: { prefer: "count=exact" } });
      assert.deepEqual([heard.status, heard.headers.get("content-range")], [206, "0-99/150"]);
    });
  });

  async function ownId(bearer: string): Promise<string> {
    const id = await rest.house.account();
    rest.signIn(bearer, someone(id, { roles: ["doctor"] }));
    return idText(id);
  }
});
