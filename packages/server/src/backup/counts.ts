import { Fault } from "../kit/index.ts";
import { EVERY_ROW } from "../model/filter.ts";
import type { Store } from "../store/index.ts";

/** A busy server commits between two looks; after so many tries the counts are of about then. */
const TRIES_MAX = 3;

export interface Counts {
  /** The commit after which these were counted. */
  readonly position: number;
  readonly counts: Readonly<Record<string, number>>;
}

/** Counts rows between two commits of our own: where they follow each other, nobody wrote in between. */
export async function countRows(store: Store, tables: readonly string[]): Promise<Counts> {
  let before = await mark(store, tables);
  for (let left = TRIES_MAX; ; left -= 1) {
    const counts = await store.view(async (view) => {
      const rows: [string, number][] = [];
      for (const table of tables) rows.push([table, await view.count({ table, where: EVERY_ROW })]);
      return Object.fromEntries(rows);
    });
    const after = await mark(store, tables);
    if (after === before + 1 || left === 1) return { position: after, counts };
    before = after;
  }
}

/** An empty commit, for its position. */
export async function mark(store: Store, [table]: readonly string[]): Promise<number> {
  if (table === undefined) throw new Fault("internal", "A backup needs the names of the tables.");
  const receipt = await store.commit({ steps: [{ do: "expect", table, where: { op: "any", of: [] }, rows: 0 }] });
  if (!receipt.committed) throw new Fault("store.unavailable", "The store does not say how far it is.");
  return receipt.position;
}
