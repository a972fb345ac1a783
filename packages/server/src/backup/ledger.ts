import { type Clock, Fault, faultFrom } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { LogRow, Row, Store, View } from "../store/contract.ts";
import type { Trail } from "../trail/contract.ts";
import type { Vault } from "../vault/contract.ts";
import { encodeSegment, hashOf, type LedgerEntry, segmentName } from "./ledger-format.ts";
import { LEDGER, SEGMENTS } from "./tables.ts";
import type { Target } from "./target.ts";

const ENTRIES_PER_FILE_MAX = 1_000;
/** What troubles the store is told each time, so not too often. */
const STORE_RETRY_MS = 60_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 300_000;

export interface LedgerNeeds {
  readonly store: Store;
  readonly vault: Vault;
  readonly trail: Pick<Trail, "note">;
  readonly clock: Clock;
  readonly target: Target;
}

/** Follows the ledger's log and puts it beside the backups, signed, as soon as a commit is there. */
export interface Ledger extends AsyncDisposable {
  /** Signed and not yet beside the backups. */
  waiting(): Promise<number>;
}

/** The end of the ledger, for a manifest: what a backup made now holds already. */
export async function ledgerEnd(store: Store, vault: Pick<Vault, "instanceId">): Promise<{ head: string; size: number } | null> {
  const end = await store.view((view) => newest(view, vault));
  return end === undefined ? null : { head: end.head, size: end.size };
}

export function startLedger(needs: LedgerNeeds): Ledger {
  const stop = new AbortController();
  const bell = new EventTarget();
  const ring = (): void => void bell.dispatchEvent(new Event("more"));
  const working = Promise.all([writeOn(needs, stop.signal, ring), send(needs, stop.signal, bell)]);
  working.catch((error: unknown) => note(needs, error));
  return {
    waiting: () => needs.store.view(async (view) => (await unsent(view, needs.vault)).length),
    async [Symbol.asyncDispose]() {
      stop.abort();
      ring();
      await working.catch(() => undefined);
    },
  };
}

/** Goes on from what is stored when the store had trouble; told once for each time. */
async function writeOn(needs: LedgerNeeds, signal: AbortSignal, ring: () => void): Promise<void> {
  while (!signal.aborted) {
    try {
      await write(needs, signal, ring);
    } catch (error) {
      if (signal.aborted) return;
      note(needs, error);
      await heard(new EventTarget(), signal, STORE_RETRY_MS);
    }
  }
}

/** Signs what the log holds, some commits a file, and lets go of it there in order. */
async function write({ store, vault, clock }: LedgerNeeds, signal: AbortSignal, ring: () => void): Promise<void> {
  let end = await store.view((view) => newest(view, vault));
  for await (const rows of store.feed(LEDGER, ["what", "who", "at"], end?.position ?? 0, signal)) {
    for (const some of wholeCommits(rows)) {
      const entries = some.map(({ row }) => entryOf(row));
      const [number, size] = [(end?.number ?? 0) + 1, (end?.size ?? 0) + entries.length];
      const at = Math.floor(clock.now());
      const position = some.at(-1)?.position ?? 0;
      const bytes = encodeSegment({ instanceId: vault.instanceId, number, size, previous: end?.head ?? "", at, entries }, vault);
      const row = { instance: vault.instanceId, number, size, bytes, hash: hexBytes(hashOf(bytes)), position, at, sent_at: null };
      const receipt = await store.commit({ steps: [{ do: "insert", table: SEGMENTS, row }] });
      if (!receipt.committed) throw new Fault("internal", "Two wrote the ledger at once.");
      end = { number, size, head: hashOf(bytes), position };
      await store.trim(LEDGER, position);
      ring();
    }
  }
}

/** A file ends where a commit ends: who goes on after its position has missed nothing. */
function* wholeCommits(rows: readonly LogRow[]): Generator<readonly LogRow[]> {
  let from = 0;
  for (let at = 1; at <= rows.length; at += 1) {
    const isEnd = at === rows.length || rows[at]?.position !== rows[at - 1]?.position;
    if (!isEnd || (at < rows.length && at - from < ENTRIES_PER_FILE_MAX)) continue;
    yield rows.slice(from, at);
    from = at;
  }
}

async function send(needs: LedgerNeeds, signal: AbortSignal, bell: EventTarget): Promise<void> {
  const { store, vault, clock, target } = needs;
  let retryMs = RETRY_MS_MIN;
  let hasFailed = false;
  while (!signal.aborted) {
    const more = heard(bell, signal, undefined);
    try {
      for (const { number, version, bytes, size } of await store.view((view) => unsent(view, vault))) {
        await target.keepSmall(segmentName(vault.instanceId, number), bytes);
        const key = [vault.instanceId, number];
        const older: Filter = all(mine(vault), { op: "compare", sense: "is", column: "size", by: "lt", value: size });
        await store.commit({
          steps: [
            { do: "update", table: SEGMENTS, key, version, set: { sent_at: Math.floor(clock.now()) } },
            { do: "clear", table: SEGMENTS, where: older },
          ],
        });
      }
      [retryMs, hasFailed] = [RETRY_MS_MIN, false];
      await more;
    } catch (error) {
      if (!hasFailed) note(needs, error);
      hasFailed = true;
      await heard(bell, signal, retryMs);
      retryMs = Math.min(2 * retryMs, RETRY_MS_MAX);
    }
  }
}

function note({ trail, clock }: Pick<LedgerNeeds, "trail" | "clock">, error: unknown): void {
  trail.note({ kind: "ledger.failed", at: clock.now(), because: faultFrom(error).message });
}

/** The next ring, the end, or so many milliseconds. */
function heard(bell: EventTarget, signal: AbortSignal, ms: number | undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const done = (): void => resolve();
  const timer = ms === undefined ? undefined : setTimeout(done, ms);
  // A new entry does not hurry a target that is down.
  if (ms === undefined) bell.addEventListener("more", done);
  signal.addEventListener("abort", done);
  if (signal.aborted) done();
  return promise.finally(() => {
    clearTimeout(timer);
    bell.removeEventListener("more", done);
    signal.removeEventListener("abort", done);
  });
}

interface End {
  readonly number: number;
  readonly size: number;
  readonly head: string;
  readonly position: number;
}

async function newest(view: View, vault: Pick<Vault, "instanceId">): Promise<End | undefined> {
  const [row] = await view.read({
    table: SEGMENTS,
    columns: ["number", "size", "hash", "position"],
    where: mine(vault),
    order: [{ column: "number", direction: "desc", nulls: "last" }],
    limit: 1,
  });
  if (row === undefined) return undefined;
  const [number, size, hash, position] = row;
  return { number: Number(number), size: Number(size), head: hexOf(hash), position: Number(position) };
}

interface Unsent {
  readonly number: number;
  readonly version: number;
  readonly size: number;
  readonly bytes: Uint8Array;
}

async function unsent(view: View, vault: Pick<Vault, "instanceId">): Promise<readonly Unsent[]> {
  const rows = await view.read({
    table: SEGMENTS,
    columns: ["number", "row_version", "size", "bytes"],
    where: all(mine(vault), { op: "null", sense: "is", column: "sent_at" }),
    order: [{ column: "number", direction: "asc", nulls: "last" }],
  });
  return rows.map(([number, version, size, bytes]) => {
    if (!(bytes instanceof Uint8Array)) throw new Fault("internal", "A file of the ledger is not what was stored.");
    return { number: Number(number), version: Number(version), size: Number(size), bytes };
  });
}

function mine({ instanceId }: Pick<Vault, "instanceId">): Filter {
  return { op: "compare", sense: "is", column: "instance", by: "eq", value: instanceId };
}

function all(...of: readonly Filter[]): Filter {
  return { op: "all", of };
}

function entryOf([what, who, at]: Row): LedgerEntry {
  return { what: String(what), who: String(who), at: Number(at) };
}

function hexBytes(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, "hex"));
}

function hexOf(value: unknown): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString("hex") : "";
}
