import assert from "node:assert/strict";
import { test } from "node:test";
import { compareThreeWays, openWorld } from "./agreement.ts";

/** Rows that are compared; HOLDFAST_COMPARISONS raises it, HOLDFAST_SEED makes another run. */
const COMPARISONS = Number(process.env["HOLDFAST_COMPARISONS"] ?? 240_000);
const SEED = Number(process.env["HOLDFAST_SEED"] ?? 1);
const WORLDS = 4;

for (let world = 0; world < WORLDS; world++) {
  test(`Holdfast gives a rule the same meaning in SQL, in memory and in words (world ${SEED + world})`, async () => {
    await using fixture = await openWorld(SEED + world);
    const { comparisons, disagreement } = await compareThreeWays(SEED + world, Math.ceil(COMPARISONS / WORLDS), fixture.store);
    assert.equal(disagreement, undefined);
    assert.ok(comparisons >= COMPARISONS / WORLDS);
  });
}
