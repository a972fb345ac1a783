import assert from "node:assert/strict";
import { test } from "node:test";
import type { SubjectPage } from "../../src/data/index.ts";
import { formatId, type Id } from "../../src/kit/index.ts";
import { accounts, collection, define, EVERY_ROW, ref, text } from "../../src/model/index.ts";
import { CHANGES } from "../../src/store/index.ts";
import { someone } from "../identity/actor.ts";
import { asker, type DataHouse, openDataHouse, QUIETLY } from "./house.ts";

const journal = collection({
  fields: {
    owner: ref(accounts, { required: true }),
    body: text({ personal: true }).encrypted(),
    mood: text(),
    remark: text(),
  },
  subject: "owner",
  access: ({ actor }) => ({
    read: actor.signedIn(),
    create: actor.signedIn(),
    fields: { remark: { read: actor.role.is("staff") } },
  }),
});

const replies = collection({
  fields: {
    entry: ref(journal, { required: true }),
    writer: ref(accounts, { erase: "clear" }),
    parent: ref("replies"),
    body: text(),
  },
  access: ({ actor }) => ({ read: actor.signedIn(), create: actor.signedIn() }),
});

const visits = collection({
  fields: { host: ref(accounts, { required: true }), guest: ref(accounts, { erase: "remove" }), place: text() },
  access: ({ row, actor }) => ({ read: row.host.is(actor.id), create: actor.signedIn() }),
});

const closed = collection({ fields: { who: ref(accounts), note: text() }, subject: "who" });

const PLAN = define({ name: "People", roles: ["staff"], collections: { journal, replies, visits, closed } });

async function insert(house: DataHouse, actor: Id, name: string, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  await house.data.insert(
    {
      collection: name,
      rows: rows.map((row) => ({ id: formatId(house.vault.newId()), ...row })),
      fields: undefined,
      missing: "default",
      onConflict: "refuse",
      returning: QUIETLY,
      fingerprint: [JSON.stringify(rows)],
    },
    asker(someone(actor)),
  );
}

interface Peopled {
  readonly ada: Id;
  readonly bob: Id;
}

/** Ada has a journal, to which Bob replies; they visit each other. */
async function people(house: DataHouse, entries = 3): Promise<Peopled> {
  const [ada, bob] = [await house.account(), await house.account()];
  const [adaId, bobId] = [formatId(ada), formatId(bob)];
  const ids = Array.from({ length: entries }, () => formatId(house.vault.newId()));
  await insert(
    house,
    ada,
    "journal",
    ids.map((id, index) => ({ id, owner: adaId, body: `secret ${index}`, mood: "calm", remark: "of staff" })),
  );
  const bobs = formatId(house.vault.newId());
  await insert(house, bob, "journal", [{ id: bobs, owner: bobId, body: "bob's own", mood: "merry" }]);
  const [first, second] = [formatId(house.vault.newId()), formatId(house.vault.newId())];
  await insert(house, bob, "replies", [
    { id: first, entry: ids[0], writer: bobId, body: "nice" },
    { id: second, entry: ids[0], writer: adaId, parent: first, body: "thanks" },
    { entry: bobs, writer: adaId, parent: second, body: "hello" },
  ]);
  await insert(house, ada, "visits", [
    { host: adaId, guest: bobId, place: "lake" },
    { host: bobId, guest: adaId, place: "hill" },
    { host: adaId, guest: null, place: "shed" },
  ]);
  return { ada, bob };
}

async function gathered(pages: AsyncIterable<SubjectPage>): Promise<Record<string, Readonly<Record<string, unknown>>[]>> {
  const all: Record<string, Readonly<Record<string, unknown>>[]> = {};
  for await (const { collection: name, rows } of pages) all[name] = [...(all[name] ?? []), ...rows];
  return all;
}

const count = (house: DataHouse, table: string) => house.store.view((view) => view.count({ table, where: EVERY_ROW }));

test("Holdfast exports the rows that go with an account, opened, and counts those that only name it", async () => {
  await using house = await openDataHouse(PLAN);
  const { ada } = await people(house, 450);
  const subject = await house.data.subject();
  const rows = await gathered(subject.rows(ada));
  assert.deepEqual(
    Object.entries(rows).map(([name, list]) => [name, list.length]),
    [
      ["journal", 450],
      ["visits", 1],
    ],
  );
  const bodies = new Set(rows["journal"]?.map(({ body }) => body));
  assert.equal(bodies.size, 450, "each row once");
  assert.ok(bodies.has("secret 449"));
  assert.deepEqual(
    rows["journal"]?.every(({ remark, owner }) => remark === "of staff" && owner === formatId(ada)),
    true,
  );
  assert.deepEqual(await subject.named(ada), [{ collection: "visits", field: "host", rows: 2 }]);
});

test("Holdfast gives an account what its rules let it read, and asks them again for each page", async () => {
  await using house = await openDataHouse(PLAN);
  const { ada, bob } = await people(house, 450);
  const subject = await house.data.subject();
  house.noted.length = 0;
  const own = await gathered(subject.readable(asker(someone(ada))));
  assert.deepEqual([own["journal"]?.length, own["replies"]?.length, own["visits"]?.length, own["closed"]], [450, 2, 2, undefined]);
  assert.deepEqual(Object.keys(own["journal"]?.[0] ?? {}).includes("remark"), false, "a field that its reader may not read");
  assert.deepEqual(house.noted, [], "no denied access is told: nobody tried");
  assert.deepEqual((await gathered(subject.readable(asker(someone(bob)))))["journal"]?.length, 1);
  let pages = 0;
  const ending = {
    ...asker(someone(ada)),
    actorIn: () => (++pages > 2 ? Promise.reject(new Error("ended")) : Promise.resolve(someone(ada))),
  };
  await assert.rejects(gathered(subject.readable(ending)), /ended/);
});

test("Holdfast erases by the rules of the plan, each change of a row an entry of the trail", async () => {
  await using house = await openDataHouse(PLAN);
  const { ada, bob } = await people(house, 250);
  const subject = await house.data.subject();
  const before = await count(house, "trail.entries");
  const erased = await subject.erase(ada);
  assert.deepEqual(
    [...erased].sort((a, b) => (a.collection < b.collection ? -1 : 1)),
    [
      { collection: "journal", removed: 250, cleared: 0 },
      { collection: "replies", removed: 2, cleared: 3 },
      { collection: "visits", removed: 1, cleared: 0 },
    ],
  );
  assert.equal((await count(house, "trail.entries")) - before, 250 + 2 + 3 + 1);
  assert.deepEqual([await count(house, "journal"), await count(house, "replies"), await count(house, "visits")], [1, 1, 2]);
  assert.deepEqual(await gathered(subject.rows(ada)), {});
  assert.equal((await gathered(subject.rows(bob)))["journal"]?.[0]?.["body"], "bob's own");
  const [left] = await house.store.view((view) => view.read({ table: "replies", columns: ["writer", "parent"], where: EVERY_ROW }));
  assert.deepEqual(left, [null, null], "the reply to Bob stays, and names neither Ada nor the reply that went");
  assert.deepEqual(await subject.erase(ada), [], "nothing is left to do");
});

test("Holdfast ends an erasure only where nothing is left, and clears what remembers the rows", async () => {
  await using house = await openDataHouse(PLAN);
  const { ada, bob } = await people(house);
  const subject = await house.data.subject();
  const { steps } = subject.lastSteps(ada);
  const early = await house.store.commit({ steps });
  assert.deepEqual([early.committed, early.committed || early.because], [false, "expectation"]);
  await subject.erase(ada);
  const late = await house.store.commit({ steps });
  assert.ok(late.committed);
  assert.deepEqual(
    late.cleared.map((cleared) => cleared > 0),
    [true, true],
  );
  const of = (table: string, column: string, id: Id) =>
    house.store.view((view) => view.count({ table, where: { op: "compare", sense: "is", column, by: "eq", value: id } }));
  assert.deepEqual([await of("data.idempotency", "actor", ada), await of(CHANGES, "subject", ada)], [0, 0]);
  assert.deepEqual([(await of("data.idempotency", "actor", bob)) > 0, (await of(CHANGES, "subject", bob)) > 0], [true, true]);
});
