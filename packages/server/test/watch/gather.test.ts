import assert from "node:assert/strict";
import { test } from "node:test";
import { createCounter } from "../../src/data/counter.ts";
import { createTallies, type Event, type Tallies } from "../../src/kit/index.ts";
import { createGatherer } from "../../src/watch/gather.ts";
import { HOUR, idOf, SECOND } from "./vectors/vector.ts";
import { createOwnClock, type OwnClock } from "./watch-house.ts";

interface Desk {
  readonly tallies: Tallies;
  readonly clock: OwnClock;
  /** Entries of one look, without what they have in common. */
  look(): readonly string[];
}

function openDesk(): Desk {
  const clock = createOwnClock(0);
  const tallies = createTallies();
  const noted: Event[] = [];
  const gather = createGatherer({ tallies, clock, note: (event) => void noted.push(event), isOwn: (address) => address === "100::1" });
  return {
    tallies,
    clock,
    look() {
      gather();
      return noted.splice(0).map((event) => {
        const amount = "rows" in event ? event.rows : "count" in event ? event.count : 0;
        return `${event.kind} ${String((event.actor ?? event.address)?.value ?? "")} ${amount}`;
      });
    },
  };
}

const A = "00000000-0000-0000-0000-000000000001";

test("Holdfast tells of reads by the thousand, and not of each", () => {
  const { tallies, look } = openDesk();
  tallies.rowsRead.add(idOf(1), 999);
  tallies.rowsRead.add("key", 20);
  assert.deepEqual(look(), []);
  // The same account, known by another object.
  tallies.rowsRead.add(idOf(1), 1);
  assert.deepEqual(look(), [`rows.read ${A} 1000`]);
});

test("Holdfast tells ever more rarely of who goes on reading, and leaves out nothing that is much", () => {
  const { tallies, look } = openDesk();
  let [entries, rows] = [0, 0];
  for (let read = 0; read < 10_000; read += 1) {
    tallies.rowsRead.add(idOf(1), 100);
    for (const entry of look()) {
      entries += 1;
      rows += Number(entry.split(" ").at(-1));
    }
  }
  assert.ok(entries < 25, `${entries} entries for a million rows`);
  assert.ok(rows > 600_000, `${rows} of a million rows were told`);
});

test("Holdfast forgets what never came together within an hour", () => {
  const { tallies, look, clock } = openDesk();
  tallies.rowsRead.add(idOf(1), 900);
  look();
  clock.pass(HOUR + SECOND);
  tallies.rowsRead.add(idOf(1), 900);
  assert.deepEqual(look(), []);
});

test("Holdfast names the address that sent most bad tokens when some are forged, and none when all have merely expired", () => {
  const { tallies, look } = openDesk();
  tallies.badTokens.add("203.0.113.1", 12);
  tallies.badTokens.add("203.0.113.2", 1);
  assert.deepEqual(look(), []);
  tallies.badTokens.add("203.0.113.1", 12);
  tallies.badTokens.add("203.0.113.2", 1);
  tallies.forgedTokens.add("", 12);
  assert.deepEqual(look(), ["tokens.forged 203.0.113.1 12"]);
});

test("Holdfast does not count what it does to itself", () => {
  const { tallies, look } = openDesk();
  tallies.badTokens.add("100::1", 100);
  tallies.forgedTokens.add("", 100);
  tallies.idsMissedFrom.add("100::1", 100);
  assert.deepEqual(look(), []);
});

test("Holdfast counts no more callers at once than it can hold", () => {
  const { rowsRead } = createTallies();
  for (let n = 0; n < 50_000; n += 1) rowsRead.add(`key ${n}`, 1);
  assert.equal(rowsRead.take().size, 10_000);
  assert.equal(rowsRead.take().size, 0);
});

type Where = Parameters<ReturnType<typeof createCounter>["read"]>[0]["where"];

const id = (text: string): Where => ({ op: "compare", negated: false, field: "id", by: "eq", text });
const status: Where = { op: "compare", negated: false, field: "status", by: "eq", text: "active" };
const list = (...texts: readonly string[]): Where => ({ op: "in", negated: false, field: "id", texts });
const all = (...of: readonly Where[]): Where => ({ op: "all", negated: false, of });
const any = (...of: readonly Where[]): Where => ({ op: "any", negated: false, of });
const hundred = (n: number) => Array.from({ length: 100 }, (_, at) => `id-${n}-${at}`);

/** Of ten questions: what is asked at each, how many rows each finds, and how many ids count as missed in all. */
const QUESTIONS: readonly (readonly [
  what: string,
  missed: number,
  where: (n: number) => Where,
  rows: number,
  total?: number | undefined,
  limit?: number,
])[] = [
  ["ten different ids", 10, (n) => all(id(`id-${n}`)), 0],
  ["ten different ids, with another condition", 10, (n) => all(status, id(`id-${n}`)), 0],
  ["ten different ids, counted without being read", 10, (n) => all(id(`id-${n}`)), 0, 0, 0],
  ["ten lists of a hundred ids that nobody has", 1_000, (n) => all(list(...hundred(n))), 0],
  ["ten lists of a hundred ids, one of them their own", 990, (n) => all(list(...hundred(n))), 1],
  ["ten ids, each beside another by or", 20, (n) => all(any(id(`id-${n}`), id(`other-${n}`))), 0],
  ["the same id, again and again", 1, () => all(id("id-1")), 0],
  ["the same list, again and again, of which five were deleted", 5, () => all(list(...hundred(0))), 95],
  ["lists that are empty", 0, () => all(status), 0],
  ["ids that are found", 0, (n) => all(id(`id-${n}`)), 1],
  ["lists of ids with a condition that some rows fail", 0, (n) => all(status, list(...hundred(n))), 40],
  ["lists of ids, page by page", 0, (n) => all(list(...hundred(n))), 10, undefined, 10],
  ["everything but an id", 0, (n) => ({ op: "all", negated: true, of: [id(`id-${n}`)] }), 0],
  ["an id or anything else", 0, (n) => all(any(id(`id-${n}`), status)), 0],
];

for (const [what, missed, where, rows, total, limit] of QUESTIONS) {
  test(`Holdfast counts ${missed} missed of ten questions for ${what}`, async () => {
    const tallies = createTallies();
    const counted = createCounter({ clock: createOwnClock(0), ...tallies });
    const actor = { kind: "service", keyId: "key", scopes: [] } as const;
    for (let n = 0; n < 10; n += 1) {
      const about = {
        collection: "patients",
        select: [],
        where: where(n),
        order: [],
        limit,
        offset: 0,
        count: "none",
        nulls: "kept",
        body: "rows",
      } as const;
      await counted.read(about, { id: "r", address: "203.0.113.1", actor }, Promise.resolve({ rows, total, json: "[]" }));
    }
    assert.equal(tallies.idsMissed.take().get("key") ?? 0, missed);
    assert.equal(tallies.rowsRead.take().get("key") ?? 0, rows * 10);
  });
}

test("Holdfast counts what strangers miss by their address, and never what is open to them", async () => {
  const tallies = createTallies();
  const counted = createCounter({ clock: createOwnClock(0), ...tallies });
  const asked = {
    collection: "news",
    select: [],
    order: [],
    limit: undefined,
    offset: 0,
    count: "none",
    nulls: "kept",
    body: "rows",
  } as const;
  const reader = { id: "r", address: "203.0.113.1", actor: { kind: "nobody" } } as const;
  await counted.read({ ...asked, where: all(id("a")) }, reader, Promise.resolve({ rows: 0, total: undefined, json: "[]" }));
  await counted.read({ ...asked, where: all() }, reader, Promise.resolve({ rows: 500, total: undefined, json: "[]" }));
  assert.deepEqual([...tallies.idsMissedFrom.take()], [["203.0.113.1", 1]]);
  assert.equal(tallies.rowsRead.take().size, 0);
});

test("Holdfast counts ids that are tried by writing, by the address that they come from", async () => {
  const tallies = createTallies();
  const counted = createCounter({ clock: createOwnClock(0), ...tallies });
  const asker = { id: "r", address: "203.0.113.1", actorIn: () => Promise.reject(new Error("Nobody asks.")) };
  const written = (affected: number) =>
    Promise.resolve({ affected, inserted: 0, ids: [], returned: { rows: 0, total: undefined, json: "[]" } });
  for (const affected of [0, 0, 1]) await counted.write({ where: all(id(`id-${affected}`)) }, asker, written(affected));
  await counted.write({ where: all(status) }, asker, written(0));
  assert.deepEqual([...tallies.idsMissedFrom.take()], [["203.0.113.1", 1]]);
});
