import assert from "node:assert/strict";
import { test } from "node:test";
import { type Event, Fault, personal } from "../../src/kit/index.ts";
import type { Step, Store } from "../../src/store/index.ts";
import { createEntries } from "../../src/trail/entry.ts";
import { createTrailReader, type ShownEntry } from "../../src/trail/index.ts";
import { createNotes, NOTES_PER_CALLER_MAX, NOTES_WAITING_MAX } from "../../src/trail/notes.ts";
import { openTrailHouse, type TrailHouse } from "./trail-house.ts";

const clock = { now: () => 0, elapsed: () => 0 };
const refused = (address: string): Event => ({
  kind: "request.refused",
  at: 0,
  rule: "r",
  route: "x",
  status: 429,
  address: personal(address, null),
});

async function shownOf(house: TrailHouse): Promise<readonly ShownEntry[]> {
  const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
  return reader.show({ kinds: [], from: undefined, to: undefined, last: 10_000, personal: "closed" });
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

test("Holdfast keeps a caller's share of a flood, and counts the rest", async () => {
  await using house = await openTrailHouse();
  {
    await using trail = await house.trail();
    for (let n = 0; n < NOTES_PER_CALLER_MAX + 40; n += 1) trail.note(refused("192.0.2.1"));
    trail.note(refused("192.0.2.2"));
  }
  const entries = await shownOf(house);
  assert.equal(entries.filter(({ kind }) => kind === "request.refused").length, NOTES_PER_CALLER_MAX + 1);
  assert.deepEqual(shedIn(entries), [["request.refused", 40]]);
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
