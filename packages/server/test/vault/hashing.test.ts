import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { availableParallelism, constants, getPriority } from "node:os";
import { describe, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { isFault } from "../../src/kit/index.ts";
import { builtInArgon2 } from "../../src/vault/argon2.ts";
import { bootHashing, hashing } from "../../src/vault/hashing.ts";
import { giveIdleClass } from "../../src/wiring/idle-class.ts";

const PARAMETERS = { memoryKiB: 256, passes: 2, lanes: 1 };
const password = new TextEncoder().encode("password");
const salt = new TextEncoder().encode("somesalt");
/** In /proc/…/stat, counted behind the name of the thread. */
const NICE_FIELD = 16;
const POLICY_FIELD = 38;
/** sched.h */
const SCHED_OTHER = 0;
const SCHED_IDLE = 5;

describe("Holdfast's hashing threads", () => {
  test("give what the same work gives in this thread, also when many ask at one time", async () => {
    const passwords = Array.from({ length: 6 }, (_, n) => new TextEncoder().encode(`password ${n}`));
    const tags = await Promise.all(passwords.map((one) => hashing(one, salt, PARAMETERS, 32)));
    for (const [at, tag] of tags.entries()) assert.deepEqual(tag, builtInArgon2(passwords[at] ?? password, salt, PARAMETERS, 32));
  });

  test("fail a job that cannot be done, say nothing of the password, and do the next", async () => {
    const impossible = hashing(password, salt, { ...PARAMETERS, memoryKiB: 0 }, 32);
    await assert.rejects(impossible, (error) => isFault(error, "internal") && !JSON.stringify(error).includes('password"'));
    assert.equal((await hashing(password, salt, PARAMETERS, 32)).length, 32);
  });

  test("stand behind all other threads, where a thread can, and leave the process where it was", {
    skip: process.platform !== "linux",
  }, async () => {
    await hashing(password, salt, PARAMETERS, 32);
    assert.equal(getPriority(), constants.priority.PRIORITY_NORMAL);
    const nice = readdirSync("/proc/self/task").map((id) => niceOf(readFileSync(`/proc/self/task/${id}/stat`, "utf8")));
    assert.ok(nice.includes(constants.priority.PRIORITY_LOW), `no thread gives way: ${nice.join(" ")}`);
  });

  // Where nobody can start commands, or with one core, the priority above is what there is.
  const noIdleClass = process.platform !== "linux" || availableParallelism() < 2 || !existsSync("/usr/bin/chrt");
  test("run only while nobody else wants the core, where the system has a class for that", {
    skip: noIdleClass,
    timeout: 20_000,
  }, async () => {
    const started = Promise.withResolvers<number>();
    bootHashing(started.resolve);
    // As many at one time as make a new thread start, also where the tests above have left some.
    await Promise.all(Array.from({ length: 16 }, () => hashing(password, salt, PARAMETERS, 32)));
    const thread = await started.promise;
    assert.equal(policyOf(thread), SCHED_OTHER);
    giveIdleClass(thread);
    while (policyOf(thread) === SCHED_OTHER) await setTimeout(10);
    assert.equal(policyOf(thread), SCHED_IDLE);
    assert.equal(policyOf(process.pid), SCHED_OTHER);
  });
});

function policyOf(thread: number): number {
  const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[POLICY_FIELD]);
}

function niceOf(stat: string): number {
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[NICE_FIELD]);
}
