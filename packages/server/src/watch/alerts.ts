import { type Clock, formatId, type Id } from "../kit/index.ts";
import type { Step, View } from "../store/contract.ts";
import type { Alert, Detection, Message, MessageAlert, Sighting } from "./contract.ts";
import { ALERT_COLUMNS, alertOf, putAlert } from "./rows.ts";
import type { Silences } from "./silences.ts";
import { ALERTS } from "./tables.ts";

/** What goes on is one alert, until it has been quiet for so long. */
export const QUIET_MS = 3_600_000;
/** What goes on is told again after so long. */
export const REPEAT_MS = 4 * 3_600_000;
/** The first alert of a detection is told at once; those that follow share a message after so long. */
export const GROUP_MS = 5 * 60_000;
/** Open ones in memory; beyond them, the subjects of one detection are no longer told apart. */
export const OPEN_MAX = 5_000;
export const LISTED_MAX = 20;
export const KEPT_MS = 90 * 86_400_000;
const OTHERS = "others";

interface Open {
  alert: Alert;
  /** On the clock that never goes back. */
  seenAt: number;
  toldAt: number | undefined;
  isRepeat: boolean;
}

/** What was seen, folded into alerts, and alerts into messages. Holds no promise: whoever calls commits. */
export interface Alerts {
  /** Gives back the alerts that were raised just now. */
  see(detection: Detection, sighting: Sighting, at: number): Alert | undefined;
  /** Messages whose time has come. */
  due(): readonly Message[];
  readonly isDue: boolean;
  /** The steps that write what changed since the last time. */
  changes(): readonly Step[];
  readonly open: readonly Alert[];
}

interface AlertsNeeds {
  readonly stored: readonly Alert[];
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly silences: Pick<Silences, "covers">;
  readonly detections: readonly Detection[];
  readonly facts: () => Readonly<Record<string, string | number>>;
}

/** Alerts that may still be going on, and those that nobody was told of. */
export async function readOpenAlerts(view: View, now: number): Promise<readonly Alert[]> {
  const rows = await view.read({
    table: ALERTS,
    columns: ALERT_COLUMNS,
    where: { op: "compare", sense: "is", column: "last_at", by: "gte", value: now - REPEAT_MS },
    order: [{ column: "last_at", direction: "desc", nulls: "last" }],
    limit: OPEN_MAX,
  });
  return rows.map(alertOf);
}

export async function readAlerts(view: View, last: number): Promise<readonly Alert[]> {
  const rows = await view.read({
    table: ALERTS,
    columns: ALERT_COLUMNS,
    where: { op: "compare", sense: "is", column: "last_at", by: "gte", value: 0 },
    order: [{ column: "last_at", direction: "desc", nulls: "last" }],
    limit: last,
  });
  return rows.map(alertOf);
}

export function createAlerts({ stored, clock, newId, silences, detections, facts }: AlertsNeeds): Alerts {
  const open = new Map<string, Open>();
  const waiting = new Set<Open>();
  const changed = new Set<Open>();
  const freeAt = new Map<string, number>();
  for (const alert of stored) {
    const ageMs = Math.min(Math.max(0, clock.now() - alert.lastAt), QUIET_MS);
    const toldAt = alert.state === "told" ? clock.elapsed() : undefined;
    const one: Open = { alert, seenAt: clock.elapsed() - ageMs, toldAt, isRepeat: false };
    const key = keyOf(alert.detection, alert.subject);
    // Newest first: an older alert about the same has ended.
    if (!open.has(key)) open.set(key, one);
    if (alert.state === "waiting") waiting.add(one);
  }

  const isFree = (detection: string): boolean => clock.elapsed() >= (freeAt.get(detection) ?? Number.NEGATIVE_INFINITY);

  function forgetQuiet(): void {
    for (const [key, one] of open) if (clock.elapsed() - one.seenAt > QUIET_MS) open.delete(key);
  }

  function raise(detection: Detection, sighting: Sighting, at: number): Open {
    const { name, severity } = detection;
    const state = silences.covers(name, sighting.subject) ? "silenced" : "waiting";
    const alert: Alert = { ...sighting, id: newId(), detection: name, severity, count: 1, firstAt: at, lastAt: at, state };
    const raised: Open = { alert, seenAt: clock.elapsed(), toldAt: undefined, isRepeat: false };
    open.set(keyOf(name, sighting.subject), raised);
    changed.add(raised);
    if (state === "waiting") waiting.add(raised);
    return raised;
  }

  function goOn(one: Open, sighting: Sighting, at: number): void {
    const { alert } = one;
    one.seenAt = clock.elapsed();
    changed.add(one);
    const isAgain = one.toldAt !== undefined && clock.elapsed() - one.toldAt >= REPEAT_MS;
    const wasSilenced = alert.state === "silenced" && !silences.covers(alert.detection, alert.subject);
    if (isAgain) one.isRepeat = true;
    const lastAt = Math.max(alert.lastAt, at);
    one.alert = {
      ...alert,
      sentence: sighting.sentence,
      count: alert.count + 1,
      lastAt,
      state: isAgain || wasSilenced ? "waiting" : alert.state,
    };
    if (one.alert.state === "waiting") waiting.add(one);
  }

  function messageFor(detection: Detection): Message | undefined {
    const { name, severity, title, advice } = detection;
    if (!isFree(name)) return undefined;
    const ours = [...waiting].filter(({ alert }) => alert.detection === name);
    if (ours.length === 0) return undefined;
    freeAt.set(name, clock.elapsed() + GROUP_MS);
    const isRepeat = ours.every((one) => one.isRepeat);
    const alerts = ours.slice(0, LISTED_MAX).map(({ alert }) => listed(alert));
    for (const one of ours) {
      waiting.delete(one);
      changed.add(one);
      one.alert = { ...one.alert, state: "told" };
      one.toldAt = clock.elapsed();
      one.isRepeat = false;
    }
    const kind = isRepeat ? "repeat" : "alert";
    const more = ours.length - alerts.length;
    return { id: formatId(newId()), kind, at: clock.now(), severity, title, advice, detection: name, alerts, more, facts: facts() };
  }

  return {
    see(detection, sighting, at) {
      const { name } = detection;
      const found = open.get(keyOf(name, sighting.subject));
      const isOpen = found !== undefined && clock.elapsed() - found.seenAt <= QUIET_MS;
      if (isOpen) return void goOn(found, sighting, at);
      if (open.size >= OPEN_MAX) forgetQuiet();
      if (open.size < OPEN_MAX || found !== undefined) return raise(detection, sighting, at).alert;
      const others = open.get(keyOf(name, OTHERS));
      if (others !== undefined) return void goOn(others, sighting, at);
      return raise(detection, { ...sighting, subject: OTHERS, account: null }, at).alert;
    },
    due: () => (waiting.size === 0 ? [] : detections.map(messageFor).filter((message) => message !== undefined)),
    get isDue() {
      return [...waiting].some(({ alert }) => isFree(alert.detection));
    },
    changes() {
      const steps = [...changed].flatMap(({ alert }) => putAlert(alert));
      changed.clear();
      return steps;
    },
    get open() {
      const now = clock.elapsed();
      return [...open.values()].filter(({ seenAt }) => now - seenAt <= QUIET_MS).map(({ alert }) => alert);
    },
  };
}

function keyOf(detection: string, subject: string): string {
  return `${detection}\n${subject}`;
}

function listed({ id, subject, sentence, count, firstAt, lastAt }: Alert): MessageAlert {
  return { id: formatId(id), subject, sentence, count, firstAt, lastAt };
}
