import type { Event, Id } from "../kit/index.ts";
import { findByAddress, insertAccount } from "./account-rows.ts";
import { addressFrom } from "./address.ts";
import { type Needs, requireAccount } from "./admin-change.ts";
import type { Admin, HandedCode, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { writeCodes } from "./letters.ts";
import { voidCodes } from "./one-time-codes.ts";
import { merged } from "./own.ts";
import { refusal } from "./refusals.ts";

export async function handOver(
  needs: Needs,
  visit: Visit,
  { purpose, address: typed, userMetadata }: Parameters<Admin["handOver"]>[1],
): Promise<HandedCode> {
  const { core, codes } = needs;
  const { store, vault, clock, cells } = core;
  const address = addressFrom(typed);
  const { id, code, link } = await store.transact<{ id: Id; code: string; link: string }>(
    async (view) => {
      const found = await findByAddress(view, cells, address);
      if (purpose === "recovery" && found === undefined) throw refusal("user_not_found");
      if (purpose === "invite" && found?.confirmedAt != null) throw refusal("email_exists");
      const id = found?.id ?? vault.newId();
      const now = clock.now();
      const made =
        found === undefined
          ? [
              insertAccount(core, {
                id,
                address,
                password: null,
                userMetadata: merged({}, userMetadata),
                confirmedAt: null,
                invitedAt: now,
              }),
            ]
          : [];
      const written = writeCodes(codes, purpose, id, {});
      const event: Event =
        found === undefined
          ? { kind: "account.created", ...circumstances(core, visit, id), account: named(id, id), by: `invitation of ${keyOf(visit)}` }
          : {
              kind: "account.changed",
              ...circumstances(core, visit, id),
              account: named(id, id),
              what: `${purpose} handed to ${keyOf(visit)}`,
            };
      const steps = [...made, ...voidCodes(id, [purpose, `${purpose}.link`]), ...written.steps, ...entries(core, [event])];
      return { batch: { steps }, result: { id, code: written.code, link: written.link } };
    },
    () => {
      throw refusal("email_exists");
    },
  );
  return { account: await store.view((view) => requireAccount(needs, view, id)), code, link };
}

export function keyOf({ actor }: Visit): string {
  return actor.kind === "service" ? `key ${actor.keyId}` : actor.kind;
}
