import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Alerts, createAlerts } from "../../src/watch/alerts.ts";
import type { Alert } from "../../src/watch/contract.ts";
import { createCounters } from "../../src/watch/counters.ts";
import { DETECTIONS } from "../../src/watch/index.ts";
import { createProgress, WARM_MS } from "../../src/watch/position.ts";
import { HOUR, idOf, MINUTE } from "./vectors/vector.ts";
import { createOwnClock } from "./watch-house.ts";

const SUBJECTS = 20_000;
const OPEN_MAX = 6_000;

test("Holdfast holds a bounded number of open alerts, and leaves nobody out of its message", () => {
  const clock = createOwnClock(0);
  let ids = 0;
  const [detection] = DETECTIONS;
  assert.ok(detection);
  const alerts = createAlerts({
    stored: [],
    clock,
    newId: () => idOf(ids++),
    silences: { covers: () => false },
    detections: DETECTIONS,
    isHeard: true,
    facts: () => ({}),
  });
  for (let n = 0; n < SUBJECTS; n += 1) alerts.see(detection, { subject: `account ${n}`, account: null, sentence: "guessed" }, n);
  assert.ok(alerts.open.length < OPEN_MAX, `${alerts.open.length} are open`);
  const counted = alerts.open.reduce((sum, { count }) => sum + count, 0);
  assert.equal(counted, SUBJECTS, "beyond the bound they are counted together");
  const [message, ...more] = alerts.due();
  assert.deepEqual(
    [message?.alerts.length, (message?.alerts.length ?? 0) + (message?.more ?? 0), more.length],
    [20, alerts.open.length, 0],
  );
  // What is quiet makes room.
  clock.pass(2 * HOUR);
  assert.ok(alerts.see(detection, { subject: "a new one", account: null, sentence: "guessed" }, SUBJECTS)?.subject === "a new one");
});

test("Holdfast does not say that somebody was told where no channel is set, and tells them once there is one", () => {
  const clock = createOwnClock(0);
  let ids = 0;
  const [detection] = DETECTIONS;
  assert.ok(detection);
  const book = (stored: readonly Alert[], isHeard: boolean): Alerts =>
    createAlerts({
      stored,
      clock,
      newId: () => idOf(ids++),
      silences: { covers: () => false },
      detections: DETECTIONS,
      isHeard,
      facts: () => ({}),
    });
  const alone = book([], false);
  alone.see(detection, { subject: "an account", account: null, sentence: "guessed" }, 0);
  alone.due();
  assert.deepEqual(
    alone.open.map(({ state }) => state),
    ["unheard"],
  );
  assert.equal(book(alone.open, false).due().length, 0);
  const heard = book(alone.open, true);
  assert.equal(heard.due().length, 1);
  assert.deepEqual(
    heard.open.map(({ state }) => state),
    ["told"],
  );
});

test("Holdfast counts events in all, in the last minutes and in the last hour, and goes on from what it saved", () => {
  const counters = createCounters("{}");
  const at = Date.UTC(2026, 10, 20, 9);
  for (let n = 0; n < 10; n += 1) counters.count("signin.refused", at);
  for (let n = 0; n < 5; n += 1) counters.count("signin.refused", at + 30 * MINUTE);
  counters.count("signin.refused", at + 59 * MINUTE);
  const row = (from: typeof counters, now: number) =>
    from.rows(now).map(({ total, lastMinute, lastHour }) => [total, lastMinute, lastHour]);
  assert.deepEqual(row(counters, at + 59 * MINUTE), [[16, 1, 16]]);
  assert.deepEqual(row(counters, at + 80 * MINUTE), [[16, 0, 6]]);
  // Set back by a day: what is in the future is not "lately".
  assert.deepEqual(row(counters, at - 24 * HOUR), [[16, 0, 0]]);
  assert.deepEqual(row(createCounters(counters.save()), at), [[16, 0, 0]]);
});

test("Holdfast tells a damaged trail's endless kinds apart only as long as there is room", () => {
  const counters = createCounters("{}");
  for (let n = 0; n < 10_000; n += 1) counters.count(`kind ${n}`, 0);
  assert.ok(counters.rows(0).length <= 501);
  assert.equal(
    counters.rows(0).reduce((sum, { total }) => sum + total, 0),
    10_000,
  );
});

test("Holdfast begins to read again before what it has read, within its last hour, wherever clock and trail go", () => {
  const steps = fc.array(
    fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: -2 * HOUR, max: 2 * HOUR }), fc.integer({ min: 0, max: 5_000 })),
    {
      maxLength: 300,
    },
  );
  fc.assert(
    fc.property(steps, (moves) => {
      const progress = createProgress({ position: 1_000, warmFrom: 990 });
      let [position, at] = [990, 0];
      const seen: { readonly position: number; readonly at: number }[] = [];
      for (const [by, later, opened] of moves) {
        position += by;
        at += Math.max(0, later);
        progress.advance(position, at, opened);
        seen.push({ position, at });
        assert.ok(progress.warmFrom <= progress.position);
        assert.equal(progress.position, Math.max(1_000, position));
      }
      const opened = moves.reduce((sum, [, , count]) => sum + count, 0);
      const recent = seen.filter((one) => at - one.at < WARM_MS);
      // Unless there is too much of it, all of the last hour is read again.
      if (opened < 20_000) assert.ok(recent.every((one) => one.position > progress.warmFrom));
    }),
  );
});
