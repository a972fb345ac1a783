import { createECDH, createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from "node:crypto";
import { Fault, utf8 } from "../kit/index.ts";
import type { NumberedKey } from "./fields.ts";

const TOKEN_CHARACTERS_MAX = 8_192;
const SIGNATURE_BYTES = 64;
const SIGNATURE_CHARACTERS = 87; // with its dot
const SCALAR_BYTES = 32;
const BASE64URL = /^[A-Za-z0-9_-]+$/;

export interface Tokens {
  signToken(claims: Readonly<Record<string, unknown>>): string;
  readToken(token: string): Readonly<Record<string, unknown>> | undefined;
  readonly tokenKeys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
}

interface TokenKey {
  /** The whole first segment of a token: algorithm and key id are compared as one string and never parsed. */
  readonly header: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  readonly jwk: Readonly<Record<string, unknown>>;
}

/** ES256 (RFC 7518 §3.4) compact JWS (RFC 7515). The first key signs; all of them verify. */
export function createTokens(keys: readonly NumberedKey[]): Tokens {
  const all = keys.map(({ secret }) => tokenKey(secret));
  const byHeader = new Map(all.map((key) => [key.header, key]));
  const [primary] = all;
  if (primary === undefined) throw new Fault("vault.refused", "The keyring has no token key that may sign.");
  const signer = primary;

  function signToken(claims: Readonly<Record<string, unknown>>): string {
    const input = `${signer.header}.${base64url(utf8(JSON.stringify(claims)))}`;
    if (input.length + SIGNATURE_CHARACTERS > TOKEN_CHARACTERS_MAX)
      throw new Fault("request.too_large", "There is too much in this token.");
    return `${input}.${base64url(sign("sha256", utf8(input), { key: signer.privateKey, dsaEncoding: "ieee-p1363" }))}`;
  }

  function readToken(token: string): Readonly<Record<string, unknown>> | undefined {
    if (token.length > TOKEN_CHARACTERS_MAX) return undefined;
    const parts = token.split(".");
    const [header, payload, signature] = parts;
    if (parts.length !== 3 || header === undefined || payload === undefined || signature === undefined) return undefined;
    const key = byHeader.get(header);
    const signatureBytes = fromBase64url(signature);
    const payloadBytes = fromBase64url(payload);
    if (key === undefined || payloadBytes === undefined || signatureBytes?.length !== SIGNATURE_BYTES) return undefined;
    const input = utf8(`${header}.${payload}`);
    if (!verify("sha256", input, { key: key.publicKey, dsaEncoding: "ieee-p1363" }, signatureBytes)) return undefined;
    return parseClaims(payloadBytes);
  }

  return { signToken, readToken, tokenKeys: { keys: all.map(({ jwk }) => jwk) } };
}

/** A fresh P-256 private key as its 32-byte scalar. Only made at set-up and rotation. */
export function newTokenScalar(): Uint8Array {
  const { d } = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const scalar = d === undefined ? undefined : fromBase64url(d);
  if (scalar?.length !== SCALAR_BYTES) throw new Fault("internal", "The runtime made a key of another size.");
  return scalar;
}

function tokenKey(scalar: Uint8Array): TokenKey {
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(scalar);
  const point = curve.getPublicKey();
  const x = base64url(point.subarray(1, 1 + SCALAR_BYTES));
  const y = base64url(point.subarray(1 + SCALAR_BYTES));
  const publicJwk = { crv: "P-256", kty: "EC", x, y };
  // RFC 7638: the thumbprint is over these members in this order.
  const kid = createHash("sha256").update(JSON.stringify(publicJwk)).digest("base64url");
  return {
    header: base64url(utf8(JSON.stringify({ alg: "ES256", kid, typ: "JWT" }))),
    privateKey: createPrivateKey({ format: "jwk", key: { ...publicJwk, d: base64url(scalar) } }),
    publicKey: createPublicKey({ format: "jwk", key: publicJwk }),
    jwk: { ...publicJwk, kid, alg: "ES256", use: "sig" },
  };
}

function parseClaims(bytes: Uint8Array): Readonly<Record<string, unknown>> | undefined {
  const claims: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)); // signed by us: always JSON
  return isRecord(claims) ? claims : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64url");
}

/** Only the canonical form: two texts never stand for the same bytes. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (!BASE64URL.test(text)) return undefined;
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  return base64url(bytes) === text ? bytes : undefined;
}
