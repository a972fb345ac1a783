import type { Position } from "../store/contract.ts";

/** So far back is read again after a restart, so that windows are full when the first new event comes. */
export const WARM_MS = 3_600_000;
/** Entries that had to be opened, at most: a restart during a flood must not take long. */
export const WARM_ENTRIES_MAX = 20_000;
const ANCHOR_EVERY_MS = 60_000;

/** How far the trail was read, and from where reading would have to begin again. */
export interface Progress {
  readonly position: Position;
  readonly warmFrom: Position;
  /** After the last entry of a commit. */
  advance(position: Position, at: number, opened: number): void;
}

interface Anchor {
  readonly after: Position;
  readonly at: number;
  opened: number;
}

export function createProgress(start: { readonly position: Position; readonly warmFrom: Position }): Progress {
  const anchors: Anchor[] = [{ after: start.warmFrom, at: Number.NEGATIVE_INFINITY, opened: 0 }];
  let { position } = start;
  // Behind the position while a restart reads the last while again.
  let reading = start.warmFrom;
  return {
    get position() {
      return position;
    },
    get warmFrom() {
      return anchors[0]?.after ?? position;
    },
    advance(to, at, opened) {
      const last = anchors.at(-1);
      // A clock that went back begins a new stretch as well.
      if (last === undefined || Math.abs(at - last.at) >= ANCHOR_EVERY_MS) anchors.push({ after: reading, at, opened });
      else last.opened += opened;
      reading = to;
      position = Math.max(position, to);
      const isTooMuch = (): boolean => anchors.reduce((sum, anchor) => sum + anchor.opened, 0) > WARM_ENTRIES_MAX;
      while (
        anchors.length > 1 &&
        ((anchors[1]?.at ?? at) <= at - WARM_MS || anchors.length > 2 * (WARM_MS / ANCHOR_EVERY_MS) || isTooMuch())
      ) {
        anchors.shift();
      }
    },
  };
}
