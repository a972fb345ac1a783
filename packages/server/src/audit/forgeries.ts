import type { Vault } from "../vault/contract.ts";
import type { TokenFacts } from "./contract.ts";

const json = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

/** Forges a real token in the ways that are known, and shows each to the one who judges tokens. */
export function tryForgeries(vault: Pick<Vault, "signToken" | "readToken">): TokenFacts {
  const real = vault.signToken({ sub: "audit", iat: 0, exp: 0 });
  const [head = "", body = "", signature = ""] = real.split(".");
  const header = readHeader(head);
  const forged: Readonly<Record<string, string>> = {
    "alg none": `${json({ ...header, alg: "none" })}.${body}.`,
    "alg None, signature kept": `${json({ ...header, alg: "None" })}.${body}.${signature}`,
    "alg HS256": `${json({ ...header, alg: "HS256" })}.${body}.${signature}`,
    "another key id": `${json({ ...header, kid: "0" })}.${body}.${signature}`,
    "key in the header": `${json({ ...header, jwk: { kty: "EC" } })}.${body}.${signature}`,
    "other claims": `${head}.${json({ sub: "somebody else", exp: 9e9 })}.${signature}`,
    "no signature": `${head}.${body}.`,
    "signature of zeros": `${head}.${body}.${"A".repeat(signature.length)}`,
    "one part more": `${real}.${signature}`,
  };
  // Proves that the judge says yes at all: else every no would mean nothing.
  if (vault.readToken(real) === undefined) throw new Error("A token of our own is not believed.");
  return {
    algorithm: typeof header["alg"] === "string" ? header["alg"] : "",
    forgeriesTaken: Object.entries(forged).flatMap(([name, token]) => (vault.readToken(token) === undefined ? [] : [name])),
    forgeriesTried: Object.keys(forged).length,
  };
}

function readHeader(part: string): Readonly<Record<string, unknown>> {
  const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString("utf8"));
  return typeof value === "object" && value !== null ? { ...value } : {};
}
