import { type Clock, type Event, formatId, type Id, type Personal, personal } from "../kit/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Step, Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Cells } from "./cells.ts";
import type { Visit } from "./contract.ts";
import type { Letters } from "./letters.ts";
import type { Turns } from "./turns.ts";

/** What every part of this room works with. */
export interface Core {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly plan: Plan;
  readonly trail: Pick<Trail, "entry" | "note">;
  readonly cells: Cells;
  readonly turns: Turns;
  readonly letters: Letters;
}

interface Circumstances {
  readonly at: number;
  readonly request?: string;
  readonly actor?: Personal;
  readonly address?: Personal;
}

/** The fields that every event has. `subject` is the account whose erasure also erases the network address. */
export function circumstances({ clock }: Pick<Core, "clock">, visit: Visit | undefined, subject: Id | null): Circumstances {
  if (visit === undefined) return { at: clock.now() };
  const known = { at: clock.now(), request: visit.request, address: personal(visit.address, subject) };
  return visit.actor.kind === "account" ? { ...known, actor: personal(formatId(visit.actor.id), visit.actor.id) } : known;
}

export function entries({ trail }: Pick<Core, "trail">, events: readonly Event[]): readonly Step[] {
  return events.flatMap((event) => trail.entry(event));
}

/** An account's or session's id in an event. */
export function named(id: Id, subject: Id): Personal {
  return personal(formatId(id), subject);
}
