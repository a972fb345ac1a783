import { type Clock, faultFrom, isFault } from "../kit/index.ts";
import type { FollowedEntry, Follower, OpenedEntry } from "../trail/index.ts";
import type { Counters } from "./counters.ts";
import type { Detecting, Sighted } from "./detecting.ts";
import type { Progress } from "./position.ts";
import type { Sight } from "./sight.ts";

/** Entries between two looks at what else there is to do: requests are answered by the same thread. */
const ENTRIES_AT_ONCE = 64;

interface ReadingNeeds {
  readonly follower: Follower;
  readonly clock: Clock;
  readonly progress: Progress;
  readonly counters: Counters;
  readonly detecting: Detecting;
  readonly sight: Sight;
  /** What was seen in one page; resolves when it is safe to go on. */
  readonly seen: (sighted: readonly (Sighted & { readonly at: number })[]) => Promise<void>;
  /** An entry that cannot be read. */
  readonly unreadable: (entry: FollowedEntry) => Promise<void>;
  readonly breathe: () => Promise<void>;
  readonly pause: () => Promise<void>;
  /** After trouble. */
  readonly rest: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Reads the trail as it grows, each entry once, from where the last hour begins. Ends with the signal, and for nothing else. */
export async function read(needs: ReadingNeeds): Promise<void> {
  const { follower, progress, sight, signal, pause, rest } = needs;
  // What was seen before the restart fills the windows again, and alerts nobody.
  const muteUpTo = progress.position;
  let after = progress.warmFrom;
  while (!signal.aborted) {
    try {
      for await (const page of follower.follow(after, signal)) {
        await readPage(needs, page, muteUpTo);
        after = page.at(-1)?.position ?? after;
        sight.works("trail");
        await pause();
      }
    } catch (error) {
      sight.fails("trail", `the trail cannot be read: ${faultFrom(error).message}`);
      await rest();
      // A quiet trail gives no page that would show that it can be read again.
      await follower.newest().then(
        () => sight.works("trail"),
        () => undefined,
      );
    }
  }
}

async function readPage(needs: ReadingNeeds, page: readonly FollowedEntry[], muteUpTo: number): Promise<void> {
  const { counters, detecting, progress, clock, seen, breathe } = needs;
  const sighted: (Sighted & { readonly at: number })[] = [];
  let opened = 0;
  for (const [index, entry] of page.entries()) {
    const isNew = entry.position > muteUpTo;
    const slots = detecting.slotsOf(entry.kind);
    const said = slots === undefined ? undefined : await openPatiently(needs, entry, slots);
    // What the house finds when it looks at itself is nobody's doing.
    if (isNew && (said === undefined || !detecting.isOwn(said))) counters.count(entry.kind, clock.now());
    if (slots !== undefined) {
      opened += 1;
      if (said === undefined) continue;
      const found = detecting.see(said);
      if (isNew) sighted.push(...found.map((one) => ({ ...one, at: said.at })));
    }
    if (index % ENTRIES_AT_ONCE === ENTRIES_AT_ONCE - 1) await breathe();
  }
  progress.advance(page.at(-1)?.position ?? progress.position, clock.elapsed(), opened);
  await seen(sighted);
}

/** Until the store gives it: an entry that is passed over would never be seen. `undefined` for one that nobody can read. */
async function openPatiently(needs: ReadingNeeds, entry: FollowedEntry, slots: readonly string[]): Promise<OpenedEntry | undefined> {
  const { follower, sight, signal, rest, unreadable } = needs;
  while (!signal.aborted) {
    try {
      const opened = await follower.open(entry, slots);
      sight.works("entries");
      return opened;
    } catch (error) {
      if (isFault(error, "trail.refused")) return unreadable(entry).then(() => undefined);
      sight.fails("entries", `an entry cannot be opened: ${faultFrom(error).message}`);
      await rest();
    }
  }
  return undefined;
}
