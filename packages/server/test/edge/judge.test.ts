import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { createJudge } from "../../src/edge/judge.ts";
import type { Verdict } from "../../src/firewall/index.ts";
import { isFault } from "../../src/kit/index.ts";

const PLACES = 2;
const FACTS = { stage: "identifier", address: "192.0.2.1", identifier: "00" } as const;

function judgeThatSays(verdict: Verdict) {
  const firewall = { judge: () => verdict, learn: () => undefined, state: () => ({ name: "x", limit: 1, remaining: 0, resetMs: 0 }) };
  return createJudge({ firewall, limits: { delayedMax: PLACES, delayMsMax: 10_000 }, log: () => undefined, refused: () => undefined });
}

/** What has become of a promise by now. */
async function stateOf(promise: Promise<unknown> | undefined): Promise<string> {
  const ended = promise?.then(
    () => "done",
    (error: unknown) => (isFault(error) ? error.code : "other"),
  );
  return (await Promise.race([ended, setImmediate("waiting")])) ?? "done";
}

test("Holdfast says no late to who is over a limit, in a bounded number of places", async () => {
  const judge = judgeThatSays({ act: "refuse", rule: "r", afterMs: 1 });
  const asked = Array.from({ length: PLACES + 1 }, () => judge.pass(FACTS));
  for (const promise of asked) promise?.catch(() => undefined);
  assert.deepEqual(await Promise.all(asked.map(stateOf)), ["waiting", "waiting", "firewall.limited"]);
  await assert.rejects(asked[0] ?? Promise.resolve(), (error) => isFault(error, "firewall.limited"));
  await Promise.allSettled(asked);
  assert.equal(await stateOf(judge.pass(FACTS)), "waiting", "and its place is free again");
});

test("Holdfast gives those that it only slows down places of their own", async () => {
  let verdict: Verdict = { act: "refuse", rule: "r", afterMs: 1 };
  const firewall = { judge: () => verdict, learn: () => undefined, state: () => ({ name: "x", limit: 1, remaining: 0, resetMs: 0 }) };
  const judge = createJudge({
    firewall,
    limits: { delayedMax: PLACES, delayMsMax: 10_000 },
    log: () => undefined,
    refused: () => undefined,
  });
  for (let n = 0; n < PLACES; n += 1) judge.pass(FACTS)?.catch(() => undefined);
  verdict = { act: "delay", rule: "r", afterMs: 100 };
  assert.equal(await stateOf(judge.pass(FACTS)), "waiting");
});
