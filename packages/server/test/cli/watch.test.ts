import assert from "node:assert/strict";
import { test } from "node:test";
import { type Io, type Operations, runCli, type Wiring } from "../../src/cli/index.ts";
import { watchOperations } from "../../src/cli/watch-operations.ts";
import { DETECTIONS } from "../../src/watch/index.ts";
import { refused, START, times } from "../watch/vectors/vector.ts";
import { openWatchHouse } from "../watch/watch-house.ts";

/** The command line against operations of a watch, without a socket between them. */
async function run(
  operations: Operations,
  ...args: readonly string[]
): Promise<{ readonly exit: number; readonly out: string; readonly error: string }> {
  let [out, error] = ["", ""];
  const io: Io = {
    stdout: { write: (text: string) => (out += text) },
    stderr: { write: (text: string) => (error += text) },
    readStdin: () => Promise.resolve(""),
    env: {},
    cwd: "/",
    isTty: { stdin: false, stdout: false, stderr: false },
    askSecret: () => Promise.reject(new Error("Nobody is at this terminal.")),
  };
  const never = (): Promise<never> => Promise.reject(new Error("This was not to be asked."));
  const wiring: Wiring = {
    openApp: never,
    serve: never,
    // As it crosses the socket.
    ask: async (_settings, name, given) =>
      JSON.parse(JSON.stringify(await operations[name]?.(JSON.parse(JSON.stringify(given)), () => undefined))),
    loadPlan: never,
    checkRules: never,
    readRoot: never,
    placeRoot: never,
  };
  const exit = await runCli(args, io, wiring);
  return { exit, out, error };
}

const RULES = { mode: "on", paranoia: 1, rules: 70, blocked: 3, letThrough: 0, hasOthers: false } as const;

test("Holdfast shows its operator what it sees, silences what it is told to, and tries its channels", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  const operations = watchOperations(watch, DETECTIONS, () => RULES);
  assert.match((await run(operations, "alerts", "list")).out, /^No alerts\./);

  await house.happen(...times(9, () => refused({ at: START, from: "203.0.113.9", account: 1, name: 1 })));
  await house.settle(watch);
  const picture = await run(operations, "watch", "--for", "1ms");
  assert.equal(picture.exit, 0);
  assert.match(
    picture.out,
    /^watching, 1 open alerts\nreceiver: 0 waiting\nrequest rules on: 70 rules at paranoia 1, the built-in ones; 3 requests blocked\n/,
  );
  assert.match(picture.out, /signin\.refused +9 +9 +9\n/);
  assert.match(picture.out, /high +guessing +Account 00000000-0000-0000-0000-000000000001: more than 7 wrong passwords/);

  const stream = (await run(operations, "watch", "--json", "--for", "1ms")).out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.deepEqual(new Set(stream.map(({ type }) => type)), new Set(["status", "rules", "counter", "alert", "event", undefined]));
  assert.equal(stream.filter(({ type, kind }) => type === "event" && kind === "signin.refused").length, 9);
  assert.equal(stream.find(({ type }) => type === "alert").detection, "guessing");

  const silenced = await run(
    operations,
    "alerts",
    "silence",
    "guessing",
    "--for",
    "2h",
    "--owner",
    "Kim",
    "--reason",
    "an exercise",
    "--json",
  );
  assert.equal(silenced.exit, 0, silenced.error);
  const { owner, until, createdAt } = JSON.parse(silenced.out);
  assert.deepEqual([owner, Date.parse(until) - Date.parse(createdAt)], ["Kim", 7_200_000]);
  const wrong = await run(operations, "alerts", "silence", "nonsense", "--for", "2h", "--owner", "Kim", "--reason", "an exercise");
  assert.equal(wrong.exit, 1);
  assert.match(wrong.error, /There is no detection nonsense/);

  const listed = JSON.parse((await run(operations, "alerts", "list", "--json")).out);
  assert.deepEqual([listed.alerts.length, listed.alerts[0].state, listed.silences[0].reason], [1, "told", "an exercise"]);
  assert.equal((await run(operations, "alerts", "test")).out, "receiver: arrived\n");
  house.receiver.isDown = true;
  const failed = await run(operations, "alerts", "test");
  assert.deepEqual([failed.exit, failed.out], [1, "receiver: Error: it could not be reached\n"]);
});

test("Holdfast lets nothing that came from outside move on a terminal", async () => {
  await using house = await openWatchHouse();
  await using watch = await house.watch();
  await house.happen({ kind: "backup.failed", at: START, because: "no\u001b[2J\r\nroom\u202e" });
  await house.settle(watch);
  const operations = watchOperations(watch, DETECTIONS, () => RULES);
  for (const args of [
    ["alerts", "list"],
    ["watch", "--for", "1ms"],
  ]) {
    const { out } = await run(operations, ...args);
    assert.ok(/backup\.failed: no/.test(out) && !/[^\P{Cc}\n]|\u202e/u.test(out), JSON.stringify(out));
  }
});
