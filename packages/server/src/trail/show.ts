import { formatId, ID_BYTES } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Row, Store } from "../store/contract.ts";
import { decodeLeaf, type Leaf, slotsOf } from "./leaf.ts";
import { asBytes, asNumber } from "./origins.ts";
import type { FoundOpening, TrailSource } from "./source.ts";
import { ENTRIES } from "./tables.ts";

export interface ShowFilter {
  /** All kinds when empty. */
  readonly kinds: readonly string[];
  /** Milliseconds since 1970: entries from here … */
  readonly from: number | undefined;
  /** … up to, not including. */
  readonly to: number | undefined;
  /** The newest so many that pass. */
  readonly last: number;
  /** Opened: personal values as they were, where they have not been erased. Closed: their commitments. */
  readonly personal: "opened" | "closed";
}

export type ShownSlot = string | number | { readonly commitment: string; readonly opening?: "erased" | "damaged" };

export interface ShownEntry {
  readonly position: number;
  readonly n: number;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly kind: string;
  readonly slots: Readonly<Record<string, ShownSlot>>;
}

export const SHOW_ENTRIES_MAX = 10_000;
const ENTRIES_PER_READ = 512;

/** The newest entries that pass the filter, oldest of them first. */
export async function showTrail(store: Store, source: TrailSource, filter: ShowFilter): Promise<readonly ShownEntry[]> {
  const most = Math.min(filter.last, SHOW_ENTRIES_MAX);
  const shown: ShownEntry[] = [];
  let below = { position: Number.MAX_SAFE_INTEGER, n: 0 };
  while (shown.length < most) {
    const page = await readBackwards(store, below);
    const end = page.at(-1);
    if (end === undefined) break;
    below = end;
    for (const { position, n, leaf } of page) {
      if (shown.length === most) break;
      if (leaf === undefined || passes(leaf, filter)) shown.push({ position, n, ...(await describe(leaf, source, filter)) });
    }
  }
  return shown.reverse();
}

function passes(leaf: Leaf, { kinds, from, to }: ShowFilter): boolean {
  if (kinds.length > 0 && !kinds.includes(leaf.kind)) return false;
  return (from === undefined || leaf.at >= from) && (to === undefined || leaf.at < to);
}

async function describe(
  leaf: Leaf | undefined,
  source: TrailSource,
  { personal }: ShowFilter,
): Promise<Omit<ShownEntry, "position" | "n">> {
  if (leaf === undefined) return { at: "", kind: "unreadable", slots: {} };
  const slots: Record<string, ShownSlot> = {};
  const names = slotsOf(leaf.kind);
  for (const [at, slot] of leaf.slots.entries()) {
    const name = names[at]?.name ?? `slot${at}`;
    if (slot.kind === "text") slots[name] = slot.text;
    if (slot.kind === "number") slots[name] = slot.number;
    if (slot.kind !== "personal") continue;
    const commitment = Buffer.from(slot.digest).toString("base64");
    const opening = personal === "opened" ? await source.openings?.find(leaf.id, at) : undefined;
    slots[name] = opening === undefined ? { commitment } : describeOpening(commitment, opening);
  }
  return { at: isoTime(leaf.at), kind: leaf.kind, slots };
}

function describeOpening(commitment: string, opening: FoundOpening): ShownSlot {
  if (opening === "absent") return { commitment, opening: "erased" };
  if (opening === "damaged") return { commitment, opening };
  const { value } = opening;
  if (typeof value === "string") return value;
  return value.length === ID_BYTES ? formatId(value) : Buffer.from(value).toString("base64");
}

function isoTime(ms: number): string {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? String(ms) : time.toISOString();
}

interface ReadEntry {
  readonly position: number;
  readonly n: number;
  readonly leaf: Leaf | undefined;
}

async function readBackwards(store: Store, below: { position: number; n: number }): Promise<readonly ReadEntry[]> {
  const compare = (column: string, by: "lt" | "lte", value: number): Filter => ({ op: "compare", sense: "is", column, by, value });
  const rows = await store.view((view) =>
    view.read({
      table: ENTRIES,
      columns: ["position", "n", "leaf"],
      where: {
        op: "all",
        of: [
          compare("position", "lte", below.position),
          { op: "any", of: [compare("position", "lt", below.position), compare("n", "lt", below.n)] },
        ],
      },
      order: [
        { column: "position", direction: "desc", nulls: "last" },
        { column: "n", direction: "desc", nulls: "last" },
      ],
      limit: ENTRIES_PER_READ,
    }),
  );
  return rows.map(([position, n, leaf]: Row) => ({ position: asNumber(position), n: asNumber(n), leaf: decodeLeaf(asBytes(leaf)) }));
}
