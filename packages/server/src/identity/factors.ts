import type { Id } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import { openAddress, readFactors } from "./account-view.ts";
import { toBase32 } from "./base32.ts";
import { micros } from "./cells.ts";
import { challenge } from "./challenges.ts";
import type { Enrolment, Factors, Visit } from "./contract.ts";
import { clearUnverified, FACTORS, findFactor, type Needs, refuseChange, removeSteps, standingIn, told } from "./factor-standing.ts";
import { NOT_POSTED, type Posted } from "./mailbox.ts";
import { conflict } from "./own.ts";
import { refusal } from "./refusals.ts";

const FACTORS_MAX = 10;
const NAME_CHARACTERS_MAX = 64;
/** RFC 6238 §5.1 asks for as many bytes as the hash has. */
const SECRET_BYTES = 20;

export function createFactors(needs: Needs): Factors {
  return {
    enrol: (...given) => enrol(needs, ...given),
    challenge: (...given) => challenge(needs, ...given),
    verify: async (...given) => (await import("./verify-factor.ts")).verify(needs, ...given),
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
  const { default: encodeQR } = await import("qr");
  const text = toBase32(secret).toUpperCase();
  const uri = otpauth(issuer ?? plan.name, address, text);
  const now = clock.now();
  return { factor: { id, status: "unverified", name, createdAt: now, updatedAt: now }, secret: text, uri, picture: encodeQR(uri, "svg") };
}

async function remove(needs: Needs, visit: Visit, factorId: Id): Promise<void> {
  const { core, outbox } = needs;
  const { store, cells, letters } = core;
  const notice = await store.transact<Posted>(async (view) => {
    const standing = await standingIn(visit, view);
    const factor = await findFactor(view, factorId, standing.account.id);
    refuseChange(needs, standing);
    if (factor === undefined) throw refusal("mfa_factor_not_found");
    const [to, account] = [openAddress(cells, standing.account), standing.account.id];
    const result = to === null ? NOT_POSTED : outbox.post(visit, letters.plain(visit, { to, account }, "factors-changed"));
    const steps = [...removeSteps(standing.account, factor), ...result.steps, ...told(needs, visit, account, "removed")];
    return { batch: { steps }, result };
  }, conflict);
  notice.done();
}

function otpauth(issuer: string, address: string, secret: string): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(address)}`;
  return `otpauth://totp/${label}?secret=${secret}&issuer=${encodeURIComponent(issuer)}&algorithm=SHA1&digits=6&period=30`;
}
