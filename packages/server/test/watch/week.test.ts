import assert from "node:assert/strict";
import { test } from "node:test";
import { DETECTIONS } from "../../src/watch/index.ts";
import { openLookout } from "./lookout.ts";
import { vectors as spraying } from "./vectors/spraying.ts";
import { DAY } from "./vectors/vector.ts";
import { before, PEOPLE, randomFrom, weekOf } from "./week.ts";

const FALSE_ALARMS_MAX = 1;

for (const seed of [1, 2, 3]) {
  test(`Holdfast raises at most one false alarm in a week of ${PEOPLE} people (seed ${seed})`, (t) => {
    const lookout = openLookout(DETECTIONS);
    lookout.see(before());
    const events = weekOf(randomFrom(seed));
    assert.ok(events.length > 60_000);
    const alarms = new Set(lookout.see(events).map(({ detection, sighting }) => `${detection.name} ${sighting.subject}`));
    t.diagnostic(`${events.length} events, ${alarms.size} alarms: ${[...alarms].join(", ")}`);
    assert.ok(alarms.size <= FALSE_ALARMS_MAX, [...alarms].join(", "));
  });
}

test("Holdfast still sees an attack in the middle of such a week", () => {
  const lookout = openLookout(DETECTIONS);
  lookout.see(before());
  const week = weekOf(randomFrom(4));
  const middle = (week[0]?.at ?? 0) + 2 * DAY + 9.2 * 3_600_000;
  const [first] = spraying.attacks;
  const start = first?.events[0]?.at ?? 0;
  const attack = (first?.events ?? []).map((event) => ({ ...event, at: middle + (event.at - start) }));
  const events = [...week, ...attack].toSorted((a, b) => a.at - b.at);
  const alarms = new Set(lookout.see(events).map(({ detection }) => detection.name));
  assert.ok(alarms.has("spraying"), [...alarms].join(", "));
});
