import assert from "node:assert/strict";
import { test } from "node:test";
import { personal } from "../../src/kit/index.ts";
import { createTrailReader } from "../../src/trail/index.ts";
import { openTrailHouse } from "./trail-house.ts";

const at = Date.UTC(2026, 10, 20);

test("Holdfast signs a checkpoint over what was committed, and verifies it", async () => {
  await using house = await openTrailHouse();
  await using trail = await house.trail();
  trail.start();
  const account = house.opened.vault.newId();
  for (let n = 0; n < 300; n += 1) {
    await house.store.commit({
      steps: trail.entry({ kind: "account.created", at: at + n, account: personal(account, account), by: "sign-up" }),
    });
  }
  const head = await trail.settle();
  assert.equal(head.size, 300);
  assert.equal(house.notes.at(-1), head.note);
  const reader = createTrailReader({ store: house.store, report: house.report, vault: house.opened.vault });
  const verification = await reader.verify({ witness: head.note });
  assert.deepEqual(verification.findings, []);
  assert.deepEqual(verification.openings, { matched: 300, erased: 0 });
});
