import { Fault, formatId, ID_BYTES, type Id } from "../kit/index.ts";
import type { MigrationReport, Position, Store, View } from "../store/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { createEntries, type Entries } from "./entry.ts";
import { decodeLeaf, kindOf, slotsOf } from "./leaf.ts";
import { asBytes, newestEntry } from "./origins.ts";
import { findOpening } from "./source.ts";
import { ENTRIES } from "./tables.ts";

/** The trail as it grows, for those who watch it. Sees what is committed, signed or not yet. */
export interface Follower {
  /** The last commit with an entry; 0 of an empty trail. */
  newest(): Promise<Position>;
  /** Entries of the commits after a position, whole commits at a time, until the signal says so. */
  follow(after: Position, signal: AbortSignal): AsyncIterable<readonly FollowedEntry[]>;
  /** What an entry says, with the personal slots of these names as they were. Costs a read and a decryption for each of them. */
  open(entry: FollowedEntry, personal: readonly string[]): Promise<OpenedEntry>;
}

export interface FollowedEntry {
  readonly position: Position;
  readonly kind: string;
  readonly leaf: Uint8Array;
}

export interface OpenedEntry {
  readonly kind: string;
  readonly at: number;
  /** By slot; a personal value that was erased, is damaged or was not asked for is not in it. */
  readonly words: Readonly<Record<string, string | number>>;
  /** By personal slot that was opened: the account whose erasure deletes it, null where the value belongs to nobody. */
  readonly subjects: Readonly<Record<string, Id | null>>;
}

interface FollowerNeeds {
  readonly store: Store;
  readonly report: MigrationReport;
  readonly vault: Vault;
}

export function createFollower({ store, report, vault }: FollowerNeeds): Follower {
  const entries = createEntries({ vault, report });
  return {
    newest: async () => (await store.view(newestEntry))?.position ?? 0,
    async *follow(after, signal) {
      for await (const rows of store.feed(ENTRIES, ["leaf"], after, signal)) {
        yield rows.map(({ position, row }) => {
          const leaf = asBytes(row[0]);
          return { position, kind: kindOf(leaf), leaf };
        });
      }
    },
    open: (entry, personal) => store.view((view) => open(view, entries, entry, personal)),
  };
}

async function open(view: View, entries: Entries, { leaf }: FollowedEntry, personal: readonly string[]): Promise<OpenedEntry> {
  const decoded = decodeLeaf(leaf);
  if (decoded === undefined) throw new Fault("trail.refused", "An entry of the trail cannot be read. Run `holdfast trail verify`.");
  const words: Record<string, string | number> = {};
  const subjects: Record<string, Id | null> = {};
  const names = slotsOf(decoded.kind);
  for (const [at, slot] of decoded.slots.entries()) {
    const name = names[at]?.name;
    if (name === undefined) continue;
    if (slot.kind === "text") words[name] = slot.text;
    if (slot.kind === "number") words[name] = slot.number;
    if (slot.kind !== "personal" || !personal.includes(name)) continue;
    const found = await findOpening(view, entries, decoded.id, at);
    if (found === "absent" || found === "damaged") continue;
    words[name] = typeof found.value === "string" ? found.value : textOf(found.value);
    subjects[name] = found.subject;
  }
  return { kind: decoded.kind, at: decoded.at, words, subjects };
}

function textOf(value: Uint8Array): string {
  return value.length === ID_BYTES ? formatId(value) : Buffer.from(value).toString("base64");
}
