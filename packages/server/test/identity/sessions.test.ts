import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { formatId } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import {
  codeAt,
  type House,
  kinds,
  newcomer,
  OTHER_PASSWORD,
  openHouse,
  planWith,
  refused,
  SERVICE,
  signIn,
  verifyFactor,
  visit,
  withFactor,
} from "./house.ts";

const GRACE_MS = 30_000;
const DAY_MS = 86_400_000;

async function refresh(house: House, token: string, loopback = true): Promise<string> {
  return (await house.identity.refresh(await visit(house, { loopback }), token)).refreshToken;
}

async function sessionCount(house: House): Promise<number> {
  return house.store.view((view) => view.count({ table: "identity.sessions", where: EVERY_ROW }));
}

test("Holdfast gives the same successor for half a minute while nobody has used it, and ends the session at any later use", async (t) => {
  const rows = [
    { name: "at once", afterMs: 0, isUsed: false, expected: "same" },
    { name: "at the end of the grace", afterMs: GRACE_MS, isUsed: false, expected: "same" },
    { name: "a moment too late", afterMs: GRACE_MS + 1, isUsed: false, expected: "refresh_token_already_used" },
    { name: "within the grace, the successor used", afterMs: 0, isUsed: true, expected: "refresh_token_already_used" },
    { name: "after the clock went back", afterMs: -5, isUsed: false, expected: "refresh_token_already_used" },
    { name: "after a day", afterMs: DAY_MS, isUsed: false, expected: "refresh_token_already_used" },
  ] as const;
  for (const { name, afterMs, isUsed, expected } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { refreshToken: first } = await newcomer(house);
      const second = await refresh(house, first);
      assert.notEqual(second, first);
      const newest = isUsed ? await refresh(house, second) : second;
      house.clock.advance(afterMs);
      house.events.length = 0;
      if (expected === "same") {
        assert.equal(await refresh(house, first), second);
        assert.deepEqual(house.events, []);
        await refresh(house, second);
        return;
      }
      assert.equal(await refused(refresh(house, first)), expected);
      assert.deepEqual(kinds(house.events), ["session.ended", "session.reused"]);
      assert.equal(await refused(refresh(house, newest)), "refresh_token_not_found", "the family is ended");
      assert.equal(await sessionCount(house), 0);
    });
  }
});

test("Holdfast gives one successor to many who refresh the same token at once", async () => {
  await using house = await openHouse();
  const { refreshToken } = await newcomer(house);
  const call = await visit(house);
  const issued = await Promise.all(Array.from({ length: 24 }, () => house.identity.refresh(call, refreshToken)));
  assert.equal(new Set(issued.map((one) => one.refreshToken)).size, 1);
  for (const { accessToken } of issued.slice(0, 3)) await visit(house, { token: accessToken });
});

test("Holdfast gives one successor when two processes' worth of state refresh the same token at once", async () => {
  await using house = await openHouse();
  const { refreshToken } = await newcomer(house);
  const other = await house.restarted();
  const call = await visit(house);
  const issued = await Promise.all([house.identity, other, house.identity, other].map((identity) => identity.refresh(call, refreshToken)));
  assert.equal(new Set(issued.map((one) => one.refreshToken)).size, 1);
});

test("Holdfast takes no refresh token but those that it made", async () => {
  await using house = await openHouse();
  const { refreshToken } = await newcomer(house);
  const other = await newcomer(house, "eve@example.org");
  const bytes = Buffer.from(refreshToken, "base64url");
  const call = await visit(house);
  await fc.assert(
    fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
      const forged = Buffer.from(bytes);
      forged[at] = (forged[at] ?? 0) ^ mask;
      assert.equal(await refused(house.identity.refresh(call, forged.toString("base64url"))), "refresh_token_not_found");
    }),
    { numRuns: 200 },
  );
  const theirs = Buffer.concat([bytes.subarray(0, 16), Buffer.from(other.refreshToken, "base64url").subarray(16)]);
  for (const text of ["", "a", refreshToken.slice(1), `${refreshToken}A`, theirs.toString("base64url"), "%%%"]) {
    assert.equal(await refused(house.identity.refresh(call, text)), "refresh_token_not_found");
  }
  assert.equal(await sessionCount(house), 2, "a forged token ends nobody's session");
  await refresh(house, refreshToken);
});

test("Holdfast keeps nothing in the row from which a token could be made", async () => {
  await using house = await openHouse();
  const { refreshToken, token } = await newcomer(house);
  const tables = ["identity.accounts", "identity.sessions", "identity.one_time_codes"];
  const mac = Buffer.from(refreshToken, "base64url").subarray(20);
  for (const table of tables) {
    const columns =
      (await import("../../src/identity/index.ts")).tables.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? [];
    const rows = await house.store.view((view) => view.read({ table, columns, where: EVERY_ROW }));
    assert.ok(rows.length > 0);
    const cells = rows.flat().filter((cell) => cell !== null);
    for (const cell of cells) {
      const bytes = cell instanceof Uint8Array ? Buffer.from(cell) : Buffer.from(String(cell));
      assert.ok(
        !bytes.includes(mac) && !bytes.includes(Buffer.from(token)) && !bytes.includes("ada@example.org") && !bytes.includes("test agent"),
      );
    }
  }
});

test("Holdfast ends sessions when their time is over", async (t) => {
  const rows = [
    { name: "unused for longer than idle", steps: [8 * DAY_MS], ends: true },
    { name: "used now and then", steps: [6 * DAY_MS, 6 * DAY_MS], ends: false },
    { name: "older than its longest life", steps: [6, 6, 6, 6, 6.5].map((days) => days * DAY_MS), ends: true },
  ];
  for (const { name, steps, ends } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      let { refreshToken } = await newcomer(house);
      let answer = "";
      for (const ms of steps) {
        house.clock.advance(ms);
        answer = await refresh(house, refreshToken).then(
          (token) => {
            refreshToken = token;
            return "";
          },
          (fault: { detail: { reason: string } }) => fault.detail.reason,
        );
      }
      assert.equal(answer, ends ? "session_expired" : "");
    });
  }
});

test("Holdfast acts on what happens to an account at the next request", async (t) => {
  type Row = { name: string; act: (house: House, id: Uint8Array, token: string) => Promise<unknown>; reason: string };
  const admin = (house: House) => visit(house, { actor: SERVICE });
  const rows: Row[] = [
    {
      name: "signed out",
      act: async (house, _id, token) => house.identity.signOut(await visit(house, { token }), "local"),
      reason: "session_not_found",
    },
    {
      name: "signed out everywhere",
      act: async (house, _id, token) => house.identity.signOut(await visit(house, { token }), "global"),
      reason: "session_not_found",
    },
    { name: "removed", act: async (house, id) => house.identity.admin.remove(await admin(house), id), reason: "session_not_found" },
    {
      name: "given a new password",
      act: async (house, id) => house.identity.admin.change(await admin(house), id, { password: OTHER_PASSWORD }),
      reason: "session_not_found",
    },
    {
      name: "all ended for a restore",
      act: async (house) => assert.equal(await house.identity.endEverything(), 1),
      reason: "session_not_found",
    },
    { name: "token run out", act: async (house) => house.clock.advance(600_001), reason: "bad_jwt" },
  ];
  for (const { name, act, reason } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { id, token } = await newcomer(house);
      await visit(house, { token });
      await act(house, id, token);
      assert.equal(await refused(visit(house, { token })), reason);
    });
  }
});

test("Holdfast gives roles and tenant as they are now, not as they were at sign-in", async () => {
  await using house = await openHouse();
  const { id, token } = await newcomer(house);
  const tenant = "018f0000-0000-7000-8000-000000000001";
  await house.identity.admin.change(await visit(house, { actor: SERVICE }), id, { appMetadata: { roles: ["doctor"], tenant } });
  const { actor } = await visit(house, { token });
  assert.ok(actor.kind === "account");
  assert.deepEqual([actor.roles, actor.tenant && formatId(actor.tenant)], [["doctor"], tenant]);
});

test("Holdfast signs out this session, the others or all", async (t) => {
  const rows = [
    ["local", ["session_not_found", ""]],
    ["others", ["", "session_not_found"]],
    ["global", ["session_not_found", "session_not_found"]],
  ] as const;
  for (const [scope, expected] of rows) {
    await t.test(scope, async () => {
      await using house = await openHouse();
      const [mine, other] = [await newcomer(house), await signIn(house)];
      const stranger = await newcomer(house, "eve@example.org");
      await house.identity.signOut(await visit(house, mine), scope);
      const after = [mine, other].map(({ token }) =>
        visit(house, { token }).then(
          () => "",
          (fault: { detail: { reason: string } }) => fault.detail.reason,
        ),
      );
      assert.deepEqual(await Promise.all(after), expected);
      await visit(house, stranger);
    });
  }
});

test("Holdfast keeps tokens from before the second factor at level 1, and their refresh ends the family", async () => {
  await using house = await openHouse();
  const before = await newcomer(house);
  const raised = await withFactor(house, before);
  const [old, now] = [(await visit(house, before)).actor, (await visit(house, raised)).actor];
  assert.ok(old.kind === "account" && now.kind === "account");
  assert.deepEqual([old.aal, old.unfinished, old.mfaAt], [1, true, null]);
  assert.deepEqual([now.aal, now.unfinished, now.mfaAt], [2, false, house.clock.now()]);
  assert.equal(await refused(refresh(house, before.refreshToken)), "refresh_token_already_used");
  assert.equal(await refused(visit(house, raised)), "session_not_found");
});

test("Holdfast keeps the moment of the factor that a token was made with", async () => {
  await using house = await openHouse();
  const first = await withFactor(house, await newcomer(house));
  const shownAt = house.clock.now();
  house.clock.advance(300_000);
  await verifyFactor(house, first, first.factor, codeAt(house.vault, first.secret, house.clock.now()));
  const { actor } = await visit(house, first);
  assert.equal(actor.kind === "account" && actor.mfaAt, shownAt, "an older token is not made fresh by a newer proof");
});

test("Holdfast writes when a session was seen at most once a minute", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  const commits = house.commits();
  for (let call = 0; call < 5; call++) await visit(house, { token });
  assert.equal(house.commits() - commits, 0);
  house.clock.advance(61_000);
  await Promise.all(Array.from({ length: 5 }, () => visit(house, { token })));
  await house.identity[Symbol.asyncDispose]();
  assert.equal(house.commits() - commits, 1);
  await visit(house, { token });
  await house.identity[Symbol.asyncDispose]();
  assert.equal(house.commits() - commits, 1);
});

test("Holdfast keeps at most a hundred sessions of one account, the newest", async () => {
  await using house = await openHouse();
  const first = await newcomer(house);
  for (let sign = 0; sign < 100; sign++) {
    house.clock.advance(1);
    await signIn(house);
  }
  assert.equal(await sessionCount(house), 100);
  assert.equal(await refused(visit(house, first)), "session_not_found");
});

test("Holdfast asks for the factor where the plan requires one", async () => {
  await using house = await openHouse({ plan: planWith({ secondFactor: "required" }) });
  const session = await newcomer(house, "ada@example.org", "vj3!kQz#");
  const { actor } = await visit(house, session);
  assert.ok(actor.kind === "account" && actor.unfinished);
  assert.equal(await refused(house.identity.change(await visit(house, session), { userMetadata: { a: 1 } })), "insufficient_aal");
  const raised = await withFactor(house, session);
  const after = (await visit(house, raised)).actor;
  assert.ok(after.kind === "account" && !after.unfinished);
});
