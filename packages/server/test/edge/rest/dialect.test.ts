import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { EVERY_ROW } from "../../../src/model/index.ts";
import { hospital } from "../../data/hospital.ts";
import { idText, someone } from "../../data/house.ts";
import { openRestHouse, type RestHouse } from "./rest-house.ts";

interface Line {
  readonly says: string;
  readonly method?: string;
  readonly path: string;
  readonly headers?: Record<string, string>;
  readonly body?: string | Uint8Array;
  readonly bearer?: string;
  readonly status: number;
  /** The code of an error, or the JSON of an answer. */
  readonly code?: string;
  readonly json?: unknown;
  readonly answers?: Readonly<Record<string, string | null>>;
}

const SINGLE = { accept: "application/vnd.pgrst.object+json" };

const READS: readonly Line[] = [
  {
    says: "all rows",
    path: "news?select=likes&order=likes",
    status: 200,
    json: [0, 1, 2, 3, 4].map((likes) => ({ likes })),
    answers: { "content-range": "0-4/*", "content-type": "application/json; charset=utf-8" },
  },
  {
    says: "limit and offset",
    path: "news?select=likes&order=likes&limit=2&offset=1",
    status: 200,
    json: [{ likes: 1 }, { likes: 2 }],
    answers: { "content-range": "1-2/*" },
  },
  { says: "limit 0", path: "news?limit=0", status: 200, json: [], answers: { "content-range": "*/*" } },
  { says: "a negative limit", path: "news?limit=-1", status: 416, code: "PGRST103" },
  { says: "a negative offset as none", path: "news?select=likes&order=likes&offset=-4&limit=1", status: 200, json: [{ likes: 0 }] },
  {
    says: "a limit that is no number as none",
    path: "news?select=likes&order=likes&limit=x&likes=eq.1",
    status: 200,
    json: [{ likes: 1 }],
  },
  {
    says: "a Range",
    path: "news?select=likes&order=likes",
    headers: { range: "1-2" },
    status: 200,
    json: [{ likes: 1 }, { likes: 2 }],
    answers: { "content-range": "1-2/*" },
  },
  {
    says: "a Range and a limit, whichever is narrower",
    path: "news?select=likes&order=likes&limit=3",
    headers: { range: "0-1" },
    status: 200,
    json: [{ likes: 0 }, { likes: 1 }],
  },
  { says: "an open Range", path: "news?select=likes&order=likes", headers: { range: "4-" }, status: 200, json: [{ likes: 4 }] },
  { says: "a Range that ends before it begins", path: "news", headers: { range: "4-1" }, status: 416, code: "PGRST103" },
  {
    says: "an exact count of a part",
    path: "news?limit=2",
    headers: { prefer: "count=exact" },
    status: 206,
    answers: { "content-range": "0-1/5", "preference-applied": "count=exact" },
  },
  { says: "an exact count of all", path: "news", headers: { prefer: "count=exact" }, status: 200, answers: { "content-range": "0-4/5" } },
  { says: "an offset behind the last row", path: "news?offset=9", headers: { prefer: "count=exact" }, status: 416, code: "PGRST103" },
  { says: "an offset behind the last row, uncounted", path: "news?offset=9", status: 200, json: [], answers: { "content-range": "*/*" } },
  {
    says: "one object",
    path: "news?select=likes&likes=eq.2",
    headers: SINGLE,
    status: 200,
    json: { likes: 2 },
    answers: { "content-type": "application/vnd.pgrst.object+json; charset=utf-8" },
  },
  { says: "one object where there are several", path: "news", headers: SINGLE, status: 406, code: "PGRST116" },
  {
    says: "the best offered type",
    path: "news?limit=0",
    headers: { accept: "text/html, application/json;q=0.5, */*;q=0.1" },
    status: 200,
    json: [],
  },
  { says: "no offered type", path: "news", headers: { accept: "text/csv, text/html" }, status: 406, code: "PGRST107" },
  {
    says: "an unknown preference, strictly",
    path: "news",
    headers: { prefer: "handling=strict, what=ever" },
    status: 400,
    code: "PGRST122",
  },
  {
    says: "an unknown preference, leniently",
    path: "news?limit=0",
    headers: { prefer: "what=ever, handling=lenient" },
    status: 200,
    json: [],
    answers: { "preference-applied": "handling=lenient" },
  },
  { says: "the schema public", path: "news?limit=0", headers: { "accept-profile": "public" }, status: 200, json: [] },
  { says: "another schema", path: "news?limit=0", headers: { "accept-profile": "secret" }, status: 406, code: "PGRST106" },
  { says: "a function", method: "POST", path: "rpc/anything", body: "{}", status: 404, code: "PGRST125" },
  { says: "a method that is not offered", method: "PUT", path: "news", body: "{}", status: 405, code: "PGRST117" },
  { says: "a column named twice alike", path: "news?select=*,likes&likes=eq.1&limit=0", status: 200, json: [] },
  { says: "two columns under one name", path: "news?select=a:likes,a:title", status: 400, code: "42883" },
  { says: "quoted values", path: 'news?select=likes&or=(title.eq."a,b(c)",title.eq."x\\"y")', status: 200, json: [{ likes: 4 }] },
  { says: "a list with quotes", path: 'news?select=likes&title=in.("a,b(c)",nothing)', status: 200, json: [{ likes: 4 }] },
  {
    says: "not, or and and",
    path: "news?select=likes&order=likes&not.or=(likes.eq.1,and(likes.gt.2,likes.lt.4))",
    status: 200,
    json: [{ likes: 0 }, { likes: 2 }, { likes: 4 }],
  },
  { says: "a star for a percent sign", path: "news?select=likes&title=like.t*1", status: 200, json: [{ likes: 1 }] },
  { says: "a plus for a blank", path: "news?select=likes&title=eq.two+words", status: 200, json: [{ likes: 3 }] },
  { says: "a parameter without a value", path: "news?select", status: 400, code: "PGRST100" },
  { says: "a parameter given twice", path: "news?limit=1&limit=2", status: 400, code: "PGRST100" },
  { says: "bad percent-encoding", path: "news?title=eq.%ff", status: 400, code: "PGRST100" },
  { says: "a NUL", path: "news?title=eq.a%00b", status: 400, code: "22P02" },
  { says: "a huge number", path: `news?likes=eq.${"9".repeat(40)}`, status: 400, code: "22P02" },
  { says: "an unknown operator", path: "news?likes=near.1", status: 400, code: "PGRST100" },
  { says: "a missing operator", path: "news?likes=1", status: 400, code: "PGRST100" },
  { says: "a cast", path: "news?select=likes::text", status: 400, code: "PGRST127" },
  { says: "an aggregate", path: "news?select=likes.sum()", status: 400, code: "PGRST127" },
  { says: "a count column", path: "news?select=count()", status: 400, code: "PGRST127" },
  { says: "a spread", path: "news?select=...other(id)", status: 400, code: "PGRST127" },
  { says: "a path into JSON", path: "news?select=likes->a", status: 400, code: "PGRST127" },
  { says: "a parameter of an embedded collection", path: "news?other.order=id", status: 400, code: "PGRST127" },
  { says: "is.true of a number", path: "news?likes=is.true", status: 400, code: "42883" },
  { says: "a wrong token", path: "news", bearer: "stolen", status: 401, code: "PGRST301" },
];

const LIKES = '{"title":"n","likes":9}';
const WRITES: readonly Line[] = [
  {
    says: "an insert, quietly",
    method: "POST",
    path: "news",
    body: LIKES,
    status: 201,
    answers: { "content-range": "*/*", location: null },
  },
  {
    says: "an insert, with its headers",
    method: "POST",
    path: "news",
    headers: { prefer: "return=headers-only" },
    body: '{"id":"11111111-1111-4111-8111-111111111111","title":"n"}',
    status: 201,
    answers: { location: "/rest/v1/news?id=eq.11111111-1111-4111-8111-111111111111" },
  },
  {
    says: "an insert of nothing",
    method: "POST",
    path: "news",
    headers: { prefer: "return=representation,count=exact" },
    body: "[]",
    status: 201,
    json: [],
    answers: { "content-range": "*/0" },
  },
  {
    says: "chosen columns",
    method: "POST",
    path: "news?columns=title&select=title,likes",
    headers: { prefer: "return=representation" },
    body: '[{"title":"c","likes":99,"nonsense":1}]',
    status: 201,
    json: [{ title: "c", likes: 0 }],
  },
  {
    says: "nulls for missing keys",
    method: "POST",
    path: "news?columns=title,likes&select=likes",
    headers: { prefer: "return=representation" },
    body: '[{"title":"c"}]',
    status: 201,
    json: [{ likes: null }],
  },
  {
    says: "defaults for missing keys",
    method: "POST",
    path: "news?columns=title,likes&select=likes",
    headers: { prefer: "return=representation,missing=default" },
    body: '[{"title":"c"}]',
    status: 201,
    json: [{ likes: 0 }],
  },
  { says: "keys that differ", method: "POST", path: "news", body: '[{"title":"a"},{"likes":1}]', status: 400, code: "PGRST102" },
  {
    says: "another schema to write in",
    method: "POST",
    path: "news",
    headers: { "content-profile": "secret" },
    body: LIKES,
    status: 406,
    code: "PGRST106",
  },
  { says: "conditions on an insert", method: "POST", path: "news?likes=eq.1", body: LIKES, status: 400, code: "PGRST127" },
  { says: "a limit on a write", method: "PATCH", path: "news?likes=eq.1&limit=1", body: LIKES, status: 400, code: "PGRST127" },
  {
    says: "one object where none is written",
    method: "PATCH",
    path: "boxes?label=eq.none",
    headers: SINGLE,
    body: '{"label":"x"}',
    status: 406,
    code: "PGRST116",
  },
  { says: "malformed JSON", method: "POST", path: "news", body: '{"title":', status: 400, code: "PGRST102" },
  { says: "an empty body", method: "POST", path: "news", body: "", status: 400, code: "PGRST102" },
  { says: "no object", method: "POST", path: "news", body: "7", status: 400, code: "PGRST102" },
  { says: "a list of no objects", method: "POST", path: "news", body: "[1]", status: 400, code: "PGRST102" },
  { says: "a list as an update", method: "PATCH", path: "news?likes=eq.1", body: "[]", status: 400, code: "PGRST102" },
  { says: "a key twice", method: "POST", path: "news", body: '{"title":"a","title":"b"}', status: 400, code: "PGRST102" },
  {
    says: "bytes that are not UTF-8",
    method: "POST",
    path: "news",
    body: Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x7d),
    status: 400,
    code: "PGRST102",
  },
  { says: "a NUL in a value", method: "POST", path: "news", body: '{"title":"a\\u0000b"}', status: 400, code: "23514" },
  { says: "half a surrogate pair", method: "POST", path: "news", body: '{"title":"\\ud800"}', status: 400, code: "PGRST102" },
  {
    says: "a number that cannot be held",
    method: "POST",
    path: "news",
    body: '{"title":"a","likes":12345678901234567890}',
    status: 400,
    code: "PGRST102",
  },
  { says: "a wrong type", method: "POST", path: "news", body: '{"title":"a","likes":"many"}', status: 400, code: "22P02" },
  { says: "a fraction for an integer", method: "POST", path: "news", body: '{"title":"a","likes":1.5}', status: 400, code: "22P02" },
  { says: "a text that is too long", method: "POST", path: "news", body: `{"title":"${"x".repeat(101)}"}`, status: 400, code: "23514" },
  { says: "a missing value", method: "POST", path: "news", body: '{"likes":1}', status: 400, code: "23502" },
  { says: "an unknown field", method: "POST", path: "news", body: '{"title":"a","nope":1}', status: 400, code: "PGRST204" },
  { says: "__proto__", method: "POST", path: "news", body: '{"title":"a","__proto__":{"likes":1}}', status: 400, code: "PGRST204" },
  {
    says: "a body that is too large",
    method: "POST",
    path: "news",
    body: `{"title":"${"x".repeat(1_100_000)}"}`,
    status: 413,
    code: "54000",
  },
];

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
