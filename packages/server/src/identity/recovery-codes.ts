import type { Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import { fromBase32, toBase32 } from "./base32.ts";
import { bytesOf, micros, numberOf } from "./cells.ts";
import type { Core } from "./core.ts";
import { clearRecoveryCodes, RECOVERY_CODES } from "./factor-standing.ts";
import { joinHash, splitHash } from "./one-time-codes.ts";

/** As many as fit on a card; used ones are not made again one by one. */
export const RECOVERY_CODES_MADE = 10;
/** 80 bits: out of reach of guessing, also without the count of failures. */
const CODE_BYTES = 10;
const LETTERS = 16;
const GROUP = /.{4}/g;

export interface NewRecoveryCodes {
  readonly steps: readonly Step[];
  /** Shown once. */
  readonly codes: readonly string[];
}

export interface RecoveryCodeRow {
  readonly id: Id;
  readonly version: number;
}

/** A new set; the old one is void with it. Nothing of a code is stored but a MAC of it under the token key. */
export function makeRecoveryCodes({ vault, clock }: Pick<Core, "vault" | "clock">, account: Id): NewRecoveryCodes {
  const made = Array.from({ length: RECOVERY_CODES_MADE }, () => ({ id: vault.newId(), secret: vault.randomBytes(CODE_BYTES) }));
  const inserts = made.map(({ id, secret }): Step => {
    const hash = joinHash(vault.mac("recovery-code", [account, id, secret]));
    return { do: "insert", table: RECOVERY_CODES, row: { id, account, hash, created_at: micros(clock.now()) } };
  });
  const codes = made.map(({ secret }) => (toBase32(secret).match(GROUP) ?? []).join("-"));
  return { steps: [clearRecoveryCodes(account), ...inserts], codes };
}

/** Whether this was meant as a recovery code: a code of an authenticator has six digits. */
export function looksLikeRecoveryCode(text: string): boolean {
  return normalise(text).length === LETTERS;
}

/** The unused code that this is; every one of the account's is compared, so that no place in the list is told by the time it takes. */
export async function findRecoveryCode(
  { vault }: Pick<Core, "vault">,
  view: View,
  account: Id,
  text: string,
): Promise<RecoveryCodeRow | undefined> {
  const secret = fromBase32(normalise(text));
  if (secret?.length !== CODE_BYTES) return undefined;
  const columns = ["id", "row_version", "hash"];
  const rows = await view.read({ table: RECOVERY_CODES, columns, where: ofAccount(account), limit: RECOVERY_CODES_MADE });
  const right = rows.filter(([id, , hash]) => vault.checkMac("recovery-code", splitHash(bytesOf(hash)), [account, bytesOf(id), secret]));
  return right.map(([id, version]) => ({ id: bytesOf(id), version: numberOf(version) }))[0];
}

/** Uses it up: refused as stale when another request has done so. */
export function useRecoveryCode({ id, version }: RecoveryCodeRow): Step {
  return { do: "delete", table: RECOVERY_CODES, key: [id], version };
}

export function countRecoveryCodes(view: View, account: Id): Promise<number> {
  return view.count({ table: RECOVERY_CODES, where: ofAccount(account) });
}

function ofAccount(account: Id) {
  return { op: "compare", sense: "is", column: "account", by: "eq", value: account } as const;
}

/** As people type what they read from paper: with or without hyphens and spaces, in any case. */
function normalise(text: string): string {
  return text.length > 4 * LETTERS ? "" : text.replaceAll(/[\s-]/g, "").toLowerCase();
}
