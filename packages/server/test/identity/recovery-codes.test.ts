import assert from "node:assert/strict";
import { test } from "node:test";
import { EVERY_ROW } from "../../src/model/index.ts";
import {
  codeAt,
  type House,
  newcomer,
  openHouse,
  planWith,
  refused,
  SERVICE,
  type SignedIn,
  signIn,
  verifyFactor,
  visit,
} from "./house.ts";
import { FRESH_MS, STEP_MS } from "./times.ts";

interface WithCodes extends SignedIn {
  readonly secret: string;
  readonly factor: Uint8Array;
  readonly codes: readonly string[];
}

async function enrolled(house: House, session: SignedIn): Promise<WithCodes> {
  const { secret, factor } = await house.identity.factors.enrol(await visit(house, session), { name: "", issuer: undefined });
  const { id: challenge } = await house.identity.factors.challenge(await visit(house, session), factor.id);
  const code = codeAt(house.vault, secret, house.clock.now());
  const issued = await house.identity.factors.verify(await visit(house, session), factor.id, { challenge, code });
  return {
    token: issued.accessToken,
    refreshToken: issued.refreshToken,
    id: session.id,
    secret,
    factor: factor.id,
    codes: issued.recoveryCodes ?? [],
  };
}

const left = async (house: House, session: SignedIn) => (await house.identity.people()).recoveryCodesLeft(await visit(house, session));

test("Holdfast answers recovery codes once, with the first verified factor, and again only when they are made anew", async () => {
  await using house = await openHouse();
  const first = await enrolled(house, await newcomer(house));
  assert.equal(new Set(first.codes).size, 10);
  assert.ok(first.codes.every((code) => /^([a-z2-7]{4}-){3}[a-z2-7]{4}$/.test(code)));
  house.clock.advance(STEP_MS);
  const second = await enrolled(house, first);
  assert.deepEqual(second.codes, [], "a second factor brings none");
  assert.equal(await left(house, second), 10);
  const people = await house.identity.people();
  const renewed = await people.renewRecoveryCodes(await visit(house, second));
  assert.equal(renewed.length, 10);
  assert.deepEqual(
    renewed.filter((code) => first.codes.includes(code)),
    [],
  );
  assert.equal(await refused(verifyFactor(house, await signIn(house), first.factor, first.codes[0] ?? "")), "mfa_verification_failed");
  await verifyFactor(house, await signIn(house), first.factor, renewed[0] ?? "");
});

test("Holdfast takes a recovery code where a code is asked for, once, as people type it", async (t) => {
  const spellings: readonly (readonly [string, (code: string) => string])[] = [
    ["as it was shown", (code) => code],
    ["without hyphens", (code) => code.replaceAll("-", "")],
    ["in capitals and with spaces", (code) => ` ${code.replaceAll("-", " ").toUpperCase()} `],
  ];
  for (const [name, spelled] of spellings) {
    await t.test(name, async () => {
      await using house = await openHouse();
      const { codes, factor } = await enrolled(house, await newcomer(house));
      const code = spelled(codes[3] ?? "");
      const raised = await verifyFactor(house, await signIn(house), factor, code);
      const { actor } = await visit(house, raised);
      assert.ok(actor.kind === "account" && actor.aal === 2 && actor.mfaAt === house.clock.now());
      assert.equal(await left(house, raised), 9);
      assert.equal(await refused(verifyFactor(house, await signIn(house), factor, code)), "mfa_verification_failed");
      assert.equal(await left(house, raised), 9);
      const told = house.identity.letters(await visit(house)).map(({ purpose }) => purpose);
      assert.equal(told.filter((purpose) => purpose === "recovery-code-used").length, 1);
    });
  }
});

test("Holdfast uses a recovery code up once, also when it is shown many times at once", async () => {
  await using house = await openHouse();
  const { codes, factor } = await enrolled(house, await newcomer(house));
  const other = await house.restarted();
  const sessions: SignedIn[] = [];
  for (let count = 0; count < 6; count++) sessions.push(await signIn(house));
  const tries = sessions.map(async (session, index) => {
    const call = await visit(house, session);
    const identity = index % 2 === 0 ? house.identity : other;
    const { id: challenge } = await identity.factors.challenge(call, factor);
    return identity.factors.verify(call, factor, { challenge, code: codes[0] ?? "" }).then(
      () => "raised",
      () => "refused",
    );
  });
  assert.deepEqual((await Promise.all(tries)).sort(), ["raised", "refused", "refused", "refused", "refused", "refused"]);
});

test("Holdfast counts wrong recovery codes like wrong codes, and stops looking after 100 in a row", async () => {
  await using house = await openHouse();
  const { codes, factor, secret } = await enrolled(house, await newcomer(house));
  const call = await visit(house, await signIn(house));
  const { id: challenge } = await house.identity.factors.challenge(call, factor);
  const attempt = (code: string) => refused(house.identity.factors.verify(call, factor, { challenge, code }));
  for (let tries = 0; tries < 100; tries++)
    assert.equal(await attempt(tries % 2 === 0 ? "aaaa-bbbb-cccc-dddd" : "000000"), "mfa_verification_failed");
  assert.equal(await attempt(codes[0] ?? ""), "mfa_verification_failed");
  house.clock.advance(STEP_MS * 2);
  assert.equal(await attempt(codeAt(house.vault, secret, house.clock.now())), "mfa_verification_failed");
});

test("Holdfast takes a recovery code for a factor that is verified, and for no other account and no new factor", async (t) => {
  await t.test("a new factor", async () => {
    await using house = await openHouse();
    const session = await enrolled(house, await newcomer(house));
    const { factor } = await house.identity.factors.enrol(await visit(house, session), { name: "new", issuer: undefined });
    assert.equal(await refused(verifyFactor(house, session, factor.id, session.codes[0] ?? "")), "mfa_verification_failed");
  });
  await t.test("another account", async () => {
    await using house = await openHouse();
    const ada = await enrolled(house, await newcomer(house));
    const eve = await enrolled(house, await newcomer(house, "eve@example.org"));
    assert.equal(await refused(verifyFactor(house, eve, eve.factor, ada.codes[0] ?? "")), "mfa_verification_failed");
  });
  await t.test("the first factor, without any code there", async () => {
    await using house = await openHouse();
    const session = await newcomer(house);
    const { factor } = await house.identity.factors.enrol(await visit(house, session), { name: "", issuer: undefined });
    assert.equal(await refused(verifyFactor(house, session, factor.id, "aaaa-bbbb-cccc-dddd")), "mfa_verification_failed");
  });
});

test("Holdfast makes new recovery codes and tells their number only to a session that has shown its factor", async () => {
  await using house = await openHouse();
  const session = await enrolled(house, await newcomer(house));
  const people = await house.identity.people();
  const owing = await visit(house, await signIn(house));
  assert.equal(await refused(people.renewRecoveryCodes(owing)), "insufficient_aal");
  assert.equal(await refused(people.recoveryCodesLeft(owing)), "insufficient_aal");
  const other = await newcomer(house, "bob@example.org");
  assert.equal(await refused(people.renewRecoveryCodes(await visit(house, other))), "mfa_factor_not_found");
  house.clock.advance(FRESH_MS + 1);
  const later = (await house.identity.refresh(await visit(house), session.refreshToken)).accessToken;
  assert.equal(await refused(people.renewRecoveryCodes(await visit(house, { token: later }))), "insufficient_aal");
});

test("Holdfast voids recovery codes with the last factor, and gives new ones with the next", async () => {
  await using house = await openHouse();
  const session = await enrolled(house, await newcomer(house));
  await house.identity.factors.remove(await visit(house, session), session.factor);
  const count = () => house.store.view((view) => view.count({ table: "identity.recovery_codes", where: EVERY_ROW }));
  assert.equal(await count(), 0);
  house.clock.advance(STEP_MS);
  assert.equal((await enrolled(house, await signIn(house))).codes.length, 10);
  assert.equal(await count(), 10);
});

test("Holdfast keeps no recovery code in a form that could be used", async () => {
  await using house = await openHouse();
  const { codes } = await enrolled(house, await newcomer(house));
  const rows = await house.store.view((view) =>
    view.read({ table: "identity.recovery_codes", columns: ["id", "account", "hash", "created_at"], where: EVERY_ROW }),
  );
  const stored = rows.flat().map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : String(value)));
  for (const code of codes) {
    const bare = code.replaceAll("-", "");
    assert.ok(stored.every((value) => !value.includes(bare) && !value.includes(code)));
  }
  assert.equal(new Set(rows.map(([, , hash]) => String(hash))).size, 10);
});

test("Holdfast waits with an administrator's reset of factors, tells the owner, and lets the owner stop it", async (t) => {
  const DAY_MS = 86_400_000;
  const open = () => openHouse({ plan: planWith({ factorResetMs: DAY_MS, deletionGraceMs: 30 * DAY_MS }) });
  await t.test("it happens when nobody stops it", async () => {
    await using house = await open();
    const session = await enrolled(house, await newcomer(house));
    const people = await house.identity.people();
    const { dueAt } = await people.resetFactors({ by: "an operator", visit: await visit(house, { actor: SERVICE }) }, session.id);
    assert.equal(dueAt, house.clock.now() + DAY_MS);
    house.clock.advance(DAY_MS - 1);
    assert.equal(await people.resetDue(house.clock.now()), 0);
    const before = (await visit(house, await signIn(house))).actor;
    assert.ok(before.kind === "account" && before.unfinished, "until then the factor is needed");
    house.clock.advance(1);
    assert.equal(await people.resetDue(house.clock.now()), 1);
    assert.equal(await people.resetDue(house.clock.now()), 0);
    const after = (await visit(house, await signIn(house))).actor;
    assert.ok(after.kind === "account" && !after.unfinished);
    for (const table of ["factors", "recovery_codes", "used_steps", "factor_resets"])
      assert.equal(await house.store.view((view) => view.count({ table: `identity.${table}`, where: EVERY_ROW })), 0, table);
    assert.deepEqual(
      house.events.flatMap((event) => (event.kind === "factor.changed" ? [event.what.replace(/, due.*/, "")] : [])),
      ["enrolled", "verified", "reset asked for by an operator", "removed by an operator: reset"],
    );
    assert.ok(house.identity.letters(await visit(house)).some(({ purpose, until }) => purpose === "factor-reset" && until === dueAt));
  });
  const stops: Readonly<Record<string, (house: House, session: WithCodes) => Promise<unknown>>> = {
    "a code of the factor": async (house, session) => {
      house.clock.advance(STEP_MS * 2);
      await verifyFactor(house, await signIn(house), session.factor, codeAt(house.vault, session.secret, house.clock.now()));
    },
    "a recovery code": async (house, session) => verifyFactor(house, await signIn(house), session.factor, session.codes[0] ?? ""),
    "the owner's word": async (house, session) =>
      assert.equal(await (await house.identity.people()).stopOwnReset(await visit(house, session)), true),
    "an administrator": async (house, session) =>
      assert.equal(await (await house.identity.people()).stopReset({ by: "an operator", visit: undefined }, session.id), true),
    "the deletion of the account": async (house, session) => (await house.identity.people()).leave(await visit(house, session)),
  };
  for (const [name, stop] of Object.entries(stops)) {
    await t.test(`${name} stops it`, async () => {
      await using house = await open();
      const session = await enrolled(house, await newcomer(house));
      await house.identity.admin.removeFactor(await visit(house, { actor: SERVICE }), session.id, session.factor);
      await stop(house, session);
      house.clock.advance(DAY_MS);
      assert.equal(await (await house.identity.people()).resetDue(house.clock.now()), 0);
    });
  }
  await t.test("a session that owes the factor does not", async () => {
    await using house = await open();
    const session = await enrolled(house, await newcomer(house));
    const { dueAt } = await house.identity.admin.removeFactor(await visit(house, { actor: SERVICE }), session.id, session.factor);
    assert.equal(dueAt, house.clock.now() + DAY_MS);
    const owing = await visit(house, await signIn(house));
    assert.equal(await refused((await house.identity.people()).stopOwnReset(owing)), "insufficient_aal");
  });
  await t.test("there is nothing to reset without a factor", async () => {
    await using house = await open();
    const { id } = await newcomer(house);
    const people = await house.identity.people();
    assert.equal(await refused(people.resetFactors({ by: "an operator", visit: undefined }, id)), "mfa_factor_not_found");
    assert.equal(await people.stopReset({ by: "an operator", visit: undefined }, id), false);
  });
});
