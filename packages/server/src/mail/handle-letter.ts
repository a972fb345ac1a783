import { type Event, formatId, personal } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import type { Sent } from "./contract.ts";
import { type DeliveryNeeds, noteDown, noteUp, type State } from "./delivery-state.ts";
import { openLetter } from "./open-letter.ts";
import { OUTBOX } from "./tables.ts";
import { lettersUpTo, MICROS_PER_MS, ROWS_PER_READ, type Waiting } from "./waiting-letters.ts";

const TRIES_MAX = 40;
/** Between the tries of one letter: the first are close together, so that a code passes a server that lets newcomers wait. */
const LETTER_WAITS_MS = [30_000, 60_000, 90_000, 120_000, 180_000, 600_000, 1_800_000, 3_600_000];
const LETTER_WAIT_MS_MAX = 7_200_000;

/** One try of one letter, and what follows from its end. */
export async function handleLetter(needs: DeliveryNeeds, state: State, row: Waiting, signal: AbortSignal): Promise<void> {
  const { send, write, clock } = needs;
  const letter = openLetter(needs, row);
  if (letter === "damaged") return leave(needs, row, refused(needs, row, "unknown", "the letter cannot be opened"));
  if (letter === "decoy") return leave(needs, row, undefined);
  // Those before it in this turn may have taken minutes.
  if (row.expiresAt <= clock.now()) return leave(needs, row, refused(needs, row, letter.purpose, "its time was over", row.tries));
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

/** Whose time is over goes also while no server is reached: a code that has ended helps nobody. */
export async function giveUpExpired(needs: DeliveryNeeds): Promise<void> {
  const { store, clock } = needs;
  for (;;) {
    const over = await lettersUpTo("expires_at", store, clock);
    for (const row of over) {
      const letter = openLetter(needs, row);
      const purpose = typeof letter === "string" ? "unknown" : letter.purpose;
      await leave(needs, row, letter === "decoy" ? undefined : refused(needs, row, purpose, "its time was over", row.tries));
    }
    if (over.length < ROWS_PER_READ) return;
  }
}

async function leave({ store, trail, outbox }: DeliveryNeeds, row: Waiting, event: Event | undefined): Promise<void> {
  const told = event === undefined ? [] : trail.entry(event);
  await store.commit({ steps: [{ do: "delete", table: OUTBOX, key: [row.id], version: row.version }, ...told] });
  outbox.left();
}

async function wait({ store, clock, trail }: DeliveryNeeds, row: Waiting, letter: string, because: string): Promise<void> {
  const pause = LETTER_WAITS_MS[row.tries] ?? LETTER_WAIT_MS_MAX;
  const set = { tries: row.tries + 1, due_at: (clock.now() + pause) * MICROS_PER_MS };
  const later: Step = { do: "update", table: OUTBOX, key: [row.id], version: row.version, set };
  // Once a letter: what follows is seen by its end.
  const event: Event = { kind: "mail.delayed", at: clock.now(), letter, account: whose(row), because };
  await store.commit({ steps: [later, ...(row.tries === 0 ? trail.entry(event) : [])] });
}

function refused({ clock }: DeliveryNeeds, row: Waiting, letter: string, because: string, tries = row.tries + 1): Event {
  return { kind: "mail.refused", at: clock.now(), letter, account: whose(row), tries, because };
}

function whose({ id, subject }: Waiting) {
  return personal(formatId(subject ?? id), subject);
}
