import type { Clock } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { Channel, Message, WatchStatus } from "./contract.ts";
import { readMessage } from "./message.ts";
import { bytes, put, remove, text, whole } from "./rows.ts";
import { OUTBOX } from "./tables.ts";

const FIRST_RETRY_MS = 1_000;
const RETRY_MS_MAX = 5 * 60_000;
/** Messages of one detection that wait for one channel are few: what comes later joins the last of them. */
const JOINED_ALERTS_MAX = 200;
const STORED_MAX = 10_000;

interface Waiting {
  readonly id: Uint8Array;
  readonly channel: string;
  readonly message: Message;
  readonly createdAt: number;
  tries: number;
  dueAt: number;
  isUnderWay: boolean;
}

/**
 * Messages until somebody has taken them, one row for each channel. What was taken and could not be forgotten comes again after a
 * restart, with the same id: the receiver can tell.
 */
export interface Outbox {
  /** Takes messages in; gives the steps that make them durable. They are sent from the next `round` on. */
  take(messages: readonly Message[]): readonly Step[];
  /** The steps that forget what was delivered; each is given once, to be committed behind what `take` gave. */
  delivered(): readonly Step[];
  readonly hasDelivered: boolean;
  /** Begins what is due. Resolves when that has been tried. */
  round(): Promise<void>;
  waiting(channel: string): Pick<WatchStatus["channels"][number], "waiting" | "failures">;
}

interface OutboxNeeds {
  readonly stored: readonly StoredMessage[];
  readonly channels: readonly Channel[];
  readonly clock: Clock;
  readonly newId: () => Uint8Array;
  readonly failed: (channel: string, cause: unknown, tries: number) => void;
}

export interface StoredMessage {
  readonly id: Uint8Array;
  readonly channel: string;
  readonly message: Message;
  readonly createdAt: number;
}

export async function readOutbox(view: View): Promise<readonly StoredMessage[]> {
  const rows = await view.read({
    table: OUTBOX,
    columns: ["id", "channel", "message", "created_at"],
    where: { op: "all", of: [] },
    limit: STORED_MAX,
  });
  return rows
    .map(([id, channel, message, createdAt]) => ({
      id: bytes(id),
      channel: text(channel),
      message: readMessage(text(message)),
      createdAt: whole(createdAt),
    }))
    .toSorted((a, b) => a.createdAt - b.createdAt);
}

export function createOutbox({ stored, channels, clock, newId, failed }: OutboxNeeds): Outbox {
  const waiting = new Map<string, Waiting>();
  const taken: Step[] = [];
  const keep = (one: StoredMessage): Waiting => {
    const kept = { ...one, tries: 0, dueAt: clock.elapsed(), isUnderWay: false };
    waiting.set(Buffer.from(one.id).toString("hex"), kept);
    return kept;
  };
  for (const one of stored) keep(one);

  function take(message: Message): readonly Step[] {
    return channels
      .filter(({ carries }) => carries(message.kind))
      .flatMap(({ name }) => {
        const before = [...waiting.values()].find((one) => one.channel === name && joins(one, message));
        const one = before ?? keep({ id: newId(), channel: name, message, createdAt: clock.now() });
        const kept: Waiting = before === undefined ? one : { ...one, message: joined(one.message, message) };
        if (before !== undefined) waiting.set(Buffer.from(one.id).toString("hex"), kept);
        const { id, channel, createdAt } = kept;
        const row = { id, channel, detection: message.detection, message: JSON.stringify(kept.message), created_at: createdAt };
        return put(OUTBOX, ["id"], row);
      });
  }

  async function send(one: Waiting, channel: Channel): Promise<void> {
    one.isUnderWay = true;
    try {
      await channel.send(one.message);
    } catch (cause) {
      one.tries += 1;
      one.dueAt = clock.elapsed() + Math.min(FIRST_RETRY_MS * 2 ** (one.tries - 1), RETRY_MS_MAX);
      one.isUnderWay = false;
      failed(channel.name, cause, one.tries);
      return;
    }
    waiting.delete(Buffer.from(one.id).toString("hex"));
    taken.push(remove(OUTBOX, one.id));
  }

  return {
    take: (messages) => messages.flatMap(take),
    delivered: () => taken.splice(0),
    get hasDelivered() {
      return taken.length > 0;
    },
    async round() {
      const now = clock.elapsed();
      const due = [...waiting.values()].filter(({ isUnderWay, dueAt }) => !isUnderWay && dueAt <= now);
      await Promise.all(
        due.map((one) => {
          const channel = channels.find(({ name }) => name === one.channel);
          return channel === undefined ? undefined : send(one, channel);
        }),
      );
    },
    waiting(channel) {
      const ours = [...waiting.values()].filter((one) => one.channel === channel);
      return { waiting: ours.length, failures: Math.max(0, ...ours.map(({ tries }) => tries)) };
    },
  };
}

/** While a channel does not take what it is sent, what comes later shares the message that waits. */
function joins({ message, tries, isUnderWay }: Waiting, { kind, detection }: Message): boolean {
  return message.detection === detection && message.kind === kind && tries > 0 && !isUnderWay && message.alerts.length < JOINED_ALERTS_MAX;
}

/** Under the new id: the old one may have arrived without our knowing, and would be dropped as known. */
function joined(before: Message, after: Message): Message {
  const alerts = new Map([...before.alerts, ...after.alerts].map((alert) => [alert.id, alert]));
  return { ...after, alerts: [...alerts.values()], more: before.more + after.more };
}
