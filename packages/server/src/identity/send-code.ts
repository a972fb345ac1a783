import { type Event, type Id, personal } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import { findByAddress } from "./account-rows.ts";
import { normaliseAddress } from "./address.ts";
import type { Letter, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { letterWith, writeCodes } from "./letters.ts";
import type { Outbox } from "./mailbox.ts";
import type { OneTimeCodes } from "./one-time-codes.ts";
import { refusal } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";
import { identifierOf } from "./sign-in.ts";

const SENT_AGAIN_EVERY_MS = 60_000;
export interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  readonly outbox: Outbox;
}

export async function sendCode(needs: Needs, visit: Visit, purpose: "signup" | "recovery", typed: string): Promise<void> {
  const { core, codes, outbox } = needs;
  const { store, clock, cells } = core;
  if (!outbox.reaches(visit)) throw refusal("email_provider_disabled");
  const address = normaliseAddress(typed);
  if (address === undefined) return;
  const letter = await store.transact<Letter | undefined>(
    async (view) => {
      const account = await findByAddress(view, cells, address);
      const [last] = account === undefined ? [] : await codes.open(view, purpose, account.id);
      const isTooSoon = last !== undefined && clock.now() - last.createdAt < SENT_AGAIN_EVERY_MS;
      // A sign-up's code carries its password: sending it again is signing up again with what waits.
      const isDue = purpose === "signup" ? account?.confirmedAt === null && last !== undefined : account?.confirmedAt != null;
      if (account === undefined || !isDue || isTooSoon)
        return { batch: { steps: unsent(needs, visit, purpose, address, account?.id ?? null) }, result: undefined };
      const written = writeCodes(codes, purpose, account.id, last?.payload ?? {});
      const event: Event = {
        kind: "account.changed",
        ...circumstances(core, visit, account.id),
        account: named(account.id, account.id),
        what: `asked for ${purpose}`,
      };
      return {
        batch: { steps: [...written.steps, ...entries(core, [event])] },
        result: letterWith(address, purpose, written, clock.now()),
      };
    },
    () => undefined,
  );
  if (letter !== undefined) outbox.send(visit, letter);
}

/** The commit of a letter that was not written: as long as the other, and in the trail. */
function unsent(needs: Needs, visit: Visit, purpose: string, address: string, subject: Id | null): readonly Step[] {
  const { core } = needs;
  const { vault } = core;
  const identifier = personal(identifierOf(vault, address), subject);
  return entries(core, [{ kind: "signin.refused", ...circumstances(core, visit, subject), identifier, because: `asked for ${purpose}` }]);
}
