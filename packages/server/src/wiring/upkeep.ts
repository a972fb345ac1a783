import type { App } from "../app.ts";
import type { Edge } from "../edge/index.ts";
import type { Log } from "../log.ts";
import { OUTBOX } from "../mail/tables.ts";
import { certificateOf } from "../serve.ts";
import { createSteadyTime } from "./steady-time.ts";

interface Chore {
  readonly name: string;
  readonly everyMs: number;
  readonly run: () => Promise<void>;
}

const MICROS_PER_MS = 1_000;
const CLOCK_LOOK_MS = 1_000;
const CLOCK_JUMP_MS = 5_000;
const HOUSE_KEEPING_MS = 60_000;
const SWEEP_MS = 3_600_000;
const DELAYED_LOOK_MS = 60_000;
const CERTIFICATE_LOOK_MS = 12 * 3_600_000;

/** What a running server does by itself, one row a chore. A chore that fails is logged and tried again at its next turn. */
export function startUpkeep(app: App, edge: Edge, log: Log): AsyncDisposable {
  const { clock, data, identity, trail } = app;
  const steadyTime = createSteadyTime(clock);
  let offset = clock.now() - clock.elapsed();
  const chores: readonly Chore[] = [
    {
      name: "watch the clock",
      everyMs: CLOCK_LOOK_MS,
      run: async () => {
        const byMs = Math.round(clock.now() - clock.elapsed() - offset);
        offset += byMs;
        if (Math.abs(byMs) > CLOCK_JUMP_MS) trail.note({ kind: "clock.jumped", at: clock.now(), byMs });
      },
    },
    { name: "trim change records and idempotency rows", everyMs: HOUSE_KEEPING_MS, run: async () => void (await data.keepHouse()) },
    { name: "clear sessions and codes that are over", everyMs: SWEEP_MS, run: async () => void (await identity.sweep()) },
    // With a mail server its delivery does so, and tells the trail of each.
    ...(app.mail === undefined ? [{ name: "clear letters that nobody sends", everyMs: SWEEP_MS, run: () => clearLetters(app) }] : []),
    {
      name: "erase accounts whose grace is over",
      everyMs: DELAYED_LOOK_MS,
      run: async () => {
        const now = steadyTime();
        if (now === undefined) return;
        const { eraseDue } = await import("./subject-erase.ts");
        await eraseDue(app, now, (cause) => log({ what: "Could not erase an account whose grace is over.", cause }));
      },
    },
    {
      name: "remove lost factors whose delay is over",
      everyMs: DELAYED_LOOK_MS,
      run: async () => {
        const now = steadyTime();
        if (now !== undefined) await (await identity.people()).resetDue(now);
      },
    },
    { name: "renew the certificate", everyMs: CERTIFICATE_LOOK_MS, run: async () => edge.renewCertificate(certificateOf(app)) },
  ];
  const running = new Set<Promise<void>>();
  const timers = chores.map(({ name, everyMs, run }) => {
    let isBusy = false;
    const turn = async (): Promise<void> => {
      isBusy = true;
      await run().catch((cause: unknown) => log({ what: `Could not ${name}.`, cause }));
      isBusy = false;
    };
    return setInterval(() => {
      if (isBusy) return;
      const work = turn().finally(() => running.delete(work));
      running.add(work);
    }, everyMs).unref();
  });
  return {
    async [Symbol.asyncDispose]() {
      for (const timer of timers) clearInterval(timer);
      await Promise.allSettled(running);
    },
  };
}

/** Of a time when a mail server was set: they hold addresses and codes, and are not kept for longer than they could be of use. */
async function clearLetters({ store, clock }: App): Promise<void> {
  const isOver = { op: "compare", sense: "is", column: "expires_at", by: "lt", value: clock.now() * MICROS_PER_MS } as const;
  await store.commit({ steps: [{ do: "clear", table: OUTBOX, where: isOver }] });
}
