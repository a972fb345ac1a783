import { type Event, personal } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { type AccountRow, findByAddress, freshRow, insertAccount, updateAccount } from "./account-rows.ts";
import { openAccount } from "./account-view.ts";
import { addressFrom } from "./address.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { micros } from "./cells.ts";
import type { Account, OperatorCode, Operators, Visit } from "./contract.ts";
import { type Core, circumstances, entries, named } from "./core.ts";
import { type CodeRow, type OneTimeCodes, type StoredPurpose, voidCodes } from "./one-time-codes.ts";
import type { PasswordPolicy } from "./passwords/policy.ts";
import { refusal } from "./refusals.ts";
import { FAILURES_IN_A_ROW_MAX } from "./sessions.ts";
import { identifierOf } from "./sign-in.ts";

const SECRET_BYTES = 20;
const LIFETIME_MS = 900_000;
const GROUP = /.{4}/g;

interface Needs {
  readonly core: Core;
  readonly codes: OneTimeCodes;
  readonly policy: PasswordPolicy;
}

/** Operators come from a code that only the one at the machine can see: 160 bits, five tries, one use, a quarter of an hour. */
export function createOperators(needs: Needs): Operators {
  return {
    exists: (...given) => exists(needs, ...given),
    code: (...given) => code(needs, ...given),
    redeem: (...given) => redeem(needs, ...given),
  };
}

async function exists(needs: Needs): Promise<boolean> {
  const { store } = needs.core;
  return store.view(hasOperator);
}

async function code(needs: Needs, reach: "loopback" | "anywhere"): Promise<OperatorCode> {
  const { codes } = needs;
  const { store, vault, clock } = needs.core;
  const purpose: StoredPurpose = `operator.${reach}`;
  const secret = vault.randomBytes(SECRET_BYTES);
  const made = codes.of({ purpose, account: null, lifetimeMs: LIFETIME_MS, payload: {} }, secret);
  await store.commit({ steps: [...voidCodes(null, [purpose]), made] });
  return { code: (toBase32(secret).match(GROUP) ?? []).join("-"), expiresAt: clock.now() + LIFETIME_MS };
}

async function redeem(needs: Needs, visit: Visit, given: Parameters<Operators["redeem"]>[1]): Promise<Account> {
  const { core, codes, policy } = needs;
  const { store, vault, cells } = core;
  const secret = fromBase32(given.code.toLowerCase().replaceAll(/[-\s]/g, ""));
  const address = addressFrom(given.address);
  await policy.require(given.password, { address });
  const found = await store.view((view) => findByAddress(view, cells, address));
  const phc = found === undefined || found.failedPasswords >= FAILURES_IN_A_ROW_MAX ? undefined : (found.password ?? undefined);
  // Both are done, so that whoever has no code does not learn here whether there is an account.
  const isPassword = await vault.passwords.verify(phc, given.password, visit.address);
  const fresh = await vault.passwords.hash(given.password, visit.address);
  const answer = await store.transact<Account | "refused">(
    async (view) => {
      const open = await openCodes(needs, view, visit);
      const right = secret && open.find(({ code: row, purpose }) => codes.isRight(row, purpose, secret));
      const account = await findByAddress(view, cells, address);
      const mayTake =
        account === undefined || (isPassword && account.password === phc && account.confirmedAt !== null && account.bannedUntil === null);
      if (right === undefined || !mayTake)
        return { batch: { steps: refused(needs, visit, given.address, right === undefined ? open : []) }, result: "refused" };
      const houseRole = (await hasOperator(view)) ? "operator" : "owner";
      const made = account === undefined ? insertOperator(needs, address, fresh, houseRole) : takeOperator(needs, account, houseRole);
      const event: Event = {
        kind: "operator.added",
        ...circumstances(core, visit, made.row.id),
        account: named(made.row.id, made.row.id),
      };
      return {
        batch: { steps: [codes.use(right.code), ...made.steps, ...entries(core, [event])] },
        result: { ...(await openAccount(view, cells, made.row)), address },
      };
    },
    () => "refused",
  );
  if (answer === "refused") throw refusal("otp_expired");
  return answer;
}

interface Open {
  readonly code: CodeRow;
  readonly purpose: StoredPurpose;
}

/** A code for loopback is not even tried elsewhere. */
async function openCodes(needs: Needs, view: View, visit: Visit): Promise<readonly Open[]> {
  const { codes } = needs;
  const purposes: readonly StoredPurpose[] = visit.loopback ? ["operator.loopback", "operator.anywhere"] : ["operator.anywhere"];
  const open: Open[] = [];
  for (const purpose of purposes) for (const row of await codes.open(view, purpose, null)) open.push({ code: row, purpose });
  return open;
}

function refused(needs: Needs, visit: Visit, address: string, tried: readonly Open[]): readonly Step[] {
  const { core, codes } = needs;
  const { vault } = core;
  const event: Event = {
    kind: "signin.refused",
    ...circumstances(core, visit, null),
    identifier: personal(identifierOf(vault, address), null),
    because: "operator code",
  };
  return [...tried.map(({ code: row }) => codes.tried(row)), ...entries(core, [event])];
}

function insertOperator(
  needs: Needs,
  address: string,
  password: string,
  houseRole: "owner" | "operator",
): { readonly row: AccountRow; readonly steps: readonly Step[] } {
  const { core } = needs;
  const { vault, clock } = core;
  const now = clock.now();
  const id = vault.newId();
  const account = { id, address, password, userMetadata: {}, confirmedAt: now, invitedAt: null };
  const steps = [insertAccount(core, account, { house_role: houseRole })];
  return { steps, row: { ...freshRow(id, now), houseRole, confirmedAt: now } };
}

function takeOperator(
  needs: Needs,
  account: AccountRow,
  houseRole: "owner" | "operator",
): { readonly row: AccountRow; readonly steps: readonly Step[] } {
  const { clock } = needs.core;
  return { row: { ...account, houseRole }, steps: [updateAccount(account, { house_role: houseRole, updated_at: micros(clock.now()) })] };
}

async function hasOperator(view: View): Promise<boolean> {
  const rows = await view.read({
    table: "identity.accounts",
    columns: ["id"],
    where: { op: "in", sense: "is", column: "house_role", values: ["owner", "operator"] },
    limit: 1,
  });
  return rows.length > 0;
}
