import { type Account, type Factor, type Issued, isUnfinished, type JsonObject, type SignedUp } from "../../identity/index.ts";
import { formatId } from "../../kit/index.ts";
import type { Plan } from "../../model/plan.ts";

const MS_PER_SECOND = 1_000;

export function userShape(account: Account): JsonObject {
  const { id, address, confirmedAt, lastSignInAt, createdAt, updatedAt } = account;
  const email = address ?? "";
  return {
    id: formatId(id),
    aud: "authenticated",
    role: "authenticated",
    email,
    phone: "",
    ...(account.wantedAddress === undefined ? {} : { new_email: account.wantedAddress, email_change_sent_at: iso(updatedAt) }),
    ...stamps({ email_confirmed_at: confirmedAt, confirmed_at: confirmedAt, invited_at: account.invitedAt, last_sign_in_at: lastSignInAt }),
    app_metadata: appMetadata(account),
    user_metadata: account.userMetadata,
    identities: [identityShape(formatId(id), email, confirmedAt !== null, { createdAt, updatedAt, lastSignInAt })],
    ...(account.factors.length === 0 ? {} : { factors: account.factors.map(factorShape) }),
    ...stamps({ created_at: createdAt, updated_at: updatedAt, banned_until: account.bannedUntil, deleted_at: account.deletedAt }),
    is_anonymous: false,
  };
}

/** What a session sees that owes its factor: who it is, and with what it can go on. */
export function bareUserShape(account: Account): JsonObject {
  return {
    id: formatId(account.id),
    aud: "authenticated",
    role: "authenticated",
    app_metadata: {},
    user_metadata: {},
    factors: account.factors.map(factorShape),
    created_at: iso(account.createdAt),
  };
}

/** Of a sign-up whose address is to be confirmed: the same fields, whether or not there is such an account, under an id that is nobody's. */
export function pendingShape({ id, address, at, metadata }: SignedUp & { readonly outcome: "pending" }): JsonObject {
  return {
    id: formatId(id),
    aud: "authenticated",
    role: "authenticated",
    email: address,
    phone: "",
    confirmation_sent_at: iso(at),
    app_metadata: { provider: "email", providers: ["email"] },
    user_metadata: metadata,
    identities: [identityShape(formatId(id), address, false, { createdAt: at, updatedAt: at, lastSignInAt: null })],
    created_at: iso(at),
    updated_at: iso(at),
    is_anonymous: false,
  };
}

/** A session that owes its factor is given no more of its user than it could ask for. */
export function sessionShape(
  { accessToken, refreshToken, expiresAt, lifetimeMs, aal, account, recoveryCodes }: Issued,
  plan: Pick<Plan, "accounts">,
): JsonObject {
  const hasFactor = account.factors.some(({ status }) => status === "verified");
  return {
    access_token: accessToken,
    token_type: "bearer",
    expires_in: Math.floor(lifetimeMs / MS_PER_SECOND),
    expires_at: Math.floor(expiresAt / MS_PER_SECOND),
    refresh_token: refreshToken,
    user: isUnfinished(plan, aal, hasFactor) ? bareUserShape(account) : userShape(account),
    ...(recoveryCodes === undefined ? {} : { recovery_codes: recoveryCodes }),
  };
}

export function factorShape({ id, status, name, createdAt, updatedAt }: Factor): JsonObject {
  return { id: formatId(id), status, friendly_name: name, factor_type: "totp", created_at: iso(createdAt), updated_at: iso(updatedAt) };
}

function appMetadata({ roles, tenant, appMetadata: rest }: Account): JsonObject {
  const known = { provider: "email", providers: ["email"], roles };
  return tenant === null ? { ...rest, ...known } : { ...rest, ...known, tenant: formatId(tenant) };
}

interface IdentityTimes {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly lastSignInAt: number | null;
}

function identityShape(id: string, email: string, isVerified: boolean, { createdAt, updatedAt, lastSignInAt }: IdentityTimes): JsonObject {
  return {
    identity_id: id,
    id,
    user_id: id,
    identity_data: { sub: id, email, email_verified: isVerified, phone_verified: false },
    provider: "email",
    email,
    ...stamps({ last_sign_in_at: lastSignInAt, created_at: createdAt, updated_at: updatedAt }),
  };
}

function stamps(times: Readonly<Record<string, number | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(times).flatMap(([name, at]) => (at === null ? [] : [[name, iso(at)]])));
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
