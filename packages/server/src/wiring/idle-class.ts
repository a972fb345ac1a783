import { execFile } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { availableParallelism } from "node:os";

/** util-linux, on nearly every Linux. By its full path: a PATH that somebody else may write to names no command of ours. */
const CHRT = "/usr/bin/chrt";
const CHRT_MS_MAX = 5_000;

/**
 * Has the system run a thread only while nobody else wants its core (SCHED_IDLE, sched(7)). A low priority alone still lets it end its slice
 * of some milliseconds before a request gets the core back. Where that cannot be had, the priority stays what it was; nothing fails.
 * With a single core requests could keep it from ever running, so there it stays with its priority.
 */
export function giveIdleClass(systemThread: number): void {
  if (availableParallelism() < 2 || !isThere(CHRT)) return;
  execFile(CHRT, ["--idle", "--pid", "0", String(systemThread)], { timeout: CHRT_MS_MAX, env: {} }, () => undefined);
}

function isThere(command: string): boolean {
  try {
    accessSync(command, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
