import assert from "node:assert/strict";
import { test } from "node:test";
import { createAccessTokens } from "../../src/identity/access-tokens.ts";
import { openTrailHouse } from "../trail/trail-house.ts";
import { createOwnClock } from "../watch/watch-house.ts";

test("Holdfast counts tokens with a signature that is not ours as forged, and none that is ours and over", async () => {
  await using mine = await openTrailHouse();
  await using theirs = await openTrailHouse();
  const clock = createOwnClock(Date.UTC(2026, 10, 20));
  let forged = 0;
  const needs = { clock, issuer: () => "", lifetimeMs: 60_000, knownMax: 1 };
  const own = createAccessTokens({ ...needs, vault: mine.opened.vault, forged: () => (forged += 1) });
  const others = createAccessTokens({ ...needs, vault: theirs.opened.vault });
  const { vault } = mine.opened;
  const content = {
    account: vault.newId(),
    session: vault.newId(),
    aal: 1,
    mfaAt: null,
    method: "password",
    provedAt: clock.now(),
  } as const;
  const { token } = own.write(content);
  assert.ok(own.read(token));
  clock.pass(61_000);
  assert.equal(own.read(token), undefined, "it has expired");
  assert.equal(forged, 0);
  for (const wrong of [others.write(content).token, `${token.slice(0, -4)}AAAA`, "nonsense", ""]) assert.equal(own.read(wrong), undefined);
  assert.equal(forged, 4);
});
