import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { accounts, collection, define, ref, text } from "../../src/model/index.ts";
import { someone } from "../identity/actor.ts";
import { type DataHouse, eq, idText, insert, openDataHouse, read, rowsOf, update } from "./house.ts";

const TEAMS = ["red", "blue", "green"] as const;

const teams = collection({
  fields: { name: text({ max: 20, required: true }) },
  indexes: [["name"]],
  access: ({ actor }) => ({ read: actor.signedIn(), create: actor.signedIn() }),
});

/** Whoever is in a team sees who else is; the note of each is closed to bosses; a badge opens by way of another collection. */
const members = collection({
  fields: {
    team: text({ max: 20, required: true }),
    account: ref(accounts, { required: true }),
    rank: text({ max: 20, required: true }),
    note: text({ max: 20, default: "a note" }),
    badge: text({ max: 20, default: "a badge" }),
  },
  indexes: [
    ["team", "account"],
    ["account", "team"],
  ],
  access: ({ row, actor, exists, all, not }) => {
    const isIn = exists("members", (one) => all(of(one, "team").is(row.team), of(one, "account").is(actor.id)));
    const isBoss = exists("members", (one) =>
      all(of(one, "team").is(row.team), of(one, "account").is(actor.id), of(one, "rank").is("boss")),
    );
    const byTeam = exists(teams, (team) =>
      all(
        team.name.is(row.team),
        exists("members", (one) => all(of(one, "team").is(team.name), of(one, "account").is(actor.id), of(one, "rank").is("boss"))),
      ),
    );
    const anyone = actor.signedIn();
    return { read: isIn, create: anyone, update: anyone, fields: { note: { read: not(isBoss) }, badge: { read: byTeam } } };
  },
});

/** A field of a collection that is named by its name: its words are not known to the compiler. */
function of<T>(other: Readonly<Record<string, T>>, name: string): T {
  return other[name] ?? assert.fail(name);
}

const clubs = define({ name: "Clubs", roles: [], collections: { teams, members } });

type Write =
  | { readonly do: "insert"; readonly rows: readonly { readonly team: string; readonly who: number; readonly rank: string }[] }
  | {
      readonly do: "update";
      readonly team: string;
      readonly set: { readonly team?: string; readonly who?: number; readonly rank?: string };
    };

const team = fc.constantFrom(...TEAMS);
const rank = fc.constantFrom("boss", "hand");
const who = fc.integer({ min: 0, max: 2 });
const write: fc.Arbitrary<Write> = fc.oneof(
  fc.record({
    do: fc.constant("insert" as const),
    rows: fc.array(fc.record({ team, who, rank }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    do: fc.constant("update" as const),
    team,
    set: fc.record({ team, who, rank }, { requiredKeys: [] }).filter((set) => Object.keys(set).length > 0),
  }),
);

test("Holdfast answers a write with what a read right after it gives, also where a rule looks into the written rows", async () => {
  await using house = await openDataHouse(clubs);
  let shown = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(write, { minLength: 1, maxLength: 6 }), async (writes) => {
      const people = [await house.account(), await house.account(), await house.account()];
      const [me = new Uint8Array(16)] = people;
      const actor = someone(me);
      await clear(house);
      await insert(
        house,
        actor,
        "teams",
        TEAMS.map((name) => ({ name })),
      );
      const account = (at: number) => idText(people[at] ?? me);
      for (const one of writes) {
        const written =
          one.do === "insert"
            ? await insert(
                house,
                actor,
                "members",
                one.rows.map(({ who: at, ...row }) => ({ ...row, account: account(at) })),
              )
            : await update(house, actor, "members", eq("team", one.team), withAccount(one.set, account));
        const answered: unknown = JSON.parse(written.returned.json);
        assert.ok(Array.isArray(answered));
        const ids = new Set(written.ids.map(idText));
        const readable = (await rowsOf(read(house, actor, { collection: "members" }))).filter((row) => ids.has(String(row["id"])));
        assert.deepEqual(byId(answered), byId(readable));
        shown += answered.length;
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(shown > 20, `${shown} rows were answered`);
});

test("Holdfast answers the row that makes its writer a member, and not the one that ends it", async () => {
  await using house = await openDataHouse(clubs);
  const [me, other] = [await house.account(), await house.account()];
  const actor = someone(me);
  const joined = await insert(house, actor, "members", [
    { team: "red", account: idText(me), rank: "hand" },
    { team: "red", account: idText(other), rank: "hand" },
    { team: "blue", account: idText(other), rank: "hand" },
  ]);
  assert.equal(joined.returned.rows, 2);
  const left = await update(house, actor, "members", eq("account", idText(me)), { account: idText(other) });
  assert.deepEqual([left.affected, left.returned.json], [1, "[]"]);
});

function withAccount(
  { who: at, ...set }: Extract<Write, { do: "update" }>["set"],
  account: (at: number) => string,
): Readonly<Record<string, unknown>> {
  return at === undefined ? set : { ...set, account: account(at) };
}

async function clear(house: DataHouse): Promise<void> {
  const everything = { op: "all", of: [] } as const;
  await house.store.commit({
    steps: ["members", "teams"].map((table) => ({ do: "clear", table, where: everything }) as const),
  });
}

function byId(rows: readonly Readonly<Record<string, unknown>>[]): readonly unknown[] {
  return [...rows].sort((a, b) => String(a["id"]).localeCompare(String(b["id"])));
}
