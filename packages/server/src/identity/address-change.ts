import { type Event, equalBytes, type Id, personal } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type AccountRow, addressCells, findAccount, findByAddress, updateAccount } from "./account-rows.ts";
import { openAddress } from "./account-view.ts";
import { addressFrom, normaliseAddress } from "./address.ts";
import {
  ADDRESS_CHANGES,
  type ChangeRow,
  COLUMN_OF,
  changesTo,
  clearAddressChange,
  findChange,
  SIDES,
  type Side,
} from "./address-change-rows.ts";
import { micros } from "./cells.ts";
import type { AddressProof, Identity, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { writeCodes } from "./letters.ts";
import { NOT_POSTED, type Posted, posted } from "./mailbox.ts";
import { type CodeRow, EVERY_PURPOSE, linkParts, voidCodes } from "./one-time-codes.ts";
import { refusal } from "./refusals.ts";
import { type Needs, SENT_AGAIN_EVERY_MS } from "./send-code.ts";
import { FAILURES_IN_A_ROW_MAX } from "./sessions.ts";
import { identifierOf } from "./sign-in.ts";

const PURPOSE = "email_change";
const LIFETIME_MS = 3_600_000;

/** A change of address: nothing changes until both addresses have confirmed it, and nobody learns whose the wanted one is. */
export function createAddressChange(needs: Needs): Pick<Identity, "confirmAddress" | "resendAddressChange"> {
  return {
    confirmAddress: (...given) => confirm(needs, ...given),
    resendAddressChange: (...given) => resend(needs, ...given),
  };
}

/** What asking writes, for the batch of the one who asks. The proof of the password is the caller's. */
export async function beginAddressChange(needs: Needs, view: View, visit: Visit, account: AccountRow, session: Id, typed: string) {
  const { core } = needs;
  const { clock, cells } = core;
  const wanted = addressFrom(typed);
  const now = clock.now();
  const waited = now - ((await findChange(core, view, account.id))?.sentAt ?? 0);
  if (waited < SENT_AGAIN_EVERY_MS) throw refusal("over_email_send_rate_limit", undefined, { retryAfterMs: SENT_AGAIN_EVERY_MS - waited });
  const isTaken = (await findByAddress(view, cells, wanted)) !== undefined;
  const spot = { table: ADDRESS_CHANGES, column: "address", row: account.id, account: account.id };
  const row = {
    account: account.id,
    address: cells.seal(wanted, spot),
    ...{ address_even: null, address_odd: null, ...cells.addressIndex(wanted) },
    session,
    sent_at: micros(now),
    expires_at: micros(now + LIFETIME_MS),
    current_at: null,
    wanted_at: null,
  };
  const event: Event = {
    kind: "account.changed",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    what: "asked for another address",
  };
  const { steps, letter } = codesFor(needs, visit, account, wanted, SIDES, isTaken);
  const begun: readonly Step[] = [
    clearAddressChange(account.id),
    { do: "insert", table: ADDRESS_CHANGES, row },
    ...voidCodes(account.id, [PURPOSE, `${PURPOSE}.link`]),
    ...steps,
    ...entries(core, [event]),
  ];
  return { steps: begun, letter };
}

/** A code for each side, in a letter of its own. Where somebody else has the wanted address, they are told and the code is nobody's. */
function codesFor(needs: Needs, visit: Visit, account: AccountRow, wanted: string, sides: readonly Side[], isTaken: boolean) {
  const { core, codes, outbox } = needs;
  const { cells, letters } = core;
  const steps: Step[] = [];
  const sent: Posted[] = [];
  for (const side of sides) {
    const to = side === "wanted" ? wanted : openAddress(cells, account);
    if (to === null) continue;
    const isNobodys = side === "wanted" && isTaken;
    const written = writeCodes(codes, PURPOSE, isNobodys ? null : account.id, { side });
    const addressed = { to, account: account.id };
    steps.push(...written.steps);
    sent.push(outbox.post(visit, isNobodys ? letters.plain(visit, addressed, "address-taken") : letters.coded(visit, addressed, written)));
  }
  const letter = posted(sent);
  return { steps: [...steps, ...letter.steps], letter };
}

async function confirm(needs: Needs, visit: Visit, proof: AddressProof): Promise<"waiting" | "changed"> {
  const { store } = needs.core;
  const answer = await store.transact<{ readonly state: "waiting" | "changed"; readonly notice: Posted } | "wrong">(
    async (view) => {
      const { right, tried } = await (proof.by === "link" ? byLink(needs, view, proof.link) : byCode(needs, view, proof));
      if (right === undefined) return { batch: { steps: wrongSteps(needs, visit, proof, tried) }, result: "wrong" };
      return accept(needs, view, visit, right);
    },
    () => "wrong", // used up, or the address has gone to somebody else meanwhile
  );
  if (answer === "wrong") throw refusal("otp_expired");
  answer.notice.done();
  return answer.state;
}

interface Tried {
  readonly account: AccountRow;
  readonly change: ChangeRow;
  readonly code: CodeRow;
}

interface Found {
  readonly tried: readonly Tried[];
  readonly right: Tried | undefined;
}

async function byLink({ core, codes }: Needs, view: View, text: string): Promise<Found> {
  const code = await codes.byLink(view, `${PURPOSE}.link`, text);
  const account = code?.account == null ? undefined : await findAccount(view, code.account);
  const change = account && (await findChange(core, view, account.id));
  if (code === undefined || account === undefined || change === undefined) return { tried: [], right: undefined };
  const one = { account, change, code };
  return { tried: [one], right: codes.isRight(code, `${PURPOSE}.link`, linkParts(text).secret) ? one : undefined };
}

/** An address may be the one of an account that moves away, and the one that others want: its code decides which is meant. */
async function byCode({ core, codes }: Needs, view: View, given: AddressProof & { by: "code" }): Promise<Found> {
  const { cells } = core;
  const address = normaliseAddress(given.address);
  if (address === undefined) return { tried: [], right: undefined };
  const own = await findByAddress(view, cells, address);
  const candidates: [Side, AccountRow, ChangeRow | undefined][] = own ? [["current", own, await findChange(core, view, own.id)]] : [];
  for (const change of await changesTo(core, view, address)) {
    const account = await findAccount(view, change.account);
    if (account !== undefined) candidates.push(["wanted", account, change]);
  }
  const tried: Tried[] = [];
  for (const [side, account, change] of candidates) {
    if (change === undefined || account.failedMailCodes >= FAILURES_IN_A_ROW_MAX) continue;
    const open = await codes.open(view, PURPOSE, account.id);
    tried.push(...open.filter(({ payload }) => payload["side"] === side).map((code) => ({ account, change, code })));
  }
  return { tried, right: tried.find(({ code }) => codes.isRight(code, PURPOSE, given.code)) };
}

function wrongSteps(needs: Needs, visit: Visit, proof: AddressProof, tried: readonly Tried[]): readonly Step[] {
  const { core, codes } = needs;
  const subject = tried[0]?.account.id ?? null;
  const identifier = personal(proof.by === "code" ? identifierOf(core.vault, proof.address) : "link", subject);
  const event: Event = { kind: "signin.refused", ...circumstances(core, visit, subject), identifier, because: `code ${PURPOSE}` };
  const accounts = proof.by === "link" ? [] : tried.map(({ account }) => account);
  const distinct = accounts.filter(({ id }, at) => accounts.findIndex((other) => equalBytes(other.id, id)) === at);
  const counted = distinct.map((account) => updateAccount(account, { failed_mail_codes: account.failedMailCodes + 1 }));
  return [...tried.map(({ code }) => codes.tried(code)), ...counted, ...entries(core, [event])];
}

async function accept(needs: Needs, view: View, visit: Visit, { account, change, code }: Tried) {
  const { core, codes } = needs;
  const { clock } = core;
  const side = SIDES.find((one) => one === code.payload["side"]);
  if (side === undefined || account.deletedAt !== null) throw refusal("otp_expired");
  const now = clock.now();
  const confirmed = { ...change.confirmedAt, [side]: now };
  const event: Event = {
    kind: "account.changed",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    what: SIDES.every((one) => confirmed[one] !== null) ? "address" : `confirmed another address from the ${side} one`,
  };
  const steps: Step[] = [codes.use(code), ...entries(core, [event])];
  if (SIDES.some((one) => confirmed[one] === null)) {
    const set = { [COLUMN_OF[side]]: micros(now) };
    steps.push({ do: "update", table: ADDRESS_CHANGES, key: [account.id], version: change.version, set });
    return { batch: { steps }, result: { state: "waiting" as const, notice: NOT_POSTED } };
  }
  const done = await complete(needs, view, visit, account, change);
  return { batch: { steps: [...steps, ...done.steps] }, result: { state: "changed" as const, notice: done.notice } };
}

/** The address is what accounts are recovered by: what was sent to the old one is void, and sessions end but the one that asked. */
async function complete(needs: Needs, view: View, visit: Visit, account: AccountRow, change: ChangeRow) {
  const { core, sessions, outbox } = needs;
  const { clock, cells, letters } = core;
  const now = clock.now();
  const old = openAddress(cells, account);
  const told = old === null ? NOT_POSTED : outbox.post(visit, letters.plain(visit, { to: old, account: account.id }, "address-changed"));
  const set: RowValues = {
    ...addressCells(cells, account.id, change.wanted),
    confirmed_at: micros(now),
    failed_mail_codes: 0,
    updated_at: micros(now),
  };
  const steps = [
    { do: "delete", table: ADDRESS_CHANGES, key: [account.id], version: change.version } as const,
    updateAccount(account, set),
    ...(await sessions.end(view, account.id, visit, { name: "address", keep: change.session })),
    ...voidCodes(account.id, EVERY_PURPOSE),
    ...told.steps,
  ];
  return { steps, notice: told };
}

async function resend(needs: Needs, visit: Visit, typed: string): Promise<void> {
  const { core, codes, outbox } = needs;
  const { store, vault, clock, cells } = core;
  if (!outbox.reaches(visit)) throw refusal("email_provider_disabled");
  const address = normaliseAddress(typed);
  if (address === undefined) return;
  const letter = await store.transact<Posted | undefined>(
    async (view) => {
      const account = await findByAddress(view, cells, address);
      const change = await findChange(core, view, account?.id ?? vault.newId());
      if (account === undefined || change === undefined || clock.now() - change.sentAt < SENT_AGAIN_EVERY_MS) {
        const identifier = personal(identifierOf(vault, address), account?.id ?? null);
        const because = `asked for ${PURPOSE}`;
        const event: Event = { kind: "signin.refused", ...circumstances(core, visit, account?.id ?? null), identifier, because };
        const unused = SIDES.flatMap((side) => writeCodes(codes, PURPOSE, null, { side }).steps);
        const decoys = posted(SIDES.map(() => outbox.decoy(visit)));
        return { batch: { steps: [...unused, ...decoys.steps, ...entries(core, [event])] }, result: decoys };
      }
      const isTaken = (await findByAddress(view, cells, change.wanted)) !== undefined;
      const due = SIDES.filter((side) => change.confirmedAt[side] === null);
      const { steps, letter: sent } = codesFor(needs, visit, account, change.wanted, due, isTaken);
      const set = { sent_at: micros(clock.now()) };
      const marked: Step = { do: "update", table: ADDRESS_CHANGES, key: [account.id], version: change.version, set };
      return { batch: { steps: [marked, ...steps] }, result: sent };
    },
    () => undefined,
  );
  letter?.done();
}
