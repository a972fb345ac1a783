import { formatId } from "../kit/index.ts";
import type { Happening } from "./contract.ts";

/** The word of a slot as text; "" where there is none. */
export function word({ words }: Happening, slot: string): string {
  const value = words[slot];
  return value === undefined ? "" : String(value);
}

export function amount({ words }: Happening, slot: string): number {
  const value = words[slot];
  return typeof value === "number" ? value : 0;
}

/** The account that a slot belongs to, as text; `undefined` where it is nobody's. */
export function owner({ subjects }: Happening, slot: string): string | undefined {
  const subject = subjects[slot];
  return subject === undefined || subject === null ? undefined : formatId(subject);
}
