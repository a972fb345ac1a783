import encodeQR from "qr";
import { type Event, equalBytes, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, findAccount, openAccount, openAddress, readFactors, updateAccount } from "./account-rows.ts";
import { toBase32 } from "./base32.ts";
import { bytesOf, micros, millis, numberOf } from "./cells.ts";
import type { Challenge, Enrolment, Factors, Issued, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { plainLetter } from "./letters.ts";
import type { Outbox } from "./mailbox.ts";
import { type AccountActor, accountIn, conflict, FRESH_MS } from "./own.ts";
import { refusal } from "./refusals.ts";
import { findSession, type SessionRow } from "./session-rows.ts";
import { FAILURES_IN_A_ROW_MAX, type Sessions } from "./sessions.ts";

const FACTORS = "identity.factors";
const USED_STEPS = "identity.used_steps";
const CHALLENGES = "identity.challenges";
const FACTORS_MAX = 10;
const NAME_CHARACTERS_MAX = 64;
/** RFC 6238 §5.1 asks for as many bytes as the hash has. */
const SECRET_BYTES = 20;
const STEP_MS = 30_000;
/**
 * One step to either side (RFC 6238 §5.2): clocks of phones drift, and a code is typed at the end of its time. Each code still
 * works once, so that the window gives a guesser three codes in a million and a thief of a code that was used nothing.
 */
const STEPS_ASIDE = [0, -1, 1];
const STEPS_KEPT = 2_880;
const CHALLENGE_MS = 300_000;
const CHALLENGES_PER_SESSION_MAX = 5;

interface FactorRow {
  readonly id: Id;
  readonly version: number;
  readonly isVerified: boolean;
  readonly secret: Uint8Array;
}

interface Standing {
  readonly actor: AccountActor;
  readonly account: AccountRow;
  readonly session: SessionRow;
}

interface Needs {
  readonly core: Core;
  readonly sessions: Sessions;
  readonly outbox: Outbox;
}

export function createFactors(needs: Needs): Factors {
  return {
    enrol: (...given) => enrol(needs, ...given),
    challenge: (...given) => challenge(needs, ...given),
    verify: (...given) => verify(needs, ...given),
    remove: (...given) => remove(needs, ...given),
  };
}

async function enrol(needs: Needs, visit: Visit, { name, issuer }: Parameters<Factors["enrol"]>[1]): Promise<Enrolment> {
  const { store, vault, clock, cells, plan } = needs.core;
  if ([...name].length > NAME_CHARACTERS_MAX) throw refusal("validation_failed", "A factor's name has at most 64 characters.");
  const id = vault.newId();
  const secret = vault.randomBytes(SECRET_BYTES);
  const { address } = await store.transact(async (view) => {
    const standing = await standingIn(visit, view);
    refuseChange(needs, standing);
    const there = (await readFactors(view, cells, standing.account.id)).filter(({ status }) => status === "verified");
    if (there.length >= FACTORS_MAX) throw refusal("too_many_enrolled_mfa_factors");
    if (name !== "" && there.some((factor) => factor.name === name)) throw refusal("mfa_factor_name_conflict");
    const account = standing.account.id;
    const now = micros(clock.now());
    const spot = { table: FACTORS, row: id, account };
    const row = {
      id,
      account,
      verified: 0,
      secret: cells.seal(secret, { ...spot, column: "secret" }),
      name: cells.seal(name, { ...spot, column: "name" }),
      created_at: now,
      updated_at: now,
    };
    // One enrolment at a time: the one before, never verified, is void.
    const steps: Step[] = [clearUnverified(account), { do: "insert", table: FACTORS, row }, ...told(needs, visit, account, "enrolled")];
    return { batch: { steps }, result: { address: openAddress(cells, standing.account) ?? "" } };
  }, conflict);
  const text = toBase32(secret).toUpperCase();
  const uri = otpauth(issuer ?? plan.name, address, text);
  const now = clock.now();
  return { factor: { id, status: "unverified", name, createdAt: now, updatedAt: now }, secret: text, uri, picture: encodeQR(uri, "svg") };
}

async function challenge(needs: Needs, visit: Visit, factorId: Id): Promise<Challenge> {
  const { store, vault, clock } = needs.core;
  const id = vault.newId();
  const expiresAt = clock.now() + CHALLENGE_MS;
  await store.transact<undefined>(async (view) => {
    const standing = await standingIn(visit, view);
    const factor = await findFactor(view, factorId, standing.account.id);
    if (factor === undefined) throw refusal("mfa_factor_not_found");
    const row = { id, factor: factorId, session: standing.session.id, expires_at: micros(expiresAt), created_at: micros(clock.now()) };
    return {
      batch: { steps: [...(await clearSpare(view, standing.session.id)), { do: "insert", table: CHALLENGES, row }] },
      result: undefined,
    };
  }, conflict);
  return { id, expiresAt };
}

async function verify(needs: Needs, visit: Visit, factorId: Id, given: Parameters<Factors["verify"]>[2]): Promise<Issued> {
  const { core, outbox } = needs;
  const { store, clock } = core;
  const account = await store.view(async (view) => (await accountIn(visit, view)).id);
  const answer = await core.turns.take(formatId(account), async () => {
    const first = await attempt(needs, visit, factorId, given, (step) => step);
    // The step was taken in the very moment of the commit: that is a wrong code, and is counted like one.
    return first === "used" ? attempt(needs, visit, factorId, given, () => undefined) : first;
  });
  if (answer === "wrong" || answer === "used") throw refusal("mfa_verification_failed");
  if (answer.letterTo !== null) outbox.send(visit, plainLetter(answer.letterTo, "factors-changed", clock.now()));
  return answer.issued;
}

type Attempt = { readonly issued: Issued; readonly letterTo: string | null } | "wrong" | "used";

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
  const { sessions } = needs;
  const { cells } = needs.core;
  const { account, session } = standing;
  const prepared = sessions.raise(session, visit);
  const isNew = !factor.isVerified;
  const factorsVerified = account.factorsVerified + (isNew ? 1 : 0);
  const oldSteps = { op: "compare", sense: "is", column: "step", by: "lt", value: used.step - STEPS_KEPT } as const;
  const ofFactor = { op: "compare", sense: "is", column: "factor", by: "eq", value: factor.id } as const;
  const steps: Step[] = [
    { do: "insert", table: USED_STEPS, row: { factor: factor.id, step: used.step } },
    { do: "clear", table: USED_STEPS, where: { op: "all", of: [ofFactor, oldSteps] } },
    { do: "clear", table: CHALLENGES, where: { op: "compare", sense: "is", column: "id", by: "eq", value: used.challenge } },
    updateAccount(account, { failed_codes: 0, factors_verified: factorsVerified }),
    ...(isNew ? [markVerified(needs, factor), ...told(needs, visit, account.id, "verified")] : []),
    ...prepared.steps,
  ];
  const shown = await openAccount(view, cells, account);
  const factors = shown.factors.map((one) => (equalBytes(one.id, factor.id) ? { ...one, status: "verified" as const } : one));
  const letterTo = isNew ? shown.address : null;
  return { batch: { steps }, result: { issued: { ...prepared.issued, account: { ...shown, factors } }, letterTo } };
}

async function remove(needs: Needs, visit: Visit, factorId: Id): Promise<void> {
  const { outbox } = needs;
  const { store, clock, cells } = needs.core;
  const address = await store.transact<string | null>(async (view) => {
    const standing = await standingIn(visit, view);
    const factor = await findFactor(view, factorId, standing.account.id);
    refuseChange(needs, standing);
    if (factor === undefined) throw refusal("mfa_factor_not_found");
    return {
      batch: { steps: [...removeSteps(standing.account, factor), ...told(needs, visit, standing.account.id, "removed")] },
      result: openAddress(cells, standing.account),
    };
  }, conflict);
  if (address !== null) outbox.send(visit, plainLetter(address, "factors-changed", clock.now()));
}

async function standingIn(visit: Visit, view: View): Promise<Standing> {
  const actor = await accountIn(visit, view);
  const [account, session] = [await findAccount(view, actor.id), await findSession(view, actor.sessionId)];
  if (account === undefined || session === undefined) throw refusal("session_not_found");
  return { actor, account, session };
}

/** With a factor: it must have been shown in these ten minutes. Without one: the password must have been. */
function refuseChange(needs: Needs, { actor, account, session }: Standing): void {
  const { clock } = needs.core;
  const now = clock.now();
  if (account.factorsVerified > 0) {
    if (actor.aal !== 2 || actor.mfaAt === null || now - actor.mfaAt > FRESH_MS) throw refusal("insufficient_aal");
    return;
  }
  if (session.method !== "password" || now - session.provedAt > FRESH_MS) throw refusal("reauthentication_needed");
}

/** The step whose code this is, each candidate compared in full. */
function stepOf(needs: Needs, factor: FactorRow, account: Id, code: string): number | undefined {
  const { vault, clock, cells } = needs.core;
  const secret = cells.openBytes(factor.secret, { table: FACTORS, column: "secret", row: factor.id, account });
  const now = Math.floor(clock.now() / STEP_MS);
  const given = Buffer.from(code);
  return STEPS_ASIDE.map((aside) => now + aside).filter((step) => vault.equal(Buffer.from(vault.totp(secret, step)), given))[0];
}

async function requireChallenge(needs: Needs, view: View, id: Id, factor: Id, session: Id): Promise<void> {
  const { clock } = needs.core;
  const row = await view.get(CHALLENGES, [id], ["factor", "session", "expires_at"]);
  const isOurs = row !== undefined && equalBytes(bytesOf(row[0]), factor) && equalBytes(bytesOf(row[1]), session);
  if (!isOurs || millis(numberOf(row[2])) <= clock.now()) throw refusal("mfa_challenge_expired");
}

async function clearSpare(view: View, session: Id): Promise<readonly Step[]> {
  const rows = await view.read({
    table: CHALLENGES,
    columns: ["id"],
    where: { op: "compare", sense: "is", column: "session", by: "eq", value: session },
    order: [{ column: "created_at", direction: "desc", nulls: "last" }],
    offset: CHALLENGES_PER_SESSION_MAX - 1,
    limit: CHALLENGES_PER_SESSION_MAX,
  });
  if (rows.length === 0) return [];
  return [{ do: "clear", table: CHALLENGES, where: { op: "in", sense: "is", column: "id", values: rows.map(([id]) => bytesOf(id)) } }];
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

function markVerified(needs: Needs, factor: FactorRow): Step {
  const { clock } = needs.core;
  return {
    do: "update",
    table: FACTORS,
    key: [factor.id],
    version: factor.version,
    set: { verified: 1, updated_at: micros(clock.now()) },
  };
}

function told(needs: Needs, visit: Visit, account: Id, what: string): readonly Step[] {
  const { core } = needs;
  return entries(core, [
    { kind: "factor.changed", ...circumstances(core, visit, account), account: named(account, account), factor: "totp", what },
  ]);
}

export async function findFactor(view: View, id: Id, account: Id): Promise<FactorRow | undefined> {
  const row = await view.get(FACTORS, [id], ["account", "row_version", "verified", "secret"]);
  if (row === undefined || !equalBytes(bytesOf(row[0]), account)) return undefined;
  return { id, version: numberOf(row[1]), isVerified: row[2] === 1, secret: bytesOf(row[3]) };
}

export function removeSteps(account: AccountRow, factor: FactorRow): readonly Step[] {
  const fewer = factor.isVerified ? [updateAccount(account, { factors_verified: account.factorsVerified - 1, failed_codes: 0 })] : [];
  const ofFactor = { op: "compare", sense: "is", column: "factor", by: "eq", value: factor.id } as const;
  return [
    { do: "clear", table: USED_STEPS, where: ofFactor },
    { do: "delete", table: FACTORS, key: [factor.id], version: factor.version },
    ...fewer,
  ];
}

function clearUnverified(account: Id): Step {
  const ofAccount = { op: "compare", sense: "is", column: "account", by: "eq", value: account } as const;
  const unverified = { op: "compare", sense: "is", column: "verified", by: "eq", value: 0 } as const;
  return { do: "clear", table: FACTORS, where: { op: "all", of: [ofAccount, unverified] } };
}

function otpauth(issuer: string, address: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(address)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=30`;
}
