import { type Event, type EventOf, type Id, personal } from "../../../src/kit/index.ts";
import type { OpenedEntry } from "../../../src/trail/index.ts";

/** What happened, as rooms would tell it; `at` is set by where it stands. */
export interface Vector {
  readonly name: string;
  readonly events: readonly Event[];
}

export interface Vectors {
  readonly detection: string;
  /** Each must end in one alert about one subject. */
  readonly attacks: readonly Vector[];
  /** What looks alike, and must not. */
  readonly benign: readonly Vector[];
}

export const START = Date.UTC(2026, 10, 16, 8);
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export function idOf(number: number): Id {
  const id = new Uint8Array(16);
  new DataView(id.buffer).setUint32(12, number);
  return id;
}

export const nameOf = (number: number): string => number.toString(16).padStart(8, "0").repeat(8);
export const addressOf = (number: number): string => `198.51.${(number >> 8) & 255}.${number & 255}`;

interface SignIn {
  readonly at: number;
  readonly from: string;
  /** An account, or undefined for a name that nobody has. */
  readonly account?: number;
  readonly name: number;
  readonly because?: string;
}

export function refused({ at, from, account, name, because = "credentials" }: SignIn): EventOf<"signin.refused"> {
  const subject = account === undefined ? null : idOf(account);
  return { kind: "signin.refused", at, address: personal(from, subject), identifier: personal(nameOf(name), subject), because };
}

export function signedIn(at: number, from: string, account: number): EventOf<"session.issued"> {
  const id = idOf(account);
  return {
    kind: "session.issued",
    at,
    address: personal(from, id),
    account: personal(id, id),
    session: personal(idOf(account + 1_000_000), id),
    level: 1,
    method: "password",
  };
}

/** As the trail's follower gives it, without a trail. */
export function opened(event: Event): OpenedEntry {
  const words: Record<string, string | number> = {};
  const subjects: Record<string, Id | null> = {};
  for (const [slot, value] of Object.entries(event)) {
    if (slot === "kind" || slot === "at") continue;
    if (typeof value === "string" || typeof value === "number") words[slot] = value;
    else {
      words[slot] = typeof value.value === "string" ? value.value : textOf(value.value);
      subjects[slot] = value.subject;
    }
  }
  return { kind: event.kind, at: event.at, words, subjects };
}

function textOf(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString("hex");
  return bytes.length === 16 ? hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5") : Buffer.from(bytes).toString("base64");
}

export function times<T>(count: number, make: (index: number) => T): readonly T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
