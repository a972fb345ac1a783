import assert from "node:assert/strict";
import type { Actor, Identity, IdentityNeeds, Visit } from "../../src/identity/index.ts";
import { createIdentity, NOBODY, tables } from "../../src/identity/index.ts";
import { type Event, type EventKind, isFault } from "../../src/kit/index.ts";
import type { Outbox } from "../../src/mail/contract.ts";
import { createOutbox } from "../../src/mail/outbox.ts";
import { tables as mailTables } from "../../src/mail/tables.ts";
import { DEFAULT_LIMITS, type Plan } from "../../src/model/index.ts";
import type { MigrationReport, Store } from "../../src/store/index.ts";
import { createTrail, type Trail, tables as trailTables } from "../../src/trail/index.ts";
import type { Passwords, Vault } from "../../src/vault/index.ts";
import { openTestStore } from "../store/fixture.ts";
import { type FixedClock, fixedClock, openTestVault } from "../vault/fixture.ts";

export const PASSWORD = "seven purple lanterns hum";
export const OTHER_PASSWORD = "a quiet harbour at 4 dawn";

export const PLAN: Plan = {
  name: "Clinic",
  roles: ["doctor", "auditor"],
  collections: [],
  accounts: {
    signUp: "open",
    secondFactor: "optional",
    sessionIdleMs: 7 * 86_400_000,
    sessionMaxMs: 30 * 86_400_000,
    accessTokenMs: 600_000,
    deletionGraceMs: 0,
    factorResetMs: 0,
  },
  origins: [],
  pages: [],
  mail: {
    from: { name: "Clinic", address: "no-reply@clinic.example" },
    replyTo: undefined,
    language: "en",
    pages: ["https://app.example.org/welcome"],
  },
  networks: { allow: [], deny: [], trustedProxies: [] },
  firewall: { mode: "on", paranoia: 1, rules: undefined, setup: undefined, exclusions: [] },
  limits: DEFAULT_LIMITS,
  cipher: "aegis",
  backups: { everyMs: 86_400_000, drillEveryMs: 604_800_000, keep: { newest: 3, days: 7, weeks: 5, months: 12 } },
};

export function planWith(accounts: Partial<Plan["accounts"]>): Plan {
  return { ...PLAN, accounts: { ...PLAN.accounts, ...accounts } };
}

export interface House extends AsyncDisposable {
  readonly identity: Identity;
  readonly store: Store;
  readonly vault: Vault;
  readonly trail: Trail;
  readonly clock: FixedClock;
  readonly plan: Plan;
  readonly report: MigrationReport;
  readonly outbox: Outbox;
  /** The trail as the rooms have it, with `events` listening. */
  readonly heard: Pick<Trail, "entry" | "note">;
  /** Events of batches that were handed to the trail, in order, and those that were noted. */
  readonly events: Event[];
  /** How often a password was hashed or compared. */
  hashes(): number;
  commits(): number;
  /** Identity again over the same store, as after a restart. */
  restarted(needs?: Partial<IdentityNeeds>): Promise<Identity>;
}

/** Identity in a real house: vault, encrypted store and trail; only the clock is ours. With mail, letters wait in an outbox. */
export async function openHouse({ mail = "none", ...needs }: Partial<IdentityNeeds> & { mail?: "none" | "outbox" } = {}): Promise<House> {
  const clock = fixedClock();
  const { vault: real } = openTestVault({ clock });
  const counted = { hashes: 0, commits: 0 };
  const passwords: Passwords = {
    hash: (...args) => {
      counted.hashes++;
      return real.passwords.hash(...args);
    },
    verify: (...args) => {
      counted.hashes++;
      return real.passwords.verify(...args);
    },
    isOutdated: real.passwords.isOutdated,
  };
  const vault: Vault = new Proxy(real, { get: (target, name) => (name === "passwords" ? passwords : Reflect.get(target, name)) });
  const fixture = await openTestStore([...tables, ...trailTables, ...mailTables]);
  const store: Store = new Proxy(fixture.store, {
    get(target, name) {
      if (name === "commit" || name === "transact") counted.commits++;
      const value: unknown = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const trail = await createTrail({
    store: fixture.store,
    report: fixture.report,
    vault: real,
    clock,
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });
  const events: Event[] = [];
  const heard = {
    entry: (event: Event) => {
      events.push(event);
      return trail.entry(event);
    },
    note: (event: Event) => {
      events.push(event);
      trail.note(event);
    },
  };
  const plan = needs.plan ?? PLAN;
  const outbox = createOutbox({ vault: real, report: fixture.report, clock });
  const restarted = (more: Partial<IdentityNeeds> = {}) =>
    createIdentity({
      store,
      report: fixture.report,
      vault,
      clock,
      plan,
      trail: heard,
      url: () => "https://localhost:8443",
      ...(mail === "outbox" ? { outbox } : {}),
      ...needs,
      ...more,
    });
  const identity = await restarted();
  return {
    identity,
    store,
    vault,
    trail,
    clock,
    plan,
    report: fixture.report,
    outbox,
    heard,
    events,
    hashes: () => counted.hashes,
    commits: () => counted.commits,
    restarted,
    async [Symbol.asyncDispose]() {
      await identity[Symbol.asyncDispose]();
      await trail[Symbol.asyncDispose]();
      await fixture[Symbol.asyncDispose]();
    },
  };
}

export interface Caller {
  readonly token?: string;
  readonly loopback?: boolean;
  readonly address?: string;
  readonly actor?: Actor;
}

/** A visit as the edge makes one: the actor is asked for again in each snapshot. */
export async function visit(
  { identity, store }: Pick<House, "identity" | "store">,
  { token, loopback = true, address = "127.0.0.1", actor }: Caller = {},
): Promise<Visit> {
  const credentials = { apikey: identity.publishableKey, bearer: token ?? identity.publishableKey, browser: false, address };
  const actorIn: Visit["actorIn"] = (view) => (actor === undefined ? identity.whoIs(credentials, view) : Promise.resolve(actor));
  const now = token === undefined ? (actor ?? NOBODY) : await store.view(actorIn);
  return { request: "req-1", address, agent: "test agent", loopback, actor: now, actorIn };
}

/** The reason of a refusal, in the dialect's word. */
export async function refused(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (!isFault(error)) throw error;
    return String(error.detail["reason"] ?? error.code);
  }
  return assert.fail("The work was not refused.");
}

/** In the order of the alphabet: the steps of one batch have no order that matters. */
export function kinds(events: readonly Event[]): readonly EventKind[] {
  return events.map(({ kind }) => kind).sort();
}

export const SERVICE: Actor = { kind: "service", keyId: "test", scopes: ["accounts:write"] };

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP_MS = 30_000;

/** What an authenticator app does with the secret that it was shown. */
export function codeAt(vault: Vault, secret: string, atMs: number): string {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const bytes = Uint8Array.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return vault.totp(bytes, Math.floor(atMs / STEP_MS));
}

export interface SignedIn {
  readonly token: string;
  readonly refreshToken: string;
  readonly id: Uint8Array;
}

/** Signs up with loopback privileges. */
export async function newcomer(house: House, address = "ada@example.org", password = PASSWORD): Promise<SignedIn> {
  const made = await house.identity.signUp(await visit(house), { address, password, metadata: {} });
  assert.equal(made.outcome, "issued");
  if (made.outcome !== "issued") assert.fail();
  return { token: made.issued.accessToken, refreshToken: made.issued.refreshToken, id: made.issued.account.id };
}

/** Enrols and verifies a factor; the session is at level 2 afterwards, under the new tokens. */
export async function withFactor(
  house: House,
  session: SignedIn,
): Promise<SignedIn & { readonly secret: string; readonly factor: Uint8Array }> {
  const { secret, factor } = await house.identity.factors.enrol(await visit(house, session), { name: "", issuer: undefined });
  const raised = await verifyFactor(house, session, factor.id, codeAt(house.vault, secret, house.clock.now()));
  return { ...raised, secret, factor: factor.id };
}

export async function verifyFactor(house: House, session: SignedIn, factor: Uint8Array, code: string): Promise<SignedIn> {
  const { id: challenge } = await house.identity.factors.challenge(await visit(house, session), factor);
  const issued = await house.identity.factors.verify(await visit(house, session), factor, { challenge, code });
  return { token: issued.accessToken, refreshToken: issued.refreshToken, id: session.id };
}

export async function signIn(house: House, { address = "ada@example.org", password = PASSWORD, loopback = true } = {}): Promise<SignedIn> {
  const issued = await house.identity.signIn(await visit(house, { loopback }), { address, password });
  return { token: issued.accessToken, refreshToken: issued.refreshToken, id: issued.account.id };
}
