import { type Event, type Id, personal } from "../kit/index.ts";
import type { RowValues, Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, findByAddress, sealJson, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { normaliseAddress } from "./address.ts";
import { cancelAddressChange } from "./address-change-rows.ts";
import { isJsonObject, micros } from "./cells.ts";
import type { CodePurpose, Identity, Issued, RedeemedAs, Redemption, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { clearRecoveryCodes } from "./factor-standing.ts";
import type { Posted } from "./mailbox.ts";
import { type CodeRow, linkParts, SIGN_IN_PURPOSES, voidCodes } from "./one-time-codes.ts";
import { refusal } from "./refusals.ts";
import { type Needs, sendCode } from "./send-code.ts";
import { FAILURES_IN_A_ROW_MAX } from "./sessions.ts";
import { identifierOf } from "./sign-in.ts";

/** Which codes answer to what clients call them. */
const CODES_OF: Readonly<Record<RedeemedAs, readonly CodePurpose[]>> = {
  signup: ["signup"],
  invite: ["invite"],
  recovery: ["recovery"],
  otp: ["otp"],
  email: ["otp", "signup"],
};

/** Codes that were sent or handed over, and what they open. */
export function createRedeem(needs: Needs): Pick<Identity, "redeem" | "sendCode"> {
  return {
    redeem: (...given) => redeem(needs, ...given),
    sendCode: (...given) => sendCode(needs, ...given),
  };
}

type Answer = { readonly issued: Issued; readonly notice: Posted } | "wrong";

/** One at a time for an address: guesses that collide in the store would be told of it, and only where there is an account. */
async function redeem(needs: Needs, visit: Visit, given: Redemption): Promise<Issued> {
  const address = given.by === "code" ? normaliseAddress(given.address) : undefined;
  const work = () => decide(needs, visit, given);
  const answer = await (address === undefined ? work() : needs.core.turns.take(`address:${address}`, work));
  if (answer === "wrong") throw refusal("otp_expired");
  answer.notice.done();
  return answer.issued;
}

function decide(needs: Needs, visit: Visit, given: Redemption): Promise<Answer> {
  return needs.core.store.transact<Answer>(
    async (view) => {
      const found = await (given.by === "link" ? byLink(needs, view, given) : byCode(needs, view, given));
      if (found.right === undefined) return { batch: { steps: wrongSteps(needs, visit, given, found) }, result: "wrong" };
      return accept(needs, view, visit, found.right);
    },
    () => "wrong", // another request has used it up
  );
}

interface Found {
  readonly account: AccountRow | undefined;
  readonly tried: readonly CodeRow[];
  readonly right: { readonly account: AccountRow; readonly code: CodeRow; readonly purpose: CodePurpose } | undefined;
}

async function byCode(needs: Needs, view: View, given: Redemption & { by: "code" }): Promise<Found> {
  const { codes } = needs;
  const { cells } = needs.core;
  const address = normaliseAddress(given.address);
  const account = address === undefined ? undefined : await findByAddress(view, cells, address);
  if (account === undefined || account.failedMailCodes >= FAILURES_IN_A_ROW_MAX) return { account, tried: [], right: undefined };
  const tried: CodeRow[] = [];
  let right: Found["right"];
  for (const purpose of CODES_OF[given.purpose]) {
    const open = await codes.open(view, purpose, account.id);
    const code = open.find((candidate) => codes.isRight(candidate, purpose, given.code));
    tried.push(...open);
    if (code !== undefined) right ??= { account, code, purpose };
  }
  return { account, tried, right };
}

async function byLink(needs: Needs, view: View, given: Redemption & { by: "link" }): Promise<Found> {
  const { codes } = needs;
  for (const purpose of CODES_OF[given.purpose]) {
    const code = await codes.byLink(view, `${purpose}.link`, given.link);
    const account = code?.account == null ? undefined : await findAccount(view, code.account);
    if (code === undefined || account === undefined) continue;
    const isRight = codes.isRight(code, `${purpose}.link`, linkParts(given.link).secret);
    return { account, tried: [code], right: isRight ? { account, code, purpose } : undefined };
  }
  return { account: undefined, tried: [], right: undefined };
}

function wrongSteps(needs: Needs, visit: Visit, given: Redemption, { account, tried }: Found): readonly Step[] {
  const { core, codes } = needs;
  const { vault } = core;
  const subject = account?.id ?? null;
  const identifier = personal(given.by === "code" ? identifierOf(vault, given.address) : "link", subject);
  const event: Event = { kind: "signin.refused", ...circumstances(core, visit, subject), identifier, because: `code ${given.purpose}` };
  const counts = account !== undefined && given.by === "code" && account.failedMailCodes < FAILURES_IN_A_ROW_MAX;
  const counted = counts ? [updateAccount(account, { failed_mail_codes: account.failedMailCodes + 1 })] : [];
  return [...tried.map(codes.tried), ...counted, ...entries(core, [event])];
}

async function accept(needs: Needs, view: View, visit: Visit, { account, code, purpose }: NonNullable<Found["right"]>) {
  const { core, sessions, codes } = needs;
  const { clock, cells } = core;
  const now = clock.now();
  const isFirst = account.confirmedAt === null;
  const confirmedAt = account.confirmedAt ?? now;
  const back = account.deletedAt === null ? undefined : await (await import("./leave.ts")).comeBackBySigningIn(core, view, account, visit);
  const prepared = await sessions.issue(view, back?.account ?? account, visit, {
    method: purpose === "signup" && isFirst ? "password" : "otp",
    confirms: true,
  });
  const set = {
    ...back?.set,
    confirmed_at: micros(confirmedAt),
    last_sign_in_at: micros(now),
    updated_at: micros(now),
    failed_mail_codes: 0,
    ...(isFirst ? firstTime(needs, account, code) : {}),
  };
  // Whoever recovers an account stops what somebody else may have begun with it.
  const isNewStart = isFirst || purpose === "recovery";
  const ended = isFirst ? await sessions.end(view, account.id, visit, { name: "confirmation" }) : [];
  const event: Event = {
    kind: "account.changed",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    what: `redeemed ${purpose}`,
  };
  const steps = [
    codes.use(code),
    ...voidCodes(account.id, SIGN_IN_PURPOSES),
    ...(isNewStart ? cancelAddressChange(account.id) : []),
    ...ended,
    ...(isFirst ? [clearFactors(account.id), clearRecoveryCodes(account.id)] : []),
    updateAccount(account, set),
    ...(back?.steps ?? []),
    ...prepared.steps,
    ...entries(core, [event]),
  ];
  const told = await openAccount(view, cells, { ...(back?.account ?? account), confirmedAt, lastSignInAt: now });
  const shown = isFirst ? { ...told, factors: [], userMetadata: metadataOf(code) ?? told.userMetadata } : told;
  return { batch: { steps }, result: { issued: { ...prepared.issued, account: shown }, notice: prepared.notice } };
}

/** Whoever shows the code owns the address: nothing that was there before, by whomever, is kept. */
function firstTime(needs: Needs, { id }: AccountRow, code: CodeRow): RowValues {
  const { cells } = needs.core;
  const { password } = code.payload;
  const metadata = metadataOf(code);
  return {
    password: typeof password === "string" ? password : null,
    factors_verified: 0,
    failed_passwords: 0,
    failed_codes: 0,
    ...(metadata === undefined ? {} : { user_metadata: sealJson(cells, id, "user_metadata", metadata) }),
  };
}

function metadataOf(code: CodeRow): Readonly<Record<string, unknown>> | undefined {
  const { metadata } = code.payload;
  return isJsonObject(metadata) ? metadata : undefined;
}

function clearFactors(account: Id): Step {
  return { do: "clear", table: "identity.factors", where: { op: "compare", sense: "is", column: "account", by: "eq", value: account } };
}
