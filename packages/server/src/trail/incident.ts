import { formatId, ID_BYTES, type Id, isFault, parseId } from "../kit/index.ts";
import type { Store, View } from "../store/contract.ts";
import type { Entries } from "./entry.ts";
import { decodeLeaf, type Leaf, slotsOf } from "./leaf.ts";
import { asBytes, asNumber, newestEntry, readEntries, type StoredEntry } from "./origins.ts";
import { OPENINGS } from "./tables.ts";

export interface IncidentFilter {
  /** An account, or a client key: what it did, and what was done to it. */
  readonly actor: Id | undefined;
  /** A network address, as the server saw it. */
  readonly address: string | undefined;
  /** Milliseconds since 1970: from here … */
  readonly from: number;
  /** … up to, not including. */
  readonly to: number;
}

/** `erased`: the person was erased, and nobody can tell any more. `damaged`: what lies there is not what was written. */
export type IncidentValue = string | number | { readonly closed: "erased" | "damaged" };

export interface IncidentEntry {
  readonly at: string;
  readonly kind: string;
  /** Whether the actor that was asked for did it, or it was done to them by somebody else or by nobody who was signed in. */
  readonly as: "actor" | "subject" | undefined;
  readonly values: Readonly<Record<string, IncidentValue>>;
}

export interface IncidentChange {
  readonly collection: string;
  readonly action: string;
  readonly count: number;
  /** The first so many, without repeats. */
  readonly rows: readonly string[];
}

export interface Incident {
  readonly entries: readonly IncidentEntry[];
  /** All that pass; the list above has the first INCIDENT_ENTRIES_MAX of them. */
  readonly total: number;
  readonly kinds: Readonly<Record<string, number>>;
  readonly changes: readonly IncidentChange[];
  /** Rows that were read, as far as they were counted: which ones they were is not in the trail. */
  readonly rowsRead: number;
  /** Accounts whose data the entries tell of, besides the one that was asked for. */
  readonly persons: readonly string[];
  readonly addresses: readonly string[];
  /** Personal values of these entries that cannot be shown any more. */
  readonly erased: number;
  /** Entries of that time of which nobody can tell any more whether they pass: whose they were was erased. */
  readonly unattributable: number;
  readonly unreadable: number;
}

export const INCIDENT_ENTRIES_MAX = 10_000;
const ROWS_NAMED_MAX = 1_000;
const PERSONS_MAX = 10_000;
/** Entries between which other requests get their turn: each is read and opened on the thread that answers. */
const ENTRIES_PER_TURN = 32;

/**
 * All of the log is looked through, because entries stand in the order of their commits, and a clock may have jumped: no entry of
 * that time is missed.
 */
export async function findIncident(
  store: Store,
  entries: Entries,
  filter: IncidentFilter,
  onProgress: (entries: number) => void,
): Promise<Incident> {
  const gathered = createGathering(filter);
  const upTo = (await store.view(newestEntry))?.position ?? 0;
  let looked = 0;
  for await (const entry of readEntries(store, 0, upTo)) {
    looked += 1;
    if (looked % ENTRIES_PER_TURN === 0) {
      onProgress(looked);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await look(store, entries, filter, gathered, entry);
  }
  return gathered.result();
}

async function look(store: Store, entries: Entries, filter: IncidentFilter, gathered: Gathering, entry: StoredEntry): Promise<void> {
  const leaf = decodeLeaf(entry.leaf);
  if (leaf === undefined) return gathered.unreadable();
  if (leaf.at < filter.from || leaf.at >= filter.to) return;
  const opened = openSlots(entries, leaf, await store.view((view) => readOpenings(view, leaf.id)));
  const as = standing(opened, filter.actor);
  if (filter.actor !== undefined && as === undefined) return isClosed(opened.values["actor"]) ? gathered.unattributable() : undefined;
  const { address } = opened.values;
  if (filter.address !== undefined && address !== filter.address) return isClosed(address) ? gathered.unattributable() : undefined;
  gathered.add({ at: isoTime(leaf.at), kind: leaf.kind, as, values: opened.values }, opened.subjects);
}

interface StoredOpening {
  readonly slot: number;
  readonly subject: Uint8Array | null;
  readonly sealed: Uint8Array;
}

async function readOpenings(view: View, entry: Id): Promise<readonly StoredOpening[]> {
  const where = { op: "compare", sense: "is", column: "entry", by: "eq", value: entry } as const;
  const rows = await view.read({ table: OPENINGS, columns: ["slot", "subject", "sealed"], where });
  return rows.map(([slot, subject, sealed]) => ({
    slot: asNumber(slot),
    subject: subject instanceof Uint8Array ? subject : null,
    sealed: asBytes(sealed),
  }));
}

interface Opened {
  readonly values: Readonly<Record<string, IncidentValue>>;
  /** Whose openings the entry has. */
  readonly subjects: ReadonlySet<string>;
}

function openSlots(entries: Entries, leaf: Leaf, openings: readonly StoredOpening[]): Opened {
  const values: Record<string, IncidentValue> = {};
  const names = slotsOf(leaf.kind);
  for (const [at, slot] of leaf.slots.entries()) {
    const name = names[at]?.name ?? `slot${at}`;
    if (slot.kind === "text") values[name] = slot.text;
    if (slot.kind === "number") values[name] = slot.number;
    // What a row held is shown by nobody: the trail binds it, the row's place opens it.
    if (slot.kind !== "personal" || name === "stored") continue;
    const opening = openings.find((one) => one.slot === at);
    values[name] = opening === undefined ? { closed: "erased" } : openOne(entries, leaf.id, opening);
  }
  return { values, subjects: new Set(openings.flatMap(({ subject }) => (subject === null ? [] : [formatId(subject)]))) };
}

function openOne(entries: Entries, entry: Id, { sealed, slot, subject }: StoredOpening): IncidentValue {
  try {
    return textOf(entries.open(sealed, entry, slot, subject).value);
  } catch (error) {
    if (isFault(error, "vault.refused")) return { closed: "damaged" };
    throw error;
  }
}

/** An id is written as bytes by one room and as text by another; here it is always text. */
function textOf(value: string | Uint8Array): string {
  if (typeof value === "string") return value;
  if (value.length === ID_BYTES) return formatId(value);
  const text = Buffer.from(value).toString("latin1");
  return parseId(text) === undefined ? Buffer.from(value).toString("base64") : text;
}

function standing({ values, subjects }: Opened, actor: Id | undefined): IncidentEntry["as"] {
  if (actor === undefined) return undefined;
  const id = formatId(actor);
  if (values["actor"] === id) return "actor";
  return subjects.has(id) || values["key"] === id ? "subject" : undefined;
}

function isClosed(value: IncidentValue | undefined): boolean {
  return typeof value === "object";
}

interface Gathering {
  add(entry: IncidentEntry, subjects: ReadonlySet<string>): void;
  unreadable(): void;
  unattributable(): void;
  result(): Incident;
}

function createGathering({ actor }: IncidentFilter): Gathering {
  const list: IncidentEntry[] = [];
  const kinds: Record<string, number> = {};
  const changes = new Map<string, { collection: string; action: string; count: number; rows: Set<string> }>();
  const persons = new Set<string>();
  const addresses = new Set<string>();
  const counts = { total: 0, rowsRead: 0, erased: 0, unreadable: 0, unattributable: 0 };

  function countChange({ kind, values }: IncidentEntry): void {
    if (kind !== "record.changed") return;
    const [collection, action, row] = [String(values["collection"]), String(values["action"]), values["row"]];
    const key = `${collection}/${action}`;
    const change = changes.get(key) ?? { collection, action, count: 0, rows: new Set<string>() };
    changes.set(key, change);
    change.count += 1;
    if (typeof row === "string" && change.rows.size < ROWS_NAMED_MAX) change.rows.add(row);
  }

  return {
    add(entry, subjects) {
      counts.total += 1;
      kinds[entry.kind] = (kinds[entry.kind] ?? 0) + 1;
      if (list.length < INCIDENT_ENTRIES_MAX) list.push(entry);
      countChange(entry);
      if (entry.kind === "rows.read") counts.rowsRead += Number(entry.values["rows"] ?? 0);
      for (const person of subjects)
        if (persons.size < PERSONS_MAX && (actor === undefined || person !== formatId(actor))) persons.add(person);
      const { address } = entry.values;
      if (typeof address === "string" && address !== "" && addresses.size < PERSONS_MAX) addresses.add(address);
      counts.erased += Object.values(entry.values).filter(isClosed).length;
    },
    unreadable() {
      counts.unreadable += 1;
    },
    unattributable() {
      counts.unattributable += 1;
    },
    result: () => ({
      // By their own time: entries of one moment lie in the log as their commits came.
      entries: list.toSorted((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0)),
      ...counts,
      kinds,
      changes: [...changes.values()].map(({ rows, ...change }) => ({ ...change, rows: [...rows] })),
      persons: [...persons],
      addresses: [...addresses],
    }),
  };
}

function isoTime(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : time.toISOString();
}
