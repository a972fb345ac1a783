import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createLocalJWKSet, importJWK, jwtVerify, SignJWT } from "jose";
import { isFault } from "../../src/kit/index.ts";
import { createTokens, newTokenScalar } from "../../src/vault/tokens.ts";

const older = { id: 4, secret: newTokenScalar() };
const newer = { id: 8, secret: newTokenScalar() };
const tokens = createTokens([newer, older]);
const CLAIMS = { sub: "019e7044-8800-709f-b82e-deb8446c2b3a", role: "authenticated", exp: 4_000_000_000 };

const part = (value: unknown): string => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

async function joseToken(secret: Uint8Array, claims: Record<string, unknown> = CLAIMS): Promise<string> {
  const jwk = createTokens([{ id: 1, secret }]).tokenKeys.keys[0] ?? {};
  const key = await importJWK({ ...jwk, d: Buffer.from(secret).toString("base64url") }, "ES256");
  return new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: String(jwk["kid"]), typ: "JWT" }).sign(key);
}

/** 64 bytes leave four bits of the last character unused: set one of them. */
function otherForm(text: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = `${text.slice(0, -1)}${alphabet[alphabet.indexOf(text.slice(-1)) | 1]}`;
  assert.notEqual(other, text);
  assert.deepEqual(Buffer.from(other, "base64url"), Buffer.from(text, "base64url"));
  return other;
}

describe("Holdfast's access tokens", () => {
  test("are read by jose with the published keys", async () => {
    const keys = createLocalJWKSet({ keys: tokens.tokenKeys.keys.map((key) => ({ kty: "EC", ...key })) });
    const { payload, protectedHeader } = await jwtVerify(tokens.signToken(CLAIMS), keys, { algorithms: ["ES256"] });
    assert.deepEqual(payload, CLAIMS);
    assert.equal(protectedHeader.alg, "ES256");
  });

  test("are accepted as jose signs them with the same key", async () => {
    assert.deepEqual(tokens.readToken(await joseToken(newer.secret)), CLAIMS);
  });

  test("are read under both keys while one takes over from the other, and signed with the newer", () => {
    assert.deepEqual(tokens.readToken(createTokens([older]).signToken(CLAIMS)), CLAIMS);
    assert.deepEqual(createTokens([newer]).readToken(tokens.signToken(CLAIMS)), CLAIMS);
    assert.equal(createTokens([newer]).readToken(createTokens([older]).signToken(CLAIMS)), undefined);
    assert.equal(tokens.tokenKeys.keys.length, 2);
  });

  test("publish no private part", () => {
    for (const key of tokens.tokenKeys.keys) assert.deepEqual(Object.keys(key).sort(), ["alg", "crv", "kid", "kty", "use", "x", "y"]);
  });

  const good = tokens.signToken(CLAIMS);
  const [header = "", payload = "", signature = ""] = good.split(".");
  const kid = String(tokens.tokenKeys.keys[0]?.["kid"]);
  const bits = Buffer.from(signature, "base64url");
  const wrong: readonly (readonly [string, string])[] = [
    ["nothing", ""],
    ["two parts", `${header}.${payload}`],
    ["four parts", `${good}.${signature}`],
    ["no signature", `${header}.${payload}.`],
    ["the algorithm none", `${part({ alg: "none", kid, typ: "JWT" })}.${payload}.`],
    ["the algorithm HS256", `${part({ alg: "HS256", kid, typ: "JWT" })}.${payload}.${signature}`],
    ["the same header in another order", `${part({ typ: "JWT", alg: "ES256", kid })}.${payload}.${signature}`],
    ["a header with a key of its own", `${part({ alg: "ES256", kid, typ: "JWT", jwk: tokens.tokenKeys.keys[0] })}.${payload}.${signature}`],
    ["a critical extension", `${part({ alg: "ES256", kid, typ: "JWT", crit: ["x"] })}.${payload}.${signature}`],
    ["another key id", `${part({ alg: "ES256", kid: "other", typ: "JWT" })}.${payload}.${signature}`],
    ["other claims", `${header}.${part({ ...CLAIMS, role: "owner" })}.${signature}`],
    ["padding", `${header}.${payload}.${signature}=`],
    ["a signature in another base64 form of the same bytes", `${header}.${payload}.${otherForm(signature)}`],
    ["a signature of DER", `${header}.${payload}.${part(Buffer.concat([Buffer.from("3044022000", "hex"), bits]).toString("latin1"))}`],
    ["a signature of zeros", `${header}.${payload}.${Buffer.alloc(64).toString("base64url")}`],
    ["spaces", ` ${good}`],
    ["a line end", `${good}\n`],
    ["a very long token", `${header}.${"A".repeat(9_000)}.${signature}`],
  ];
  for (const [name, token] of wrong) test(`are refused with ${name}`, () => assert.equal(tokens.readToken(token), undefined));

  test("are refused with any bit flipped", () => {
    for (let at = 0; at < good.length; at += 1) {
      const flipped = `${good.slice(0, at)}${String.fromCharCode(good.charCodeAt(at) ^ 1)}${good.slice(at + 1)}`;
      assert.equal(tokens.readToken(flipped), undefined, `character ${at}`);
    }
  });

  test("are not made longer than they may be read", async () => {
    assert.ok(tokens.readToken(await joseToken(newer.secret, { text: "a".repeat(5_900) })));
    assert.equal(tokens.readToken(await joseToken(newer.secret, { text: "a".repeat(6_100) })), undefined);
    const longest = tokens.signToken({ text: "a".repeat(5_900) });
    assert.ok(tokens.readToken(longest));
    assert.throws(
      () => tokens.signToken({ text: "a".repeat(6_100) }),
      (error) => isFault(error, "request.too_large"),
    );
  });

  test("are refused when they are no object", () => {
    const list = createTokens([newer]).signToken([] as unknown as Record<string, unknown>);
    assert.equal(tokens.readToken(list), undefined);
  });
});
