import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { SupabaseClient } from "@supabase/supabase-js";
import { idText } from "../../data/house.ts";
import { someone } from "../../identity/actor.ts";
import { ANSWERS, REFUSALS } from "./embed-lines.ts";
import { relations } from "./relations-plan.ts";
import { openRestHouse, type RestHouse } from "./rest-house.ts";

type Row = Record<string, unknown>;
type Refused = {
  readonly status: number;
  readonly error: { readonly code?: string; readonly message: string; readonly details: unknown } | null;
};

describe("Holdfast, asked by an unmodified supabase-js for related rows,", () => {
  let rest: RestHouse;
  let mine: SupabaseClient;
  let theirs: SupabaseClient;
  let auditor: SupabaseClient;
  let [me, other, kin] = ["", "", ""];
  const ids: Record<string, string> = {};

  before(async () => {
    rest = await openRestHouse(relations);
    const accounts = [await rest.house.account(), await rest.house.account(), await rest.house.account()] as const;
    [me, other, kin] = [idText(accounts[0]), idText(accounts[1]), idText(accounts[2])];
    rest.signIn("me", someone(accounts[0]));
    rest.signIn("other", someone(accounts[1]));
    rest.signIn("auditor", someone(accounts[2], { roles: ["auditor"] }));
    rest.signIn("supervisor", someone(accounts[0], { roles: ["supervisor"] }));
    [mine, theirs, auditor] = [rest.client("me"), rest.client("other"), rest.client("auditor")];
    const put = async (client: SupabaseClient, collection: string, row: Row): Promise<string> => {
      const { data, error } = await client.from(collection).insert(row).select("id").single();
      assert.equal(error, null, JSON.stringify(error));
      return String(data?.["id"]);
    };
    ids["house"] = await put(mine, "wards", { title: "house" });
    ids["east"] = await put(mine, "wards", { title: "east", part_of: ids["house"] });
    ids["west"] = await put(mine, "wards", { title: "west", part_of: ids["house"] });
    const data = { phone: { home: "1", codes: [7, { a: true }] }, "odd key": null };
    ids["ann"] = await put(mine, "patients", {
      name: "Ann",
      national_id: "n-1",
      ward: ids["east"],
      doctor: me,
      score: 1,
      data,
      closed: { key: ["deep"] },
      guardian: kin,
    });
    ids["bob"] = await put(mine, "patients", { name: "Bob", national_id: "n-2", ward: ids["west"], doctor: me, score: 2 });
    ids["cyd"] = await put(mine, "patients", { name: "Cyd", doctor: me, score: 3 });
    ids["dan"] = await put(theirs, "patients", { name: "Dan", ward: ids["east"], doctor: other, score: 4 });
    const at = (day: number): string => `2026-01-0${day}T00:00:00Z`;
    for (const [day, kind] of [
      [1, "first"],
      [3, "again"],
      [2, "again"],
    ] as const)
      ids[`ann${day}`] = await put(mine, "visits", { patient: ids["ann"], doctor: me, at: at(day), notes: `ann ${day}`, kind, cost: day });
    ids["bob1"] = await put(mine, "visits", { patient: ids["bob"], doctor: me, at: at(4), notes: "bob 4", kind: "first", cost: 9 });
    // Another doctor saw patients of mine, and I one of hers: neither row tells of the other's.
    rest.signIn("both", someone(accounts[1], { roles: ["auditor"] }));
    ids["visit of hers"] = await put(rest.client("both"), "visits", {
      patient: ids["ann"],
      doctor: other,
      at: at(9),
      notes: "hers",
      kind: "first",
    });
    rest.signIn("both", someone(accounts[0], { roles: ["auditor"] }));
    ids["visit of mine"] = await put(rest.client("both"), "visits", {
      patient: ids["dan"],
      doctor: me,
      at: at(8),
      notes: "at hers",
      kind: "again",
    });
    await put(mine, "charts", { patient: ids["ann"], colour: "red" });
    await put(mine, "transfers", { source: ids["east"], target: ids["west"], reason: "space" });
  });
  after(() => rest[Symbol.asyncDispose]());

  test("embeds both ways, with aliases, and opens what is encrypted", async () => {
    const { data, error } = await mine
      .from("patients")
      .select("*, doctor:accounts!doctor(id), visits(id, at, notes)")
      .order("score")
      .order("at", { referencedTable: "visits" });
    assert.equal(error, null);
    assert.equal(data?.length, 3);
    const [ann, bob, cyd] = data ?? [];
    assert.deepEqual([ann.name, ann.doctor], ["Ann", { id: me }]);
    assert.deepEqual(ann.visits, [
      { id: ids["ann1"], at: "2026-01-01T00:00:00+00:00", notes: "ann 1" },
      { id: ids["ann2"], at: "2026-01-02T00:00:00+00:00", notes: "ann 2" },
      { id: ids["ann3"], at: "2026-01-03T00:00:00+00:00", notes: "ann 3" },
    ]);
    assert.deepEqual(
      bob.visits.map(({ notes }: Row) => notes),
      ["bob 4"],
    );
    assert.deepEqual([cyd.visits, cyd.ward], [[], null]);
  });

  for (const [says, ask, expected] of ANSWERS) {
    test(`answers ${says}`, async () => {
      const { data, error } = await ask(mine);
      assert.equal(error, null, JSON.stringify(error));
      const normal = (value: unknown): unknown => JSON.parse(JSON.stringify(value).replaceAll(me, "me"));
      assert.deepEqual(sorted(normal(data)), sorted(expected));
    });
  }

  test("pages and counts the rows that an inner join leaves", async () => {
    const ask = () => mine.from("patients").select("score, visits!inner(id)", { count: "exact" }).eq("visits.kind", "first").order("score");
    const page = await ask().range(1, 1);
    assert.deepEqual([page.data?.map(({ score }) => score), page.count, page.status], [[2], 2, 206]);
    const head = await mine.from("patients").select("visits!inner(id)", { count: "exact", head: true }).eq("visits.kind", "again");
    assert.deepEqual([head.count, head.data], [1, null]);
    const single = await mine.from("patients").select("score, visits!inner(notes)").eq("visits.kind", "again").single();
    assert.equal(single.data?.score, 1);
  });

  test("shows nothing of rows that may not be read, on whatever way", async () => {
    const seen = await mine
      .from("visits")
      .select("notes, patients(name)")
      .eq("id", ids["visit of mine"] ?? "")
      .single();
    assert.deepEqual(seen.data, { notes: "at hers", patients: null }, "another doctor's patient is as if he were not there");
    const inner = await mine.from("visits").select("notes, patients!inner(name)", { count: "exact" });
    assert.deepEqual([inner.count, inner.data?.some(({ notes }) => notes === "at hers")], [4, false]);
    const hers = await theirs.from("visits").select("notes, patients(name)");
    assert.deepEqual(hers.data, [{ notes: "hers", patients: null }]);
    const guess = await theirs.from("visits").select("notes, patients!inner()", { count: "exact" }).eq("patients.score", 1);
    assert.deepEqual([guess.data, guess.count], [[], 0], "a condition does not feel out a hidden row");
    const lookup = await theirs.from("visits").select("notes, patients!inner()").eq("patients.national_id", "n-1");
    assert.deepEqual(lookup.data, []);
    assert.ok(
      rest.house.noted.some(({ kind }) => kind === "lookup.missed"),
      "a look-up that finds nothing is counted on every level",
    );
    const missed = (): number => rest.house.noted.filter(({ kind }) => kind === "lookup.missed").length;
    const before = missed();
    const mineOnly = theirs
      .from("visits")
      .update({ kind: "first" })
      .eq("id", ids["visit of hers"] ?? "");
    assert.deepEqual((await mineOnly.select("notes, patients!inner()").eq("patients.national_id", "n-1")).data, []);
    assert.equal(missed(), before + 1, "also in the answer of a write");
    const wards = await theirs.from("wards").select("title, patients(name)").order("title");
    assert.deepEqual(
      wards.data?.map(({ title, patients }) => [title, patients]),
      [
        ["east", [{ name: "Dan" }]],
        ["house", []],
        ["west", []],
      ],
    );
  });

  test("shows a ref only in the rows in which it may be read", async () => {
    const own = await mine.from("patients").select("score, guardian(id)").eq("score", 1);
    assert.deepEqual(own.data, [{ score: 1, guardian: { id: kin } }]);
    const audited = await auditor.from("patients").select("score, guardian(id)").order("score");
    assert.deepEqual(
      audited.data?.map(({ guardian }) => guardian),
      [null, null, null, null],
    );
    const inner = await auditor.from("patients").select("score, guardian!inner(id)", { count: "exact" });
    assert.deepEqual([inner.data, inner.count], [[], 0]);
    const without = await auditor.from("patients").select("score, guardian()", { count: "exact" }).is("guardian", null);
    assert.deepEqual([without.data, without.count], [[], 0], "nor that there is none");
    const felt = await auditor.from("wards").select("title, patients!inner(score)").not("patients.guardian", "is", null);
    assert.deepEqual([felt.error, felt.data], [null, []], "nor through a condition from another collection");
    const ordered = await auditor.from("wards").select("patients(score)").order("guardian", { referencedTable: "patients" });
    assert.equal(ordered.status, 400, "a ref has no order");
  });

  for (const [says, collection, query, status, code] of REFUSALS) {
    test(`refuses ${says}`, async () => {
      const heard = await rest.ask("GET", `${collection}?${query.replaceAll(/[ "]/g, encodeURIComponent)}`, { bearer: "me" });
      const error = heard.json as { code?: string };
      assert.deepEqual([heard.status, error.code], [status, code], heard.text);
      assert.ok(
        !/billed_to|secret words|transfers_.*cost/.test(heard.text.replaceAll("billed_to(", "").replaceAll("'billed_to'", "")),
        "a refusal names nothing hidden",
      );
    });
  }

  test("names the ways where several lead to the same collection, as the client expects", async () => {
    const { error, status }: Refused = await mine.from("transfers").select("wards(id)");
    assert.deepEqual([status, error?.code], [300, "PGRST201"]);
    assert.match(error?.message ?? "", /^Could not embed because more than one relationship was found for 'transfers' and 'wards'$/);
    assert.deepEqual(error?.details, [
      { cardinality: "many-to-one", relationship: "transfers_source_fkey using transfers(source)", embedding: "transfers with wards" },
      { cardinality: "many-to-one", relationship: "transfers_target_fkey using transfers(target)", embedding: "transfers with wards" },
    ]);
  });

  test("embeds in the answers of writes what is there after them", async () => {
    const row = { patient: ids["bob"], doctor: me, notes: "new", kind: "again" };
    const inserted = await mine.from("visits").insert(row).select("notes, patients(name, ward(title)), doctor(id)").single();
    assert.deepEqual(
      [inserted.error, inserted.data],
      [null, { notes: "new", patients: { name: "Bob", ward: { title: "west" } }, doctor: { id: me } }],
    );
    const updated = await mine
      .from("patients")
      .update({ ward: ids["east"] })
      .eq("score", 2)
      .select("score, ward(title), visits(notes)")
      .eq("visits.kind", "first");
    assert.deepEqual([updated.error, updated.data], [null, [{ score: 2, ward: { title: "east" }, visits: [{ notes: "bob 4" }] }]]);
    const dropped = await mine.from("patients").update({ score: 3 }).eq("score", 3).select("score, visits!inner(notes)");
    assert.deepEqual([dropped.error, dropped.data], [null, []]);
    const removed = await mine.from("visits").delete().eq("notes", "x").select("id");
    assert.equal(removed.status, 400, "an encrypted field without lookup answers nothing");
    const gone = await mine
      .from("visits")
      .delete()
      .eq("kind", "again")
      .eq("patient", ids["bob"] ?? "")
      .select("notes, patients(name)");
    assert.deepEqual([gone.error, gone.data], [null, [{ notes: "new", patients: { name: "Bob" } }]]);
  });

  test("answers a write with nothing of rows that its writer may not read", async () => {
    const { data, error } = await mine
      .from("patients")
      .insert({ name: "Eve", doctor: other, ward: ids["east"] })
      .select("name, wards(title)");
    assert.deepEqual([error, data], [null, []]);
    const single: Refused = await mine.from("patients").insert({ name: "Fay", doctor: other }).select("name, wards(title)").single();
    assert.deepEqual([single.status, single.error?.code], [406, "PGRST116"]);
  });

  test("asks rules that look into what is written as they are after the write", async () => {
    const founder = rest.client("both");
    const team = await founder.from("teams").insert({ title: "night" }).select("id").single();
    const joined = await founder
      .from("members")
      .insert({ team: team.data?.id, account: me, active: true })
      .select("id, teams(title)")
      .single();
    assert.deepEqual([joined.error, joined.data?.teams], [null, { title: "night" }]);
    for (const [active, expected] of [
      [false, null],
      [true, { title: "night" }],
    ] as const) {
      const written = await mine.from("members").update({ active }).eq("account", me).select("active, teams(title)").single();
      const read = await mine.from("members").select("active, teams(title)").single();
      assert.deepEqual(
        [written.data, read.data],
        [
          { active, teams: expected },
          { active, teams: expected },
        ],
      );
    }
  });

  test("does not embed the collection that is written in the answer of the write", async () => {
    const before = await mine.from("wards").select("id", { count: "exact", head: true });
    const { status, error }: Refused = await mine
      .from("wards")
      .insert({ title: "north", part_of: ids["house"] })
      .select("title, part_of(title)");
    assert.deepEqual([status, error?.code], [400, "PGRST127"]);
    const deep: Refused = await mine.from("patients").update({ score: 1 }).eq("score", 1).select("visits(patients(name))");
    assert.deepEqual([deep.status, deep.error?.code], [400, "PGRST127"]);
    assert.equal(
      (await mine.from("wards").select("id", { count: "exact", head: true })).count,
      before.count,
      "what is refused writes nothing",
    );
  });
});

/** Rows whose order was not asked for may come in any: lists are compared as sets where the question names no order. */
function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return [...value]
    .map((row: unknown) =>
      typeof row === "object" && row !== null
        ? Object.fromEntries(Object.entries(row).map(([key, inner]) => [key, Array.isArray(inner) ? sorted(inner) : inner]))
        : row,
    )
    .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
}
