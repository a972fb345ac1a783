import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, refused, START, signedIn, times } from "./vectors/vector.ts";
import { blocked } from "./vectors/web-attack.ts";
import { openWatchHouse } from "./watch-house.ts";

const guesses = (account: number, count = 10) =>
  times(count, () => refused({ at: START, from: `203.0.113.${account}`, account, name: account }));

test("Holdfast tells of an attack once, however long it goes on", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...guesses(1));
  await house.settle(watch);
  await house.happen(...guesses(1, 500));
  await house.settle(watch);
  assert.deepEqual(
    house.receiver.alerts().map(({ detection, kind }) => [detection, kind]),
    [["guessing", "alert"]],
  );
  const [alert] = await watch.alerts(10);
  assert.equal(alert?.count, 503);
  assert.equal(alert?.state, "told");
});

test("Holdfast starts to watch where a trail already is, and alerts nobody of what was before", async () => {
  await using house = await openWatchHouse();
  await house.happen(...guesses(1));
  await using watch = await house.watch();
  await house.settle(watch);
  assert.deepEqual(house.receiver.alerts(), []);
});

test("Holdfast misses nothing over a restart, and counts nothing twice", async () => {
  await using house = await openWatchHouse();
  {
    await using watch = await house.watch();
    // Six of eight: not enough for an alert, and remembered all the same.
    await house.happen(...guesses(1, 6));
    await house.settle(watch);
  }
  await house.happen(...guesses(2, 10));
  await house.happen(...guesses(1, 2));
  await using watch = await house.watch();
  await house.settle(watch);
  const about = house.receiver.alerts().flatMap(({ alerts }) => alerts.map(({ subject }) => subject.slice(-2)));
  assert.deepEqual(about.toSorted(), ["01", "02"]);
  const counted = watch.look().counters.find(({ kind }) => kind === "signin.refused");
  assert.equal(counted?.total, 18);
});

test("Holdfast does not alert again, after a restart, about what it told before", async () => {
  await using house = await openWatchHouse();
  {
    await using watch = await house.watch();
    await house.happen(...guesses(1));
    await house.settle(watch);
  }
  await using watch = await house.watch();
  await house.settle(watch);
  assert.equal((await watch.alerts(10))[0]?.count, 3, "what was seen before is not seen again");
  await house.happen(...guesses(1, 3));
  await house.settle(watch);
  await house.settle(watch);
  assert.equal(house.receiver.alerts().length, 1);
  assert.equal((await watch.alerts(10))[0]?.count, 6);
});

test("Holdfast says at once that an attack which it told of became worse, once, and keeps saying it", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  const from = addressOf(1);
  const scan = (count: number) => times(count, (n) => blocked({ at: START, from, rule: String(930_100 + n) }));
  await house.happen(...scan(20));
  await house.settle(watch);
  await house.happen(signedIn(START, from, 1), signedIn(START, from, 2));
  await house.settle(watch);
  await house.happen(...scan(20));
  await house.settle(watch);
  assert.deepEqual(
    house.receiver.alerts().map(({ detection, kind, severity, alerts }) => [detection, kind, severity, alerts[0]?.subject]),
    [
      ["web-attack", "alert", "medium", from],
      ["web-attack", "alert", "high", from],
    ],
  );
  const [alert, ...more] = await watch.alerts(10);
  assert.deepEqual([alert?.severity, more.length], ["high", 0]);
  assert.match(alert?.sentence ?? "", /somebody signed in from there/);
});

test("Holdfast neither counts nor tells what the house's own probes have made the firewall block", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...times(40, (n) => blocked({ at: START, from: "100::1", rule: String(930_100 + n) })));
  await house.happen(blocked({ at: START, from: addressOf(1) }));
  await house.settle(watch);
  assert.deepEqual([house.receiver.alerts(), watch.look().counters.find(({ kind }) => kind === "request.blocked")?.total], [[], 1]);
});

test("Holdfast shares one message between alerts that come close together", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...guesses(1));
  await house.settle(watch);
  for (let account = 2; account <= 24; account += 1) await house.happen(...guesses(account, 8));
  await house.settle(watch);
  assert.equal(house.receiver.alerts().length, 1, "the rest waits for its group");
  house.clock.pass(5 * 60_000);
  await house.settle(watch);
  const [, second, ...more] = house.receiver.alerts();
  assert.deepEqual([second?.alerts.length, second?.more, more.length], [20, 3, 0]);
});

test("Holdfast repeats what goes on after four hours", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  for (let round = 0; round < 9; round += 1) {
    await house.happen(...guesses(1));
    await house.settle(watch);
    house.clock.pass(30 * 60_000);
  }
  await house.settle(watch);
  assert.deepEqual(
    house.receiver.alerts().map(({ kind }) => kind),
    ["alert", "repeat"],
  );
});

test("Holdfast says that it is still there every quarter of an hour", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  for (let quarter = 0; quarter < 4; quarter += 1) {
    await house.settle(watch);
    house.clock.pass(15 * 60_000);
  }
  await house.settle(watch);
  const beats = house.receiver.got.filter(({ kind }) => kind === "heartbeat");
  assert.equal(beats.length, 5);
  assert.deepEqual([...new Set(beats.map(({ facts }) => facts["state"]))], ["watching"]);
});

test("Holdfast tells nobody while a silence lasts, records all the same, and tells when it ends", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await watch.silence({ detection: "guessing", subject: null, owner: "Kim", reason: "a test of ours", forMs: 600_000 });
  await house.happen(...guesses(1));
  await house.settle(watch);
  assert.deepEqual(house.receiver.alerts(), []);
  assert.equal((await watch.alerts(10))[0]?.state, "silenced");
  house.clock.pass(600_000);
  await house.happen(...guesses(1));
  await house.settle(watch);
  assert.equal(house.receiver.alerts().length, 1);
});

for (const [what, wish, sentence] of [
  ["without an owner", { owner: " " }, /owner/],
  ["without a reason", { reason: "" }, /reason/],
  ["for longer than 30 days", { forMs: 31 * 86_400_000 }, /30 days/],
  ["without an end", { forMs: Number.POSITIVE_INFINITY }, /30 days/],
  ["of what is not looked for", { detection: "nonsense" }, /no detection/],
] as const) {
  test(`Holdfast refuses a silence ${what}`, async () => {
    await using house = await openWatchHouse();
    await using watch = await house.watch();
    const whole = { detection: "guessing", subject: null, owner: "Kim", reason: "a test", forMs: 1_000, ...wish };
    await assert.rejects(watch.silence(whole), sentence);
    assert.deepEqual(watch.silences(), []);
  });
}

test("Holdfast keeps a silence over a restart, and not for longer when the clock is set back", async () => {
  await using house = await openWatchHouse();
  {
    await using watch = await house.watch();
    await watch.silence({ detection: "guessing", subject: null, owner: "Kim", reason: "a test", forMs: 600_000 });
    await house.settle(watch);
  }
  house.clock.jump(-86_400_000);
  await using watch = await house.watch();
  assert.equal(watch.silences().length, 1);
  house.clock.pass(600_000);
  assert.equal(watch.silences().length, 0);
});

test("Holdfast raises no alarm about the looks that it takes at itself", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...times(30, (n) => refused({ at: START, from: "100::1", account: n, name: n })));
  house.tallies.badTokens.add("100::1", 500);
  house.tallies.forgedTokens.add("", 500);
  await house.settle(watch);
  assert.deepEqual(house.receiver.alerts(), []);
});

test("Holdfast writes into its trail what it told of, and who silenced what", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await watch.silence({ detection: "spraying", subject: null, owner: "Kim", reason: "a test", forMs: 1_000 });
  await house.happen(...guesses(1));
  await house.settle(watch);
  await house.settle(watch);
  const kinds = watch.look().counters.map(({ kind, total }) => `${kind} ${total}`);
  assert.ok(kinds.includes("alert.raised 1") && kinds.includes("alert.silenced 1"), kinds.join());
});
