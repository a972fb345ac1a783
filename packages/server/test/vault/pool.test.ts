import assert from "node:assert/strict";
import { argon2, randomBytes } from "node:crypto";
import { describe, test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
import { type Hashing, hashing } from "../../src/vault/hashing.ts";
import type { Place, Vault } from "../../src/vault/index.ts";
import { openTestVault } from "./fixture.ts";

const POOL_THREADS = 4;
/** Jobs that wait for a turn, all lanes together, and of one lane. */
const WAITING_MAX = 32;
const WAITING_PER_LANE_MAX = 8;

describe("Holdfast's vault", () => {
  test("answers on the request path while every thread of the pool is busy with hashes", async () => {
    const { vault, keys } = openTestVault();
    let hashesDone = 0;
    const storm = Array.from({ length: POOL_THREADS * 2 }, () => {
      const input = { message: Buffer.from("password"), nonce: Buffer.alloc(16), parallelism: 1, tagLength: 32, memory: 65_536, passes: 3 };
      return new Promise<void>((resolve, reject) => {
        argon2("argon2id", input, (error) => {
          hashesDone += 1;
          if (error) reject(error);
          else resolve();
        });
      });
    });
    const place: Place = { table: 1, column: 1, tenant: null, row: vault.newId(), subject: null, type: "text" };
    let answered = false;
    // Microtasks only: if any part waited for the pool, it could not have answered before a hash had ended.
    await Promise.resolve().then(() => {
      const token = vault.signToken({ sub: "a" });
      assert.deepEqual(vault.readToken(token), { sub: "a" });
      assert.equal(Buffer.from(vault.decrypt(vault.encrypt("text", place), place)).toString(), "text");
      assert.ok(vault.checkMac("client-key", vault.mac("client-key", ["x"]), ["x"]));
      assert.ok(vault.verifyCheckpoint(place.row, vault.signCheckpoint(place.row)));
      assert.equal(vault.blindIndex(vault.indexKeyIds[0] ?? 0, "x", place).length, 21);
      assert.equal(vault.totp(place.row, 1).length, 6);
      assert.equal(vault.sha256("x").length, 32);
      assert.equal(vault.commit("label", "x").digest.length, 32);
      assert.equal(vault.randomBytes(20_000).length, 20_000);
      assert.equal(keys.pageKey(keys.pageGeneration).length, 32);
      answered = true;
    });
    assert.equal(hashesDone, 0, "the hashes were still running");
    assert.ok(answered);
    await Promise.all(storm);
    assert.equal(hashesDone, POOL_THREADS * 2);
  });

  test("leaves threads of the pool to others in a storm of sign-ins", async () => {
    let hashesDone = 0;
    const counting: Hashing = async (...given) => {
      const tag = await hashing(...given);
      hashesDone += 1;
      return tag;
    };
    const { vault } = openTestVault({ cores: 2, hashing: counting });
    const storm = Array.from({ length: WAITING_MAX }, (_, at) => vault.passwords.verify(undefined, "wrong password", `lane ${at}`));
    // With no bound this would stand behind all hashes but the last few.
    await new Promise((resolve) => randomBytes(16, resolve));
    assert.ok(hashesDone < WAITING_MAX / 2, `${hashesDone} of ${WAITING_MAX} hashes came first`);
    await Promise.all(storm);
    assert.equal(hashesDone, WAITING_MAX);
  });

  for (const [cores, atOnce] of [
    [1, 1],
    [2, 1],
    [4, 3],
  ] as const) {
    test(`hashes ${atOnce} at a time on ${cores} cores, lets ${WAITING_MAX} wait and refuses more`, async () => {
      const held = heldVault(cores);
      const kept = Array.from({ length: atOnce + WAITING_MAX }, (_, at) => held.verify(`lane ${at}`));
      await turn();
      assert.equal(held.running.length, atOnce);
      assert.equal(await Promise.race([held.verify("one more"), turn().then(() => "waits")]), "busy");
      for (let done = 0; done < atOnce + WAITING_MAX; done++) {
        assert.equal(held.running.length, Math.min(atOnce, atOnce + WAITING_MAX - done));
        await held.next();
      }
      assert.ok((await Promise.all(kept)).every((answer) => answer === "checked"));
    });
  }

  test("hashes for each address in turn: who floods waits for himself and is refused, and nobody else", async () => {
    const held = heldVault(2);
    const flood = Array.from({ length: WAITING_MAX }, () => held.verify("flood"));
    const others = [held.verify("ada"), held.verify("eve")];
    await turn();
    const order: string[] = [];
    while (held.running.length > 0) order.push(await held.next());
    assert.deepEqual(order.slice(0, 4), ["flood", "flood", "ada", "eve"]);
    assert.deepEqual(await Promise.all(others), ["checked", "checked"]);
    const answers = await Promise.all(flood);
    assert.equal(answers.filter((answer) => answer === "checked").length, 1 + WAITING_PER_LANE_MAX);
    assert.equal(answers.filter((answer) => answer === "busy").length, WAITING_MAX - 1 - WAITING_PER_LANE_MAX);
  });
});

interface HeldVault {
  /** Sign-ins whose hash runs, by their lane; the password stands for it. */
  readonly running: readonly string[];
  verify(lane: string): Promise<"checked" | "busy">;
  /** Lets the oldest running hash end, and says whose it was. */
  next(): Promise<string>;
}

/** A vault whose hashes run until they are told to end. */
function heldVault(cores: number): HeldVault {
  const running: string[] = [];
  const ends: (() => void)[] = [];
  const held: Hashing = (password, _salt, _parameters, bytes) =>
    new Promise((resolve) => {
      running.push(Buffer.from(password).toString());
      ends.push(() => resolve(new Uint8Array(bytes)));
    });
  const { vault }: { vault: Vault } = openTestVault({ cores, hashing: held });
  return {
    running,
    verify: (lane) =>
      vault.passwords.verify(undefined, lane, lane).then(
        () => "checked",
        (error: unknown) => (isFault(error, "server.busy") ? "busy" : assert.fail(String(error))),
      ),
    async next() {
      const lane = running.shift() ?? "";
      ends.shift()?.();
      await turn();
      return lane;
    },
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
