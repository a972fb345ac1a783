import type { Clock, Id } from "../kit/index.ts";
import type { Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Outbox, Send, Sent } from "./contract.ts";
import type { Write } from "./render.ts";

/** Before the server is tried again, while letters wait in its stead. */
const SERVER_WAITS_MS = [5_000, 10_000, 20_000, 40_000];
const SERVER_WAIT_MS_MAX = 60_000;

export interface DeliveryNeeds {
  readonly store: Store;
  readonly vault: Pick<Vault, "decrypt">;
  readonly clock: Clock;
  readonly trail: Pick<Trail, "entry" | "note">;
  readonly outbox: Pick<Outbox, "onPosted" | "found" | "left">;
  readonly place: (row: Id, subject: Id | null) => Parameters<Vault["decrypt"]>[1];
  readonly write: Write;
  readonly send: Send;
  /** A turn that failed, for the log: it is tried again. */
  readonly failed: (cause: unknown) => void;
}

/** What a delivery remembers from one turn to the next. */
export interface State {
  /** While the server is not tried: until when, and how often in a row it was not reached. */
  down: { readonly until: number; readonly failures: number } | undefined;
  /** Taken by the server, and not yet out of the store because it could not be written. */
  readonly sent: Set<string>;
}

export function isDown({ down }: State, { elapsed }: Clock): boolean {
  return down !== undefined && elapsed() < down.until;
}

export function noteDown({ trail, clock, failed }: DeliveryNeeds, state: State, { because, cause }: Sent & { readonly is: "down" }): void {
  if (isDown(state, clock)) return; // one of those that were tried together was first
  const failures = (state.down?.failures ?? 0) + 1;
  if (failures === 1) {
    trail.note({ kind: "mail.down", at: clock.now(), because });
    // No reader and no letter is named before a server is reached.
    failed(cause);
  }
  state.down = { failures, until: clock.elapsed() + (SERVER_WAITS_MS[failures - 1] ?? SERVER_WAIT_MS_MAX) };
}

export function noteUp({ trail, clock }: DeliveryNeeds, state: State): void {
  if (state.down !== undefined) trail.note({ kind: "mail.up", at: clock.now() });
  state.down = undefined;
}
