import { type Clock, type Event, formatId, type Id, personal, type Tallies } from "../kit/index.ts";
import type { Step, Store } from "../store/contract.ts";
import type { Follower, Trail } from "../trail/index.ts";
import { type Alerts, createAlertSweep, createAlerts, readOpenAlerts } from "./alerts.ts";
import type { Alert, Channel, Detection, Message, Sighting } from "./contract.ts";
import { type Counters, createCounters } from "./counters.ts";
import { createDetecting, type Detecting, type Sighted } from "./detecting.ts";
import { createKeeper, type Keeper } from "./keeper.ts";
import { createMemories, readMemory } from "./memory.ts";
import { createOutbox, type Outbox, readOutbox } from "./outbox.ts";
import { createProgress, type Progress } from "./position.ts";
import { put, text, whole } from "./rows.ts";
import { createSight, type Sight } from "./sight.ts";
import { createSilences, readSilences, type Silences } from "./silences.ts";
import { STATE } from "./tables.ts";

export interface WatchNeeds {
  /** Sees the tables of this room, and the log tables of the trail. */
  readonly store: Store;
  readonly trail: Pick<Trail, "entry" | "note">;
  readonly follower: Follower;
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly tallies: Tallies;
  readonly channels: readonly Channel[];
  readonly detections: readonly Detection[];
  /** Addresses from which the house looks at itself: what comes from there is a drill, and no attack. */
  readonly isOwn: (address: string) => boolean;
  /** What every message says besides what happened: which server, and the trail's signed head. */
  readonly facts: () => Readonly<Record<string, string | number>>;
  readonly log: (line: { readonly what: string; readonly cause?: unknown }) => void;
  /** Waits so long in real time, or until the signal: tests go on at once. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

const RETRY_MS = 1_000;
const CURSOR = "cursor";

/** What a watch is made of, loaded from where it left off. */
export interface Parts {
  readonly sight: Sight;
  readonly counters: Counters;
  readonly progress: Progress;
  readonly detecting: Detecting;
  readonly silences: Silences;
  readonly alerts: Alerts;
  readonly outbox: Outbox;
  readonly keeper: Keeper;
  /** Folds what was seen into alerts; whether one was raised. */
  readonly take: (sighted: readonly SightedAt[]) => boolean;
  /** A message beside the alerts. */
  readonly tell: (message: Message) => void;
  /** Whether something waits to be written. */
  readonly isOwing: () => boolean;
}

export type SightedAt = Sighted & { readonly at: number };

export async function loadParts(needs: WatchNeeds, signal: AbortSignal): Promise<Parts> {
  const { store, clock, newId, detections, channels, trail, log } = needs;
  const loaded = await load(needs);
  const sight = createSight(clock);
  const counters = createCounters(loaded.counted);
  const progress = createProgress(loaded);
  const memories = createMemories(loaded.memory);
  const detecting = createDetecting({
    detections,
    memories,
    isOwn: needs.isOwn,
    failed(detection, cause) {
      sight.fails(detection, `the detection ${detection} fails`);
      log({ what: `The detection ${detection} failed.`, cause });
    },
  });
  const isDetection = (name: string): boolean => detections.some((detection) => detection.name === name);
  const silences = createSilences({ stored: loaded.silences, clock, newId, isDetection });
  const alerts = createAlerts({
    stored: loaded.alerts,
    clock,
    newId,
    silences,
    detections,
    isHeard: needs.channels.length > 0,
    facts: needs.facts,
  });
  const outbox = createOutbox({
    stored: loaded.outbox,
    channels,
    clock,
    newId,
    failed: (channel, cause, tries) => log({ what: `An alert could not be sent (${channel}, try ${tries}); it is kept.`, cause }),
  });
  const extra: Step[] = [];
  const sweep = createAlertSweep(clock);

  /** All that changed, for one commit: what was seen is as durable as the message that tells of it, and as the place it was seen at. */
  const collect = (): readonly Step[] => {
    const cursor = { name: CURSOR, position: progress.position, warm_from: progress.warmFrom, counted: counters.save() };
    const messages = alerts.due();
    for (const message of messages) log({ what: `ALERT ${message.severity} ${message.detection}: ${message.title.en}.` });
    const steps = [...alerts.changes(), ...memories.changes(), ...silences.sweep(), ...extra.splice(0)];
    return [...put(STATE, ["name"], cursor), ...steps, ...outbox.take(messages), ...outbox.delivered(), ...sweep()];
  };
  const keeper = createKeeper({ store, clock, sight, collect, pause: () => needs.wait(RETRY_MS, signal), isOver: () => signal.aborted });

  return {
    sight,
    counters,
    progress,
    detecting,
    silences,
    alerts,
    outbox,
    keeper,
    take(sighted) {
      const raised = sighted.flatMap(({ detection, sighting, at }) => alerts.see(detection, plain(sighting), at) ?? []);
      extra.push(...raised.flatMap((alert) => trail.entry(raisedEvent(alert, clock.now()))));
      return raised.length > 0;
    },
    tell: (message) => void extra.push(...outbox.take([message])),
    isOwing: () => extra.length > 0 || alerts.isDue || outbox.hasDelivered,
  };
}

async function load({ store, clock, detections, follower }: WatchNeeds) {
  const newest = await follower.newest();
  const names = detections.map(({ name }) => name);
  return store.view(async (view) => {
    const row = await view.get(STATE, [CURSOR], ["position", "warm_from", "counted"]);
    const fresh = { position: newest, warmFrom: newest, counted: "{}" };
    const cursor = row === undefined ? fresh : { position: whole(row[0]), warmFrom: whole(row[1]), counted: text(row[2]) };
    return {
      ...cursor,
      memory: await readMemory(view, names),
      alerts: await readOpenAlerts(view, clock.now()),
      outbox: await readOutbox(view),
      silences: await readSilences(view),
    };
  });
}

const SUBJECT_LENGTH_MAX = 200;
const SENTENCE_LENGTH_MAX = 500;

/** What events carry may come from outside: it must fit into a row, a line and a letter. */
function plain({ subject, sentence, ...rest }: Sighting): Sighting {
  return { ...rest, subject: oneLine(subject, SUBJECT_LENGTH_MAX), sentence: oneLine(sentence, SENTENCE_LENGTH_MAX) };
}

function oneLine(text: string, lengthMax: number): string {
  return text
    .slice(0, lengthMax)
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ");
}

function raisedEvent({ id, detection, severity, subject, account }: Alert, at: number): Event {
  return { kind: "alert.raised", at, detection, severity, alert: formatId(id), subject: personal(subject, account) };
}
