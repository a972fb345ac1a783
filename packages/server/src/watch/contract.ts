import type { EventKind, Id } from "../kit/index.ts";

export type Severity = "critical" | "high" | "medium";

/** One sentence in each language that operators read. */
export interface Sentence {
  readonly en: string;
  readonly ko: string;
}

/** An entry of the trail as a detection sees it. */
export interface Happening {
  readonly kind: string;
  /** Milliseconds since 1970, as the clock of the server said. */
  readonly at: number;
  /** Milliseconds along the trail: as `at` goes on, but never back, whatever the clock did. Windows are made of this. */
  readonly time: number;
  /** Where it came from: an IPv4 address, or an IPv6 network of 64 bits; `undefined` where nobody knows. */
  readonly network: string | undefined;
  readonly words: Readonly<Record<string, string | number>>;
  /** Of personal slots: whose they are, null for nobody's. */
  readonly subjects: Readonly<Record<string, Id | null>>;
}

/** Something that a person should look at. */
export interface Sighting {
  /** What tells two alerts of one detection apart: an account, a network, "" where there is only one. */
  readonly subject: string;
  /** The account whose erasure deletes this. */
  readonly account: Id | null;
  /** What was seen, in numbers and names; English. */
  readonly sentence: string;
  /** Where it is worse than its detection mostly is. */
  readonly severity?: Severity;
}

/** What a detection has learned and keeps across restarts, bounded for each. */
export interface Memory {
  get(item: string): number | undefined;
  /** `account`: whose erasure deletes it, null for what is about nobody. */
  set(item: string, value: number, account: Id | null): void;
}

export interface Detector {
  see(happening: Happening): Sighting | undefined;
  /** How many keys it holds, for whoever wants to know what watching costs. */
  readonly keys: number;
}

/** One row a detection. */
export interface Detection {
  readonly name: string;
  readonly severity: Severity;
  readonly title: Sentence;
  /** What to do next. */
  readonly advice: Sentence;
  /** The events that it needs, and of each the personal slots that are opened for it. */
  readonly listens: Readonly<Partial<Record<EventKind, readonly string[]>>>;
  begin(memory: Memory): Detector;
}

export interface Alert {
  readonly id: Id;
  readonly detection: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly account: Id | null;
  readonly sentence: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** `waiting` for its group's next message; `silenced`: nobody was told, on purpose; `unheard`: there was no channel, it stands in the log alone. */
  readonly state: "waiting" | "told" | "silenced" | "unheard";
}

export interface Silence {
  readonly id: Id;
  readonly detection: string;
  /** Null for all subjects. */
  readonly subject: string | null;
  readonly owner: string;
  readonly reason: string;
  readonly createdAt: number;
  readonly until: number;
}

export type MessageKind = "alert" | "repeat" | "test" | "heartbeat" | "blind" | "sighted";

/** What a channel delivers: all of it is safe to show to whoever reads the operator's alerts. */
export interface Message {
  readonly id: string;
  readonly kind: MessageKind;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly severity: Severity | "none";
  readonly title: Sentence;
  readonly advice: Sentence;
  readonly detection: string;
  readonly alerts: readonly MessageAlert[];
  /** Alerts beyond those that are listed. */
  readonly more: number;
  readonly facts: Readonly<Record<string, string | number>>;
}

export interface MessageAlert {
  readonly id: string;
  readonly subject: string;
  readonly sentence: string;
  readonly count: number;
  readonly firstAt: number;
  readonly lastAt: number;
}

/** A way to reach the operator. To add one: a file, and a row where channels are made. */
export interface Channel {
  readonly name: string;
  /** Which kinds it carries: a heartbeat is for machines. */
  readonly carries: (kind: MessageKind) => boolean;
  /** Resolves when the other side has taken it; throws when not, for whatever reason. */
  send(message: Message): Promise<void>;
}

export interface CountedEvent {
  readonly kind: string;
  readonly total: number;
  readonly lastMinute: number;
  readonly lastHour: number;
}

export interface WatchStatus {
  /** `blind`: what happens now may not be seen. */
  readonly state: "watching" | "blind";
  readonly because: string;
  /** The commit up to which all has been seen. */
  readonly position: number;
  readonly channels: readonly {
    readonly name: string;
    readonly waiting: number;
    /** In a row, of what waits. */
    readonly failures: number;
    /** When it last took something, a heartbeat or a test as well; undefined since the start. */
    readonly deliveredAt: number | undefined;
  }[];
  readonly openAlerts: number;
  readonly keys: number;
}

export interface Seen {
  readonly sequence: number;
  readonly at: number;
  readonly kind: string;
}

export interface Look {
  readonly status: WatchStatus;
  readonly counters: readonly CountedEvent[];
  readonly alerts: readonly Alert[];
  /** The newest events, oldest first. */
  readonly recent: readonly Seen[];
}

/** What a running watch does for its operator. */
export interface Watch extends AsyncDisposable {
  look(): Look;
  /** The newest alerts, newest first, told or not. */
  alerts(last: number): Promise<readonly Alert[]>;
  silences(): readonly Silence[];
  silence(wish: Pick<Silence, "detection" | "subject" | "owner" | "reason"> & { readonly forMs: number }): Promise<Silence>;
  /** Sends a test through every channel now. */
  test(): Promise<readonly { readonly channel: string; readonly problem: string | undefined }[]>;
}
