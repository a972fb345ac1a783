import { type Event, equalBytes, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { CHALLENGES, requireChallenge } from "./challenges.ts";
import type { Factors, Issued, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
import { stopResetSteps } from "./delayed.ts";
import {
  FACTORS,
  type FactorRow,
  findFactor,
  markVerified,
  type Needs,
  refuseChange,
  type Standing,
  standingIn,
  told,
  USED_STEPS,
} from "./factor-standing.ts";
import { NOT_POSTED, type Posted } from "./mailbox.ts";
import { accountIn } from "./own.ts";
import { findRecoveryCode, looksLikeRecoveryCode, makeRecoveryCodes, type RecoveryCodeRow, useRecoveryCode } from "./recovery-codes.ts";
import { refusal } from "./refusals.ts";
import { FAILURES_IN_A_ROW_MAX } from "./sessions.ts";
import { ownersLetter } from "./tell-owner.ts";

const STEP_MS = 30_000;
/**
 * One step to either side (RFC 6238 §5.2): clocks of phones drift, and a code is typed at the end of its time. Each code still
 * works once, so that the window gives a guesser three codes in a million and a thief of a code that was used nothing.
 */
const STEPS_ASIDE = [0, -1, 1];

const STEPS_KEPT = 2_880;
export async function verify(needs: Needs, visit: Visit, factorId: Id, given: Parameters<Factors["verify"]>[2]): Promise<Issued> {
  const { core } = needs;
  const { store } = core;
  const account = await store.view(async (view) => (await accountIn(visit, view)).id);
  const answer = await core.turns.take(formatId(account), async () => {
    const first = await attempt(needs, visit, factorId, given, (step) => step);
    // The step was taken in the very moment of the commit: that is a wrong code, and is counted like one.
    return first === "used" ? attempt(needs, visit, factorId, given, () => undefined) : first;
  });
  if (answer === "wrong" || answer === "used") throw refusal("mfa_verification_failed");
  answer.notice.done();
  return answer.issued;
}

type Attempt = { readonly issued: Issued; readonly notice: Posted } | "wrong" | "used";

function attempt(
  needs: Needs,
  visit: Visit,
  factorId: Id,
  given: Parameters<Factors["verify"]>[2],
  filter: (step: number | undefined) => number | undefined,
): Promise<Attempt> {
  const { store } = needs.core;
  return store.transact<Attempt>(
    async (view) => {
      const standing = await standingIn(visit, view);
      const factor = await findFactor(view, factorId, standing.account.id);
      if (factor === undefined) throw refusal("mfa_factor_not_found");
      // Verifying a new factor is the second half of enrolling it.
      if (!factor.isVerified) refuseChange(needs, standing);
      await requireChallenge(needs, view, given.challenge, factorId, standing.session.id);
      const shown = await shownBy(needs, view, standing, factor, given.code, filter);
      if (shown === undefined) return { batch: { steps: wrongSteps(needs, visit, standing.account) }, result: "wrong" };
      return right(needs, view, visit, standing, factor, { challenge: given.challenge, shown });
    },
    () => "used",
  );
}

/** What was right about a code: the step that it is of, or the recovery code that it is. */
type Shown = { readonly step: number } | { readonly recovery: RecoveryCodeRow };

async function shownBy(
  { core }: Needs,
  view: View,
  { account }: Standing,
  factor: FactorRow,
  code: string,
  filter: (step: number | undefined) => number | undefined,
): Promise<Shown | undefined> {
  if (account.failedCodes >= FAILURES_IN_A_ROW_MAX) return undefined;
  if (looksLikeRecoveryCode(code)) {
    // It stands for a factor that was there when it was made, and verifies none that is new.
    const recovery = factor.isVerified ? await findRecoveryCode(core, view, account.id, code) : undefined;
    return recovery && { recovery };
  }
  const step = filter(stepOf(core, factor, account.id, code));
  return step === undefined ? undefined : { step };
}

async function right(
  needs: Needs,
  view: View,
  visit: Visit,
  standing: Standing,
  factor: FactorRow,
  used: { readonly challenge: Id; readonly shown: Shown },
) {
  const { core, sessions } = needs;
  const { account, session } = standing;
  const prepared = sessions.raise(session, visit);
  const isNew = !factor.isVerified;
  const factorsVerified = account.factorsVerified + (isNew ? 1 : 0);
  const codes = isNew && factorsVerified === 1 ? makeRecoveryCodes(core, account.id) : undefined;
  const isRecovery = "recovery" in used.shown;
  const isTold = isNew || isRecovery;
  const notice = isTold ? ownersLetter(needs, visit, account, isRecovery ? "recovery-code-used" : "factors-changed") : NOT_POSTED;
  const steps: Step[] = [
    ...usedUp(factor, used.shown),
    { do: "clear", table: CHALLENGES, where: { op: "compare", sense: "is", column: "id", by: "eq", value: used.challenge } },
    updateAccount(account, { failed_codes: 0, factors_verified: factorsVerified }),
    ...(isNew ? [markVerified(needs, factor), ...told(needs, visit, account.id, "verified")] : []),
    ...(isRecovery ? told(needs, visit, account.id, "recovery code used") : []),
    // A factor that is shown is not lost.
    ...(await stopResetSteps(core, view, visit, account.id, "its owner, who showed it")),
    ...(codes?.steps ?? []),
    ...prepared.steps,
    ...notice.steps,
  ];
  const shown = await openAccount(view, core.cells, account);
  const factors = shown.factors.map((one) => (equalBytes(one.id, factor.id) ? { ...one, status: "verified" as const } : one));
  const issued = { ...prepared.issued, account: { ...shown, factors }, ...(codes === undefined ? {} : { recoveryCodes: codes.codes }) };
  return { batch: { steps }, result: { issued, notice } };
}

/** Each code works once: what is used already refuses the batch that would raise the session. */
function usedUp(factor: FactorRow, shown: Shown): readonly Step[] {
  if ("recovery" in shown) return [useRecoveryCode(shown.recovery)];
  const oldSteps = { op: "compare", sense: "is", column: "step", by: "lt", value: shown.step - STEPS_KEPT } as const;
  const ofFactor = { op: "compare", sense: "is", column: "factor", by: "eq", value: factor.id } as const;
  return [
    { do: "insert", table: USED_STEPS, row: { factor: factor.id, step: shown.step } },
    { do: "clear", table: USED_STEPS, where: { op: "all", of: [ofFactor, oldSteps] } },
  ];
}

/** The step whose code this is, each candidate compared in full. */
function stepOf({ vault, clock, cells }: Needs["core"], factor: FactorRow, account: Id, code: string): number | undefined {
  const secret = cells.openBytes(factor.secret, { table: FACTORS, column: "secret", row: factor.id, account });
  const now = Math.floor(clock.now() / STEP_MS);
  const given = Buffer.from(code);
  return STEPS_ASIDE.map((aside) => now + aside).filter((step) => vault.equal(Buffer.from(vault.totp(secret, step)), given))[0];
}

function wrongSteps(needs: Needs, visit: Visit, account: AccountRow): readonly Step[] {
  const { core } = needs;
  const isLocked = account.failedCodes >= FAILURES_IN_A_ROW_MAX;
  const because = isLocked ? "too many wrong codes" : "code";
  const event: Event = {
    kind: "factor.refused",
    ...circumstances(core, visit, account.id),
    account: named(account.id, account.id),
    because,
  };
  return [...(isLocked ? [] : [updateAccount(account, { failed_codes: account.failedCodes + 1 })]), ...entries(core, [event])];
}
