import assert from "node:assert/strict";
import { test } from "node:test";
import { createFirewall, type Facts } from "../../src/firewall/index.ts";
import { DEFAULT_LIMITS } from "../../src/model/limits.ts";
import { createHandClock, HASH_KEY, planWith } from "./plan.ts";

const HOME = "127.0.0.1";

/** A hundred doctors join from one address: sign up, sign in, insert a hundred rows at once, and read for a while. */
function* joinAs(doctor: string): Generator<Facts> {
  yield { stage: "address", address: HOME };
  yield { stage: "head", address: HOME, route: "auth.signUp", limit: "signUp" };
  yield { stage: "head", address: HOME, route: "auth.signIn", limit: "signIn" };
  yield { stage: "identifier", address: HOME, identifier: doctor };
  for (const writes of [true, false, false, false, false]) {
    yield { stage: "stream", address: HOME };
    yield { stage: "head", address: HOME, route: "rest", limit: undefined };
    yield { stage: "actor", address: HOME, route: "rest", account: doctor, writes };
  }
}

test("Holdfast lets a hundred people join from one address within a minute, under its default limits", () => {
  const clock = createHandClock();
  const firewall = createFirewall({ clock, plan: planWith(DEFAULT_LIMITS), hashKey: HASH_KEY });
  for (let n = 0; n < 100; n += 1) {
    for (const facts of joinAs(`doctor ${n}`)) assert.deepEqual(firewall.judge(facts), { act: "allow" }, `${n}: ${JSON.stringify(facts)}`);
    firewall.learn({ kind: "signIn", address: HOME, identifier: `doctor ${n}`, ok: true });
    firewall.learn({ kind: "connectionClosed", address: HOME });
    clock.pass(600);
  }
});

test("Holdfast stops somebody who guesses from one address within the first tries, under its default limits", () => {
  const clock = createHandClock();
  const firewall = createFirewall({ clock, plan: planWith(DEFAULT_LIMITS), hashKey: HASH_KEY });
  let reached = 0;
  for (let n = 0; n < 86_400; n += 1) {
    const head = firewall.judge({ stage: "head", address: HOME, route: "auth.signIn", limit: "signIn" });
    const verdict = firewall.judge({ stage: "identifier", address: HOME, identifier: "ana" });
    if (head.act === "allow" && verdict.act !== "refuse") {
      reached += 1;
      firewall.learn({ kind: "signIn", address: HOME, identifier: "ana", ok: false });
    }
    clock.pass(1_000);
  }
  // One a second for a day: 8 at first and then one a minute come through to the password.
  assert.ok(reached <= 8 + 24 * 60, `${reached} guesses`);
});
