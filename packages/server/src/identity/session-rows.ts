import { formatId, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Row, Step, View } from "../store/contract.ts";
import type { Method } from "./access-tokens.ts";
import { bytesOf, micros, millis, numberOf, orNull, textOf } from "./cells.ts";

export const SESSIONS = "identity.sessions";

/** A session as it lies in the store; times in ms. It is its own family: refresh tokens are its counter. */
export interface SessionRow {
  readonly id: Id;
  readonly version: number;
  readonly account: Id;
  readonly salt: Uint8Array;
  readonly n: number;
  readonly keyId: number;
  readonly previousKeyId: number;
  /** 0 where the step to n left no grace. */
  readonly rotatedAt: number;
  readonly aal: 1 | 2;
  readonly mfaAt: number | null;
  readonly method: Method;
  /** When the password (or the code that stood for it) was shown. */
  readonly provedAt: number;
  readonly seenAt: number;
  readonly notAfter: number;
}

const COLUMNS = [
  "id",
  "row_version",
  "account",
  "salt",
  "n",
  "key_id",
  "previous_key_id",
  "rotated_at",
  "aal",
  "mfa_at",
  "method",
  "proved_at",
  "seen_at",
  "not_after",
] as const;

export async function findSession(view: View, id: Id): Promise<SessionRow | undefined> {
  const row = await view.get(SESSIONS, [id], COLUMNS);
  return row && readSession(row);
}

function readSession(row: Row): SessionRow {
  return {
    id: bytesOf(row[0]),
    version: numberOf(row[1]),
    account: bytesOf(row[2]),
    salt: bytesOf(row[3]),
    n: numberOf(row[4]),
    keyId: numberOf(row[5]),
    previousKeyId: numberOf(row[6]),
    rotatedAt: millis(numberOf(row[7])),
    aal: row[8] === 2 ? 2 : 1,
    mfaAt: orNull(row[9], (value) => millis(numberOf(value))),
    method: textOf(row[10]) === "otp" ? "otp" : "password",
    provedAt: millis(numberOf(row[11])),
    seenAt: millis(numberOf(row[12])),
    notAfter: millis(numberOf(row[13])),
  };
}

export function ofAccount(account: Id): Filter {
  return { op: "compare", sense: "is", column: "account", by: "eq", value: account };
}

export function clearSessions(where: Filter): Step {
  return { do: "clear", table: SESSIONS, where };
}

/** Updates `seen_at` beside the requests, at most once a minute a session; what fails is tried again by the next request. */
export interface Seen {
  note(session: { readonly id: Id; readonly version: number; readonly seenAt: number }): void;
  settle(): Promise<void>;
}

const SEEN_EVERY_MS = 60_000;
const SEEN_AT_ONCE_MAX = 256;

export function createSeen(commit: (step: Step) => Promise<unknown>, now: () => number): Seen {
  const inFlight = new Map<string, Promise<unknown>>();

  function note({ id, version, seenAt }: Parameters<Seen["note"]>[0]): void {
    if (now() - seenAt < SEEN_EVERY_MS || inFlight.size >= SEEN_AT_ONCE_MAX) return;
    const key = formatId(id);
    if (inFlight.has(key)) return;
    const done = () => inFlight.delete(key);
    inFlight.set(key, commit({ do: "update", table: SESSIONS, key: [id], version, set: { seen_at: micros(now()) } }).then(done, done));
  }

  async function settle(): Promise<void> {
    await Promise.all(inFlight.values());
  }

  return { note, settle };
}
