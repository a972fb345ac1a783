import { type Event, equalBytes, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { CHALLENGES, requireChallenge } from "./challenges.ts";
import type { Factors, Issued, Visit } from "./contract.ts";
import { circumstances, entries, named } from "./core.ts";
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
import { refusal } from "./refusals.ts";
import { FAILURES_IN_A_ROW_MAX } from "./sessions.ts";

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
      const step =
        standing.account.failedCodes >= FAILURES_IN_A_ROW_MAX ? undefined : filter(stepOf(needs, factor, standing.account.id, given.code));
      if (step === undefined) return { batch: { steps: wrongSteps(needs, visit, standing.account) }, result: "wrong" };
      return right(needs, view, visit, standing, factor, { challenge: given.challenge, step });
    },
    () => "used",
  );
}

async function right(
  needs: Needs,
  view: View,
  visit: Visit,
  standing: Standing,
  factor: FactorRow,
  used: { readonly challenge: Id; readonly step: number },
) {
  const { sessions, outbox } = needs;
  const { cells, letters } = needs.core;
  const { account, session } = standing;
  const prepared = sessions.raise(session, visit);
  const isNew = !factor.isVerified;
  const factorsVerified = account.factorsVerified + (isNew ? 1 : 0);
  const shown = await openAccount(view, cells, account);
  const addressed = shown.address === null ? undefined : { to: shown.address, account: account.id };
  const notice = isNew && addressed ? outbox.post(visit, letters.plain(visit, addressed, "factors-changed")) : NOT_POSTED;
  const oldSteps = { op: "compare", sense: "is", column: "step", by: "lt", value: used.step - STEPS_KEPT } as const;
  const ofFactor = { op: "compare", sense: "is", column: "factor", by: "eq", value: factor.id } as const;
  const steps: Step[] = [
    { do: "insert", table: USED_STEPS, row: { factor: factor.id, step: used.step } },
    { do: "clear", table: USED_STEPS, where: { op: "all", of: [ofFactor, oldSteps] } },
    { do: "clear", table: CHALLENGES, where: { op: "compare", sense: "is", column: "id", by: "eq", value: used.challenge } },
    updateAccount(account, { failed_codes: 0, factors_verified: factorsVerified }),
    ...(isNew ? [markVerified(needs, factor), ...told(needs, visit, account.id, "verified")] : []),
    ...prepared.steps,
    ...notice.steps,
  ];
  const factors = shown.factors.map((one) => (equalBytes(one.id, factor.id) ? { ...one, status: "verified" as const } : one));
  return { batch: { steps }, result: { issued: { ...prepared.issued, account: { ...shown, factors } }, notice } };
}

/** The step whose code this is, each candidate compared in full. */
function stepOf(needs: Needs, factor: FactorRow, account: Id, code: string): number | undefined {
  const { vault, clock, cells } = needs.core;
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
