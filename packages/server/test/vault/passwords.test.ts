import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { hash as nativeHash, verify as nativeVerify } from "@node-rs/argon2";
import { type Clock, isFault } from "../../src/kit/index.ts";
import { type Argon2, builtInArgon2, loadArgon2 } from "../../src/vault/argon2.ts";
import { createFairQueue } from "../../src/vault/fair-queue.ts";
import { type Hashing, hashing } from "../../src/vault/hashing.ts";
import type { Passwords } from "../../src/vault/index.ts";
import { createPasswords } from "../../src/vault/passwords.ts";
import { createRandomness } from "../../src/vault/random.ts";
import { fixedClock } from "./fixture.ts";

const PASSWORD = "correct horse battery staple";
const LANE = "192.0.2.1";
const clock: Clock = fixedClock();
const random = createRandomness();
const passwordsWith = (hashing: Hashing): Passwords => createPasswords({ random, clock, cores: 2, hashing });
const native = passwordsWith(hashing);
const missing = (): Promise<never> => Promise.reject(new Error("no native part on this machine"));
const inThisThread =
  (engine: Argon2): Hashing =>
  (...given) =>
    Promise.resolve(engine(...given));
const fallback = passwordsWith(inThisThread(builtInArgon2));

describe("Holdfast's password hashes", () => {
  test("are argon2id with 19 MiB, two passes and one lane, as PHC text", async () => {
    assert.match(await native.hash(PASSWORD, LANE), /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  test("are verified by either engine, whichever made them", async () => {
    for (const made of [await native.hash(PASSWORD, LANE), await fallback.hash(PASSWORD, LANE)]) {
      assert.ok(await native.verify(made, PASSWORD, LANE));
      assert.ok(await fallback.verify(made, PASSWORD, LANE));
      assert.ok(await nativeVerify(made, PASSWORD));
      assert.ok(!(await native.verify(made, `${PASSWORD} `, LANE)));
      assert.ok(!(await fallback.verify(made, "", LANE)));
    }
    assert.ok(await fallback.verify(await nativeHash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }), PASSWORD, LANE));
  });

  test("fall back to the runtime's engine where the native part is missing", async () => {
    assert.equal(await loadArgon2(missing), builtInArgon2);
    assert.notEqual(await loadArgon2(), builtInArgon2);
  });

  test("give the tag of the published vector (RFC 9106 parameters of the reference implementation)", async () => {
    // P-H-C/phc-winner-argon2, src/test.c: argon2id, v=13, t=2, m=256, p=1, "password", "somesalt".
    const expected = "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe";
    for (const engine of [builtInArgon2, await loadArgon2()]) {
      const tag = engine(Buffer.from("password"), Buffer.from("somesalt"), { memoryKiB: 256, passes: 2, lanes: 1 }, 32);
      assert.equal(Buffer.from(tag).toString("hex"), expected);
    }
  });

  test("do the same work for an account that is not there, a damaged hash and a password that is too long", async () => {
    const work: string[] = [];
    const counting = passwordsWith((password, salt, parameters, bytes) => {
      work.push(`${parameters.memoryKiB},${parameters.passes},${parameters.lanes},${bytes}`);
      return inThisThread(builtInArgon2)(password, salt, parameters, bytes);
    });
    const stored = await counting.hash(PASSWORD, LANE);
    assert.ok(!(await counting.verify(stored, "wrong password here", LANE)));
    assert.ok(!(await counting.verify(undefined, PASSWORD, LANE)));
    assert.ok(!(await counting.verify("not a hash", PASSWORD, LANE)));
    assert.ok(!(await counting.verify(stored, "a".repeat(1_025), LANE)));
    assert.deepEqual(
      work,
      Array.from({ length: 5 }, () => "19456,2,1,32"),
    );
  });

  test("refuse a password of more than 1,024 bytes and keep every byte of a shorter one", async () => {
    const longest = "ü".repeat(512);
    await assert.rejects(native.hash(`${longest}a`, LANE), (error) => isFault(error, "auth.weak_password"));
    const made = await native.hash(longest, LANE);
    assert.ok(await native.verify(made, longest, LANE));
    assert.ok(!(await native.verify(made, `${"ü".repeat(511)}u`, LANE)));
  });

  const greedy = [
    "$argon2id$v=19$m=999999,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=19$m=19456,t=99,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=19$m=19456,t=2,p=9$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2i$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "$argon2id$v=16$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
  ];
  for (const phc of greedy) {
    test(`never follow a stored hash that asks for more than is allowed: ${phc.slice(0, 30)}`, async () => {
      const asked: number[] = [];
      const counting = passwordsWith((_password, _salt, { memoryKiB, passes }, bytes) => {
        asked.push(memoryKiB * passes);
        return Promise.resolve(new Uint8Array(bytes));
      });
      assert.ok(!(await counting.verify(phc, PASSWORD, LANE)));
      assert.deepEqual(asked, [19_456 * 2]);
    });
  }

  test("are outdated when a parameter is not today's", async () => {
    assert.ok(!native.isOutdated(await native.hash(PASSWORD, LANE)));
    assert.ok(native.isOutdated(await nativeHash(PASSWORD, { memoryCost: 12_288, timeCost: 3, parallelism: 1 })));
    assert.ok(native.isOutdated("not a hash"));
  });
});

describe("Holdfast's password queue", () => {
  interface Held {
    readonly lane: string;
    readonly finish: () => void;
  }

  /** A queue whose jobs run until they are told to finish. */
  function heldQueue(limits = { atOnceMax: 1, waitingMax: 6, waitingPerLaneMax: 4 }): {
    add(lane: string): Promise<string>;
    readonly running: readonly Held[];
    next(): Promise<string>;
  } {
    const queue = createFairQueue({ limits, clock });
    const running: Held[] = [];
    return {
      running,
      add: (lane) => queue.run(lane, () => new Promise<string>((resolve) => void running.push({ lane, finish: () => resolve(lane) }))),
      next: async () => {
        const job = running.shift();
        job?.finish();
        await new Promise(setImmediate);
        return job?.lane ?? "";
      },
    };
  }

  test("serves its lanes in turn, however long one of them is", async () => {
    const queue = heldQueue();
    const all = ["a", "a", "a", "b", "a", "c", "b"].map((lane) => queue.add(lane));
    const order: string[] = [];
    while (queue.running.length > 0) order.push(await queue.next());
    assert.deepEqual(order, ["a", "a", "b", "c", "a", "b", "a"]);
    await Promise.all(all);
  });

  test("refuses a lane that waits for too much already, with the time after which to come again", async () => {
    const queue = heldQueue();
    const kept = ["a", "a", "a", "a", "a"].map((lane) => queue.add(lane));
    await assert.rejects(queue.add("a"), (error) => isFault(error, "server.busy") && Number(error.detail["retryAfterMs"]) >= 1_000);
    while (queue.running.length > 0) await queue.next();
    assert.equal((await Promise.all(kept)).length, 5);
  });

  test("lets a new lane in when it is full, at the cost of the longest lane only", async () => {
    const queue = heldQueue();
    const flood = ["a", "a", "a", "a", "a", "b", "b"].map((lane) =>
      queue.add(lane).catch((error: unknown) => isFault(error, "server.busy") && "busy"),
    );
    const late = queue.add("c");
    while (queue.running.length > 0) await queue.next();
    assert.equal(await late, "c");
    assert.deepEqual(await Promise.all(flood), ["a", "a", "a", "a", "busy", "b", "b"]);
  });

  test("refuses when it is full and no lane waits for more than the newcomer's", async () => {
    const queue = heldQueue({ atOnceMax: 1, waitingMax: 2, waitingPerLaneMax: 4 });
    const kept = ["a", "b", "c"].map((lane) => queue.add(lane));
    await assert.rejects(queue.add("d"), (error) => isFault(error, "server.busy"));
    while (queue.running.length > 0) await queue.next();
    await Promise.all(kept);
  });

  test("goes on after a job that fails", async () => {
    const queue = createFairQueue({ limits: { atOnceMax: 1, waitingMax: 2, waitingPerLaneMax: 2 }, clock });
    const failed = queue.run("a", () => Promise.reject(new Error("broken")));
    const next = queue.run("b", () => Promise.resolve("done"));
    await assert.rejects(failed, /broken/);
    assert.equal(await next, "done");
  });

  for (const [cores, expected] of [
    [1, 1],
    [2, 1],
    [4, 3],
    [64, 4],
  ] as const) {
    test(`runs ${expected} at a time on ${cores} cores`, async () => {
      let running = 0;
      let most = 0;
      const passwords = createPasswords({
        random,
        clock,
        cores,
        hashing: async (_password, _salt, _parameters, bytes) => {
          running += 1;
          most = Math.max(most, running);
          await new Promise(setImmediate);
          running -= 1;
          return new Uint8Array(bytes);
        },
      });
      await Promise.all(Array.from({ length: 12 }, (_, i) => passwords.verify(undefined, PASSWORD, `lane ${i}`)));
      assert.equal(most, expected);
    });
  }
});
