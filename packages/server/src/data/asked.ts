import type { Action, GrantOf, Passes } from "../access/contract.ts";
import type { Actor } from "../identity/actor.ts";
import { type Clock, type Event, Fault, type Id, type Personal, personal, utf8 } from "../kit/index.ts";
import type { Limits } from "../model/plan.ts";
import type { Store, View } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Cipher } from "./cipher.ts";
import type { CollectionPlan, CollectionPlans } from "./collection-plan.ts";
import type { Shapes } from "./shape.ts";
import type { Allowed } from "./visibility.ts";

/** Whether all of these accounts are there and belong to the tenant, in this snapshot: which of them does not, and why, is not told. */
export type AreInTenant = (view: View, accounts: readonly Id[], tenant: Id) => Promise<boolean>;

/** What every piece of work in this room shares. */
export interface DataRoom {
  readonly plans: CollectionPlans;
  readonly limits: Limits;
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly grant: GrantOf;
  readonly passes: Passes;
  readonly areInTenant: AreInTenant;
  readonly trail: Trail;
  readonly cipher: Cipher;
  readonly shapes: Shapes;
  /** Bytes that change records took since the start, as far as this room wrote them. */
  readonly outbox: { bytes: number };
}

/** The request that work is done for. */
export interface Asked {
  readonly id: string;
  readonly address: string;
  readonly actor: Actor;
}

/** What may be done; Fault `auth.missing`, `access.denied` or `access.step_up` for nothing at all. */
export function requireGrant(room: DataRoom, asked: Asked, action: Action, plan: CollectionPlan): Allowed {
  const grant = room.grant(asked.actor, action, plan.collection, room.clock.now());
  if (grant.allow) return grant;
  throw denied(room, asked, action, plan, grant.because);
}

/** Tells the trail, and words the refusal: nobody may sign in and come again, somebody may not. */
export function denied(room: DataRoom, asked: Asked, action: Action, plan: CollectionPlan, because: "rule" | "step-up" | "field"): Fault {
  room.trail.note({ kind: "access.denied", ...about(room, asked), collection: plan.name, action, because });
  if (because === "step-up") return new Fault("access.step_up", "This needs a fresh second factor.");
  const message = `Permission denied for the collection ${plan.name}.`;
  return new Fault(asked.actor.kind === "nobody" ? "auth.missing" : "access.denied", message, { detail: { because: "permission" } });
}

/** What every event of a request carries. */
export function about(
  room: DataRoom,
  { id, address, actor }: Asked,
): Pick<Event, "at" | "request"> & { actor?: Personal; address: Personal } {
  const subject = accountOf(actor);
  const name = actorBytes(actor);
  return {
    at: room.clock.now(),
    request: id,
    address: personal(address, subject),
    ...(name === undefined ? {} : { actor: personal(name, subject) }),
  };
}

export function accountOf(actor: Actor): Id | null {
  return actor.kind === "account" ? actor.id : null;
}

/** Who it was, as bytes; `undefined` for nobody. */
export function actorBytes(actor: Actor): Uint8Array | undefined {
  if (actor.kind === "nobody") return undefined;
  return actor.kind === "account" ? actor.id : utf8(actor.keyId);
}

export function tenantOf(plan: CollectionPlan, actor: Actor): Id | null {
  return plan.collection.tenant && actor.kind === "account" ? actor.tenant : null;
}
