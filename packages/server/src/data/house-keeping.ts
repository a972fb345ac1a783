import { CHANGES } from "../store/contract.ts";
import type { DataRoom } from "./asked.ts";
import { nowMicros } from "./input.ts";
import { IDEMPOTENCY_TABLE } from "./tables.ts";

/** How long change records are kept for those who follow them. */
const CHANGES_KEPT_MS = 60 * 60_000;
/** Bytes of rows in change records that are kept, as far as this process wrote them. */
const CHANGES_KEPT_BYTES = 64 * 1_048_576;
/** Marks that are remembered: with a round every minute they reach far over the time that records are kept. */
const MARKS_MAX = 1_000;

/** How far the trail had come at some moment, and how many bytes of change records there were until then. */
interface Mark {
  readonly elapsedMs: number;
  readonly position: number;
  readonly bytes: number;
}

export interface HouseKeeping {
  /** One round. What it does not come to, the next one does. */
  round(): Promise<void>;
}

/** Only what the trail has sequenced is trimmed: each mark is a position that it had reached. */
export function createHouseKeeping(room: DataRoom): HouseKeeping {
  const marks: Mark[] = [];
  return {
    async round() {
      await clearExpired(room);
      marks.push({ elapsedMs: room.clock.elapsed(), position: room.trail.sequenced(), bytes: room.outbox.bytes });
      const upTo = takeOutlived(marks);
      if (upTo !== undefined) await room.store.trim(CHANGES, upTo);
    },
  };
}

/** A commit costs the disk a flush: it is made only where there is something to clear. */
async function clearExpired(room: DataRoom): Promise<void> {
  const where = { op: "compare", sense: "is", column: "expires", by: "lt", value: nowMicros(room) } as const;
  const expired = await room.store.view((view) => view.read({ table: IDEMPOTENCY_TABLE, columns: ["expires"], where, limit: 1 }));
  if (expired.length > 0) await room.store.commit({ steps: [{ do: "clear", table: IDEMPOTENCY_TABLE, where }] });
}

/** The newest mark that is too old, or behind which too many bytes lie; it and those before it are forgotten. */
function takeOutlived(marks: Mark[]): number | undefined {
  const newest = marks.at(-1);
  if (newest === undefined) return undefined;
  const isOutlived = ({ elapsedMs, bytes }: Mark, at: number): boolean =>
    newest.elapsedMs - elapsedMs > CHANGES_KEPT_MS || newest.bytes - bytes > CHANGES_KEPT_BYTES || marks.length - at > MARKS_MAX;
  const kept = marks.findIndex((mark, at) => !isOutlived(mark, at));
  const outlived = marks.splice(0, kept);
  return outlived.at(-1)?.position;
}
