import { type Fault, faultFrom } from "../kit/index.ts";
import { readAlerts } from "./alerts.ts";
import type { Channel, Message, Watch } from "./contract.ts";
import { integrityBroken } from "./detections/told.ts";
import { createGatherer } from "./gather.ts";
import { createHeartbeat, notice } from "./heartbeat.ts";
import { SELF_CHECK_MS } from "./keeper.ts";
import { loadParts, type Parts, type SightedAt, type WatchNeeds } from "./parts.ts";
import { read } from "./reading.ts";

/** Between two looks at the feed: what comes meanwhile is read together. */
const GATHER_MS = 50;
const REST_MS = 1_000;
const TURN_MS = 200;
/** A receiver that takes its time must not hold up the end. */
const GOODBYE_MS = 2_000;
const LISTED_MAX = 1_000;

/** Starts to watch: from where it left off, or from now where it never has. */
export async function createWatch(given: WatchNeeds): Promise<Watch> {
  const { clock, store, trail } = given;
  const deliveredAt = new Map<string, number>();
  const channels = given.channels.map((channel) => noting(channel, () => deliveredAt.set(channel.name, clock.now())));
  const needs = { ...given, channels };
  const stop = new AbortController();
  const parts = await loadParts(needs, stop.signal);
  const { sight, counters, progress, detecting, silences, alerts, outbox, keeper } = parts;
  const work = createWork(needs, parts);
  const reading = readOn(needs, parts, work, stop.signal);
  const turning = turnOn(needs, parts, work, stop.signal);

  return {
    look: () => ({
      status: {
        state: sight.blindness === undefined ? "watching" : "blind",
        because: sight.blindness?.because ?? "",
        position: progress.position,
        channels: channels.map(({ name }) => ({ name, ...outbox.waiting(name), deliveredAt: deliveredAt.get(name) })),
        openAlerts: alerts.open.length,
        keys: detecting.keys,
      },
      counters: counters.rows(clock.now()),
      alerts: alerts.open,
      recent: counters.recent,
    }),
    alerts: (last) => store.view((view) => readAlerts(view, Math.min(last, LISTED_MAX))),
    silences: silences.list,
    async silence(wish) {
      const { silence, steps, hold } = silences.prepare(wish);
      const { detection, owner, reason, until } = silence;
      const told = trail.entry({ kind: "alert.silenced", at: clock.now(), detection, owner, reason, until });
      await store.commit({ steps: [...steps, ...told] });
      hold();
      return silence;
    },
    test: () =>
      Promise.all(channels.map(async (channel) => ({ channel: channel.name, problem: await problemOf(channel, work.notice("test")) }))),
    async [Symbol.asyncDispose]() {
      stop.abort();
      await Promise.allSettled([reading, turning]);
      // What is still under way is kept, and sent at the next start under the same id.
      await Promise.race([work.end(), given.wait(GOODBYE_MS, new AbortController().signal)]);
      await keeper.keep("now");
    },
  };
}

/** What both loops do. */
interface Work {
  /** Writes, and sends when it is durable. Where that takes long, the next turn sends before: an alert does not wait for a disk. */
  keepAndSend(how: "now" | "lazily"): Promise<void>;
  /** Lets work go on by itself; what fails is logged. */
  own(work: Promise<void>): void;
  notice(kind: Parameters<typeof notice>[0], facts?: Message["facts"]): Message;
  end(): Promise<void>;
}

function createWork({ clock, newId, facts, log }: WatchNeeds, { keeper, outbox }: Parts): Work {
  const running = new Set<Promise<void>>();
  const own = (work: Promise<void>): void => {
    const owned = work
      .catch((cause: unknown) => log({ what: "The watch failed at a task; it goes on.", cause }))
      .finally(() => running.delete(owned));
    running.add(owned);
  };
  return {
    own,
    async keepAndSend(how) {
      await keeper.keep(how);
      own(outbox.round());
    },
    notice: (kind, more = {}) => notice(kind, { newId, clock, facts: { ...facts(), ...more } }),
    end: async () => void (await Promise.allSettled(running)),
  };
}

/** The loop that reads the trail. */
function readOn(needs: WatchNeeds, parts: Parts, work: Work, signal: AbortSignal): Promise<void> {
  const { clock, wait, follower } = needs;
  const seen = (sighted: readonly SightedAt[]): Promise<void> => work.keepAndSend(parts.take(sighted) ? "now" : "lazily");
  return read({
    ...parts,
    follower,
    clock,
    seen,
    unreadable({ position }) {
      const sentence = `An entry of commit ${position} of the trail cannot be read.`;
      return seen([{ detection: integrityBroken, sighting: { subject: "entry", account: null, sentence }, at: clock.now() }]);
    },
    breathe: () => wait(0, signal),
    pause: () => wait(GATHER_MS, signal),
    rest: () => wait(REST_MS, signal),
    signal,
  });
}

/** The loop of everything that no entry brings: sums, heartbeats, messages that wait, and whether the watch itself sees. */
async function turnOn(needs: WatchNeeds, parts: Parts, work: Work, signal: AbortSignal): Promise<void> {
  const { clock, trail, log, channels } = needs;
  const { sight, progress, outbox, keeper } = parts;
  const gather = createGatherer({ tallies: needs.tallies, clock, note: trail.note, isOwn: needs.isOwn });
  const heartbeat = createHeartbeat({
    clock,
    channels,
    message: () => work.notice("heartbeat", { state: sight.blindness === undefined ? "watching" : "blind", position: progress.position }),
    failed: (channel, cause) => log({ what: `A heartbeat could not be sent (${channel}).`, cause }),
  });
  // At once: from the first start on there is a place to go on from.
  let checkedAt = Number.NEGATIVE_INFINITY;

  const tellOfSight = (): void => {
    const turned = sight.turn();
    if (turned === undefined) return;
    const { kind, because, forMs } = turned;
    log({ what: kind === "blind" ? `The watch is blind: ${because}.` : "The watch sees again." });
    parts.tell(work.notice(kind, { because, forMs }));
    if (kind === "sighted") trail.note({ kind: "watch.blind", at: clock.now(), because, forMs });
  };

  const turn = (): void => {
    gather();
    tellOfSight();
    work.own(heartbeat.beat());
    work.own(outbox.round());
    // While a write is tried again and again, the rest must go on.
    if (keeper.isWriting) return;
    const isDue = clock.elapsed() - checkedAt >= SELF_CHECK_MS;
    if (isDue) checkedAt = clock.elapsed();
    if (isDue || parts.isOwing()) work.own(work.keepAndSend("now"));
    else if (parts.alerts.hasChanges) work.own(work.keepAndSend("lazily"));
  };

  while (!signal.aborted) {
    try {
      turn();
    } catch (cause) {
      log({ what: "The watch failed at a turn; it goes on.", cause });
    }
    await needs.wait(TURN_MS, signal);
  }
}

function noting(channel: Channel, delivered: () => void): Channel {
  return {
    ...channel,
    async send(message) {
      await channel.send(message);
      delivered();
    },
  };
}

async function problemOf(channel: Channel, message: Message): Promise<string | undefined> {
  try {
    await channel.send(message);
    return undefined;
  } catch (error) {
    const fault: Fault = faultFrom(error);
    return fault.code === "internal" && error instanceof Error ? `${error.name}: ${networkCode(error)}` : fault.message;
  }
}

/** What the network said, without what was sent. */
function networkCode(error: Error): string {
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "it could not be reached";
}
