import { type Event, personal } from "../../src/kit/index.ts";
import { DAY, HOUR, idOf, MINUTE, refused, SECOND, signedIn, times } from "./vectors/vector.ts";
import { blocked } from "./vectors/web-attack.ts";

/** A Monday, as days go at the server. */
const MONDAY = Date.UTC(2026, 10, 16);
export const PEOPLE = 10_000;
const OFFICES = 40;
const CARRIERS = 25;
const ADMIN = "198.18.255.1";

export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const of = (account: number) => personal(idOf(account), idOf(account));

/** Half sit in offices of a hundred and more, a quarter behind carriers that share addresses, the others at home. */
function placeOf(person: number): string {
  if (person % 4 < 2) return `198.18.${person % OFFICES}.1`;
  if (person % 4 === 2) return `198.19.${person % CARRIERS}.1`;
  return `2001:db8:${(person >> 8).toString(16)}:${(person & 255).toString(16)}::${(person % 9) + 1}`;
}

/** What an installation has learned, and told of, before the week begins. */
export function before(): readonly Event[] {
  return [
    { kind: "roles.changed", at: MONDAY - DAY, address: personal(ADMIN, idOf(1)), account: of(1), roles: '["doctor"]' },
    ...times(3, (night) => nightlyJob(MONDAY - (3 - night) * DAY)).flat(),
  ];
}

/** A week of ten thousand people who mean no harm, and make the mistakes that people make. */
export function weekOf(random: Random): readonly Event[] {
  const events = times(7, (day) => [
    ...people(MONDAY + day * DAY, day < 5 ? 1 : 0.15, random),
    ...house(MONDAY + day * DAY, random),
  ]).flat();
  // A phone that was set up from a backup shows its old token once in the week: nothing tells that from a thief.
  const reuse = MONDAY + 3 * DAY + 11 * HOUR;
  events.push({ kind: "session.reused", at: reuse, address: personal(placeOf(77), idOf(77)), account: of(77), session: of(78) });
  return events.toSorted((a, b) => a.at - b.at);
}

function people(day: number, activity: number, random: Random): Event[] {
  const events: Event[] = [];
  for (let person = 0; person < PEOPLE; person += 1) {
    if (random() < activity) events.push(...signIn(person, day + workTime(random), random));
    if (random() < 0.4 * activity) events.push(...signIn(person, day + workTime(random), random));
    if (random() < 0.01 * activity)
      events.push({ kind: "account.changed", at: day + workTime(random), account: of(person), what: "metadata" });
    if (random() < 0.03 * activity) events.push(...reads(person, day + workTime(random), random));
    if (random() < 0.004 * activity)
      events.push({ kind: "rows.missed", at: day + workTime(random), actor: of(person), count: 20 + Math.floor(random() * 10) });
    if (random() < 0.0002 * activity) events.push(...newPhone(person, day + workTime(random), random));
  }
  return events;
}

/** Most come at nine, many after lunch. */
function workTime(random: Random): number {
  const [start, width] = random() < 0.5 ? [8.5 * HOUR, HOUR] : random() < 0.5 ? [13 * HOUR, HOUR] : [7 * HOUR, 12 * HOUR];
  return start + random() * width;
}

function signIn(person: number, at: number, random: Random): Event[] {
  const from = placeOf(person);
  const luck = random();
  const wrong = (index: number): Event => refused({ at: at + index * 9 * SECOND, from, account: person, name: person });
  // Forgotten: a few tries, then a letter, and a new password.
  if (luck < 0.003) {
    return [
      ...times(3 + Math.floor(random() * 3), wrong),
      {
        kind: "account.changed",
        at: at + 2 * MINUTE,
        address: personal(from, idOf(person)),
        account: of(person),
        what: "asked for recovery",
      },
      {
        kind: "account.changed",
        at: at + 6 * MINUTE,
        address: personal(from, idOf(person)),
        account: of(person),
        what: "redeemed recovery",
      },
      { kind: "account.changed", at: at + 7 * MINUTE, address: personal(from, idOf(person)), account: of(person), what: "password" },
      signedIn(at + 6 * MINUTE, from, person),
    ];
  }
  const events: Event[] = [];
  if (luck < 0.07) events.push(...times(1 + Math.floor(random() * 3), wrong));
  if (luck > 0.985) events.push(refused({ at, from, name: 1_000_000 + Math.floor(random() * 1e6) }));
  const in_ = at + MINUTE;
  events.push(signedIn(in_, from, person));
  if (person % 3 === 0 && random() < 0.05) {
    events.push(
      ...times(
        1 + Math.floor(random() * 2),
        (n) =>
          ({
            kind: "factor.refused",
            at: in_ + n * 20 * SECOND,
            address: personal(from, idOf(person)),
            account: of(person),
            because: "code",
          }) as const,
      ),
    );
  }
  return events;
}

/** Somebody who works through long lists: a thousand rows, up to three times a day. */
function reads(person: number, at: number, random: Random): Event[] {
  return [
    ...times(
      1 + Math.floor(random() * 3),
      (n) => ({ kind: "rows.read", at: at + n * 20 * MINUTE, actor: of(person), rows: 1_000 }) as const,
    ),
  ];
}

function newPhone(person: number, at: number, random: Random): Event[] {
  const change = (what: string, after: number): Event => ({
    kind: "factor.changed",
    at: at + after,
    account: of(person),
    factor: "totp",
    what,
  });
  const reset = random() < 0.5 ? "removed" : "removed by an administrator";
  const events = [change(reset, 0), change("enrolled", 2 * MINUTE), change("verified", 3 * MINUTE)];
  if (random() < 0.3) events.push({ kind: "account.changed", at: at + 10 * MINUTE, account: of(person), what: "password" });
  return events;
}

function house(day: number, random: Random): Event[] {
  const admin = (at: number, account: number): Event => ({
    kind: "roles.changed",
    at,
    address: personal(ADMIN, idOf(account)),
    account: of(account),
    roles: '["doctor"]',
  });
  return [
    ...nightlyJob(day),
    { kind: "backup.made", at: day + 3 * HOUR, bytes: 1_000_000, name: "nightly.holdfast" },
    {
      kind: "drill.passed",
      at: day + 4 * HOUR,
      backup: "nightly.holdfast",
      elapsedMs: 4_000,
      lossMs: 100,
      lostEntries: 0,
      bytes: 1_000_000,
    },
    { kind: "clock.jumped", at: day + 5 * HOUR, byMs: 5_400 },
    { kind: "advisories.checked", at: day + 6 * HOUR, source: "osv", packages: 60, open: 0, overdue: 0, worst: "none" },
    ...times(5, () => admin(day + workTime(random), 20_000 + Math.floor(random() * 1_000))),
    ...oddRequests(day, random),
    // A tester's app has the key of another project.
    { kind: "tokens.forged", at: day + workTime(random), address: personal(placeOf(3), null), count: 10 },
    ...times(
      40,
      () =>
        ({
          kind: "request.refused",
          at: day + workTime(random),
          address: personal(placeOf(Math.floor(random() * PEOPLE)), null),
          rule: "requestsPerAccount",
          route: "rest.read",
          status: 429,
        }) as const,
    ),
  ];
}

/** Scanners that come by and are stopped at once, people who type something odd, and one whose browser sends something odd all day. */
function oddRequests(day: number, random: Random): Event[] {
  const person = Math.floor(random() * PEOPLE);
  return [
    ...times(60, () => {
      const [at, from] = [day + random() * DAY, `203.0.113.${Math.floor(random() * 255)}`];
      return times(1 + Math.floor(random() * 2), (n) => blocked({ at: at + n * SECOND, from, rule: String(913_100 + n) }));
    }).flat(),
    ...times(20, () => {
      const odd = Math.floor(random() * PEOPLE);
      return blocked({ at: day + workTime(random), from: placeOf(odd), account: odd, route: "rest.read" });
    }),
    ...times(200, () => blocked({ at: day + workTime(random), from: placeOf(person), account: person, route: "rest.read" })),
  ];
}

/** A job with a secret key that reads sixty thousand rows each night. */
function nightlyJob(day: number): Event[] {
  return [
    ...times(
      60,
      (n) => ({ kind: "rows.read", at: day + 2 * HOUR + n * 10 * SECOND, actor: personal("nightly", null), rows: 1_000 }) as const,
    ),
  ];
}
