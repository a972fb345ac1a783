import { type Clock, type Event, Fault, formatId, type Id, personal } from "../kit/index.ts";
import type { Row, Step, Store } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import type { Delivery, Outbox, Send, Sent } from "./contract.ts";
import { openLetter } from "./open-letter.ts";
import { LETTERS_WAITING_MAX } from "./outbox.ts";
import type { Write } from "./render.ts";
import { OUTBOX } from "./tables.ts";

const MICROS_PER_MS = 1_000;
const AT_ONCE_MAX = 4;
const LOOK_EVERY_MS = 60_000;
const PAUSE_MS_MIN = 100;
const ROWS_PER_PASS = 32;
const TRIES_MAX = 40;
/** Between the tries of one letter: the first are close together, so that a code passes a server that lets newcomers wait. */
const LETTER_WAITS_MS = [30_000, 60_000, 90_000, 120_000, 180_000, 600_000, 1_800_000, 3_600_000, 7_200_000];
/** Before the server is tried again, while letters wait in its stead. */
const SERVER_WAITS_MS = [5_000, 10_000, 20_000, 40_000, 60_000];

export interface DeliveryNeeds {
  readonly store: Store;
  readonly vault: Pick<Vault, "decrypt">;
  readonly clock: Clock;
  readonly trail: Pick<Trail, "entry" | "note">;
  readonly outbox: Pick<Outbox, "onPosted" | "found" | "left">;
  readonly place: (row: Id, subject: Id | null) => Parameters<Vault["decrypt"]>[1];
  readonly write: Write;
  readonly send: Send;
  /** A turn that failed, for the log: it is tried again. */
  readonly failed: (cause: unknown) => void;
}

interface Waiting {
  readonly id: Id;
  readonly version: number;
  readonly subject: Id | null;
  readonly sealed: Uint8Array;
  readonly tries: number;
  readonly expiresAt: number;
}

const COLUMNS = ["id", "row_version", "subject", "sealed", "tries", "expires_at"] as const;

/**
 * Takes letters from the store and hands them to the mail server. A letter leaves the store in the commit after the server took
 * it, so that none is lost; one that is sent in the moment of a crash may come twice, under the same Message-ID.
 */
export function createDelivery(needs: DeliveryNeeds): Delivery {
  const { clock, outbox, failed } = needs;
  const state: State = { down: undefined, sent: new Set() };
  let running: Promise<void> | undefined;
  let isAskedAgain = false;
  let timer: NodeJS.Timeout | undefined;
  const over = new AbortController();

  async function turns(): Promise<void> {
    do {
      isAskedAgain = false;
      await pass(needs, state, over.signal);
    } while (isAskedAgain && !over.signal.aborted);
  }

  function deliver(): Promise<void> {
    isAskedAgain = true;
    running ??= turns().finally(() => {
      running = undefined;
    });
    return running;
  }

  async function turn(): Promise<void> {
    const wait = await deliver().then(
      () => nextInMs(needs, state, clock).catch(() => LOOK_EVERY_MS),
      (cause: unknown) => {
        failed(cause);
        return LOOK_EVERY_MS;
      },
    );
    clearTimeout(timer);
    if (!over.signal.aborted) timer = setTimeout(() => void turn(), Math.min(LOOK_EVERY_MS, Math.max(PAUSE_MS_MIN, wait))).unref();
  }

  /** A turn that runs looks again before it ends. */
  function wake(): void {
    if (running === undefined) void turn();
    else isAskedAgain = true;
  }

  return {
    deliver,
    start() {
      outbox.onPosted(wake);
      countWaiting(needs).then(outbox.found, failed);
      void turn();
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      clearTimeout(timer);
      await running?.catch(failed);
    },
  };
}

interface State {
  /** While the server is not tried: until when, and how often in a row it was not reached. */
  down: { readonly until: number; readonly failures: number } | undefined;
  /** Taken by the server, and not yet out of the store because it could not be written. */
  readonly sent: Set<string>;
}

async function pass(needs: DeliveryNeeds, state: State, signal: AbortSignal): Promise<void> {
  const { store, clock } = needs;
  await giveUpExpired(needs);
  while (!signal.aborted && !isDown(state, clock)) {
    const due = await store.view((view) => view.read({ table: OUTBOX, columns: COLUMNS, ...upTo("due_at", clock), limit: ROWS_PER_PASS }));
    const letters = due.map(readRow);
    for (let at = 0; at < letters.length && !signal.aborted && !isDown(state, clock); at += AT_ONCE_MAX) {
      const some = letters.slice(at, at + AT_ONCE_MAX);
      const ends = await Promise.allSettled(some.map((letter) => handle(needs, state, letter, signal)));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    }
    if (letters.length < ROWS_PER_PASS) return;
  }
}

function isDown({ down }: State, { elapsed }: Clock): boolean {
  return down !== undefined && elapsed() < down.until;
}

async function handle(needs: DeliveryNeeds, state: State, row: Waiting, signal: AbortSignal): Promise<void> {
  const { send, write, clock } = needs;
  const letter = openLetter(needs, row);
  if (letter === "damaged") return leave(needs, row, refused(needs, row, "unknown", "the letter cannot be opened"));
  if (letter === "decoy") return leave(needs, row, undefined);
  const id = formatId(row.id);
  const outcome: Sent = state.sent.has(id) ? { is: "sent" } : await send({ id, to: letter.to, at: clock.now(), ...write(letter) }, signal);
  if (outcome.is === "stopped") return undefined;
  if (outcome.is === "down") return noteDown(needs, state, outcome);
  noteUp(needs, state);
  if (outcome.is === "sent") {
    state.sent.add(id);
    await leave(needs, row, { kind: "mail.sent", at: clock.now(), letter: letter.purpose, account: whose(row), tries: row.tries + 1 });
    state.sent.delete(id);
    return undefined;
  }
  const isLast = outcome.is === "refused" || row.tries + 1 >= TRIES_MAX;
  return isLast
    ? leave(needs, row, refused(needs, row, letter.purpose, outcome.because))
    : wait(needs, row, letter.purpose, outcome.because);
}

async function leave({ store, trail, outbox }: DeliveryNeeds, row: Waiting, event: Event | undefined): Promise<void> {
  const told = event === undefined ? [] : trail.entry(event);
  await store.commit({ steps: [{ do: "delete", table: OUTBOX, key: [row.id], version: row.version }, ...told] });
  outbox.left();
}

async function wait({ store, clock, trail }: DeliveryNeeds, row: Waiting, letter: string, because: string): Promise<void> {
  const pause = LETTER_WAITS_MS[Math.min(row.tries, LETTER_WAITS_MS.length - 1)] ?? LOOK_EVERY_MS;
  const set = { tries: row.tries + 1, due_at: (clock.now() + pause) * MICROS_PER_MS };
  const later: Step = { do: "update", table: OUTBOX, key: [row.id], version: row.version, set };
  // Once a letter: what follows is seen by its end.
  const event: Event = { kind: "mail.delayed", at: clock.now(), letter, account: whose(row), because };
  await store.commit({ steps: [later, ...(row.tries === 0 ? trail.entry(event) : [])] });
}

function refused({ clock }: DeliveryNeeds, row: Waiting, letter: string, because: string, tries = row.tries + 1): Event {
  return { kind: "mail.refused", at: clock.now(), letter, account: whose(row), tries, because };
}

/** Whose time is over goes also while no server is reached: a code that has ended helps nobody. */
async function giveUpExpired(needs: DeliveryNeeds): Promise<void> {
  const { store, clock } = needs;
  for (;;) {
    const over = await store.view((view) =>
      view.read({ table: OUTBOX, columns: COLUMNS, ...upTo("expires_at", clock), limit: ROWS_PER_PASS }),
    );
    for (const row of over.map(readRow)) {
      const letter = openLetter(needs, row);
      const purpose = typeof letter === "string" ? "unknown" : letter.purpose;
      await leave(needs, row, letter === "decoy" ? undefined : refused(needs, row, purpose, "its time was over", row.tries));
    }
    if (over.length < ROWS_PER_PASS) return;
  }
}

function noteDown({ trail, clock, failed }: DeliveryNeeds, state: State, { because, cause }: Sent & { readonly is: "down" }): void {
  if (isDown(state, clock)) return; // one of those that were tried together was first
  const failures = (state.down?.failures ?? 0) + 1;
  if (failures === 1) {
    trail.note({ kind: "mail.down", at: clock.now(), because });
    // No reader and no letter is named before a server is reached.
    failed(cause);
  }
  state.down = { failures, until: clock.elapsed() + (SERVER_WAITS_MS[Math.min(failures, SERVER_WAITS_MS.length) - 1] ?? LOOK_EVERY_MS) };
}

function noteUp({ trail, clock }: DeliveryNeeds, state: State): void {
  if (state.down !== undefined) trail.note({ kind: "mail.up", at: clock.now() });
  state.down = undefined;
}

/** All of them, through the index. */
const BY_TIME = {
  where: { op: "compare", sense: "is", column: "due_at", by: "gte", value: 0 },
  order: [{ column: "due_at", direction: "asc", nulls: "last" }],
} as const;

/** Up to the bound and no further. */
async function countWaiting({ store }: DeliveryNeeds): Promise<number> {
  return (await store.view((view) => view.read({ table: OUTBOX, columns: ["due_at"], ...BY_TIME, limit: LETTERS_WAITING_MAX }))).length;
}

async function nextInMs({ store }: DeliveryNeeds, { down }: State, clock: Clock): Promise<number> {
  const [row] = await store.view((view) => view.read({ table: OUTBOX, columns: ["due_at"], ...BY_TIME, limit: 1 }));
  if (row === undefined) return LOOK_EVERY_MS;
  const due = numberOf(row[0]) / MICROS_PER_MS - clock.now();
  return Math.max(0, due, (down?.until ?? 0) - clock.elapsed());
}

function upTo(column: string, clock: Clock) {
  const where = { op: "compare", sense: "is", column, by: "lte", value: clock.now() * MICROS_PER_MS } as const;
  return { where, order: [{ column, direction: "asc", nulls: "last" }] } as const;
}

function whose({ id, subject }: Waiting) {
  return personal(formatId(subject ?? id), subject);
}

function readRow(row: Row): Waiting {
  const [id, version, subject, sealed, tries, expiresAt] = row;
  const isRow = id instanceof Uint8Array && sealed instanceof Uint8Array && (subject === null || subject instanceof Uint8Array);
  if (!isRow) throw new Fault("internal", "A row of the outbox does not have the shape that it was written with.");
  return { id, version: numberOf(version), subject, sealed, tries: numberOf(tries), expiresAt: numberOf(expiresAt) / MICROS_PER_MS };
}

function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  throw new Fault("internal", "A row of the outbox does not have the shape that it was written with.");
}
