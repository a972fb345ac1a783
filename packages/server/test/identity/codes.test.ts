import assert from "node:assert/strict";
import { test } from "node:test";
import type { Letter } from "../../src/identity/index.ts";
import {
  codeAt,
  type House,
  kinds,
  newcomer,
  OTHER_PASSWORD,
  openHouse,
  PASSWORD,
  planWith,
  refused,
  SERVICE,
  type SignedIn,
  signIn,
  verifyFactor,
  visit,
  withFactor,
} from "./house.ts";

const address = "ada@example.org";
const openConfirming = () => openHouse({ confirmation: "always" });

async function signUp(house: House, { to = address, password = PASSWORD } = {}) {
  return house.identity.signUp(await visit(house), { address: to, password, metadata: { from: password } });
}

async function letters(house: House): Promise<readonly Letter[]> {
  return house.identity.letters(await visit(house));
}

async function lastLetter(house: House): Promise<{ readonly code: string; readonly link: string }> {
  const { code, link } = (await letters(house)).findLast((letter) => letter.code !== undefined) ?? {};
  assert.ok(code !== undefined && link !== undefined);
  return { code, link };
}

async function redeemCode(house: House, code: string, to = address) {
  return house.identity.redeem(await visit(house), { by: "code", purpose: "signup", address: to, code });
}

test("Holdfast answers a sign-up that must be confirmed alike, whoever the address belongs to", async () => {
  await using house = await openConfirming();
  const answers: unknown[] = [];
  const work = async () => {
    const [hashes, commits] = [house.hashes(), house.commits()];
    const answer = await signUp(house);
    assert.ok(answer.outcome === "pending");
    const { id, ...rest } = answer;
    answers.push({ ...rest, hashes: house.hashes() - hashes, commits: house.commits() - commits });
    return id;
  };
  const ids = [await work(), await work()];
  await redeemCode(house, (await lastLetter(house)).code);
  ids.push(await work());
  assert.equal(new Set(answers.map((answer) => JSON.stringify(answer))).size, 1, JSON.stringify(answers));
  assert.equal(new Set(ids.map(String)).size, 3, "no id tells that there is an account");
  assert.deepEqual(
    (await letters(house)).map(({ purpose }) => purpose),
    ["signup", "signup", "already-registered"],
  );
});

test("Holdfast puts the password of the sign-up in place whose code is redeemed, and nothing that was there before", async (t) => {
  for (const by of ["code", "link"] as const) {
    await t.test(`by ${by}`, async () => {
      await using house = await openConfirming();
      await signUp(house, { password: OTHER_PASSWORD }); // somebody else, with an address that is not theirs
      await signUp(house);
      const { code, link } = await lastLetter(house);
      const given = by === "code" ? ({ by, purpose: "signup", address, code } as const) : ({ by, purpose: "signup", link } as const);
      const issued = await house.identity.redeem(await visit(house), given);
      assert.deepEqual(issued.account.userMetadata, { from: PASSWORD });
      await signIn(house, { loopback: false });
      assert.equal(await refused(signIn(house, { password: OTHER_PASSWORD })), "invalid_credentials");
      assert.equal(await refused(house.identity.redeem(await visit(house), given)), "otp_expired", "a code works once");
    });
  }
});

test("Holdfast ends the sessions and factors of an account when its address is confirmed for the first time", async () => {
  await using house = await openHouse();
  const squatter = await withFactor(house, await newcomer(house));
  const { code } = await lastLetter(house);
  const issued = await redeemCode(house, code).catch(() => assert.fail());
  assert.equal(await refused(visit(house, squatter)), "session_not_found");
  const own = await house.store.view(async (view) => house.identity.own(view, (await visit(house, { token: issued.accessToken })).actor));
  assert.deepEqual([issued.account.factors, own.factors], [[], []]);
  const { actor } = await visit(house, { token: issued.accessToken });
  assert.ok(actor.kind === "account" && !actor.unfinished);
});

test("Holdfast gives a code five tries and ten minutes, and a link its own", async (t) => {
  await t.test("five tries", async () => {
    await using house = await openConfirming();
    await signUp(house);
    const { code, link } = await lastLetter(house);
    const wrong = code === "00000000" ? "00000001" : "00000000";
    house.events.length = 0;
    for (let tries = 0; tries < 5; tries++) assert.equal(await refused(redeemCode(house, wrong)), "otp_expired");
    assert.deepEqual(new Set(kinds(house.events)), new Set(["signin.refused"]));
    assert.equal(await refused(redeemCode(house, code)), "otp_expired");
    await house.identity.redeem(await visit(house), { by: "link", purpose: "signup", link });
  });
  await t.test("four wrong tries do no harm", async () => {
    await using house = await openConfirming();
    await signUp(house);
    const { code } = await lastLetter(house);
    for (let tries = 0; tries < 4; tries++) await refused(redeemCode(house, "x"));
    await redeemCode(house, code);
  });
  await t.test("ten minutes", async () => {
    await using house = await openConfirming();
    await signUp(house);
    const { code, link } = await lastLetter(house);
    house.clock.advance(600_000);
    assert.equal(await refused(redeemCode(house, code)), "otp_expired");
    assert.equal(await refused(house.identity.redeem(await visit(house), { by: "link", purpose: "signup", link })), "otp_expired");
  });
});

test("Holdfast lets one of many win who redeem a code at once", async () => {
  await using house = await openConfirming();
  await signUp(house);
  const { code } = await lastLetter(house);
  const answers = await Promise.all(
    Array.from({ length: 8 }, () =>
      redeemCode(house, code).then(
        () => "in",
        () => "out",
      ),
    ),
  );
  assert.equal(answers.filter((answer) => answer === "in").length, 1);
});

test("Holdfast answers codes that are guessed at once alike, whether there is an account or not", async (t) => {
  const rows = [
    { name: "an account with a code that waits", to: address },
    { name: "nobody", to: "nobody@example.org" },
  ];
  for (const { name, to } of rows) {
    await t.test(name, async () => {
      await using house = await openConfirming();
      await signUp(house);
      const guesses = Array.from({ length: 12 }, () => refused(redeemCode(house, "x", to)));
      assert.deepEqual(new Set(await Promise.all(guesses)), new Set(["otp_expired"]));
    });
  }
});

test("Holdfast takes a code only for what it was made for", async (t) => {
  await using house = await openConfirming();
  await signUp(house);
  await signUp(house, { to: "eve@example.org" });
  const { code, link } = await lastLetter(house);
  const rows = [
    ["another purpose", { by: "code", purpose: "recovery", address: "eve@example.org", code }],
    ["another address", { by: "code", purpose: "signup", address, code }],
    ["an unknown address", { by: "code", purpose: "signup", address: "nobody@example.org", code }],
    ["a link as a code", { by: "code", purpose: "signup", address: "eve@example.org", code: link }],
    ["a code as a link", { by: "link", purpose: "signup", link: code }],
    ["a link of another purpose", { by: "link", purpose: "invite", link }],
    ["a link with another secret", { by: "link", purpose: "signup", link: `${link.slice(0, -8)}AAAAAAAA` }],
  ] as const;
  for (const [name, given] of rows) {
    await t.test(name, async () => {
      house.events.length = 0;
      assert.equal(await refused(house.identity.redeem(await visit(house), given)), "otp_expired");
      assert.deepEqual(kinds(house.events), ["signin.refused"]);
    });
  }
});

test("Holdfast sends a code again, or not, and never tells which", async (t) => {
  const rows = [
    { name: "a sign-up that waits", purpose: "signup", to: address, waitMs: 60_000, sent: 1 },
    { name: "a sign-up that waits, too soon", purpose: "signup", to: address, waitMs: 59_999, sent: 0 },
    { name: "an unknown address", purpose: "signup", to: "nobody@example.org", waitMs: 60_000, sent: 0 },
    { name: "recovery of an unconfirmed account", purpose: "recovery", to: address, waitMs: 60_000, sent: 0 },
    { name: "recovery of an unknown address", purpose: "recovery", to: "nobody@example.org", waitMs: 0, sent: 0 },
    { name: "recovery", purpose: "recovery", to: "eve@example.org", waitMs: 0, sent: 1 },
  ] as const;
  for (const { name, purpose, to, waitMs, sent } of rows) {
    await t.test(name, async () => {
      await using house = await openConfirming();
      await signUp(house, { to: "eve@example.org" });
      await redeemCode(house, (await lastLetter(house)).code, "eve@example.org");
      await signUp(house);
      house.clock.advance(waitMs);
      const [before, commits] = [(await letters(house)).length, house.commits()];
      assert.equal(await house.identity.sendCode(await visit(house), { purpose, address: to }), undefined);
      assert.equal((await letters(house)).length - before, sent);
      assert.equal(house.commits() - commits, 1);
    });
  }
});

test("Holdfast says for everybody alike that it sends no mail where it sends none", async () => {
  await using house = await openHouse();
  await newcomer(house);
  for (const to of [address, "nobody@example.org"]) {
    const call = await visit(house, { loopback: false });
    assert.equal(await refused(house.identity.sendCode(call, { purpose: "recovery", address: to })), "email_provider_disabled");
    assert.equal(await refused(Promise.resolve().then(() => house.identity.letters(call))), "data.missing");
  }
});

test("Holdfast does not let a recovery weaken the factor", async () => {
  await using house = await openConfirming();
  await signUp(house);
  const first = await redeemCode(house, (await lastLetter(house)).code);
  const { secret, factor } = await withFactor(house, { token: first.accessToken, refreshToken: first.refreshToken, id: first.account.id });
  house.clock.advance(120_000);
  await house.identity.sendCode(await visit(house), { purpose: "recovery", address });
  const { code } = await lastLetter(house);
  const recovered = await house.identity.redeem(await visit(house), { by: "code", purpose: "recovery", address, code });
  const session = { token: recovered.accessToken, refreshToken: recovered.refreshToken, id: recovered.account.id };
  const { actor } = await visit(house, session);
  assert.ok(actor.kind === "account" && actor.aal === 1 && actor.unfinished);
  assert.equal(await refused(house.identity.change(await visit(house, session), { password: OTHER_PASSWORD })), "insufficient_aal");
  const raised = await verifyFactor(house, session, factor, codeAt(house.vault, secret, house.clock.now()));
  await house.identity.change(await visit(house, raised), { password: OTHER_PASSWORD });
  await signIn(house, { password: OTHER_PASSWORD });
});

async function recover(house: House): Promise<SignedIn> {
  await house.identity.sendCode(await visit(house), { purpose: "recovery", address });
  const { link } = await lastLetter(house);
  const issued = await house.identity.redeem(await visit(house), { by: "link", purpose: "recovery", link });
  return { token: issued.accessToken, refreshToken: issued.refreshToken, id: issued.account.id };
}

async function withoutFactor(house: House): Promise<void> {
  await house.identity.admin.create(await visit(house, { actor: SERVICE }), { address, password: PASSWORD, confirm: true });
}

test("Holdfast lets who recovers an account enrol and then choose a password where a second factor is required", async () => {
  await using house = await openHouse({ plan: planWith({ secondFactor: "required" }) });
  await withoutFactor(house);
  const early = await recover(house);
  house.clock.advance(600_001);
  const enrolment = async (session: SignedIn) => house.identity.factors.enrol(await visit(house, session), { name: "", issuer: undefined });
  const stale = (await house.identity.refresh(await visit(house), early.refreshToken)).accessToken;
  assert.equal(await refused(enrolment({ ...early, token: stale })), "reauthentication_needed");

  const session = await recover(house);
  assert.equal(await refused(house.identity.change(await visit(house, session), { password: OTHER_PASSWORD })), "insufficient_aal");
  const raised = await withFactor(house, session);
  await house.identity.change(await visit(house, raised), { password: OTHER_PASSWORD });
  assert.equal(await refused(signIn(house)), "invalid_credentials");
  const { actor } = await visit(house, await signIn(house, { password: OTHER_PASSWORD }));
  assert.ok(actor.kind === "account" && actor.unfinished, "the new password needs the factor");
  const told = (await letters(house)).map(({ purpose }) => purpose).slice(-2);
  assert.deepEqual(told, ["factors-changed", "password-changed"]);
  house.clock.advance(60_000);
  assert.equal(await refused(enrolment(await recover(house))), "insufficient_aal", "the next recovery needs the factor");
});

test("Holdfast wants a new password before a factor of who recovers an account where none is required", async () => {
  await using house = await openHouse();
  await withoutFactor(house);
  const session = await recover(house);
  assert.equal(await refused(withFactor(house, session)), "reauthentication_needed");
  await house.identity.change(await visit(house, session), { password: OTHER_PASSWORD });
  await withFactor(house, session);
});

test("Holdfast lets an administrator hand over an invitation, and the invited set their password", async () => {
  await using house = await openHouse();
  const call = await visit(house, { actor: SERVICE });
  const { code, link, account } = await house.identity.admin.handOver(call, { purpose: "invite", address, userMetadata: { ward: 3 } });
  assert.equal(account.confirmedAt, null);
  assert.equal(await refused(signIn(house)), "invalid_credentials");
  const away = await visit(house, { loopback: false });
  const issued = await house.identity.redeem(away, { by: "link", purpose: "invite", link });
  assert.deepEqual(issued.account.userMetadata, { ward: 3 });
  await house.identity.change(await visit(house, { token: issued.accessToken, loopback: false }), { password: PASSWORD });
  await signIn(house, { loopback: false });
  assert.equal(await refused(house.identity.redeem(away, { by: "code", purpose: "invite", address, code })), "otp_expired");
  assert.equal(await refused(house.identity.admin.handOver(call, { purpose: "invite", address, userMetadata: {} })), "email_exists");
});

test("Holdfast sends the codes of a void sign-up nowhere after all was ended", async () => {
  await using house = await openConfirming();
  await signUp(house);
  const { code } = await lastLetter(house);
  await house.identity.endEverything();
  assert.equal(await refused(redeemCode(house, code)), "otp_expired");
});

test("Holdfast keeps a hundred letters, for loopback alone", async () => {
  await using house = await openConfirming();
  for (let made = 0; made < 3; made++) await signUp(house, { to: `person${made}@example.org` });
  const sent = await letters(house);
  assert.deepEqual(
    sent.map(({ to }) => to),
    ["person0@example.org", "person1@example.org", "person2@example.org"],
  );
});

test("Holdfast stops looking at typed codes of an account after 100 wrong ones in a row, and not at links", async () => {
  await using house = await openConfirming();
  await signUp(house);
  for (let tries = 0; tries < 100; tries++) assert.equal(await refused(redeemCode(house, "x")), "otp_expired");
  await signUp(house);
  const { code, link } = await lastLetter(house);
  assert.equal(await refused(redeemCode(house, code)), "otp_expired");
  await house.identity.redeem(await visit(house), { by: "link", purpose: "signup", link });
});

test("Holdfast keeps no letter of a visit without loopback privileges", async () => {
  await using house = await openConfirming();
  await signUp(house);
  const { accessToken: token } = await redeemCode(house, (await lastLetter(house)).code);
  const before = (await letters(house)).length;
  await house.identity.change(await visit(house, { token, loopback: false }), { password: OTHER_PASSWORD });
  assert.equal((await letters(house)).length, before);
});
