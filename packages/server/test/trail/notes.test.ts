import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, Fault, personal } from "../../src/kit/index.ts";
import type { Step, Store } from "../../src/store/index.ts";
import { NOTES_PER_CALLER_MAX, SAME_PER_CALLER_MAX } from "../../src/trail/callers.ts";
import { createEntries } from "../../src/trail/entry.ts";
import { createTrailReader, type ShownEntry } from "../../src/trail/index.ts";
import { createNotes, NOTES_WAITING_MAX } from "../../src/trail/notes.ts";
import { openTrailHouse, type TrailHouse } from "./trail-house.ts";

const clock = { now: () => 0, elapsed: () => 0 };
const refused = (address: string, route = "x"): Event => ({
  kind: "request.refused",
  at: 0,
  rule: "r",
  route,
  status: 429,
  address: personal(address, null),
});

const blocked = (address: string): Event => ({
  kind: "request.blocked",
  at: 0,
  rule: "r",
  route: "x",
  score: 5,
  account: personal("", null),
  act: "block",
  address: personal(address, null),
});

async function shownOf(house: TrailHouse, personal: "opened" | "closed" = "closed"): Promise<readonly ShownEntry[]> {
  const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
  return reader.show({ kinds: [], from: undefined, to: undefined, last: 10_000, personal });
}

function countsOf(entries: readonly ShownEntry[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of entries) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function shedIn(entries: readonly ShownEntry[]): readonly unknown[] {
  return entries.filter(({ kind }) => kind === "trail.shed").map(({ slots }) => [slots["what"], slots["count"]]);
}

test("Holdfast writes what it was told in groups, in the order in which it was told", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  for (let status = 400; status < 500; status += 1) trail.note({ kind: "request.refused", at: 0, rule: "r", route: "x", status });
  assert.equal((await trail.settle()).size, 100);
  const entries = await shownOf(house);
  assert.deepEqual(
    entries.map(({ slots }) => slots["status"]),
    Array.from({ length: 100 }, (_, at) => 400 + at),
  );
  assert.ok(new Set(entries.map(({ position }) => position)).size < 5, "a commit carries many");
});

test("Holdfast lets what is told one after another share a commit", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  for (let status = 400; status < 440; status += 1) {
    trail.note({ kind: "request.refused", at: 0, rule: "r", route: "x", status });
    await new Promise(setImmediate);
  }
  assert.equal((await trail.settle()).size, 40);
  const commits = new Set((await shownOf(house)).map(({ position }) => position)).size;
  assert.ok(commits < 20, `${commits} commits for 40 refusals`);
});

test("Holdfast keeps the first of what a caller repeats, and tells the rest in one sum with the caller's address", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    for (let n = 0; n < SAME_PER_CALLER_MAX + 4_000; n += 1) trail.note(refused("192.0.2.1"));
    trail.note(blocked("192.0.2.1"));
    trail.note(refused("192.0.2.2"));
  }
  const entries = await shownOf(house, "opened");
  assert.deepEqual(countsOf(entries), { "request.refused": SAME_PER_CALLER_MAX + 1, "request.blocked": 1, "trail.repeated": 1 });
  const { slots } = entries.find(({ kind }) => kind === "trail.repeated") ?? {};
  assert.deepEqual({ ...slots }, { address: "192.0.2.1", what: "request.refused", like: "r x 429", count: 4_000 });
});

test("Holdfast keeps a caller's share of what is ever different, and tells the rest in sums by kind", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    for (let n = 0; n < NOTES_PER_CALLER_MAX + 40; n += 1) trail.note(refused("192.0.2.1", `route ${n}`));
    trail.note(refused("192.0.2.2"));
  }
  const entries = await shownOf(house);
  assert.deepEqual(countsOf(entries), { "request.refused": NOTES_PER_CALLER_MAX + 1, "trail.repeated": 1 });
  assert.equal(entries.find(({ kind }) => kind === "trail.repeated")?.slots["count"], 40);
});

test("Holdfast takes a host for one caller, whichever of its IPv6 addresses it uses", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    for (let n = 0; n < NOTES_WAITING_MAX + 10; n += 1) trail.note(refused(`2001:db8:1:2::${n.toString(16)}`));
    trail.note(refused("2001:db8:1:3::1"));
  }
  assert.deepEqual(countsOf(await shownOf(house)), { "request.refused": SAME_PER_CALLER_MAX + 1, "trail.repeated": 1 });
});

test("Holdfast lets no caller fill what waits while the store stands still, for however long", async () => {
  await using house = await openTrailHouse();
  const { steps } = createEntries({ vault: house.opened.vault, report: house.report });
  let seconds = 0;
  const passing = { now: () => 0, elapsed: () => seconds * 1_000 };
  const notes = createNotes({ store: failing(house.store, 1, "store.unavailable"), clock: passing, steps });
  for (; seconds < 100; seconds += 1) {
    for (let n = 0; n < NOTES_PER_CALLER_MAX; n += 1) notes.note(refused("192.0.2.1", `route ${n}`));
    await new Promise(setImmediate);
  }
  notes.note(refused("192.0.2.2"));
  await notes.drain();
  await notes[Symbol.asyncDispose]();
  const counts = countsOf(await shownOf(house));
  assert.deepEqual(counts, { "request.refused": NOTES_PER_CALLER_MAX + 1, "trail.repeated": 1 });
});

test("Holdfast begins a new share each second, and tells the sums of the last one without being asked", async () => {
  await using house = await openTrailHouse();
  const { steps } = createEntries({ vault: house.opened.vault, report: house.report });
  let ms = 0;
  const notes = createNotes({ store: house.store, clock: { now: () => 0, elapsed: () => ms }, steps });
  for (let n = 0; n < SAME_PER_CALLER_MAX + 5; n += 1) notes.note(refused("192.0.2.1"));
  while ((await shownOf(house)).length < SAME_PER_CALLER_MAX) await new Promise(setImmediate);
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  ms = 1_000;
  while ((await shownOf(house)).every(({ kind }) => kind !== "trail.repeated")) await new Promise(setImmediate);
  for (let n = 0; n < SAME_PER_CALLER_MAX; n += 1) notes.note(refused("192.0.2.1"));
  await notes[Symbol.asyncDispose]();
  assert.deepEqual(countsOf(await shownOf(house)), { "request.refused": 2 * SAME_PER_CALLER_MAX, "trail.repeated": 1 });
});

test("Holdfast holds a flood of many callers in bounded memory, and counts the rest", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    for (let n = 0; n < NOTES_WAITING_MAX + 10; n += 1) trail.note(refused(`caller ${n}`));
  }
  const entries = await shownOf(house);
  assert.equal(entries.filter(({ kind }) => kind === "request.refused").length, NOTES_WAITING_MAX);
  assert.deepEqual(shedIn(entries), [["request.refused", 10]]);
});

test("Holdfast never throws for an event that cannot be written, and counts it", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    trail.note({ kind: "clock.jumped", at: 0, byMs: Number.NaN });
  }
  assert.deepEqual(shedIn(await shownOf(house)), [["clock.jumped: internal", 1]]);
});

/** A store that does not answer so many times. */
function failing(store: Store, times: number, code: "store.unavailable" | "store.outcome_unknown"): Store {
  let left = times;
  return {
    ...store,
    commit: async (batch: { readonly steps: readonly Step[] }) => {
      if (left === 0) return store.commit(batch);
      left -= 1;
      // The outcome that is unknown was a commit after all.
      if (code === "store.outcome_unknown") await store.commit(batch);
      throw new Fault(code, "The disk is full.");
    },
  };
}

for (const code of ["store.unavailable", "store.outcome_unknown"] as const) {
  test(`Holdfast writes what it was told once the store answers again, and each once (${code})`, async () => {
    await using house = await openTrailHouse();
    const { steps } = createEntries({ vault: house.opened.vault, report: house.report });
    const notes = createNotes({ store: failing(house.store, 1, code), clock, steps });
    notes.note(refused("192.0.2.1"));
    await notes.drain();
    await notes[Symbol.asyncDispose]();
    assert.equal((await shownOf(house)).length, 1);
  });
}
