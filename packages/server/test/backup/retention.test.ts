import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type Kept, outlived } from "../../src/backup/retention.ts";

const DAY = 86_400_000;
const START = Date.UTC(2026, 0, 5, 3); // a Monday
const at = (day: number, hour = 0): number => START + day * DAY + hour * 3_600_000;
const every = (hours: number, count: number): Kept[] =>
  Array.from({ length: count }, (_, number) => ({ number: number + 1, madeAt: START + number * hours * 3_600_000, provenAt: null }));
const left = (backups: readonly Kept[], rules: Parameters<typeof outlived>[1]): number[] => {
  const gone = new Set(outlived(backups, rules));
  return backups.filter((backup) => !gone.has(backup)).map(({ number }) => number);
};
const NOTHING = { newest: 1, days: 0, weeks: 0, months: 0 };

const ROWS = [
  { what: "the newest so many", backups: every(1, 10), rules: { ...NOTHING, newest: 3 }, stay: [8, 9, 10] },
  { what: "the newest of each of the last days", backups: every(8, 9), rules: { ...NOTHING, days: 2 }, stay: [6, 9] },
  { what: "the newest of each week", backups: every(24, 21), rules: { ...NOTHING, weeks: 3 }, stay: [7, 14, 21] },
  { what: "the newest of each month", backups: every(24, 60), rules: { ...NOTHING, months: 2 }, stay: [55, 60] },
  { what: "one, whatever the rules say", backups: every(1, 4), rules: { newest: 0, days: 0, weeks: 0, months: 0 }, stay: [4] },
] as const;

for (const { what, backups, rules, stay } of ROWS) test(`Holdfast keeps ${what}`, () => assert.deepEqual(left(backups, rules), [...stay]));

test("Holdfast keeps the last backup that a drill has proven, however old it is", () => {
  const backups = every(24, 100).map((backup) => ({ ...backup, provenAt: backup.number === 5 || backup.number === 7 ? 1 : null }));
  assert.deepEqual(left(backups, { ...NOTHING, newest: 2 }), [7, 99, 100]);
});

test("Holdfast calls nothing old because the clock jumped ahead or back", () => {
  const before = every(24, 7);
  const rules = { ...NOTHING, days: 7 };
  const ahead = [...before, { number: 8, madeAt: at(40 * 365), provenAt: null }];
  assert.deepEqual(left(ahead, rules), [2, 3, 4, 5, 6, 7, 8]);
  const back = [...before, { number: 8, madeAt: at(-40 * 365), provenAt: null }];
  assert.deepEqual(left(back, rules), [2, 3, 4, 5, 6, 7, 8]);
});

test("Holdfast always keeps the newest and the last proven one, and no more than the rules count", () => {
  const backup = fc.record({ madeAt: fc.integer({ min: 0, max: 4e12 }), provenAt: fc.option(fc.constant(1)) });
  const count = fc.integer({ min: 0, max: 5 });
  const rules = fc.record({ newest: count, days: count, weeks: count, months: count });
  fc.assert(
    fc.property(fc.array(backup, { minLength: 1, maxLength: 30 }), rules, (list, keep) => {
      const backups = list.map((one, index) => ({ ...one, number: index + 1 }));
      const stay = left(backups, keep);
      const proven = backups.filter(({ provenAt }) => provenAt !== null).at(-1);
      assert.ok(stay.includes(backups.length));
      assert.ok(proven === undefined || stay.includes(proven.number));
      assert.ok(stay.length <= Math.max(1, keep.newest) + keep.days + keep.weeks + keep.months + 1);
    }),
  );
});
