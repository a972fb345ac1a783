import type { AccountRow } from "./account-rows.ts";
import { openAddress } from "./account-view.ts";
import { NOBODY } from "./actor.ts";
import type { Letter, Visit } from "./contract.ts";
import type { Core } from "./core.ts";
import { NOT_POSTED, type Outbox, type Posted } from "./mailbox.ts";

/** Of what happens without a visit: at the operator's command, or when its time has come. */
const NO_VISIT: Visit = {
  request: "",
  address: "",
  agent: undefined,
  loopback: false,
  actor: NOBODY,
  actorIn: () => Promise.resolve(NOBODY),
};

/**
 * A letter that tells the owner of an account what happens to it, and until when it can be stopped; none where the account has no
 * address any more.
 */
export function ownersLetter(
  { core, outbox }: { readonly core: Core; readonly outbox: Outbox },
  visit: Visit | undefined,
  account: AccountRow,
  purpose: Letter["purpose"],
  until?: number,
): Posted {
  const to = openAddress(core.cells, account);
  if (to === null) return NOT_POSTED;
  const letter = core.letters.plain(visit ?? NO_VISIT, { to, account: account.id }, purpose);
  return outbox.post(visit ?? NO_VISIT, { ...letter, until });
}
