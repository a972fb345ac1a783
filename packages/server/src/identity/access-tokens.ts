import { type Clock, formatId, type Id, parseId } from "../kit/index.ts";
import type { Vault } from "../vault/contract.ts";

const MS_PER_SECOND = 1_000;
/** About 250 bytes each. */
const KNOWN_TOKENS_MAX = 20_000;
/** Hex digits of a digest that a number holds exactly: a map finds numbers faster than texts that are new each time. */
const KEY_DIGITS = 12;

export type Method = "password" | "otp";

/** What a token says of its session at the moment it was made; the session's row decides what still holds. */
export interface TokenContent {
  readonly account: Id;
  readonly session: Id;
  readonly aal: 1 | 2;
  /** When the factor was last shown before this token was made, ms. */
  readonly mfaAt: number | null;
}

interface Known {
  /** SHA-256 of the whole token. */
  readonly digest: string;
  readonly content: TokenContent;
  readonly expiresAt: number;
}

export interface AccessTokens {
  write(content: TokenContent & { readonly method: Method; readonly provedAt: number }): {
    readonly token: string;
    readonly expiresAt: number;
  };
  /** `undefined` for any token that is not ours or has expired. The signature is checked once per process. */
  read(token: string): TokenContent | undefined;
}

interface Needs {
  readonly vault: Pick<Vault, "signToken" | "readToken" | "sha256Hex">;
  readonly clock: Clock;
  readonly issuer: () => string;
  readonly lifetimeMs: number;
  readonly knownMax?: number;
  /** Told of each token whose signature is not ours; not of those that have merely expired. */
  readonly forged?: () => void;
}

/** Short ES256 tokens for the clients: no address, no metadata and no role in them, since those are read on every request. */
export function createAccessTokens({ vault, clock, issuer, lifetimeMs, knownMax = KNOWN_TOKENS_MAX, forged }: Needs): AccessTokens {
  const known = new Map<number, Known>();

  function write({
    account,
    session,
    aal,
    mfaAt,
    method,
    provedAt,
  }: Parameters<AccessTokens["write"]>[0]): ReturnType<AccessTokens["write"]> {
    const issuedAt = Math.floor(clock.now() / MS_PER_SECOND);
    const expires = issuedAt + Math.floor(lifetimeMs / MS_PER_SECOND);
    const proofs = [{ method, timestamp: seconds(provedAt) }];
    if (aal === 2 && mfaAt !== null) proofs.unshift({ method: "totp" as Method, timestamp: seconds(mfaAt) });
    const token = vault.signToken({
      iss: issuer(),
      sub: formatId(account),
      aud: "authenticated",
      role: "authenticated",
      iat: issuedAt,
      exp: expires,
      session_id: formatId(session),
      aal: aal === 2 ? "aal2" : "aal1",
      amr: proofs,
      mfa_at: aal === 2 ? mfaAt : null,
      is_anonymous: false,
    });
    return { token, expiresAt: expires * MS_PER_SECOND };
  }

  function read(token: string): TokenContent | undefined {
    const digest = vault.sha256Hex(token);
    const key = Number.parseInt(digest.slice(0, KEY_DIGITS), 16);
    const kept = known.get(key);
    const found = kept?.digest === digest ? kept : learn(key, digest, token);
    if (found === undefined || found.expiresAt > clock.now()) return found?.content;
    known.delete(key);
    return undefined;
  }

  /** Only what carries our signature is remembered: garbage cannot push real tokens out. */
  function learn(key: number, digest: string, token: string): Known | undefined {
    const claims = vault.readToken(token);
    if (claims === undefined) forged?.();
    const content = claims && contentOf(claims);
    if (claims === undefined || content === undefined || typeof claims["exp"] !== "number") return undefined;
    const entry = { digest, content, expiresAt: claims["exp"] * MS_PER_SECOND };
    if (known.size >= knownMax) for (const oldest of known.keys()) if (known.delete(oldest)) break;
    known.set(key, entry);
    return entry;
  }

  return { write, read };
}

function contentOf(claims: Readonly<Record<string, unknown>>): TokenContent | undefined {
  const { sub, session_id: sessionId, aal, mfa_at: mfaAt } = claims;
  const account = typeof sub === "string" ? parseId(sub) : undefined;
  const session = typeof sessionId === "string" ? parseId(sessionId) : undefined;
  if (account === undefined || session === undefined) return undefined;
  return { account, session, aal: aal === "aal2" ? 2 : 1, mfaAt: typeof mfaAt === "number" ? mfaAt : null };
}

function seconds(ms: number): number {
  return Math.floor(ms / MS_PER_SECOND);
}
