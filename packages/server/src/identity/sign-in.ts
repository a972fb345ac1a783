import { type Event, Fault, formatId, type Id, isFault, personal } from "../kit/index.ts";
import type { Vault } from "../vault/contract.ts";
import { type AccountRow, findAccount, findByAddress, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { normaliseAddress } from "./address.ts";
import { micros } from "./cells.ts";
import type { Identity, Issued, Visit } from "./contract.ts";
import { type Core, circumstances, entries } from "./core.ts";
import type { Posted } from "./mailbox.ts";
import { refusal } from "./refusals.ts";
import { FAILURES_IN_A_ROW_MAX, type Sessions } from "./sessions.ts";

/**
 * Sign-in with a password. Whether the account exists, has a password or is locked, the work (one hash, one commit), the answer and
 * the kind of event are the same.
 */
export function createSignIn(core: Core, sessions: Sessions): Identity["signIn"] {
  const { store, vault, cells, clock } = core;

  async function signIn(visit: Visit, { address: typed, password }: Parameters<Identity["signIn"]>[1]): Promise<Issued> {
    const address = normaliseAddress(typed);
    const account = address === undefined ? undefined : await store.view((view) => findByAddress(view, cells, address));
    const phc = account === undefined || isLocked(account) ? undefined : (account.password ?? undefined);
    const isRight = await vault.passwords.verify(phc, password, visit.address);
    const identifier = identifierOf(vault, typed);
    if (account === undefined || phc === undefined || !isRight) {
      await refuse(visit, identifier, account?.id ?? null);
      throw refusal("invalid_credentials");
    }
    // Parameters of the hash move with the times, at the only moment when the password is at hand.
    const fresh = vault.passwords.isOutdated(phc) ? await vault.passwords.hash(password, visit.address) : phc;
    try {
      const { issued, notice } = await core.turns.take(formatId(account.id), () => open(visit, account.id, phc, fresh));
      notice.done();
      return issued;
    } catch (error) {
      if (isFault(error)) core.trail.note(refusedEvent(visit, identifier, account.id, String(error.detail["reason"] ?? error.code)));
      throw error;
    }
  }

  function open(visit: Visit, id: Id, phc: string, fresh: string): Promise<{ readonly issued: Issued; readonly notice: Posted }> {
    return store.transact(
      async (view) => {
        const account = await findAccount(view, id);
        // What was checked is that hash: whoever changed it meanwhile decides.
        if (account === undefined || account.password !== phc || isLocked(account)) throw refusal("invalid_credentials");
        const back =
          account.deletedAt === null ? undefined : await (await import("./leave.ts")).comeBackBySigningIn(core, view, account, visit);
        const { steps, issued, notice } = await sessions.issue(view, back?.account ?? account, visit, {
          method: "password",
          confirms: false,
        });
        const now = clock.now();
        const changed = updateAccount(account, { ...back?.set, failed_passwords: 0, last_sign_in_at: micros(now), password: fresh });
        const told = await openAccount(view, cells, { ...(back?.account ?? account), lastSignInAt: now });
        return { batch: { steps: [changed, ...(back?.steps ?? []), ...steps] }, result: { issued: { ...issued, account: told }, notice } };
      },
      () => {
        throw refusal("conflict");
      },
    );
  }

  /** Counts the failure where there is something to count, and commits the event in either case. */
  async function refuse(visit: Visit, identifier: string, id: Id | null): Promise<void> {
    const told = entries(core, [refusedEvent(visit, identifier, id, "credentials")]);
    if (id === null) {
      await store.commit({ steps: told });
      return;
    }
    const count = async () =>
      store.transact<undefined>(
        async (view) => {
          const account = await findAccount(view, id);
          const counted =
            account === undefined || isLocked(account) ? [] : [updateAccount(account, { failed_passwords: account.failedPasswords + 1 })];
          return { batch: { steps: [...counted, ...told] }, result: undefined };
        },
        () => {
          throw new Fault("internal", "The failed attempt could not be counted.");
        },
      );
    await core.turns.take(formatId(id), count);
  }

  function refusedEvent(visit: Visit, identifier: string, subject: Id | null, because: string): Event {
    return { kind: "signin.refused", ...circumstances(core, visit, subject), identifier: personal(identifier, subject), because };
  }

  return signIn;
}

function isLocked({ failedPasswords }: AccountRow): boolean {
  return failedPasswords >= FAILURES_IN_A_ROW_MAX;
}

/** What was given as a name, as a MAC in hex: equal names give equal texts, and the name cannot be had from them. */
export function identifierOf(vault: Pick<Vault, "mac">, typed: string): string {
  return Buffer.from(vault.mac("identifier", [normaliseAddress(typed) ?? typed]).mac).toString("hex");
}
