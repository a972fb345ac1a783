import assert from "node:assert/strict";
import { test } from "node:test";
import type { Event } from "../../src/kit/index.ts";
import { DETECTIONS, type Detection } from "../../src/watch/index.ts";
import { refused, START, times } from "./vectors/vector.ts";
import { openWatchHouse } from "./watch-house.ts";

const MINUTE_MS = 60_000;
const guesses = (account: number, count = 10) =>
  times(count, () => refused({ at: START, from: `203.0.113.${account}`, account, name: account }));
const backupFailed: Event = { kind: "backup.failed", at: START, because: "backup.refused" };

test("Holdfast loses no alert while its webhook is down for an hour, and asks ever less often", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  house.receiver.isDown = true;
  for (let minute = 0; minute < 60; minute += 1) {
    if (minute % 10 === 0) await house.happen(...guesses(1 + minute / 10));
    if (minute === 30) await house.happen(backupFailed);
    await house.settle(watch);
    house.clock.pass(MINUTE_MS);
  }
  const { tried } = house.receiver;
  assert.ok(tried < 120, `${tried} tries`);
  assert.ok((watch.look().status.channels[0]?.waiting ?? 0) > 0, "what waits is shown");
  assert.ok(house.said.some((line) => line.includes("could not be sent")));
  house.receiver.isDown = false;
  house.clock.pass(5 * MINUTE_MS);
  await house.settle(watch);
  const subjects = house.receiver
    .alerts()
    .flatMap(({ detection, alerts }) => alerts.map(({ subject }) => `${detection} ${subject.slice(-2)}`));
  assert.deepEqual(new Set(subjects), new Set([...times(6, (n) => `guessing 0${n + 1}`), "backup-failed ed"]));
  assert.ok(house.receiver.alerts().length <= 3, "sixty minutes are three messages at most");
  assert.equal(watch.look().status.channels[0]?.waiting, 0);
});

test("Holdfast keeps what could not be sent over a restart", async () => {
  await using house = await openWatchHouse();
  house.receiver.isDown = true;
  {
    await using watch = await house.watch();
    await house.happen(...guesses(1));
    await house.settle(watch);
  }
  house.receiver.isDown = false;
  await using watch = await house.watch();
  await house.settle(watch);
  assert.equal(house.receiver.alerts().length, 1);
});

test("Holdfast ends while a receiver takes its time, and sends again at the next start", async () => {
  await using house = await openWatchHouse();
  const { receiver } = house;
  const send = receiver.send;
  receiver.send = () => new Promise(() => undefined);
  const watch = await house.watch();
  await house.happen(...guesses(1));
  await house.settle(watch);
  const ended = watch[Symbol.asyncDispose]();
  house.clock.pass(0);
  await new Promise((resolve) => setTimeout(resolve, 50));
  house.clock.pass(2_000);
  await ended;
  receiver.send = send;
  await using next = await house.watch();
  await house.settle(next);
  assert.equal(receiver.alerts().length, 1);
});

test("Holdfast keeps an alert that waited for its group over a restart, also of more than four hours", async () => {
  await using house = await openWatchHouse();
  {
    await using watch = await house.watch();
    await house.happen(...guesses(1));
    await house.settle(watch);
    await house.happen(...guesses(2));
    await house.settle(watch);
    assert.equal(house.receiver.alerts().length, 1);
  }
  house.clock.jump(10 * 60 * MINUTE_MS);
  await using watch = await house.watch();
  await house.settle(watch);
  assert.equal(house.receiver.alerts().flatMap(({ alerts }) => alerts).length, 2);
});

test("Holdfast says that it is blind when the store refuses writes, sends what it saw, and says when it sees again", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...guesses(1, 7));
  await house.settle(watch);
  // The disk fills up when the eighth guess is on it, and before anything is written about it.
  await house.happen(...guesses(1, 1));
  house.disk.isFull = true;
  for (let minute = 0; minute < 20; minute += 1) {
    await house.settle(watch);
    house.clock.pass(MINUTE_MS);
  }
  await house.settle(watch);
  const kinds = house.receiver.got.map(({ kind }) => kind);
  assert.equal(house.receiver.alerts().length, 1, "the alert does not wait for the disk");
  assert.equal(kinds.filter((kind) => kind === "blind").length, 1);
  assert.equal(watch.look().status.state, "blind");
  assert.equal(
    house.receiver.got.findLast(({ kind }) => kind === "heartbeat")?.facts["state"],
    "blind",
    "its heartbeat does not say that all is well",
  );
  house.disk.isFull = false;
  for (let turn = 0; turn < 3; turn += 1) {
    house.clock.pass(2_000);
    await house.settle(watch);
  }
  assert.equal(watch.look().status.state, "watching");
  assert.ok(house.receiver.got.some(({ kind }) => kind === "sighted"));
  assert.equal(house.receiver.alerts().length, 1, "and the alert is not sent twice");
  assert.equal((await watch.alerts(10)).length, 1, "and is written after all");
});

test("Holdfast notices a full disk also when nothing happens", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.settle(watch);
  house.disk.isFull = true;
  for (let turn = 0; turn < 4; turn += 1) {
    house.clock.pass(15_000);
    await house.settle(watch);
  }
  assert.ok(house.receiver.got.some(({ kind }) => kind === "blind"));
});

for (const [what, jumpMs] of [
  ["a year forward", 365 * 86_400_000],
  ["a year back", -365 * 86_400_000],
  ["an hour back", -3_600_000],
] as const) {
  test(`Holdfast sees and tells of an attack before and after its clock jumps ${what}, and of the jump`, async () => {
    await using house = await openWatchHouse();
    await using watch = await house.watch();
    await house.happen(...guesses(1));
    await house.settle(watch);
    house.clock.jump(jumpMs);
    await house.happen({ kind: "clock.jumped", at: START, byMs: jumpMs });
    await house.happen(...guesses(2));
    await house.settle(watch);
    house.clock.pass(6 * MINUTE_MS);
    await house.settle(watch);
    const about = house.receiver
      .alerts()
      .flatMap(({ detection, alerts }) => alerts.map(({ subject }) => `${detection} ${subject.slice(-2)}`));
    assert.deepEqual(about.toSorted(), ["clock-jumped ", "guessing 01", "guessing 02"]);
  });
}

test("Holdfast raises no alarm about people who mistype once in a while, after its clock was set forward and back", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  house.clock.jump(365 * 86_400_000);
  await house.happen(...guesses(9, 1));
  house.clock.jump(-365 * 86_400_000);
  for (let hour = 0; hour < 30; hour += 1) {
    await house.happen(...guesses(1, 2));
    await house.settle(watch);
    house.clock.pass(60 * MINUTE_MS);
  }
  assert.deepEqual(house.receiver.alerts(), []);
});

test("Holdfast alerts about an entry that it cannot read, and goes on behind it", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  const text = (word: string): Buffer => Buffer.concat([Buffer.from([0, 0, 0, word.length]), Buffer.from(word)]);
  const broken = Buffer.concat([text("\u0001"), text("0123456789abcdef"), text("signin.refused"), text("not a time")]);
  await house.store.commit({ steps: [{ do: "append", table: "trail.entries", row: { leaf: new Uint8Array(broken) } }] });
  await house.happen(...guesses(1));
  await house.settle(watch);
  assert.deepEqual(
    house.receiver
      .alerts()
      .map(({ detection }) => detection)
      .toSorted(),
    ["guessing", "integrity"],
  );
});

test("Holdfast writes and sends an alert once, also when nobody can tell whether its commit went through", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen(...guesses(1));
  house.disk.unknown = 1;
  for (let turn = 0; turn < 3; turn += 1) {
    await house.settle(watch);
    house.clock.pass(2_000);
  }
  assert.equal(house.disk.unknown, 0);
  assert.equal(house.receiver.alerts().length, 1);
  assert.deepEqual([(await watch.alerts(10)).length, watch.look().status.state], [1, "watching"]);
  assert.equal(watch.look().counters.find(({ kind }) => kind === "alert.raised")?.total, 1);
});

test("Holdfast keeps its other detections when one fails, and does not say that all is well", async () => {
  await using house = await openWatchHouse();
  const broken: Detection = {
    ...requireDetection("spraying"),
    name: "broken",
    begin: () => ({
      see() {
        throw new TypeError("a mistake of ours");
      },
      keys: 0,
    }),
  };
  await using watch = await house.watch([broken, ...DETECTIONS]);
  await house.happen(...guesses(1));
  await house.settle(watch);
  house.clock.pass(6_000);
  await house.settle(watch);
  assert.equal(house.receiver.alerts().length, 1);
  assert.deepEqual([watch.look().status.state, watch.look().status.because], ["blind", "the detection broken fails"]);
});

test("Holdfast takes what events say as words, whatever characters are in it", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen({ kind: "backup.failed", at: START, because: `no\u0000room\ud800 ${"x".repeat(4_000)}` });
  await house.settle(watch);
  const [alert] = await watch.alerts(10);
  assert.match(alert?.sentence ?? "", /^backup\.failed: no room\ufffd x+$/);
  assert.ok((alert?.sentence.length ?? 0) <= 500);
  assert.equal(watch.look().status.state, "watching");
});

function requireDetection(name: string): Detection {
  const found = DETECTIONS.find((detection) => detection.name === name);
  assert.ok(found);
  return found;
}
