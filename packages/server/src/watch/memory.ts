import type { Id } from "../kit/index.ts";
import type { Row, Step, View } from "../store/contract.ts";
import type { Memory } from "./contract.ts";
import { equals, put, text, whole } from "./rows.ts";
import { MEMORY } from "./tables.ts";

/** Of one detection. Beyond it, what was learned first is forgotten. */
export const ITEMS_MAX = 10_000;
const ITEMS_PER_READ = 5_000;

/** What detections have learned, kept across restarts: written with the cursor, so that it is as old as what was seen. */
export interface Memories {
  of(detection: string): Memory;
  /** The steps that write what changed since the last time. */
  changes(): readonly Step[];
}

interface Item {
  readonly detection: string;
  readonly item: string;
  readonly value: number;
  readonly account: Id | null;
}

export async function readMemory(view: View, detections: readonly string[]): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (const detection of detections) items.push(...(await readItems(view, detection)));
  return items;
}

async function readItems(view: View, detection: string): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let last = ""; items.length < ITEMS_MAX; ) {
    const rows = await view.read({
      table: MEMORY,
      columns: ["item", "value", "account"],
      where: { op: "all", of: [equals("detection", detection), { op: "compare", sense: "is", column: "item", by: "gt", value: last }] },
      order: [{ column: "item", direction: "asc", nulls: "last" }],
      limit: ITEMS_PER_READ,
    });
    items.push(...rows.map((row) => itemOf(detection, row)));
    last = items.at(-1)?.item ?? "";
    if (rows.length < ITEMS_PER_READ) break;
  }
  return items;
}

function itemOf(detection: string, [item, value, account]: Row): Item {
  return { detection, item: text(item), value: whole(value), account: account instanceof Uint8Array ? account : null };
}

export function createMemories(stored: readonly Item[]): Memories {
  const known = new Map<string, Map<string, number>>();
  const changed = new Map<string, Item>();
  const gone: Step[] = [];
  const itemsOf = (detection: string): Map<string, number> => {
    const items = known.get(detection) ?? new Map<string, number>();
    known.set(detection, items);
    return items;
  };
  for (const { detection, item, value } of stored) itemsOf(detection).set(item, value);

  return {
    of(detection) {
      const items = itemsOf(detection);
      return {
        get: (item) => items.get(item),
        set(item, value, account) {
          if (!items.has(item) && items.size >= ITEMS_MAX) {
            for (const [oldest] of items) {
              items.delete(oldest);
              changed.delete(`${detection}\n${oldest}`);
              gone.push({ do: "clear", table: MEMORY, where: { op: "all", of: [equals("detection", detection), equals("item", oldest)] } });
              break;
            }
          }
          items.set(item, value);
          changed.set(`${detection}\n${item}`, { detection, item, value, account });
        },
      };
    },
    changes() {
      const steps = [
        ...gone.splice(0),
        ...[...changed.values()].flatMap(({ detection, item, value, account }) =>
          put(MEMORY, ["detection", "item"], { detection, item, value, account }),
        ),
      ];
      changed.clear();
      return steps;
    },
  };
}
