import assert from "node:assert/strict";
import { test } from "node:test";
import { type House, kinds, newcomer, OTHER_PASSWORD, openHouse, PASSWORD, refused, signIn, visit, withFactor } from "./house.ts";

test("Holdfast changes a password for whoever has just shown it, and ends the other sessions", async (t) => {
  type Row = { name: string; waitMs: number; given: { currentPassword?: string }; reason?: string };
  const rows: Row[] = [
    { name: "shown at sign-in", waitMs: 0, given: {} },
    { name: "shown too long ago", waitMs: 600_001, given: {}, reason: "reauthentication_needed" },
    { name: "shown again", waitMs: 600_001, given: { currentPassword: PASSWORD } },
    { name: "shown wrongly", waitMs: 0, given: { currentPassword: OTHER_PASSWORD }, reason: "current_password_invalid" },
  ];
  for (const { name, waitMs, given, reason } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const [mine, other] = [await newcomer(house), await signIn(house)];
      house.clock.advance(waitMs);
      const { accessToken: token } = await house.identity.refresh(await visit(house), mine.refreshToken);
      const { accessToken: theirs } = await house.identity.refresh(await visit(house), other.refreshToken);
      house.events.length = 0;
      const work = house.identity.change(await visit(house, { token }), { password: OTHER_PASSWORD, ...given });
      if (reason !== undefined) {
        assert.equal(await refused(work), reason);
        await visit(house, { token: theirs });
        return;
      }
      await work;
      assert.deepEqual(kinds(house.events), ["account.changed", "session.ended"]);
      assert.equal(await refused(visit(house, { token: theirs })), "session_not_found");
      await visit(house, { token });
      assert.equal(await refused(signIn(house)), "invalid_credentials");
      await signIn(house, { password: OTHER_PASSWORD });
      const told = house.identity.letters(await visit(house)).at(-1);
      assert.deepEqual([told?.purpose, told?.to], ["password-changed", "ada@example.org"]);
    });
  }
});

test("Holdfast refuses the old password as the new one, and weak ones with reasons", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  const call = await visit(house, { token });
  assert.equal(await refused(house.identity.change(call, { password: PASSWORD })), "same_password");
  assert.equal(await refused(house.identity.change(call, { password: "short" })), "weak_password");
  await signIn(house);
});

test("Holdfast merges what an account says of itself, key by key, within a limit", async () => {
  await using house = await openHouse();
  const session = await newcomer(house);
  const change = async (userMetadata: Record<string, unknown>) =>
    (await house.identity.change(await visit(house, session), { userMetadata })).userMetadata;
  assert.deepEqual(await change({ a: 1, b: { c: 2 } }), { a: 1, b: { c: 2 } });
  assert.deepEqual(await change({ a: null, b: { d: 3 } }), { b: { d: 3 } });
  assert.deepEqual(
    await change(JSON.parse('{"__proto__":{"roles":["doctor"]}}')),
    JSON.parse('{"b":{"d":3},"__proto__":{"roles":["doctor"]}}'),
  );
  assert.equal(await refused(change({ long: "x".repeat(16_384) })), "validation_failed");
  const { actor } = await visit(house, session);
  assert.ok(actor.kind === "account" && actor.roles.length === 0, "nothing in it is a role");
});

test("Holdfast changes no address where no letter arrives", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  assert.equal(
    await refused(house.identity.change(await visit(house, { token, loopback: false }), { address: "new@example.org" })),
    "email_provider_disabled",
  );
  await house.identity.change(await visit(house, { token, loopback: false }), { address: "ada@example.org" });
});

test("Holdfast changes nothing for nobody, or for a session that ended meanwhile", async () => {
  await using house = await openHouse();
  assert.equal(await refused(house.identity.change(await visit(house), { userMetadata: {} })), "no_authorization");
  const { token } = await newcomer(house);
  const call = await visit(house, { token });
  await house.identity.signOut(call, "local");
  assert.equal(await refused(house.identity.change(call, { userMetadata: { a: 1 } })), "session_not_found");
  assert.equal(await refused(house.identity.factors.enrol(call, { name: "", issuer: undefined })), "session_not_found");
});

test("Holdfast makes changes that come at once follow each other", async () => {
  await using house = await openHouse();
  const session = await withFactor(house, await newcomer(house));
  const call = await visit(house, session);
  const change = (house: House, key: string) => house.identity.change(call, { userMetadata: { [key]: 1 } });
  await Promise.all(["a", "b", "c", "d", "e", "f"].map((key) => change(house, key)));
  const own = await house.store.view((view) => house.identity.own(view, call.actor));
  assert.deepEqual(Object.keys(own.userMetadata).sort(), ["a", "b", "c", "d", "e", "f"]);
});
