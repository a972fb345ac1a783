import assert from "node:assert/strict";
import { argon2 } from "node:crypto";
import { describe, test } from "node:test";
import type { Place } from "../../src/vault/index.ts";
import { openTestVault } from "./fixture.ts";

const POOL_THREADS = 4;

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
});
