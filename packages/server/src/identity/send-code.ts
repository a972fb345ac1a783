import { type Event, type Id, personal } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import { type AccountRow, findByAddress, insertAccount } from "./account-rows.ts";
import { normaliseAddress } from "./address.ts";
import type { CodeWish, Identity, JsonObject, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { writeCodes } from "./letters.ts";
import type { Outbox, Posted } from "./mailbox.ts";
import type { CodeRow, OneTimeCodes } from "./one-time-codes.ts";
import { merged } from "./own.ts";
import { refusal } from "./refusals.ts";
import type { Sessions } from "./sessions.ts";
import { identifierOf } from "./sign-in.ts";

export const SENT_AGAIN_EVERY_MS = 60_000;
/** As long as what waits with the code of a real sign-up. */
const NOBODYS_PAYLOAD: JsonObject = { password: "$".repeat(97), metadata: {} };

export interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly codes: OneTimeCodes;
  readonly outbox: Outbox;
  /** Whether an address without an account may get one on this visit. */
  readonly mayCreate: (visit: Visit) => boolean;
}

interface Standing {
  readonly account: AccountRow | undefined;
  /** The newest code of this purpose that still waits. */
  readonly last: CodeRow | undefined;
  readonly mayCreate: boolean;
}

/** When a code is sent. */
const IS_DUE: Readonly<Record<CodeWish["purpose"], (standing: Standing) => boolean>> = {
  // A sign-up's code carries its password: sending it again is signing up again with what waits.
  signup: ({ account, last }) => account?.confirmedAt === null && last !== undefined,
  recovery: ({ account }) => account?.confirmedAt != null,
  otp: ({ account, mayCreate }) => account !== undefined || mayCreate,
};

/** The same reads, one commit with the same steps and the same answer, whoever the address belongs to and whether a code is sent. */
export async function sendCode(needs: Needs, visit: Visit, wish: Parameters<Identity["sendCode"]>[1]): Promise<void> {
  const { core, codes, outbox } = needs;
  const { store, vault, clock, cells } = core;
  if (!outbox.reaches(visit)) throw refusal("email_provider_disabled");
  const address = normaliseAddress(wish.address);
  if (address === undefined) return;
  const mayCreate = wish.purpose === "otp" && wish.create && needs.mayCreate(visit);
  const work = () =>
    store.transact<Posted | undefined>(
      async (view) => {
        const account = await findByAddress(view, cells, address);
        const [last] = await codes.open(view, wish.purpose, account?.id ?? vault.newId());
        const isTooSoon = last !== undefined && clock.now() - last.createdAt < SENT_AGAIN_EVERY_MS;
        const isDue = IS_DUE[wish.purpose]({ account, last, mayCreate }) && !isTooSoon;
        const { steps, letter } = isDue
          ? sent(needs, visit, wish, address, { account, last })
          : unsent(needs, visit, wish, address, account);
        return { batch: { steps: [...steps, ...letter.steps] }, result: letter };
      },
      () => undefined, // another request made the account and has its letter
    );
  const letter = await core.turns.take(`address:${address}`, work);
  letter?.done();
}

interface Sent {
  readonly steps: readonly Step[];
  readonly letter: Posted;
}

function sent(needs: Needs, visit: Visit, wish: CodeWish, address: string, { account, last }: Pick<Standing, "account" | "last">): Sent {
  const { core, codes, outbox } = needs;
  const { vault, letters } = core;
  const id = account?.id ?? vault.newId();
  const metadata = merged({}, wish.purpose === "otp" ? wish.metadata : {});
  const made =
    account === undefined
      ? [insertAccount(core, { id, address, password: null, userMetadata: metadata, confirmedAt: null, invitedAt: null })]
      : [];
  // What waits with a code is put in place by the first confirmation: for an account that somebody else made, nothing of this caller.
  const payload = wish.purpose === "signup" ? (last?.payload ?? {}) : {};
  const written = writeCodes(codes, wish.purpose, id, payload);
  const event: Event =
    account === undefined
      ? { kind: "account.created", ...circumstances(core, visit, id), account: named(id, id), by: "sign-in by code" }
      : { kind: "account.changed", ...circumstances(core, visit, id), account: named(id, id), what: `asked for ${wish.purpose}` };
  const letter = outbox.post(visit, letters.coded(visit, { to: address, account: id }, written));
  return { steps: [...made, ...written.steps, ...entries(core, [event])], letter };
}

/** The commit of a letter that was not written: as long as the other, with codes that belong to nobody, and in the trail. */
function unsent(needs: Needs, visit: Visit, { purpose }: CodeWish, address: string, account: AccountRow | undefined): Sent {
  const { core, codes, outbox } = needs;
  const { vault } = core;
  const subject: Id | null = account?.id ?? null;
  const identifier = personal(identifierOf(vault, address), subject);
  const event: Event = { kind: "signin.refused", ...circumstances(core, visit, subject), identifier, because: `asked for ${purpose}` };
  const unused = writeCodes(codes, purpose, null, purpose === "signup" ? NOBODYS_PAYLOAD : {});
  return { steps: [...unused.steps, ...entries(core, [event])], letter: outbox.decoy(visit) };
}
