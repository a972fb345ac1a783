import type { Actor } from "../identity/actor.ts";
import type { Id } from "../kit/index.ts";

/** The actor as rules see it: every attribute is there, null where the actor has none. */
export interface Asking {
  readonly id: Id | null;
  readonly tenant: Id | null;
  readonly roles: readonly string[];
  readonly signedIn: boolean;
  readonly level: 0 | 1 | 2;
  readonly mfaAt: number | null;
  readonly scopes: readonly string[];
  readonly now: number;
}

const NONE: readonly string[] = [];

export function askingOf(actor: Actor, now: number): Asking {
  if (actor.kind === "account") {
    const { id, tenant, roles, aal, mfaAt } = actor;
    return { id, tenant, roles, signedIn: true, level: aal, mfaAt, scopes: NONE, now };
  }
  const scopes = actor.kind === "service" ? actor.scopes : NONE;
  return { id: null, tenant: null, roles: NONE, signedIn: false, level: 0, mfaAt: null, scopes, now };
}

/** The same account, had it shown its second factor this moment. */
export function withFreshFactor(asking: Asking): Asking {
  return { ...asking, level: 2, mfaAt: asking.now };
}
