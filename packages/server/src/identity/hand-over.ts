import type { Event, Id } from "../kit/index.ts";
import { findByAddress, insertAccount } from "./account-rows.ts";
import { addressFrom } from "./address.ts";
import { type Needs, requireAccount } from "./admin-change.ts";
import type { Account, Admin, HandedCode, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { writeCodes } from "./letters.ts";
import { NOT_POSTED, type Posted } from "./mailbox.ts";
import { voidCodes } from "./one-time-codes.ts";
import { merged } from "./own.ts";
import { refusal } from "./refusals.ts";

type Asked = Parameters<Admin["handOver"]>[1];

export async function invite(needs: Needs, visit: Visit, asked: Parameters<Admin["invite"]>[1]): Promise<Account> {
  if (!needs.outbox.reaches(visit)) throw refusal("email_provider_disabled", NO_MAIL_HERE);
  const { account, letter } = await make(needs, visit, { ...asked, purpose: "invite" }, "sent by");
  letter.done();
  return account;
}

const NO_MAIL_HERE = "This server sends no mail; auth.admin.generateLink makes an invitation to hand over.";

export async function handOver(needs: Needs, visit: Visit, asked: Asked): Promise<HandedCode> {
  const { account, code, link, url } = await make(needs, visit, asked, "handed to");
  return { account, code, link, url };
}

interface Made extends HandedCode {
  readonly letter: Posted;
}

async function make(
  needs: Needs,
  visit: Visit,
  { purpose, address: typed, userMetadata }: Asked,
  way: "sent by" | "handed to",
): Promise<Made> {
  const { core, codes, outbox } = needs;
  const { store, vault, clock, cells, letters } = core;
  const address = addressFrom(typed);
  const { id, ...rest } = await store.transact<Omit<Made, "account"> & { readonly id: Id }>(
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
              what: `${purpose} ${way} ${keyOf(visit)}`,
            };
      const coded = letters.coded(visit, { to: address, account: id }, written);
      const letter = way === "sent by" ? outbox.post(visit, coded) : NOT_POSTED;
      const voided = voidCodes(id, [purpose, `${purpose}.link`]);
      const steps = [...made, ...voided, ...written.steps, ...letter.steps, ...entries(core, [event])];
      return { batch: { steps }, result: { id, code: written.code, link: written.link, url: coded.url ?? "", letter } };
    },
    () => {
      throw refusal("email_exists");
    },
  );
  return { account: await store.view((view) => requireAccount(needs, view, id)), ...rest };
}

export function keyOf({ actor }: Visit): string {
  return actor.kind === "service" ? `key ${actor.keyId}` : actor.kind;
}
