import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { hospital } from "../../data/hospital.ts";
import { idText } from "../../data/house.ts";
import { someone } from "../../identity/actor.ts";
import { openRestHouse, type RestHouse } from "./rest-house.ts";

describe("Holdfast, asked by an unmodified supabase-js,", () => {
  let rest: RestHouse;
  let mine: SupabaseClient;
  let theirs: SupabaseClient;
  let me = "";
  let other = "";

  before(async () => {
    rest = await openRestHouse(hospital);
    const [a, b] = [await rest.house.account(), await rest.house.account()];
    [me, other] = [idText(a), idText(b)];
    rest.signIn("me", someone(a, { roles: ["doctor"] }));
    rest.signIn("other", someone(b, { roles: ["doctor"] }));
    rest.signIn("auditor", someone(await rest.house.account(), { roles: ["auditor"] }));
    rest.signIn("editor", someone(b, { roles: ["editor"] }));
    rest.signIn("supervisor", someone(a, { roles: ["supervisor"], aal: 2, mfaAt: rest.house.clock.now() }));
    rest.signIn("stale-supervisor", someone(a, { roles: ["supervisor"], aal: 2, mfaAt: rest.house.clock.now() - 3_600_000 }));
    mine = rest.client("me");
    theirs = rest.client("other");
  });
  after(() => rest[Symbol.asyncDispose]());

  test("inserts one row and returns it", async () => {
    const { data, error, status } = await mine
      .from("patients")
      .insert({
        name: "Ann",
        national_id: "n-1",
        doctor: me,
        score: 7,
        weight: 61.5,
        urgent: true,
        seen_at: "2026-01-02T03:04:05.678+00:00",
        tags: { a: [1, null] },
      })
      .select()
      .single();
    assert.equal(error, null);
    assert.equal(status, 201);
    assert.equal(data.name, "Ann");
    assert.equal(data.national_id, "n-1");
    assert.equal(data.status, "active");
    assert.equal(data.urgent, true);
    assert.equal(data.weight, 61.5);
    assert.equal(data.seen_at, "2026-01-02T03:04:05.678+00:00");
    assert.deepEqual(data.tags, { a: [1, null] });
    assert.ok(!("remark" in data), "a field that may never be read is not there");
  });

  test("inserts many rows, whose keys differ, and returns nothing unasked", async () => {
    const rows = Array.from({ length: 12 }, (_, at) => ({ name: `P${at}`, doctor: me, score: at, ...(at % 2 ? { urgent: false } : {}) }));
    const { data, error, status } = await mine.from("patients").insert(rows);
    assert.deepEqual([data, error, status], [null, null, 201]);
    const counted = await mine.from("patients").select("*", { count: "exact", head: true });
    assert.equal(counted.count, 13);
    assert.equal(counted.data, null);
  });

  test("selects columns and aliases", async () => {
    const { data, error } = await mine.from("patients").select("who:name,score").eq("score", 3);
    assert.equal(error, null);
    assert.deepEqual(data, [{ who: "P3", score: 3 }]);
  });

  const filters: readonly [
    string,
    (query: ReturnType<ReturnType<SupabaseClient["from"]>["select"]>) => PromiseLike<{ data: unknown[] | null; error: unknown }>,
    number,
  ][] = [
    ["eq", (query) => query.eq("score", 4), 1],
    ["neq", (query) => query.neq("score", 4), 12],
    ["gt", (query) => query.gt("score", 9), 2],
    ["gte", (query) => query.gte("score", 9), 3],
    ["lt", (query) => query.lt("score", 2), 2],
    ["lte", (query) => query.lte("score", 2), 3],
    ["in", (query) => query.in("score", [1, 2, 99]), 2],
    ["not in", (query) => query.not("score", "in", "(1,2)"), 11],
    ["in nothing", (query) => query.in("score", []), 0],
    ["is null", (query) => query.is("urgent", null), 6],
    ["is true", (query) => query.is("urgent", true), 1],
    ["not is null", (query) => query.not("urgent", "is", null), 7],
    ["or", (query) => query.or("score.eq.1,and(score.gt.9,score.lt.11)"), 2],
    ["not and", (query) => query.or("not.and(score.gt.1,score.lt.11)"), 3],
    ["match of several fields", (query) => query.match({ score: 4, status: "active" }), 1],
    ["an encrypted field with lookup, eq", (query) => query.eq("national_id", "n-1"), 1],
    ["an encrypted field with lookup, in", (query) => query.in("national_id", ["n-1", "n-2"]), 1],
    ["an encrypted field with lookup, is null", (query) => query.is("national_id", null), 12],
    ["a date and time", (query) => query.gte("seen_at", "2026-01-02T00:00:00Z"), 1],
    ["isDistinct", (query) => query.isDistinct("urgent", true), 12],
  ];
  for (const [name, ask, expected] of filters) {
    test(`filters by ${name}`, async () => {
      const { data, error } = await ask(mine.from("patients").select("id"));
      assert.equal(error, null);
      assert.equal(data?.length, expected);
    });
  }

  test("matches patterns on open text fields", async () => {
    await rest
      .client("editor")
      .from("news")
      .insert([{ title: "Alpha one" }, { title: "alpha two" }, { title: "beta" }]);
    const anyone = rest.client();
    const titles = async (query: PromiseLike<{ data: { title: string }[] | null }>): Promise<string[]> =>
      ((await query).data ?? []).map(({ title }) => title).sort();
    assert.deepEqual(await titles(anyone.from("news").select("title").like("title", "alpha%")), ["alpha two"]);
    assert.deepEqual(await titles(anyone.from("news").select("title").ilike("title", "*ALPHA*")), ["Alpha one", "alpha two"]);
    assert.deepEqual(await titles(anyone.from("news").select("title").regexMatch("title", "^[ab]")), ["alpha two", "beta"]);
    assert.deepEqual(await titles(anyone.from("news").select("title").regexIMatch("title", "^A")), ["Alpha one", "alpha two"]);
  });

  test("orders with nulls first and last, pages and counts", async () => {
    const page = await mine
      .from("patients")
      .select("score", { count: "exact" })
      .order("score", { ascending: false, nullsFirst: false })
      .range(2, 4);
    assert.deepEqual(page.data, [{ score: 9 }, { score: 8 }, { score: 7 }]);
    assert.equal(page.count, 13);
    assert.equal(page.status, 206);
    const first = await mine.from("patients").select("urgent").order("urgent", { nullsFirst: true }).order("score").limit(1);
    assert.deepEqual(first.data, [{ urgent: null }]);
    for (const count of ["planned", "estimated"] as const) {
      assert.equal((await mine.from("patients").select("id", { count }).limit(1)).count, 13, "statistics would tell of others' rows");
    }
    const beyond = await mine.from("patients").select("id", { count: "exact" }).range(50, 60);
    assert.equal(beyond.status, 416);
    assert.equal(beyond.error?.code, "PGRST103");
  });

  test("answers single and maybeSingle", async () => {
    const none = await mine.from("patients").select("id").eq("score", 99).single();
    assert.equal(none.status, 406);
    assert.equal(none.error?.code, "PGRST116");
    assert.equal(none.error?.details, "The result contains 0 rows");
    assert.equal((await mine.from("patients").select("id").single()).error?.code, "PGRST116");
    assert.equal((await mine.from("patients").select("id").eq("score", 99).maybeSingle()).data, null);
    assert.equal((await mine.from("patients").select("score").eq("score", 5).maybeSingle()).data?.score, 5);
  });

  test("leaves nulls out when asked to", async () => {
    const { data, error } = await mine.from("patients").select("score,urgent").eq("score", 2).stripNulls();
    assert.equal(error, null);
    assert.deepEqual(data, [{ score: 2 }]);
  });

  test("updates what the caller may, and returns or counts it", async () => {
    const { data, error, status } = await mine.from("patients").update({ status: "discharged" }).eq("score", 4).select("score,status");
    assert.deepEqual([data, error, status], [[{ score: 4, status: "discharged" }], null, 200]);
    const quiet = await mine.from("patients").update({ weight: 5 }, { count: "exact" }).lt("score", 3);
    assert.deepEqual([quiet.status, quiet.count, quiet.error], [204, 3, null]);
    const prefer = { prefer: "handling=strict, max-affected=2" };
    const strict = await rest.ask("PATCH", "patients?score=lt.3", { bearer: "me", headers: prefer, body: '{"weight":6}' });
    assert.equal(strict.status, 400);
    assert.match(strict.text, /"PGRST124"/);
    assert.equal((await mine.from("patients").select("id").eq("weight", 6)).data?.length, 0);
  });

  test("refuses a write without conditions", async () => {
    const all = await mine.from("patients").update({ status: "discharged" });
    assert.deepEqual([all.status, all.error?.code], [400, "21000"]);
    assert.deepEqual([(await mine.from("patients").delete()).status], [400]);
  });

  test("upserts by id and by a unique field", async () => {
    const id = crypto.randomUUID();
    const fresh = await mine.from("patients").upsert({ id, name: "U", doctor: me, score: 50 }).select("id,score").single();
    assert.deepEqual([fresh.error, fresh.status, fresh.data], [null, 201, { id, score: 50 }]);
    const again = await mine.from("patients").upsert({ id, name: "U", doctor: me, score: 51 }).select("id,score").single();
    assert.deepEqual([again.error, again.status, again.data], [null, 200, { id, score: 51 }]);
    const byId = await mine
      .from("patients")
      .upsert({ national_id: "n-1", name: "Ann", doctor: me, score: 70 }, { onConflict: "national_id" })
      .select("score");
    assert.deepEqual([byId.error, byId.data], [null, [{ score: 70 }]]);
    const ignored = await mine.from("patients").upsert({ id, name: "V", doctor: me, score: 60 }, { ignoreDuplicates: true }).select("id");
    assert.deepEqual([ignored.error, ignored.data], [null, []]);
    const stolen = await theirs.from("patients").upsert({ id, name: "W", doctor: other });
    assert.deepEqual([stolen.status, stolen.error?.code], [409, "23505"]);
    const wrong = await mine.from("patients").upsert({ name: "W", doctor: me, score: 1 }, { onConflict: "score" });
    assert.deepEqual([wrong.status, wrong.error?.code], [400, "42P10"]);
  });

  test("keeps doctors apart", async () => {
    assert.deepEqual((await theirs.from("patients").select()).data, []);
    assert.deepEqual((await theirs.from("patients").update({ status: "discharged" }).gte("score", 0).select()).data, []);
    assert.deepEqual([(await theirs.from("patients").insert({ name: "X", doctor: me })).status], [403]);
    assert.deepEqual([(await mine.from("patients").update({ doctor: other }).eq("score", 4)).status], [403]);
    assert.equal((await rest.client("auditor").from("patients").select("id", { count: "exact", head: true })).count, 14);
  });

  test("tells nobody apart from somebody, and a stale factor from none", async () => {
    const nobody = await rest.client().from("patients").insert({ name: "X", doctor: me });
    assert.deepEqual([nobody.status, nobody.error?.code], [401, "42501"]);
    const denied = await rest.client("auditor").from("patients").insert({ name: "X", doctor: me });
    assert.deepEqual([denied.status, denied.error?.code], [403, "42501"]);
    const stale = await rest.client("stale-supervisor").from("patients").delete().eq("score", 11);
    assert.deepEqual([stale.status, stale.error?.code], [401, "step_up_required"]);
  });

  test("deletes with a fresh factor", async () => {
    const { data, error } = await rest.client("supervisor").from("patients").delete().eq("score", 11).select("score");
    assert.deepEqual([data, error], [[{ score: 11 }], null]);
    assert.equal((await mine.from("patients").select("id").eq("score", 11)).data?.length, 0);
  });

  const refused: readonly [
    string,
    (client: SupabaseClient) => PromiseLike<{ status: number; error: { code?: string; message: string } | null }>,
    number,
    string,
  ][] = [
    ["an unknown collection", (client) => client.from("nothing").select(), 404, "PGRST205"],
    ["an unknown field in select", (client) => client.from("patients").select("nope"), 400, "42703"],
    ["an unknown field in a filter", (client) => client.from("patients").select("id").eq("nope", 1), 400, "42703"],
    ["an unknown field in an order", (client) => client.from("patients").select("id").order("nope"), 400, "42703"],
    ["an unknown field in a row", (client) => client.from("patients").insert({ nope: 1 }), 400, "PGRST204"],
    ["a wrong type in a filter", (client) => client.from("patients").select().eq("score", "many"), 400, "22P02"],
    ["a wrong id in a filter", (client) => client.from("patients").select().eq("id", "x"), 400, "22P02"],
    ["a pattern on an encrypted field", (client) => client.from("patients").select("id").like("name", "A%"), 400, "42883"],
    ["a negated look-up", (client) => client.from("patients").select("id").not("national_id", "eq", "n-1"), 400, "42883"],
    ["another comparison of an encrypted field", (client) => client.from("patients").select("id").gt("national_id", "n-1"), 400, "42883"],
    ["a filter on an encrypted field without lookup", (client) => client.from("patients").select("id").eq("name", "Ann"), 400, "42883"],
    ["an order by an encrypted field", (client) => client.from("patients").select("id").order("name"), 400, "42883"],
    ["a missing value", (client) => client.from("patients").insert({ doctor: me }), 400, "23502"],
    ["text search", (client) => client.from("news").select().textSearch("title", "x"), 400, "PGRST127"],
    ["contains", (client) => client.from("patients").select().contains("tags", { a: 1 }), 400, "PGRST127"],
    ["like any", (client) => client.from("news").select().likeAnyOf("title", ["a%"]), 400, "PGRST127"],
    ["CSV", (client) => client.from("news").select().csv(), 406, "PGRST107"],
    ["a taken unique value", (client) => client.from("patients").insert({ name: "Y", doctor: me, national_id: "n-1" }), 409, "23505"],
    ["a bad regular expression", (client) => client.from("news").select().regexMatch("title", "(("), 400, "2201B"],
  ];
  for (const [name, ask, status, code] of refused) {
    test(`refuses ${name}`, async () => {
      const { error, status: got } = await ask(mine);
      assert.deepEqual([got, error?.code], [status, code], error?.message ?? "");
    });
  }
});
