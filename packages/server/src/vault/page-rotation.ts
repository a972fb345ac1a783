import type { Keys } from "./keys.ts";

/** The database files by the generation that they carry: app.ts hands it in. */
export interface PageShelf {
  /** Copies the database under the key of another generation. Returns when the copy is proven and will survive a power cut. */
  build(from: number, to: number): Promise<void>;
  /** Returns when nothing of that generation is left, also after a power cut. Nothing there is fine. */
  remove(generation: number): Promise<void>;
}

/** Whether a rotation of the page key was asked for, or was cut off. */
export function isPageRotating(keys: Pick<Keys, "list">): boolean {
  return keys.list.some(({ kind, state }) => kind === "page" && (state === "pending" || state === "live"));
}

/**
 * Build, verify, switch: for the moment before the database is opened, since nobody may write to it meanwhile. Whatever fails,
 * the keyring names a generation whose file is whole. Gives the new generation, or `undefined` when none was asked for or the
 * last rotation is to be settled first.
 */
export async function switchPage({ keys, shelf }: { readonly keys: Keys; readonly shelf: PageShelf }): Promise<number | undefined> {
  const next = keys.list.find(({ kind, state }) => kind === "page" && state === "pending")?.id;
  const isSettled = !keys.list.some(({ kind, state }) => kind === "page" && state === "live");
  if (next === undefined || !isSettled) return undefined;
  // What a build that was cut off has left is not to be trusted.
  await shelf.remove(next);
  await shelf.build(keys.pageGeneration, next);
  keys.switchPage(next);
  return next;
}

/** After the new file has been opened and the rotation is recorded: the old files go first, then their keys. */
export async function settlePages({ keys, shelf }: { readonly keys: Keys; readonly shelf: PageShelf }): Promise<void> {
  for (const { id } of keys.list.filter(({ kind, state }) => kind === "page" && state === "live")) {
    await shelf.remove(id);
    keys.retirePageKey(id);
  }
}
