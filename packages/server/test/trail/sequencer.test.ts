import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, personal } from "../../src/kit/index.ts";
import { createTrail, createTrailReader, type Trail } from "../../src/trail/index.ts";
import { openTrailHouse, type TrailHouse } from "./trail-house.ts";

const started: Event = { kind: "server.started", at: 1, version: "1", instance: "i" };

async function write(house: TrailHouse, trail: Trail, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, () => house.store.commit({ steps: trail.entry(started) })));
}

/** A house with a trail of some entries, closed again. */
async function houseWith(entries: number): Promise<TrailHouse> {
  const house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  await write(house, trail, entries);
  await trail.settle();
  return house;
}

test("Holdfast goes on from where it stopped, and signs nothing twice", async () => {
  await using house = await houseWith(260);
  {
    await using trail = await house.trail(house.notes.at(-1));
    trail.start();
    assert.equal(trail.head()?.size, 260);
    await write(house, trail, 300);
    assert.equal((await trail.settle()).size, 560);
  }
  const sizes = house.notes.map((note) => Number(note.split("\n")[1]));
  assert.deepEqual(
    sizes,
    [...new Set(sizes)].sort((a, b) => a - b),
  );
  const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
  assert.deepEqual((await reader.verify({ witness: house.notes.at(-1) })).findings, []);
});

test("Holdfast signs entries that were committed while nobody sequenced them", async () => {
  await using house = await houseWith(3);
  {
    // Written, and then the process died before the sequencer saw them.
    await using trail = await house.trail(house.notes.at(-1));
    await write(house, trail, 5);
  }
  await using trail = await house.trail(house.notes.at(-1));
  trail.start();
  assert.equal((await trail.settle()).size, 8);
});

test("Holdfast signs an empty trail when somebody asks for its head", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  assert.equal((await trail.settle()).size, 0);
  await write(house, trail, 1);
  assert.equal((await trail.settle()).size, 1);
});

test("Holdfast shows no head that is not kept outside the database, and keeps it when it can again", async () => {
  await using house = await openTrailHouse();
  const { store, report } = house;
  const { vault } = house.opened;
  const kept: string[] = [];
  let isFull = true;
  const keepCheckpoint = (note: string): Promise<void> => {
    if (isFull) return Promise.reject(new Error("ENOSPC"));
    kept.push(note);
    return Promise.resolve();
  };
  const clock = { now: () => 0, elapsed: () => 0 };
  await using trail = await createTrail({ store, report, vault, clock, keepCheckpoint, lastCheckpoint: undefined });
  trail.start();
  await write(house, trail, 2);
  await assert.rejects(trail.settle(), { code: "internal" });
  assert.equal(trail.head(), undefined);
  isFull = false;
  assert.equal((await trail.settle()).size, 2);
  assert.equal(kept.length, 1);
});

test("Holdfast keeps the checkpoint file when it died before writing it", async () => {
  await using house = await houseWith(2);
  const [only] = house.notes.splice(0);
  // The file that was never written: there is one checkpoint in the store, and none beside it.
  await using trail = await house.trail(undefined);
  trail.start();
  assert.equal((await trail.settle()).note, only);
  assert.deepEqual(house.notes, [only]);
});

const refusals: readonly (readonly [because: string, damage: (house: TrailHouse) => Promise<string | undefined>])[] = [
  ["the checkpoint beside it was signed over more entries", async (house) => noteOfALongerTrail(house)],
  ["the checkpoint beside it is missing after the second", async () => undefined],
  ["the checkpoint beside it is not signed by this trail", async (house) => house.notes.at(-1)?.replace("\n— ", "\n— x")],
  ["a tile was changed", async (house) => changeTile(house)],
  ["a tile was removed", async (house) => removeAll(house, "trail.tiles")],
  ["the newest checkpoint in it was changed", async (house) => changeCheckpoint(house)],
  ["its origins were removed", async (house) => removeAll(house, "trail.origins")],
];

for (const [because, damage] of refusals) {
  test(`Holdfast refuses to sign, and records it, when ${because}`, async () => {
    await using house = await houseWith(2);
    {
      await using trail = await house.trail(house.notes.at(-1));
      trail.start();
      await write(house, trail, 2);
      await trail.settle();
    }
    const lastCheckpoint = await damage(house);
    await assert.rejects(house.trail(lastCheckpoint), { code: "trail.refused" });
    const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
    const [entry] = await reader.show({ kinds: ["trail.refused"], from: undefined, to: undefined, last: 1, personal: "closed" });
    assert.equal(entry?.kind, "trail.refused");
  });
}

/** As if the whole data folder but the checkpoint had been put back to an earlier day. */
async function noteOfALongerTrail(house: TrailHouse): Promise<string | undefined> {
  await using longer = await openTrailHouse();
  const { vault } = house.opened;
  await using trail = await createTrail({
    store: longer.store,
    report: longer.report,
    vault,
    clock: { now: () => 0, elapsed: () => 0 },
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });
  trail.start();
  await write(longer, trail, 9);
  return (await trail.settle()).note;
}

async function changeTile(house: TrailHouse): Promise<string | undefined> {
  const row = await house.store.view((view) => view.get("trail.tiles", [0, 0, 0], ["hashes", "row_version"]));
  const [hashes, version] = row ?? [];
  assert.ok(hashes instanceof Uint8Array && typeof version === "number");
  const changed = hashes.slice();
  changed[5] = (changed[5] ?? 0) ^ 1;
  await house.store.commit({ steps: [{ do: "update", table: "trail.tiles", key: [0, 0, 0], version, set: { hashes: changed } }] });
  return house.notes.at(-1);
}

async function changeCheckpoint(house: TrailHouse): Promise<string | undefined> {
  const note = house.notes.at(-1)?.replace(/\n4\n/, "\n3\n") ?? "";
  await house.store.commit({
    steps: [{ do: "update", table: "trail.checkpoints", key: [0, house.notes.length], version: 1, set: { note } }],
  });
  return house.notes.at(-1);
}

async function removeAll(house: TrailHouse, table: string): Promise<string | undefined> {
  await house.store.commit({ steps: [{ do: "clear", table, where: { op: "all", of: [] } }] });
  return house.notes.at(-1);
}

test("Holdfast refuses to sign data that another instance has begun", async () => {
  await using house = await houseWith(2);
  await using other = await openTrailHouse();
  const { vault } = other.opened;
  const needs = {
    store: house.store,
    report: house.report,
    vault,
    clock: { now: () => 0, elapsed: () => 0 },
    keepCheckpoint: () => Promise.resolve(),
  };
  await assert.rejects(createTrail({ ...needs, lastCheckpoint: undefined }), { code: "trail.refused" });
  await assert.rejects(createTrail({ ...needs, store: other.store, report: other.report, lastCheckpoint: house.notes[0] }), {
    code: "trail.refused",
  });
});

test("Holdfast forgets a person: openings go, every leaf still verifies", async () => {
  await using house = await openTrailHouse();
  const { vault } = house.opened;
  await using trail = await house.trail();
  trail.start();
  const [one, other] = [vault.newId(), vault.newId()];
  for (const account of [one, other, one]) {
    await house.store.commit({
      steps: trail.entry({ kind: "account.removed", at: 1, account: personal(account, account), address: personal("192.0.2.1", account) }),
    });
  }
  await house.store.commit({ steps: trail.forget(one) });
  const head = await trail.settle();
  const reader = createTrailReader({ store: house.store, report: house.report, vault });
  const verification = await reader.verify({ witness: head.note });
  assert.deepEqual([verification.findings, verification.openings], [[], { matched: 2, erased: 4 }]);
  const shown = await reader.show({ kinds: [], from: undefined, to: undefined, last: 10, personal: "opened" });
  assert.deepEqual(
    shown.map(({ slots }) => (typeof slots["address"] === "object" ? slots["address"].opening : slots["address"])),
    ["erased", "192.0.2.1", "erased"],
  );
});

test("Holdfast shows the newest entries that pass, and personal values only when they are asked for", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  const note = (at: number, status: number): readonly ReturnType<Trail["entry"]>[number][] =>
    trail.entry({ kind: "request.refused", at, rule: "r", route: "x", status, address: personal("198.51.100.7", null) });
  for (let at = 0; at < 20; at += 1)
    await house.store.commit({ steps: at % 2 === 0 ? note(at, 400 + at) : trail.entry({ ...started, at }) });
  const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
  const all = { kinds: [], from: undefined, to: undefined, last: 100, personal: "closed" } as const;
  assert.equal((await reader.show(all)).length, 20);
  assert.deepEqual(
    (await reader.show({ ...all, kinds: ["request.refused"], last: 2 })).map(({ slots }) => slots["status"]),
    [416, 418],
  );
  assert.deepEqual(
    (await reader.show({ ...all, from: 5, to: 8 })).map(({ at }) => Date.parse(at)),
    [5, 6, 7],
  );
  const [closed] = await reader.show({ ...all, kinds: ["request.refused"], last: 1 });
  assert.ok(!JSON.stringify(closed).includes("198.51.100.7"));
  const [opened] = await reader.show({ ...all, kinds: ["request.refused"], last: 1, personal: "opened" });
  assert.equal(opened?.slots["address"], "198.51.100.7");
});
