import { Fault } from "../kit/index.ts";
import type { Keys } from "./keys.ts";
import { parseRootReference, type RootInput } from "./roots.ts";

/** Where roots lie: app.ts hands it in. Only `file:` roots can be written and deleted by the server itself. */
export interface RootShelf {
  read(reference: string): string | undefined;
  /** Returns when the text will survive a power cut. */
  write(reference: string, text: string): void;
  remove(reference: string): void;
}

/**
 * Replaces the root: new root under a new name, both wraps, read back and verified, then the old wraps go and last of all the
 * old root. Whatever fails in between, at least one of the two opens the keyring; {@link settleRoots} finishes the rest.
 */
export function rotateRoot({ keys, shelf, next }: { readonly keys: Keys; readonly shelf: RootShelf; readonly next: RootInput }): void {
  if (keys.roots.some(({ reference }) => reference === next.reference && reference !== "prompt:")) {
    throw new Fault("vault.refused", "A new root needs a name that is not in use.");
  }
  keepOnShelf(shelf, next);
  keys.addRoot(next);
  settleRoots({ keys, shelf, newest: next });
}

/** After a rotation, also one that was cut off: keeps the newest root that is proven to open the keyring, and lets go of the others. */
export function settleRoots({ keys, shelf, newest }: { readonly keys: Keys; readonly shelf: RootShelf; readonly newest: RootInput }): void {
  const kept = keys.verifyRoot(newest);
  for (const { id, leaving } of keys.roots) if (id !== kept && !leaving) keys.dropRoot(id);
  for (const { id, reference } of keys.roots.filter(({ leaving }) => leaving)) {
    if (isFile(reference) && reference !== newest.reference) shelf.remove(reference);
    keys.forgetRoot(id);
  }
}

function keepOnShelf(shelf: RootShelf, { reference, text }: RootInput): void {
  if (!isFile(reference)) return;
  shelf.write(reference, text);
  if (shelf.read(reference) !== text) throw new Fault("vault.refused", "The new root could not be read back. The old one stays.");
}

function isFile(reference: string): boolean {
  return parseRootReference(reference).kind === "file";
}
