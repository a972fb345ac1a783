import type { Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Row, Step, View } from "../store/contract.ts";
import { bytesOf, millis, numberOf, orNull } from "./cells.ts";
import type { Core } from "./core.ts";
import { voidCodes } from "./one-time-codes.ts";

export const ADDRESS_CHANGES = "identity.address_changes";
const WAITING_PER_ADDRESS_MAX = 10;

/** The address that is, and the one that is wanted: each says yes for itself, in any order. */
export type Side = "current" | "wanted";
export const SIDES: readonly Side[] = ["current", "wanted"];
export const COLUMN_OF: Readonly<Record<Side, string>> = { current: "current_at", wanted: "wanted_at" };

/** A change that waits: at most one an account. */
export interface ChangeRow {
  readonly account: Id;
  readonly version: number;
  readonly wanted: string;
  /** The session that asked: it goes on when the others end. */
  readonly session: Id;
  readonly sentAt: number;
  readonly expiresAt: number;
  readonly confirmedAt: Readonly<Record<Side, number | null>>;
}

const COLUMNS = ["account", "row_version", "address", "session", "sent_at", "expires_at", "current_at", "wanted_at"] as const;

/** A change that waits goes with the account, and with a new one. */
export function clearAddressChange(account: Id): Step {
  return { do: "clear", table: ADDRESS_CHANGES, where: { op: "compare", sense: "is", column: "account", by: "eq", value: account } };
}

/** With its codes: for whoever takes the account back from somebody who may have begun it. */
export function cancelAddressChange(account: Id): readonly Step[] {
  return [clearAddressChange(account), ...voidCodes(account, ["email_change", "email_change.link"])];
}

export async function findChange(core: Core, view: View, account: Id): Promise<ChangeRow | undefined> {
  const row = await view.get(ADDRESS_CHANGES, [account], COLUMNS);
  const change = row && readChange(core, row);
  return change !== undefined && change.expiresAt > core.clock.now() ? change : undefined;
}

/** Those that wait for one address: whoever holds it has the code of one of them. */
export async function changesTo(core: Core, view: View, address: string): Promise<readonly ChangeRow[]> {
  const { clock, cells } = core;
  const of = Object.entries(cells.addressIndex(address)).map(([column, value]): Filter => {
    return { op: "compare", sense: "is", column, by: "eq", value };
  });
  const rows = await view.read({
    table: ADDRESS_CHANGES,
    columns: COLUMNS,
    where: { op: "any", of },
    order: [{ column: "sent_at", direction: "desc", nulls: "last" }],
    limit: WAITING_PER_ADDRESS_MAX,
  });
  return rows.map((row) => readChange(core, row)).filter(({ expiresAt }) => expiresAt > clock.now());
}

function readChange({ cells }: Pick<Core, "cells">, row: Row): ChangeRow {
  const account = bytesOf(row[0]);
  const time = (at: number): number | null => orNull(row[at], (value) => millis(numberOf(value)));
  return {
    account,
    version: numberOf(row[1]),
    wanted: cells.openText(bytesOf(row[2]), { table: ADDRESS_CHANGES, column: "address", row: account, account }),
    session: bytesOf(row[3]),
    sentAt: millis(numberOf(row[4])),
    expiresAt: millis(numberOf(row[5])),
    confirmedAt: { current: time(6), wanted: time(7) },
  };
}
