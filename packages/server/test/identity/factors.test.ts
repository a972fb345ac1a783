import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERY_ROW } from "../../src/model/index.ts";
import {
  codeAt,
  type House,
  kinds,
  newcomer,
  OTHER_PASSWORD,
  openHouse,
  PASSWORD,
  refused,
  SERVICE,
  signIn,
  verifyFactor,
  visit,
  withFactor,
} from "./house.ts";
import { FRESH_MS, STEP_MS } from "./times.ts";

const asked = { name: "phone", issuer: undefined };

test("Holdfast takes codes of the step before, this one and the next, and no other", async (t) => {
  for (const [aside, isTaken] of [
    [-2, false],
    [-1, true],
    [0, true],
    [1, true],
    [2, false],
  ] as const) {
    await t.test(`${aside} steps away`, async () => {
      await using house = await openHouse();
      const { secret, factor } = await withFactor(house, await newcomer(house));
      house.clock.advance(10 * STEP_MS);
      const fresh = await signIn(house);
      const code = codeAt(house.vault, secret, house.clock.now() + aside * STEP_MS);
      const work = verifyFactor(house, fresh, factor, code);
      if (isTaken) await work;
      else assert.equal(await refused(work), "mfa_verification_failed");
    });
  }
});

test("Holdfast takes a code once, also when it is shown many times at once", async () => {
  await using house = await openHouse();
  const { secret, factor } = await withFactor(house, await newcomer(house));
  house.clock.advance(STEP_MS * 3);
  const code = codeAt(house.vault, secret, house.clock.now());
  const sessions = [];
  for (let sign = 0; sign < 6; sign++) sessions.push(await signIn(house));
  const other = await house.restarted();
  const tries = sessions.map(async (session, index) => {
    const identity = index % 2 === 0 ? house.identity : other;
    const call = await visit(house, session);
    const { id: challenge } = await identity.factors.challenge(call, factor);
    return identity.factors.verify(call, factor, { challenge, code }).then(
      () => "raised",
      (fault: { detail: { reason?: string }; code: string }) => fault.detail.reason ?? fault.code,
    );
  });
  const answers = await Promise.all(tries);
  assert.equal(answers.filter((answer) => answer === "raised").length, 1, answers.join());
  assert.equal(await refused(verifyFactor(house, await signIn(house), factor, code)), "mfa_verification_failed");
});

test("Holdfast counts wrong codes per account and stops looking after 100 in a row", async () => {
  await using house = await openHouse();
  const { secret, factor, id } = await withFactor(house, await newcomer(house));
  house.clock.advance(STEP_MS * 3);
  const session = await signIn(house);
  house.events.length = 0;
  const call = await visit(house, session);
  const { id: challenge } = await house.identity.factors.challenge(call, factor);
  const wrong = codeAt(house.vault, secret, 0);
  for (let tries = 0; tries < 100; tries++)
    assert.equal(await refused(house.identity.factors.verify(call, factor, { challenge, code: wrong })), "mfa_verification_failed");
  assert.equal(kinds(house.events).filter((kind) => kind === "factor.refused").length, 100);
  const right = codeAt(house.vault, secret, house.clock.now());
  assert.equal(await refused(house.identity.factors.verify(call, factor, { challenge, code: right })), "mfa_verification_failed");
  await house.identity.admin.removeFactor(await visit(house, { actor: SERVICE }), id, factor);
  const after = (await visit(house, await signIn(house))).actor;
  assert.ok(after.kind === "account" && !after.unfinished);
});

test("Holdfast lets a session that owes its factor do exactly what it may", async (t) => {
  type Row = { name: string; work: (house: House, factor: Uint8Array, token: string) => Promise<unknown>; reason?: string };
  const rows: Row[] = [
    {
      name: "see who it is",
      work: async (house, _f, token) => house.store.view(async (view) => house.identity.own(view, (await visit(house, { token })).actor)),
    },
    {
      name: "challenge a verified factor",
      work: async (house, factor, token) => house.identity.factors.challenge(await visit(house, { token }), factor),
    },
    { name: "sign out", work: async (house, _f, token) => house.identity.signOut(await visit(house, { token }), "local") },
    {
      name: "end the other sessions",
      work: async (house, _f, token) => house.identity.signOut(await visit(house, { token }), "others"),
      reason: "insufficient_aal",
    },
    {
      name: "enrol",
      work: async (house, _f, token) => house.identity.factors.enrol(await visit(house, { token }), asked),
      reason: "insufficient_aal",
    },
    {
      name: "remove the factor",
      work: async (house, factor, token) => house.identity.factors.remove(await visit(house, { token }), factor),
      reason: "insufficient_aal",
    },
    {
      name: "change its data",
      work: async (house, _f, token) => house.identity.change(await visit(house, { token }), { userMetadata: { a: 1 } }),
      reason: "insufficient_aal",
    },
    {
      name: "change its password",
      work: async (house, _f, token) =>
        house.identity.change(await visit(house, { token }), { password: OTHER_PASSWORD, currentPassword: PASSWORD }),
      reason: "insufficient_aal",
    },
  ];
  for (const { name, work, reason } of rows) {
    await t.test(`${reason === undefined ? "may" : "may not"} ${name}`, async () => {
      await using house = await openHouse();
      const { factor } = await withFactor(house, await newcomer(house));
      const { token } = await signIn(house);
      if (reason === undefined) await work(house, factor, token);
      else assert.equal(await refused(work(house, factor, token)), reason);
    });
  }
});

test("Holdfast ends no finished session for one that owes its factor", async () => {
  await using house = await openHouse();
  const { token: finished } = await withFactor(house, await newcomer(house));
  const { token: unfinished } = await signIn(house);
  await house.identity.signOut(await visit(house, { token: unfinished }), "global");
  await assert.rejects(visit(house, { token: unfinished }), "it ends itself");
  assert.equal((await visit(house, { token: finished })).actor.kind, "account");
});

test("Holdfast shows a session that owes its factor nothing of the account but its factors", async () => {
  await using house = await openHouse();
  const raised = await withFactor(house, await newcomer(house));
  await house.identity.change(await visit(house, raised), { userMetadata: { name: "Ada" } });
  const { actor } = await visit(house, await signIn(house));
  const shown = await house.store.view((view) => house.identity.own(view, actor));
  assert.deepEqual([shown.address, shown.userMetadata, shown.roles, shown.factors.length], [null, {}, [], 1]);
});

test("Holdfast wants a fresh proof for each change of factors", async (t) => {
  await t.test("the password, for the first", async () => {
    await using house = await openHouse();
    const session = await newcomer(house);
    house.clock.advance(FRESH_MS - 1);
    const { secret, factor } = await house.identity.factors.enrol(await visit(house, session), asked);
    house.clock.advance(2);
    const token = (await house.identity.refresh(await visit(house), session.refreshToken)).accessToken;
    const code = codeAt(house.vault, secret, house.clock.now());
    assert.equal(await refused(verifyFactor(house, { ...session, token }, factor.id, code)), "reauthentication_needed");
    assert.equal(await refused(house.identity.factors.enrol(await visit(house, { token }), asked)), "reauthentication_needed");
    await withFactor(house, await signIn(house));
  });
  await t.test("the factor, for any other", async () => {
    await using house = await openHouse();
    const session = await withFactor(house, await newcomer(house));
    await house.identity.factors.enrol(await visit(house, session), asked);
    house.clock.advance(FRESH_MS - 1_000);
    const later = (await house.identity.refresh(await visit(house), session.refreshToken)).accessToken;
    await house.identity.factors.enrol(await visit(house, { token: later }), asked);
    house.clock.advance(1_001);
    assert.equal(await refused(house.identity.factors.enrol(await visit(house, { token: later }), asked)), "insufficient_aal");
    assert.equal(await refused(house.identity.factors.remove(await visit(house, { token: later }), session.factor)), "insufficient_aal");
    const again = await verifyFactor(
      house,
      { ...session, token: later },
      session.factor,
      codeAt(house.vault, session.secret, house.clock.now()),
    );
    await house.identity.factors.remove(await visit(house, again), session.factor);
    assert.equal(await house.store.view((view) => view.count({ table: "identity.used_steps", where: EVERY_ROW })), 0);
  });
});

test("Holdfast binds a challenge to its session and factor, and to five minutes", async (t) => {
  type Row = {
    name: string;
    challenge: (house: House, mine: { token: string }, factor: Uint8Array) => Promise<Uint8Array>;
    waitMs?: number;
  };
  const rows: Row[] = [
    {
      name: "of another session",
      challenge: async (house, _mine, factor) =>
        (await house.identity.factors.challenge(await visit(house, await signIn(house)), factor)).id,
    },
    { name: "that is none", challenge: async (house) => house.vault.newId() },
    {
      name: "that is too old",
      challenge: async (house, mine, factor) => (await house.identity.factors.challenge(await visit(house, mine), factor)).id,
      waitMs: 300_000,
    },
  ];
  for (const { name, challenge, waitMs = 0 } of rows) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { secret, factor } = await withFactor(house, await newcomer(house));
      house.clock.advance(STEP_MS * 3);
      const mine = await signIn(house);
      const id = await challenge(house, mine, factor);
      house.clock.advance(waitMs);
      const code = codeAt(house.vault, secret, house.clock.now());
      assert.equal(
        await refused(house.identity.factors.verify(await visit(house, mine), factor, { challenge: id, code })),
        "mfa_challenge_expired",
      );
    });
  }
});

test("Holdfast does not let one account touch another's factor", async () => {
  await using house = await openHouse();
  const { factor } = await withFactor(house, await newcomer(house));
  const eve = await withFactor(house, await newcomer(house, "eve@example.org"));
  const call = await visit(house, eve);
  assert.equal(await refused(house.identity.factors.challenge(call, factor)), "mfa_factor_not_found");
  assert.equal(await refused(house.identity.factors.remove(call, factor)), "mfa_factor_not_found");
  assert.equal(
    await refused(house.identity.factors.verify(call, factor, { challenge: house.vault.newId(), code: "000000" })),
    "mfa_factor_not_found",
  );
});

test("Holdfast shows a factor's secret once and keeps it encrypted", async () => {
  await using house = await openHouse();
  const session = await newcomer(house);
  const { secret, uri, picture } = await house.identity.factors.enrol(await visit(house, session), asked);
  assert.match(uri, /^otpauth:\/\/totp\/Clinic:ada%40example\.org\?secret=[A-Z2-7]{32}&issuer=Clinic&algorithm=SHA1&digits=6&period=30$/);
  assert.match(picture, /^<svg/);
  assert.ok(!picture.includes("#"), "the client puts it into a data URL as it is");
  const own = await house.store.view(async (view) => house.identity.own(view, (await visit(house, session)).actor));
  assert.ok(!JSON.stringify(own).includes(secret));
  const [row] = await house.store.view((view) => view.read({ table: "identity.factors", columns: ["secret", "name"], where: EVERY_ROW }));
  assert.ok(row?.every((cell) => cell instanceof Uint8Array && !Buffer.from(cell).includes("phone")));
});

test("Holdfast refuses a second factor of the same name, and more than ten", async () => {
  await using house = await openHouse();
  let session = await newcomer(house);
  for (let made = 0; made < 10; made++) {
    house.clock.advance(STEP_MS);
    const { secret, factor } = await house.identity.factors.enrol(await visit(house, session), {
      name: `phone ${made}`,
      issuer: undefined,
    });
    session = await verifyFactor(house, session, factor.id, codeAt(house.vault, secret, house.clock.now()));
    if (made === 0)
      assert.equal(
        await refused(house.identity.factors.enrol(await visit(house, session), { name: "phone 0", issuer: undefined })),
        "mfa_factor_name_conflict",
      );
  }
  assert.equal(await refused(house.identity.factors.enrol(await visit(house, session), asked)), "too_many_enrolled_mfa_factors");
});
