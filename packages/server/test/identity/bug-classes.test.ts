import assert from "node:assert/strict";
import { test } from "node:test";
import { writeKey } from "../../src/identity/key-text.ts";
import { formatId, isFault, parseId } from "../../src/kit/index.ts";
import { codeAt, type House, newcomer, openHouse, PASSWORD, refused, SERVICE, signIn, visit, withFactor } from "./house.ts";

/** The classes of failure that other servers have had, one by one. */

const address = "ada@example.org";

type Way = (house: House, session: Awaited<ReturnType<typeof withFactor>>) => Promise<unknown>;

async function handedOver(house: House): Promise<{ readonly code: string; readonly link: string }> {
  return house.identity.admin.handOver(await visit(house, { actor: SERVICE }), { purpose: "recovery", address, userMetadata: {} });
}

/** Every way to a session, or to more of one. What it needs is prepared before the account falls into its state. */
const WAYS: Readonly<Record<string, (house: House) => Promise<Way>>> = {
  "the password": async () => async (house) => signIn(house),
  "a refresh token":
    async () =>
    async (house, { refreshToken }) =>
      house.identity.refresh(await visit(house), refreshToken),
  "a code": async (house) => {
    const { code } = await handedOver(house);
    return async () => house.identity.redeem(await visit(house), { by: "code", purpose: "recovery", address, code });
  },
  "a link": async (house) => {
    const { link } = await handedOver(house);
    return async () => house.identity.redeem(await visit(house), { by: "link", purpose: "recovery", link });
  },
  "a second factor": async (house) => {
    const session = await signIn(house);
    const call = await visit(house, session);
    return async (_house, { factor, secret }) => {
      const { id: challenge } = await house.identity.factors.challenge(call, factor);
      return house.identity.factors.verify(call, factor, { challenge, code: codeAt(house.vault, secret, house.clock.now() + 30_000) });
    };
  },
};

const STATES: Readonly<Record<string, (house: House, id: Uint8Array) => Promise<unknown>>> = {
  suspended: async (house, id) => house.identity.admin.change(await visit(house, { actor: SERVICE }), id, { banMs: 60_000 }),
  removed: async (house, id) => house.identity.admin.remove(await visit(house, { actor: SERVICE }), id),
};

for (const [way, prepare] of Object.entries(WAYS)) {
  for (const [state, fall] of Object.entries(STATES)) {
    test(`Holdfast gives a ${state} account no session for ${way}`, async () => {
      await using house = await openHouse();
      const session = await withFactor(house, await newcomer(house));
      const go = await prepare(house);
      await fall(house, session.id);
      const reason = await refused(go(house, session));
      assert.match(reason, /^(?:user_banned|invalid_credentials|otp_expired|session_not_found|refresh_token_not_found)$/);
      const count = await house.store.view((view) => view.count({ table: "identity.sessions", where: { op: "all", of: [] } }));
      assert.equal(count, 0);
    });
  }
  test(`Holdfast gives a sound account a session for ${way}`, async () => {
    await using house = await openHouse();
    const session = await withFactor(house, await newcomer(house));
    const go = await prepare(house);
    // A redeemed code ends what was there before the address was confirmed; here it is confirmed.
    await house.identity.admin.change(await visit(house, { actor: SERVICE }), session.id, { confirm: true });
    assert.ok(await go(house, session));
  });
}

test("Holdfast takes a token only with its own key and its one algorithm", async (t) => {
  await using house = await openHouse();
  const { token, id } = await newcomer(house);
  const [header = "", payload = "", signature = ""] = token.split(".");
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const own = JSON.parse(Buffer.from(header, "base64url").toString()) as Record<string, unknown>;
  const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as Record<string, unknown>;
  const rows = [
    ["no algorithm", `${encode({ ...own, alg: "none" })}.${payload}.`],
    ["no signature", `${header}.${payload}.`],
    ["a symmetric algorithm", `${encode({ ...own, alg: "HS256" })}.${payload}.${signature}`],
    ["a key of its own", `${encode({ ...own, jwk: house.vault.tokenKeys.keys[0] })}.${payload}.${signature}`],
    ["another subject", `${header}.${encode({ ...claims, sub: formatId(house.vault.newId()) })}.${signature}`],
    ["a later end", `${header}.${encode({ ...claims, exp: 9_999_999_999 })}.${signature}`],
  ] as const;
  for (const [name, forged] of rows)
    await t.test(name, async () => assert.equal(await refused(visit(house, { token: forged })), "bad_jwt"));
  await t.test("of ours, for a session that is another's", async () => {
    const { id: eve } = await newcomer(house, "eve@example.org");
    const mixed = house.vault.signToken({ ...claims, sub: formatId(eve) });
    assert.equal(await refused(visit(house, { token: mixed })), "session_not_found");
    assert.deepEqual(parseId(String(claims["sub"])), id);
  });
  await t.test("of ours, without what a token has", async () => {
    for (const broken of [{}, { ...claims, exp: "never" }, { ...claims, sub: 1 }, { ...claims, session_id: "x" }]) {
      assert.equal(await refused(visit(house, { token: house.vault.signToken(broken) })), "bad_jwt");
    }
  });
});

test("Holdfast takes a key only with its secret", async () => {
  await using house = await openHouse();
  const { id } = await house.identity.keys.create({ scopes: ["accounts:write"], lifetimeMs: 60_000, networks: [] });
  const guessed = writeKey({ kind: "secret", id: parseId(id) ?? new Uint8Array(), rest: house.vault.randomBytes(24) }, house.vault.sha256);
  const credentials = { apikey: guessed, bearer: guessed, browser: false, address: "127.0.0.1" };
  assert.equal(await refused(house.store.view((view) => house.identity.whoIs(credentials, view))), "invalid_key");
});

test("Holdfast answers a read with its store, and without any other wait", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  const reads: string[] = [];
  const credentials = { apikey: house.identity.publishableKey, bearer: token, browser: false, address: "127.0.0.1" };
  await house.store.view(async (view) => {
    const counted = {
      ...view,
      read: () => assert.fail("a query"),
      count: () => assert.fail("a count"),
      get: (table: string, key: Parameters<typeof view.get>[1], columns: readonly string[]) => {
        reads.push(table);
        return view.get(table, key, columns);
      },
    };
    await house.identity.whoIs(credentials, counted);
    await house.identity.whoIs({ ...credentials, bearer: house.identity.publishableKey }, counted);
    await house.identity.whoIs({ ...credentials, apikey: undefined, bearer: undefined }, counted);
  });
  assert.deepEqual(reads, ["identity.sessions", "identity.accounts"], "two point reads for an account, none for nobody");
});

test("Holdfast checks a token's signature once, and its session each time", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  let verified = 0;
  const vault = new Proxy(house.vault, {
    get(target, name) {
      if (name !== "readToken") return Reflect.get(target, name);
      return (text: string) => {
        verified++;
        return target.readToken(text);
      };
    },
  });
  const identity = await house.restarted({ vault });
  const counted = { ...house, identity };
  for (let call = 0; call < 5; call++) await visit(counted, { token });
  assert.equal(verified, 1);
  await refused(visit(counted, { token: `${token}x` }));
  await refused(visit(counted, { token: `${token}x` }));
  assert.equal(verified, 3, "what is not ours is not remembered");
});

test("Holdfast refuses a sign-in whose state cannot be read", async () => {
  await using house = await openHouse();
  const { token } = await newcomer(house);
  const credentials = { apikey: undefined, bearer: token, browser: false, address: "127.0.0.1" };
  for (const cell of [0, 1, 2, 3, 4, 5]) {
    const broken = house.store.view((view) =>
      house.identity.whoIs(credentials, {
        ...view,
        read: view.read,
        count: view.count,
        // Nothing is remembered from one broken cell to the next.
        stamp: () => undefined,
        get: async (table, key, columns) => {
          const row = await view.get(table, key, columns);
          return table === "identity.accounts" ? row?.map((value, at) => (at === cell ? "\0damaged" : value)) : row;
        },
      }),
    );
    const actor = await broken.catch((error: unknown) => error);
    const isNo = isFault(actor) || actor instanceof SyntaxError;
    assert.ok(isNo || cell === 1, `cell ${cell}`);
    if (!isNo) assert.ok(typeof actor === "object" && actor !== null && "houseRole" in actor && actor.houseRole === null);
  }
});

test("Holdfast lets nobody set a password for an address before its owner comes", async () => {
  await using house = await openHouse({ confirmation: "always" });
  const squat = await house.identity.signUp(await visit(house), { address, password: "the squatter's own words", metadata: {} });
  assert.equal(squat.outcome, "pending");
  const made = await house.identity.admin.change(await visit(house, { actor: SERVICE }), await idOf(house), {
    confirm: true,
    password: PASSWORD,
  });
  assert.equal(made.address, address);
  const old = house.identity.letters(await visit(house)).at(0)?.code ?? "";
  assert.equal(
    await refused(house.identity.redeem(await visit(house), { by: "code", purpose: "signup", address, code: old })),
    "otp_expired",
  );
  await signIn(house, { loopback: false });
});

async function idOf(house: House): Promise<Uint8Array> {
  const { accounts } = await house.store.view((view) => house.identity.admin.list(view, { number: 1, size: 1 }));
  return accounts[0]?.id ?? assert.fail();
}
