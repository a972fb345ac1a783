import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { normaliseAddress } from "../../src/identity/address.ts";
import { fromBase32, toBase32 } from "../../src/identity/base32.ts";
import type { Actor, Credentials, Identity, NewKey } from "../../src/identity/index.ts";
import { isFault } from "../../src/kit/index.ts";
import { EVERY_ROW } from "../../src/model/index.ts";
import { type House, kinds, newcomer, openHouse, refused } from "./house.ts";

const HOUR_MS = 3_600_000;
const NEW_KEY: NewKey = { scopes: ["accounts:write"], lifetimeMs: HOUR_MS, networks: [] };

async function ask(house: House, credentials: Partial<Credentials>, identity: Identity = house.identity): Promise<string> {
  const all = { apikey: undefined, bearer: undefined, browser: false, address: "127.0.0.1", ...credentials };
  try {
    const actor: Actor = await house.store.view((view) => identity.whoIs(all, view));
    return actor.kind;
  } catch (error) {
    if (!isFault(error)) throw error;
    return error.code;
  }
}

test("Holdfast reads who calls from the two headers, and from nothing else", async (t) => {
  await using house = await openHouse();
  await using foreign = await openHouse();
  const app = house.identity.publishableKey;
  const { token } = await newcomer(house);
  const { token: strange } = await newcomer(foreign);
  const { secretKey: secret } = await house.identity.keys.create(NEW_KEY);
  const { secretKey: second } = await house.identity.keys.create(NEW_KEY);
  const { secretKey: theirs } = await foreign.identity.keys.create(NEW_KEY);
  const other = foreign.identity.publishableKey;
  const rows: readonly (readonly [string, Partial<Credentials>, string])[] = [
    ["nothing", {}, "nobody"],
    ["the app's key", { apikey: app }, "nobody"],
    ["the app's key twice, as clients send it before sign-in", { apikey: app, bearer: app }, "nobody"],
    ["the app's key as Bearer", { bearer: app }, "nobody"],
    ["a user", { apikey: app, bearer: token }, "account"],
    ["a user without the app's key", { bearer: token }, "account"],
    ["a secret key, as clients send it", { apikey: secret, bearer: secret }, "service"],
    ["a secret key as Bearer", { bearer: secret }, "service"],
    ["a secret apikey gives nothing by itself", { apikey: secret }, "nobody"],
    ["a secret apikey with a user's Bearer is the user alone", { apikey: secret, bearer: token }, "account"],
    ["two keys", { apikey: app, bearer: secret }, "request.malformed"],
    ["two keys, the other way", { apikey: secret, bearer: app }, "request.malformed"],
    ["two secret keys", { apikey: secret, bearer: second }, "request.malformed"],
    ["the key of another app", { apikey: other }, "request.malformed"],
    ["the key of another app, twice", { apikey: other, bearer: other }, "request.malformed"],
    ["the key of another app with a user's Bearer", { apikey: other, bearer: token }, "request.malformed"],
    ["the secret key of another app", { apikey: theirs, bearer: theirs }, "auth.invalid"],
    ["no key at all as apikey", { apikey: "anything" }, "request.malformed"],
    ["a user's token as apikey", { apikey: token, bearer: token }, "request.malformed"],
    ["no token at all as Bearer", { apikey: app, bearer: "anything" }, "auth.invalid"],
    ["a token of another app", { apikey: app, bearer: strange }, "auth.invalid"],
    ["a token that was changed", { apikey: app, bearer: `${token.slice(0, -4)}AAAA` }, "auth.invalid"],
    ["a secret key in a browser", { apikey: secret, bearer: secret, browser: true }, "auth.invalid"],
    ["a secret apikey in a browser, with a user's Bearer", { apikey: secret, bearer: token, browser: true }, "auth.invalid"],
    ["the app's key in a browser", { apikey: app, bearer: app, browser: true }, "nobody"],
    ["a secret key in capitals", { bearer: secret.replace(/[a-z2-7]$/, (letter) => letter.toUpperCase()).concat("a") }, "auth.invalid"],
  ];
  for (const [name, credentials, expected] of rows) await t.test(name, async () => assert.equal(await ask(house, credentials), expected));
});

test("Holdfast takes a secret key while it lives, from where it may come", async (t) => {
  await using house = await openHouse();
  const { id, secretKey: bearer, expiresAt } = await house.identity.keys.create({ ...NEW_KEY, networks: ["10.0.0.0/8", "2001:db8::/32"] });
  const rows = [
    ["10.1.2.3", "service"],
    ["::ffff:10.1.2.3", "service"],
    ["2001:db8::1", "service"],
    ["11.0.0.1", "auth.invalid"],
    ["2001:db9::1", "auth.invalid"],
    ["not an address", "auth.invalid"],
  ] as const;
  for (const [address, expected] of rows)
    await t.test(`from ${address}`, async () => assert.equal(await ask(house, { bearer, address }), expected));
  const from = { bearer, address: "10.0.0.1" };
  await t.test("until its end", async () => {
    const { secretKey } = await house.identity.keys.create({ ...NEW_KEY, lifetimeMs: HOUR_MS * 2 });
    house.clock.advance(HOUR_MS - 1);
    assert.equal(await ask(house, from), "service");
    house.clock.advance(1);
    assert.equal(expiresAt, house.clock.now());
    assert.equal(await ask(house, from), "auth.invalid");
    assert.equal(await ask(house, { bearer: secretKey }), "service");
  });
  await t.test("until it is revoked", async () => {
    const { id: other, secretKey } = await house.identity.keys.create(NEW_KEY);
    house.events.length = 0;
    assert.equal(await house.identity.keys.revoke(other), true);
    assert.equal(await ask(house, { bearer: secretKey }), "auth.invalid");
    assert.equal(await house.identity.keys.revoke(other), true);
    assert.equal(await house.identity.keys.revoke("018f0000-0000-7000-8000-000000000001"), false);
    assert.deepEqual(kinds(house.events), ["key.revoked"]);
    const listed = await house.identity.keys.list();
    assert.deepEqual([listed.length, listed.filter((key) => key.revokedAt !== null).map((key) => key.id)], [3, [other]]);
    assert.ok(listed.some((key) => key.id === id));
  });
});

test("Holdfast refuses keys that say nothing or too much", async (t) => {
  await using house = await openHouse();
  const rows: readonly (readonly [string, Partial<NewKey>])[] = [
    ["no scope", { scopes: [] }],
    ["an unknown scope", { scopes: ["everything"] }],
    ["a collection that is not there", { scopes: ["patients:read"] }],
    ["no end", { lifetimeMs: Number.POSITIVE_INFINITY }],
    ["an end that has been", { lifetimeMs: 0 }],
    ["a network that is none", { networks: ["10.0.0.0/33"] }],
  ];
  for (const [name, wish] of rows)
    await t.test(name, async () => assert.equal(await refused(house.identity.keys.create({ ...NEW_KEY, ...wish })), "data.invalid"));
});

test("Holdfast keeps no key in a form that could be used", async () => {
  await using house = await openHouse();
  const { secretKey } = await house.identity.keys.create(NEW_KEY);
  assert.match(secretKey, /^hf_secret_[a-z2-7]{71}$/);
  assert.match(house.identity.publishableKey, /^hf_publishable_[a-z2-7]{71}$/);
  const secret = fromBase32(secretKey.slice("hf_secret_".length));
  assert.ok(secret);
  const columns = ["id", "hash", "scopes", "networks"];
  const rows = await house.store.view((view) => view.read({ table: "identity.client_keys", columns, where: EVERY_ROW }));
  for (const cell of rows.flat())
    assert.ok(!Buffer.from(cell instanceof Uint8Array ? cell : String(cell)).includes(secret.subarray(16, 40)));
});

test("Holdfast keeps its publishable key over a restart", async () => {
  await using house = await openHouse();
  assert.equal((await house.restarted()).publishableKey, house.identity.publishableKey);
});

test("Holdfast reads a key in its one spelling only", async () => {
  await using house = await openHouse();
  const { secretKey } = await house.identity.keys.create(NEW_KEY);
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 10, max: secretKey.length - 1 }),
      fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz234567"),
      async (at, letter) => {
        const changed = secretKey.slice(0, at) + letter + secretKey.slice(at + 1);
        assert.equal(await ask(house, { bearer: changed }), changed === secretKey ? "service" : "auth.invalid");
      },
    ),
    { numRuns: 300 },
  );
});

test("Holdfast reads base32 back exactly", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => assert.deepEqual(fromBase32(toBase32(bytes)), bytes)));
  // RFC 4648 §10
  for (const [text, coded] of [
    ["", ""],
    ["f", "my"],
    ["fo", "mzxq"],
    ["foo", "mzxw6"],
    ["foob", "mzxw6yq"],
    ["fooba", "mzxw6ytb"],
    ["foobar", "mzxw6ytboi"],
  ] as const) {
    assert.equal(toBase32(Buffer.from(text)), coded);
  }
  for (const wrong of ["m", "mz1", "MY", "mz", "mzxw6y"]) assert.equal(fromBase32(wrong), undefined, wrong);
});

test("Holdfast brings an address to one form, or refuses it", async (t) => {
  const rows: readonly (readonly [string, string | undefined])[] = [
    ["Ada@Example.ORG", "ada@example.org"],
    ["ada.lovelace+x@example.co.uk", "ada.lovelace+x@example.co.uk"],
    ["ada@bücher.example", "ada@xn--bcher-kva.example"],
    ["홍길동@예시.한국", "홍길동@xn--vv4b11d.xn--3e0b707e"],
    ["e\u0301@example.org", "é@example.org"],
    ["", undefined],
    ["ada", undefined],
    ["ada@", undefined],
    ["@example.org", undefined],
    ["ada@localhost", undefined],
    ["ada@127.0.0.1", undefined],
    ["ada@[::1]", undefined],
    ["ada@exa mple.org", undefined],
    ["ada@%65xample.org", undefined],
    ["ada@example..org", undefined],
    ["ada@-example.org", undefined],
    ["a..b@example.org", undefined],
    [".a@example.org", undefined],
    ["a@b@example.org", undefined],
    ["a b@example.org", undefined],
    ["a\n@example.org", undefined],
    ["a\0@example.org", undefined],
    ["a\u200b@example.org", undefined],
    ["a@example.org\r\nBcc: x@y.zz", undefined],
    ['"a"@example.org', undefined],
    ["\ud800@example.org", undefined],
    [`${"a".repeat(65)}@example.org`, undefined],
    [`a@${"b".repeat(64)}.org`, undefined],
    [`a@${"b.".repeat(140)}org`, undefined],
  ];
  for (const [typed, expected] of rows)
    await t.test(JSON.stringify(typed).slice(0, 40), () => assert.equal(normaliseAddress(typed), expected));
  await t.test("is at rest in its form", () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string({ unit: "grapheme" })), (typed) => {
        const once = normaliseAddress(typed);
        if (once !== undefined) assert.equal(normaliseAddress(once), once);
      }),
    );
  });
});
