import type { Actor } from "../../src/identity/actor.ts";
import type { Id } from "../../src/kit/index.ts";

export type AccountActor = Extract<Actor, { readonly kind: "account" }>;

const SESSION: Id = new Uint8Array(16);

/** An account that has signed in with its password and has no role, for tests in which nobody signs in. */
export function someone(id: Id, more: Partial<AccountActor> = {}): AccountActor {
  const base = {
    kind: "account",
    id,
    sessionId: SESSION,
    tenant: null,
    roles: [],
    houseRole: null,
    aal: 1,
    mfaAt: null,
    unfinished: false,
  } as const;
  return { ...base, ...more };
}
