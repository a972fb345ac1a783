import { setTimeout as sleep } from "node:timers/promises";
import type { Letter } from "../../src/mail/contract.ts";
import { createDelivery, createTransport, createWrite, type Delivery, type MailServer, placeIn } from "../../src/mail/index.ts";
import type { House } from "../identity/house.ts";

/** Frozen, as the plan is. */
export const FROM = Object.freeze({ name: "Clinic", address: "no-reply@clinic.example" });

export interface Wishes {
  readonly app?: string;
  readonly letterMsMax?: number;
  readonly store?: House["store"];
}

/** The delivery of a house, to a mail server. What it complains of lies in `complaints`. */
export function deliveryOf(
  house: House,
  server: MailServer,
  { app = "Clinic", letterMsMax = 10_000, store = house.store }: Wishes = {},
): Delivery & { readonly complaints: unknown[] } {
  const complaints: unknown[] = [];
  const delivery = createDelivery({
    store,
    vault: house.vault,
    clock: house.clock,
    trail: house.heard,
    outbox: house.outbox,
    place: placeIn(house.report),
    write: createWrite({ app }),
    send: createTransport({ server, from: FROM, replyTo: "help@clinic.example", limits: { letterMsMax } }),
    failed: (cause) => complaints.push(cause),
  });
  return { ...delivery, complaints };
}

/** Puts a letter into the outbox as the rooms do. */
export async function post(house: House, wish: Partial<Letter> = {}): Promise<void> {
  const at = house.clock.now();
  const nothing = { code: undefined, url: undefined, until: undefined, device: undefined };
  const letter: Letter = {
    to: "ada@example.org",
    account: house.vault.newId(),
    purpose: "password-changed",
    at,
    language: "en",
    ...nothing,
    ...wish,
  };
  const { steps, done } = house.outbox.post(undefined, letter);
  await house.store.commit({ steps });
  done();
}

export function coded(house: House, wish: Partial<Letter> = {}): Partial<Letter> {
  const until = house.clock.now() + 600_000;
  return {
    purpose: "recovery",
    code: "12345678",
    url: "https://localhost:8443/auth/v1/verify#token_hash=abc&type=recovery",
    until,
    ...wish,
  };
}

export async function waiting(house: House): Promise<number> {
  return house.store.view((view) => view.count({ table: "mail.outbox", where: { op: "all", of: [] } }));
}

const LOOKS_MAX = 4_000;

/** Until something is so. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let looks = 0; !isSo(); looks++) {
    if (looks > LOOKS_MAX) throw new Error("What was waited for has not come.");
    await sleep(5);
  }
}
