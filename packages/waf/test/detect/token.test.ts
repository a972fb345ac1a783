import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { tokenDetector } from "../../src/detect/token/index.ts";
import { judge, openWaf, type Sent } from "../builtin/engine.ts";
import { SURE, weightOf } from "./finder-tables.ts";

const base64 = (text: string): string => Buffer.from(text).toString("base64url");
const PAYLOAD = { iss: "https://login.example.com/oauth/token", sub: "1", iat: 1_795_000_000 };
const SIGNATURE = base64("a signature of some thirty-two bytes");
const token = (header: unknown, { payload = PAYLOAD as unknown, signature = SIGNATURE } = {}): string =>
  `${base64(typeof header === "string" ? header : JSON.stringify(header))}.${base64(JSON.stringify(payload))}.${signature}`;

const FORGED: readonly (readonly [what: string, value: string])[] = [
  ["no algorithm", token({ alg: "none", typ: "JWT" }, { signature: "" })],
  ["no algorithm behind other members", token({ typ: "JWT", kid: "1", alg: "None" })],
  ["no algorithm in capitals, and a signature", token({ alg: "NONE" }, { signature: "eA" })],
  ["no algorithm with blanks", token({ alg: " nOnE " })],
  ["no algorithm in escapes", token('{"\\u0061lg":"n\\u006fne"}')],
  ["an algorithm twice, none first", token('{"alg":"none","alg":"HS256"}')],
  ["an algorithm twice, none last", token('{"alg":"HS256","alg":"nonE"}')],
  ["none in a header of several lines", token('{\n  "typ": "JWT",\n  "alg": "none"\n}')],
  ["none behind blanks", token('  {"alg":"none"}')],
  ["an algorithm that is none of a name", token({ alg: ["RS256", "none"] })],
  ["an empty algorithm", token({ alg: "", typ: "JWT" })],
  ["an algorithm that ends in a NUL", token({ alg: "HS256\0" })],
  ["no signature", token({ alg: "RS256", typ: "JWT" }, { signature: "" })],
  ["a signature of zeros", token({ alg: "ES256" }, { signature: "A".repeat(86) })],
  ["a signature of zeros in DER", token({ alg: "ES256" }, { signature: "MAYCAQACAQA" })],
  ["a key name that is a path", token({ alg: "HS256", kid: "/dev/null" })],
  ["a key name that leads away", token({ alg: "HS256", kid: "keys/../../../../public/css/main.css" })],
  ["a key name on a drive", token({ alg: "HS256", kid: "C:\\Windows\\win.ini" })],
  ["a key name in a file", token({ alg: "HS256", kid: "file:///proc/sys/kernel/randomize_va_space" })],
  ["a key name with SQL", token({ alg: "HS256", kid: "x' UNION SELECT 'a" })],
  ["a key name with a command", token({ alg: "HS256", kid: "key.pem|id" })],
  ["a key name with a substitution", token({ kid: "$(id)", alg: "HS256" })],
  ["a key name that is an object", token({ alg: "HS256", kid: { $ne: "" } })],
  ["its own key", token({ alg: "RS256", jwk: { kty: "RSA", e: "AQAB", n: "sXch" }, typ: "JWT" })],
  ["keys of somebody else", token({ alg: "RS256", jku: "https://evil.example.net/jwks.json" })],
  ["keys of an issuer who is not named", token({ alg: "RS256", jku: "https://evil.example.net/jwks.json" }, { payload: { sub: "1" } })],
  ["keys at an address with a user", token({ alg: "RS256", jku: "https://login.example.com@evil.example.net/jwks" })],
  ["keys behind a redirection", token({ alg: "RS256", jku: "https://login.example.com/redirect?u=https://evil.example.net/j" })],
  ["keys behind a fragment", token({ alg: "RS256", jku: "https://evil.example.net/#login.example.com" })],
  ["keys that are not secured", token({ alg: "RS256", x5u: "http://login.example.com/cert.pem" })],
  ["a certificate of somebody else", token({ alg: "RS256", x5u: "https://attacker.example.org/cert.pem" })],
  ["very many passes", token({ alg: "PBES2-HS512+A256KW", enc: "A256GCM", p2c: 2_000_000_000 })],
  ["passes without number", token('{"p2c":1e308,"alg":"PBES2-HS256+A128KW","enc":"A128GCM"}')],
  ["a scheme before it", `Bearer ${token({ alg: "none" })}`],
  ["a prefix of a library", `s:${token({ alg: "none" })}`],
  ["JSON around it", JSON.stringify({ access_token: token({ alg: "none" }, { signature: "" }) })],
]; // biome-ignore format: one row each

const HONEST: readonly (readonly [what: string, value: string])[] = [
  ["HMAC", token({ alg: "HS256", typ: "JWT" })],
  ["RSA with a thumbprint", token({ typ: "JWT", alg: "RS256", x5t: "nOo3ZDrODXEK1jKWhXslHR_KXEg", kid: "nOo3ZDrODXEK1jKWhXslHR_KXEg" })],
  ["a key name in Base64 that begins with a slash", token({ alg: "RS256", kid: "/3fTqPz9+a/bQ0c=" })],
  ["a key name of a cloud", token({ alg: "RS256", kid: "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab" })],
  ["a key name that is a way", token({ alg: "ES256", kid: "projects/p/locations/eu/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1" })],
  ["a key name of a distributed identity", token({ alg: "EdDSA", kid: "did:web:example.com#key-1" })],
  ["a key name of a service for sign-in", token({ alg: "RS256", kid: "auth0|3b71ed" })],
  ["a key name that is a number", token({ alg: "HS256", kid: 7 })],
  ["keys of its issuer", token({ alg: "RS256", jku: "https://keys.example.com/.well-known/jwks.json", kid: "k1" })],
  ["keys of its issuer in Korea", token({ alg: "RS256", jku: "https://auth.shop.co.kr/jwks" }, { payload: { iss: "https://login.shop.co.kr" } })],
  ["keys of a platform", token({ alg: "RS256", jku: "https://tenant.authentication.eu10.hana.ondemand.com/token_keys", kid: "default-jwt-key-1" }, { payload: { iss: "http://tenant.localhost:8080/uaa/oauth/token" } })],
  ["a certificate chain", token({ alg: "ES256", x5c: ["MIIEMDCCA7agAwIBAgIQ"], typ: "JWT" })],
  ["passes of a password", token({ alg: "PBES2-HS256+A128KW", enc: "A128CBC-HS256", p2s: "2WCTcJZ1Rvd_CJuJripQ1w", p2c: 600_000 })],
  ["an encrypted token", `${base64('{"alg":"dir","enc":"A256GCM"}')}..48V1_ALb6US04U3b.5eym8TW_c8SuK0ltJ3rpYIzOeDQz7TALvtu6UG9oMo4vpzs9tX_EFShS8iB7j6ji.XFBoMYUZodetZdvTiFvSkQ`],
  ["a signature that a server has taken out", `${token({ alg: "RS256" }, { signature: "SIGNATURE_REMOVED_BY_GOOGLE" })}`],
  ["a token without its signature, which another cookie holds", token({ alg: "HS256", typ: "JWT" }).split(".").slice(0, 2).join(".")],
  ["a session that is signed otherwise", `${base64('{"user_id":7,"alg_hint":"none of them"}')}.aBcDeF.${SIGNATURE}`],
  ["the name of a host", "Negotiate login.internal.example.com"],
  ["a sentence after it", `${base64('{"alg":"HS256"}')}.${base64('{"a":1}')}. is cut`],
]; // biome-ignore format: one row each

describe("The firewall, looking at a token,", () => {
  for (const [what, value] of FORGED) test(`is sure of ${what}`, () => strictEqual(weightOf(tokenDetector, value) >= SURE, true));
  for (const [what, value] of HONEST) test(`lets ${what} be`, () => strictEqual(weightOf(tokenDetector, value), 0));
  test("never fails", () => {
    const piece = fc.constantFrom("eyJ", "{", '"alg":', '"none"', ".", "..", "=", base64('{"alg":1'), base64('{"alg":"x","jku":1}'), "\0");
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: "binary" }))), (pieces) => void weightOf(tokenDetector, pieces.join(""))),
    );
  });
});

describe("The firewall's built-in rules on tokens", () => {
  const waf = openWaf();
  const acts = (sent: Sent): string => judge(waf, sent).verdict.act;
  const places = (value: string): [place: string, sent: Sent][] => [
    ["Authorization", { headers: [["Authorization", `Bearer ${value}`]] }],
    ["a header of its own", { headers: [["X-Access-Token", value]] }],
    ["a cookie", { headers: [["Cookie", `theme=dark; session=${value}; a=b`]] }],
    ["the target", { target: `/verify?access_token=${value}` }],
    ["a form", { type: "application/x-www-form-urlencoded", body: `grant_type=jwt&assertion=${value}` }],
    ["JSON", { type: "application/json", body: JSON.stringify({ auth: { refreshToken: value } }) }],
  ];
  for (const [place, sent] of places(token({ alg: "none" })))
    test(`refuse one that is forged in ${place}`, () => strictEqual(acts(sent), "refuse"));
  for (const [place, sent] of places(token({ alg: "RS256", kid: "a1" })))
    test(`let one that is signed through in ${place}`, () => strictEqual(acts(sent), "allow"));

  test("let a proof of a key through, and a text about tokens", () => {
    const proof = token(
      { typ: "dpop+jwt", alg: "ES256", jwk: { kty: "EC", crv: "P-256", x: "l8tF", y: "9VE4" } },
      { payload: { htm: "GET", jti: "a" } },
    );
    const text = `What does ${token({ alg: "none" })} mean?`;
    deepStrictEqual(
      [acts({ headers: [["DPoP", proof]] }), acts({ type: "application/json", body: JSON.stringify({ question: text }) })],
      ["allow", "allow"],
    );
  });
});
