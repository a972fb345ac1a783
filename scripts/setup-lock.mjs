// A lock that knows its owners, so that a dead owner's is taken over at once and a living one's never.
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Nobody needs this long between two system calls: a take-over this old was itself killed. */
const TAKEOVER_AGE_MAX_MS = 10_000;
/** Where a process has no start stamp, a process id may have been given to somebody else meanwhile. */
const UNSTAMPED_AGE_MAX_MS = 600_000;

/** The lock, or `undefined` while somebody alive holds it. */
export function takeLock(root) {
  const file = join(root, ".setup.lock");
  if (!create(file, describe([process.pid])) && !(removeDead(file) && create(file, describe([process.pid])))) return undefined;
  return {
    // npm outlives a killed parent and goes on writing: the lock is dead only when both are.
    alsoHeldBy(pid) {
      const draft = `${file}.${process.pid}`;
      writeFileSync(draft, describe([process.pid, pid]));
      renameSync(draft, file);
    },
    release: () => rmSync(file, { force: true }),
  };
}

/** Written whole and then linked, so that nobody ever reads half a lock. */
function create(file, text) {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Two that find the same dead lock must not both remove it, or the second would remove the first one's new lock. */
function removeDead(file) {
  if (!isDead(file)) return false;
  const takeover = `${file}.takeover`;
  if (!create(takeover, String(process.pid))) {
    const age = ageMs(takeover);
    if (age !== undefined && age > TAKEOVER_AGE_MAX_MS) rmSync(takeover, { force: true });
    return false;
  }
  try {
    if (isDead(file)) rmSync(file, { force: true });
    return true;
  } finally {
    rmSync(takeover, { force: true });
  }
}

function isDead(file) {
  let owners;
  try {
    owners = JSON.parse(readFileSync(file, "utf8")).owners ?? [];
  } catch (error) {
    if (error.code === "ENOENT") return false;
    if (error instanceof SyntaxError) return true;
    throw error;
  }
  const age = ageMs(file) ?? 0;
  return !owners.some(({ pid, start }) => isAlive(pid) && (start === null ? age < UNSTAMPED_AGE_MAX_MS : startStamp(pid) === start));
}

function describe(pids) {
  return JSON.stringify({ owners: pids.map((pid) => ({ pid, start: startStamp(pid) })) });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** Boot-relative start time on Linux: with the process id it names one process for ever. `null` elsewhere. */
function startStamp(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const [state, ...rest] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return state === "Z" ? "ended" : rest[18];
  } catch (error) {
    if (error.code === "ENOENT" || error.code === "ESRCH") return null;
    throw error;
  }
}

function ageMs(file) {
  try {
    return Date.now() - statSync(file).mtimeMs;
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}
