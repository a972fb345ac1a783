import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { type Clock, createTallies, type Event, type Tallies } from "../../src/kit/index.ts";
import { type MigrationReport, openSqliteStore, type Store } from "../../src/store/index.ts";
import { createFollower, createTrail, entryTables, type Trail, tables as trailTables } from "../../src/trail/index.ts";
import { beginFirstStart, type OpenedVault, openVault } from "../../src/vault/index.ts";
import { type Channel, createWatch, DETECTIONS, type Detection, type Message, type Watch } from "../../src/watch/index.ts";
import { tables as watchTables } from "../../src/watch/tables.ts";
import { memoryKeyring } from "../trail/trail-house.ts";

/** A clock that goes when it is told to. Waiting in the watch ends with it, so that an hour passes in no time. */
export interface OwnClock extends Clock {
  /** Time passes: all who wait for less wake up. */
  pass(ms: number): void;
  /** Somebody sets the clock; no time passes. */
  jump(ms: number): void;
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createOwnClock(start: number): OwnClock {
  let elapsed = 0;
  let offset = start;
  const waiting = new Set<{ readonly until: number; readonly wake: () => void }>();
  return {
    now: () => offset + elapsed,
    elapsed: () => elapsed,
    pass(ms) {
      elapsed += ms;
      for (const one of [...waiting]) if (one.until <= elapsed) one.wake();
    },
    jump: (ms) => {
      offset += ms;
    },
    wait(ms, signal) {
      if (signal.aborted || ms === 0) return setImmediate();
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(one);
          resolve();
        };
        const one = { until: elapsed + ms, wake };
        waiting.add(one);
        signal.addEventListener("abort", wake, { once: true });
      });
    },
  };
}

/** A receiver that takes what it is sent, unless it is down. */
export interface Receiver extends Omit<Channel, "send"> {
  send: Channel["send"];
  readonly got: Message[];
  readonly tried: number;
  isDown: boolean;
  alerts(): readonly Message[];
}

export function createReceiver(): Receiver {
  const got: Message[] = [];
  const receiver = {
    name: "receiver",
    got,
    tried: 0,
    isDown: false,
    carries: () => true,
    alerts: () => got.filter(({ kind }) => kind === "alert" || kind === "repeat"),
    send(message: Message): Promise<void> {
      receiver.tried += 1;
      if (receiver.isDown) return Promise.reject(new Error("down"));
      got.push(message);
      return Promise.resolve();
    },
  };
  return receiver;
}

export interface WatchHouse extends AsyncDisposable {
  readonly clock: OwnClock;
  readonly store: Store;
  readonly trail: Trail;
  readonly opened: OpenedVault;
  readonly report: MigrationReport;
  readonly receiver: Receiver;
  readonly tallies: Tallies;
  readonly said: string[];
  readonly disk: Disk;
  watch(detections?: readonly Detection[]): Promise<Watch>;
  /** Commits the events, each at the moment of the clock. */
  happen(...events: readonly Event[]): Promise<void>;
  /** Lets the watch work until it has nothing to do; a little time passes. */
  settle(watch: Watch): Promise<void>;
}

interface Disk {
  /** While true, the store refuses every commit. */
  isFull: boolean;
  /** So many commits go through and seem to fail. */
  unknown: number;
}

const SETTLE_TURNS = 40;
const TURN_MS = 50;

export async function openWatchHouse(start = Date.UTC(2026, 10, 20, 9)): Promise<WatchHouse> {
  const clock = createOwnClock(start);
  const folder = await mkdtemp(join(tmpdir(), "holdfast-watch-"));
  const keyring = memoryKeyring();
  const first = beginFirstStart({ keyring, clock });
  const root = { reference: "file:root", text: first.rootText };
  first.finish(root);
  const opened = openVault({ keyring, clock, cores: 1, roots: [root] });
  const disk: Disk = { isFull: false, unknown: 0 };
  const real = await openSqliteStore({
    file: join(folder, "data.db"),
    key: opened.keys.pageKey(opened.keys.pageGeneration),
    cipher: "aegis",
    limits: { scanRowsMax: 50_000 },
    clock,
  });
  const report = await real.migrate({ tables: [...trailTables, ...watchTables] });
  const store = fillable(real, disk);
  const trail = await createTrail({
    store,
    report,
    vault: opened.vault,
    clock,
    keepCheckpoint: () => Promise.resolve(),
    lastCheckpoint: undefined,
  });
  const receiver = createReceiver();
  const tallies = createTallies();
  const said: string[] = [];
  return {
    clock,
    store,
    trail,
    opened,
    report,
    receiver,
    tallies,
    said,
    disk,
    watch: (detections = DETECTIONS) =>
      createWatch({
        store: store.only([...watchTables.map(({ name }) => name), ...entryTables]),
        trail,
        follower: createFollower({ store, report, vault: opened.vault }),
        clock,
        newId: opened.vault.newId,
        tallies,
        channels: [receiver],
        detections,
        isOwn: (address) => address === "100::1",
        facts: () => ({ app: "Test" }),
        log: ({ what }) => said.push(what),
        wait: clock.wait,
      }),
    async happen(...events) {
      await store.commit({ steps: events.flatMap((event) => trail.entry({ ...event, at: clock.now() })) });
    },
    async settle(watch) {
      for (let turn = 0; turn < SETTLE_TURNS; turn += 1) {
        clock.pass(TURN_MS);
        for (let look = 0; look < 4; look += 1) await setImmediate();
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      watch.look();
    },
    async [Symbol.asyncDispose]() {
      disk.isFull = false;
      await trail[Symbol.asyncDispose]();
      await real[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The real store behind a disk that can be full, or die between a commit and its answer. */
function fillable(store: Store, disk: Disk): Store {
  const commitTo =
    (to: Store): Store["commit"] =>
    async (batch) => {
      if (disk.isFull) throw new Error("SQLITE_FULL");
      const receipt = await to.commit(batch);
      if (disk.unknown === 0) return receipt;
      disk.unknown -= 1;
      throw new Error("The answer was lost.");
    };
  return {
    ...store,
    commit: commitTo(store),
    only(tables) {
      const narrowed = store.only(tables);
      return { ...narrowed, commit: commitTo(narrowed) };
    },
  };
}
