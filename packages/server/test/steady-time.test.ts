import assert from "node:assert/strict";
import { test } from "node:test";
import { createSteadyTime } from "../src/wiring/steady-time.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const YEAR_MS = 365 * DAY_MS;
const START = Date.UTC(2026, 10, 20);

/** A wall clock that can be put anywhere over a clock that only goes on, looked at every minute. */
function openTime() {
  let [elapsed, wall] = [1_000, START];
  const time = createSteadyTime({ now: () => wall, elapsed: () => elapsed });
  return {
    time,
    wall: () => wall,
    jump: (ms: number) => {
      wall += ms;
    },
    pass(ms: number) {
      for (let left = ms; left > 0; left -= MINUTE_MS) {
        elapsed += MINUTE_MS;
        wall += MINUTE_MS;
        time();
      }
    },
  };
}

test("Holdfast does what cannot be undone by a clock that runs evenly, and not in the first hour", () => {
  const { time, pass, wall } = openTime();
  assert.equal(time(), undefined);
  pass(HOUR_MS - MINUTE_MS);
  assert.equal(time(), undefined);
  pass(MINUTE_MS);
  assert.equal(time(), wall());
  pass(3 * DAY_MS);
  assert.equal(time(), wall());
});

test("Holdfast brings no grace to its end by a clock that jumps", async (t) => {
  await t.test("ten years ahead: the jump is not believed for a day", () => {
    const { time, pass, wall, jump } = openTime();
    pass(2 * HOUR_MS);
    jump(10 * YEAR_MS);
    assert.equal(time(), wall() - 10 * YEAR_MS);
    pass(DAY_MS - MINUTE_MS);
    assert.equal(time(), wall() - 10 * YEAR_MS);
    pass(MINUTE_MS);
    assert.equal(time(), wall(), "nobody has put it back: it may have been wrong before");
  });
  await t.test("ahead and back again: as if nothing had been", () => {
    const { time, pass, wall, jump } = openTime();
    pass(2 * HOUR_MS);
    jump(YEAR_MS);
    pass(12 * HOUR_MS);
    jump(-YEAR_MS);
    assert.equal(time(), wall());
    jump(YEAR_MS);
    pass(DAY_MS - 2 * MINUTE_MS);
    assert.equal(time(), wall() - YEAR_MS, "the day begins anew");
  });
  await t.test("further and further: each jump has a day of its own", () => {
    const { time, pass, wall, jump } = openTime();
    pass(2 * HOUR_MS);
    const before = wall();
    for (let hour = 0; hour < 72; hour++) {
      jump(HOUR_MS);
      pass(HOUR_MS);
    }
    assert.equal(time(), before + 72 * HOUR_MS);
  });
  await t.test("back: followed at once", () => {
    const { time, pass, wall, jump } = openTime();
    pass(2 * HOUR_MS);
    jump(-YEAR_MS);
    assert.equal(time(), wall());
  });
});

test("Holdfast follows a clock that is corrected by small steps", () => {
  const { time, pass, wall, jump } = openTime();
  pass(2 * HOUR_MS);
  for (let step = 0; step < 10; step++) {
    jump(4_000);
    pass(MINUTE_MS);
  }
  assert.equal(time(), wall());
});
