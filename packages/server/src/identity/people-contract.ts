import type { Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { Account, Visit } from "./contract.ts";

/** Who asks for something that concerns another: a key on a visit, or the operator at the machine. */
export interface Order {
  /** In words, for the trail and for the person concerned. */
  readonly by: string;
  readonly visit: Visit | undefined;
}

export interface Delayed {
  /** When it happens, unless it is stopped; a time that has passed says that it has happened. */
  readonly dueAt: number;
}

export interface SessionInfo {
  readonly id: Id;
  readonly level: 1 | 2;
  readonly method: string;
  readonly createdAt: number;
  readonly seenAt: number;
  readonly endsAt: number;
  /** What the client called itself. */
  readonly agent: string | null;
}

/** All that this room knows of one account, in the clear; no secret is in it. */
export interface AccountExport {
  readonly account: Account;
  readonly hasPassword: boolean;
  readonly houseRole: "owner" | "operator" | null;
  readonly sessions: readonly SessionInfo[];
  readonly recoveryCodesLeft: number;
  readonly waiting: readonly { readonly what: string; readonly by: string; readonly askedAt: number; readonly dueAt: number }[];
}

export interface ErasureSteps {
  readonly steps: readonly Step[];
  /** What each `clear` of the steps counts, in their order. */
  readonly clears: readonly string[];
}

/** Departures, lost factors, and what somebody has a right to have. Loaded when it is asked for. */
export interface People {
  /** The caller's own account: sessions end at once, and after the plan's grace all of it is erased. */
  leave(visit: Visit): Promise<Delayed>;
  /** The same for another's account; only an administrator can take this one back. */
  remove(order: Order, account: Id): Promise<Delayed>;
  /** Takes a deletion back, by whomever it was asked for. False when none waits. */
  keep(order: Order, account: Id): Promise<boolean>;
  /** Removes the second factors of somebody who has lost them, after the plan's delay; the owner is told and can stop it. */
  resetFactors(order: Order, account: Id): Promise<Delayed>;
  stopReset(order: Order, account: Id): Promise<boolean>;
  /** By the owner, with the factor that is said to be lost. */
  stopOwnReset(visit: Visit): Promise<boolean>;
  /** Removes the factors whose delay is over by then. Returns how many accounts that were. */
  resetDue(now: number): Promise<number>;
  /** How many recovery codes the caller has left. */
  recoveryCodesLeft(visit: Visit): Promise<number>;
  /** A new set of recovery codes; shown once, and the old ones are void. */
  renewRecoveryCodes(visit: Visit): Promise<readonly string[]>;
  /** By id or address, also one that is on its way out. */
  find(text: string): Promise<Id | undefined>;
  export(account: Id): Promise<AccountExport>;
  /** Throws where the caller may not have all of its own data handed out: it needs a fresh proof, like a change of factors. */
  requireFreshProof(visit: Visit): Promise<Id>;
  /** Accounts whose grace is over by then: a time that may be trusted with what cannot be undone. */
  dueErasures(now: number): Promise<readonly Id[]>;
  /** Begins an erasure now: from here on the account has no session and nobody signs in to it. */
  beginErasure(order: Order, account: Id): Promise<void>;
  /** The last steps of an erasure; `shell` leaves the bare id, where rows go on naming it. */
  erasureSteps(view: View, account: Id, shell: boolean): Promise<ErasureSteps>;
}
