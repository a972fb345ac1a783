import { type Clock, formatId, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Step, View } from "../store/contract.ts";
import type { Alert, Detection, Message, MessageAlert, Severity, Sighting } from "./contract.ts";
import { ALERT_COLUMNS, alertOf, equals, putAlert } from "./rows.ts";
import type { Silences } from "./silences.ts";
import { ALERTS } from "./tables.ts";

/** What goes on is one alert, until it has been quiet for so long. */
const QUIET_MS = 3_600_000;
/** What goes on is told again after so long. */
export const REPEAT_MS = 4 * 3_600_000;
/** The first alert of a detection is told at once; those that follow share a message after so long. */
export const GROUP_MS = 5 * 60_000;
/** Open ones in memory; beyond them, the subjects of one detection are no longer told apart. */
const OPEN_MAX = 5_000;
const LISTED_MAX = 20;
/** The trail keeps for good that there was an alert. */
const KEPT_MS = 90 * 86_400_000;
const SWEEP_MS = 86_400_000;
const OTHERS = "others";
/** The worst first. */
const SEVERITIES: readonly Severity[] = ["critical", "high", "medium"];

interface Open {
  alert: Alert;
  /** On the clock that never goes back. */
  seenAt: number;
  toldAt: number | undefined;
  isRepeat: boolean;
}

/** What was seen, folded into alerts, and alerts into messages. Holds no promise: whoever calls commits. */
export interface Alerts {
  /** Gives back the alert that was raised, or became worse, just now. */
  see(detection: Detection, sighting: Sighting, at: number): Alert | undefined;
  /** Messages whose time has come. */
  due(): readonly Message[];
  readonly isDue: boolean;
  /** The steps that write what changed since the last time. */
  changes(): readonly Step[];
  readonly hasChanges: boolean;
  readonly open: readonly Alert[];
}

interface AlertsNeeds {
  readonly stored: readonly Alert[];
  readonly clock: Clock;
  readonly newId: () => Id;
  readonly silences: Pick<Silences, "covers">;
  readonly detections: readonly Detection[];
  /** Is there a channel at all? */
  readonly isHeard: boolean;
  readonly facts: () => Readonly<Record<string, string | number>>;
}

/** Alerts that may still be going on, and however old those that nobody was told of; newest first. */
export async function readOpenAlerts(view: View, now: number): Promise<readonly Alert[]> {
  const recent = await readWhere(view, { op: "compare", sense: "is", column: "last_at", by: "gte", value: now - REPEAT_MS }, OPEN_MAX);
  const waiting = await readWhere(view, equals("state", "waiting"), OPEN_MAX);
  const known = new Set(recent.map(({ id }) => formatId(id)));
  return [...recent, ...waiting.filter(({ id }) => !known.has(formatId(id)))];
}

export function readAlerts(view: View, last: number): Promise<readonly Alert[]> {
  return readWhere(view, { op: "compare", sense: "is", column: "last_at", by: "gte", value: 0 }, last);
}

/** Steps that delete what is long over, once a day; by the time that has passed, so that a clock that jumps deletes nothing. */
export function createAlertSweep(clock: Clock): () => readonly Step[] {
  const offset = clock.now() - clock.elapsed();
  let dueAt = clock.elapsed() + SWEEP_MS;
  return () => {
    if (clock.elapsed() < dueAt) return [];
    dueAt = clock.elapsed() + SWEEP_MS;
    const before: Filter = {
      op: "compare",
      sense: "is",
      column: "last_at",
      by: "lt",
      value: Math.round(offset + clock.elapsed() - KEPT_MS),
    };
    const isOver: Filter = { op: "compare", sense: "is", column: "state", by: "neq", value: "waiting" };
    return [{ do: "clear", table: ALERTS, where: { op: "all", of: [before, isOver] } }];
  };
}

async function readWhere(view: View, where: Filter, limit: number): Promise<readonly Alert[]> {
  const order = [{ column: "last_at", direction: "desc", nulls: "last" }] as const;
  return (await view.read({ table: ALERTS, columns: ALERT_COLUMNS, where, order, limit })).map(alertOf);
}

type Judged = Sighting & { readonly severity: Severity };

/** What is going on, in memory; whatever of it changed is written with the next commit. */
interface Book {
  readonly open: Map<string, Open>;
  readonly waiting: Set<Open>;
  readonly changed: Set<Open>;
  /** When the next message of a detection and a severity may go: what is worse does not wait for what was told before. */
  readonly freeAt: Map<string, number>;
}

export function createAlerts(needs: AlertsNeeds): Alerts {
  const { clock, detections } = needs;
  const book = loadBook(needs);
  const { open, waiting, changed } = book;
  return {
    see({ name, severity }, sighting, at) {
      const judged: Judged = { ...sighting, severity: sighting.severity ?? severity };
      const found = open.get(keyOf(name, sighting.subject));
      const isOpen = found !== undefined && clock.elapsed() - found.seenAt <= QUIET_MS;
      if (isOpen) return goOn(needs, book, found, judged, at);
      if (open.size >= OPEN_MAX) forgetQuiet(needs, book);
      if (open.size < OPEN_MAX || found !== undefined) return raise(needs, book, name, judged, at);
      const others = open.get(keyOf(name, OTHERS));
      if (others !== undefined) return goOn(needs, book, others, judged, at);
      return raise(needs, book, name, { ...judged, subject: OTHERS, account: null }, at);
    },
    due: () =>
      waiting.size === 0
        ? []
        : detections
            .flatMap((detection) => SEVERITIES.map((severity) => messageFor(needs, book, detection, severity)))
            .filter((message) => message !== undefined),
    get isDue() {
      return [...waiting].some(({ alert }) => isFree(needs, book, alert));
    },
    get hasChanges() {
      return changed.size > 0;
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

function loadBook({ stored, clock, isHeard }: AlertsNeeds): Book {
  const book: Book = { open: new Map(), waiting: new Set(), changed: new Set(), freeAt: new Map() };
  for (const kept of stored) {
    // Since then somebody has named a channel: what still goes on is told there.
    const alert: Alert = isHeard && kept.state === "unheard" ? { ...kept, state: "waiting" } : kept;
    const ageMs = Math.min(Math.max(0, clock.now() - alert.lastAt), QUIET_MS);
    const toldAt = alert.state === "told" || alert.state === "unheard" ? clock.elapsed() : undefined;
    const one: Open = { alert, seenAt: clock.elapsed() - ageMs, toldAt, isRepeat: false };
    const key = keyOf(alert.detection, alert.subject);
    // Newest first: an older alert about the same has ended.
    if (!book.open.has(key)) book.open.set(key, one);
    if (alert.state === "waiting") book.waiting.add(one);
  }
  return book;
}

function isFree({ clock }: AlertsNeeds, { freeAt }: Book, { detection, severity }: Pick<Alert, "detection" | "severity">): boolean {
  return clock.elapsed() >= (freeAt.get(keyOf(detection, severity)) ?? Number.NEGATIVE_INFINITY);
}

function forgetQuiet({ clock }: AlertsNeeds, { open }: Book): void {
  for (const [key, one] of open) if (clock.elapsed() - one.seenAt > QUIET_MS) open.delete(key);
}

function raise({ clock, newId, silences }: AlertsNeeds, book: Book, detection: string, sighting: Judged, at: number): Alert {
  const state = silences.covers(detection, sighting.subject) ? "silenced" : "waiting";
  const alert: Alert = { ...sighting, id: newId(), detection, count: 1, firstAt: at, lastAt: at, state };
  const raised: Open = { alert, seenAt: clock.elapsed(), toldAt: undefined, isRepeat: false };
  book.open.set(keyOf(detection, sighting.subject), raised);
  book.changed.add(raised);
  if (state === "waiting") book.waiting.add(raised);
  return alert;
}

function goOn({ clock, silences }: AlertsNeeds, book: Book, one: Open, sighting: Judged, at: number): Alert | undefined {
  const { alert } = one;
  const worse = SEVERITIES.indexOf(alert.severity) - SEVERITIES.indexOf(sighting.severity);
  const isWorse = worse > 0;
  const isAgain = one.toldAt !== undefined && clock.elapsed() - one.toldAt >= REPEAT_MS;
  const isSilenced = silences.covers(alert.detection, alert.subject);
  const isTold = !isSilenced && (isAgain || isWorse || alert.state === "silenced");
  one.seenAt = clock.elapsed();
  if (isTold) one.isRepeat = isAgain && !isWorse;
  one.alert = {
    ...alert,
    severity: isWorse ? sighting.severity : alert.severity,
    // What made it worse stays said.
    sentence: worse < 0 ? alert.sentence : sighting.sentence,
    count: alert.count + 1,
    lastAt: Math.max(alert.lastAt, at),
    state: isTold ? "waiting" : alert.state,
  };
  book.changed.add(one);
  if (isTold) book.waiting.add(one);
  return isWorse ? one.alert : undefined;
}

function messageFor(needs: AlertsNeeds, book: Book, detection: Detection, severity: Severity): Message | undefined {
  const { clock, newId, facts } = needs;
  const { name, title, advice } = detection;
  if (!isFree(needs, book, { detection: name, severity })) return undefined;
  const ours = [...book.waiting].filter(({ alert }) => alert.detection === name && alert.severity === severity);
  if (ours.length === 0) return undefined;
  book.freeAt.set(keyOf(name, severity), clock.elapsed() + GROUP_MS);
  const kind = ours.every((one) => one.isRepeat) ? "repeat" : "alert";
  const alerts = ours.slice(0, LISTED_MAX).map(({ alert }) => listed(alert));
  for (const one of ours) {
    book.waiting.delete(one);
    book.changed.add(one);
    one.alert = { ...one.alert, state: needs.isHeard ? "told" : "unheard" };
    one.toldAt = clock.elapsed();
    one.isRepeat = false;
  }
  const more = ours.length - alerts.length;
  return { id: formatId(newId()), kind, at: clock.now(), severity, title, advice, detection: name, alerts, more, facts: facts() };
}

function keyOf(detection: string, subject: string): string {
  return `${detection}\n${subject}`;
}

function listed({ id, subject, sentence, count, firstAt, lastAt }: Alert): MessageAlert {
  return { id: formatId(id), subject, sentence, count, firstAt, lastAt };
}
