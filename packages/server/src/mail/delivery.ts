import type { Delivery } from "./contract.ts";
import { type DeliveryNeeds, isDown, type State } from "./delivery-state.ts";
import { giveUpExpired, handleLetter } from "./handle-letter.ts";
import { countWaiting, firstDueAt, lettersUpTo, ROWS_PER_READ } from "./waiting-letters.ts";

const AT_ONCE_MAX = 4;
const LOOK_EVERY_MS = 60_000;
const PAUSE_MS_MIN = 100;

/**
 * Takes letters from the store and hands them to the mail server. A letter leaves the store in the commit after the server took
 * it, so that none is lost; one that is sent in the moment of a crash may come twice, under the same Message-ID.
 */
export function createDelivery(needs: DeliveryNeeds): Delivery {
  const { outbox, failed } = needs;
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
      () => nextInMs(needs, state).catch(() => LOOK_EVERY_MS),
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
      countWaiting(needs.store).then(outbox.found, failed);
      void turn();
    },
    async [Symbol.asyncDispose]() {
      over.abort();
      clearTimeout(timer);
      await running?.catch(failed);
    },
  };
}

async function pass(needs: DeliveryNeeds, state: State, signal: AbortSignal): Promise<void> {
  const { store, clock } = needs;
  await giveUpExpired(needs);
  while (!signal.aborted && !isDown(state, clock)) {
    const letters = await lettersUpTo("due_at", store, clock);
    for (let at = 0; at < letters.length && !signal.aborted && !isDown(state, clock); at += AT_ONCE_MAX) {
      const some = letters.slice(at, at + AT_ONCE_MAX);
      const ends = await Promise.allSettled(some.map((letter) => handleLetter(needs, state, letter, signal)));
      for (const end of ends) if (end.status === "rejected") throw end.reason;
    }
    if (letters.length < ROWS_PER_READ) return;
  }
}

async function nextInMs({ store, clock }: DeliveryNeeds, { down }: State): Promise<number> {
  const dueAt = await firstDueAt(store);
  if (dueAt === undefined) return LOOK_EVERY_MS;
  return Math.max(0, dueAt - clock.now(), (down?.until ?? 0) - clock.elapsed());
}
