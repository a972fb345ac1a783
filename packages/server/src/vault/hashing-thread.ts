import { readlinkSync } from "node:fs";
import { constants, platform, setPriority } from "node:os";
import { parentPort } from "node:worker_threads";
import { Fault } from "../kit/index.ts";
import { type Argon2, loadArgon2 } from "./argon2.ts";
import type { HashingAnswer, HashingHello, HashingJob } from "./hashing.ts";

/** The thread that asks, by setpriority(2). */
const THIS_THREAD = 0;

/** One of the threads that hash passwords, one at a time. */
async function main(): Promise<void> {
  const port = parentPort;
  if (port === null) throw new Fault("internal", "Passwords are hashed in threads of their own.");
  giveWay();
  port.postMessage({ systemThread: systemThread() } satisfies HashingHello);
  const argon2 = await loadArgon2();
  // What was asked meanwhile waits in the port.
  port.on("message", (job: HashingJob) => port.postMessage(answerTo(argon2, job)));
}

function answerTo(argon2: Argon2, { password, salt, parameters, bytes }: HashingJob): HashingAnswer {
  try {
    return { tag: argon2(password, salt, parameters, bytes) };
  } catch (error) {
    return { trouble: String(error) };
  } finally {
    password.fill(0);
  }
}

/** On Linux a thread has a priority of its own. Elsewhere the call means the whole process, whose requests must not give way. */
function giveWay(): void {
  if (platform() === "linux") setPriority(THIS_THREAD, constants.priority.PRIORITY_LOW);
}

/** proc_pid_self(5): `PID/task/TID`. */
function systemThread(): number | undefined {
  if (platform() !== "linux") return undefined;
  try {
    return Number(readlinkSync("/proc/thread-self").split("/").at(-1));
  } catch {
    // Without /proc the priority above is all there is.
    return undefined;
  }
}

await main();
