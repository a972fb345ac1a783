import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeyHasher } from "../../src/firewall/half-siphash.ts";
import { createSenders, SENDERS_CACHED_MAX } from "../../src/firewall/senders.ts";
import { HASH_KEY } from "./plan.ts";

test("Holdfast works a sender out once, and holds no more of them than it says, however many come", () => {
  const senderOf = createSenders(createKeyHasher(HASH_KEY));
  const first = senderOf("192.0.2.1");
  for (let n = 0; n < SENDERS_CACHED_MAX - 1; n += 1) senderOf(`10.0.${n >> 8}.${n & 255}`);
  assert.equal(senderOf("192.0.2.1"), first);
  senderOf("192.0.2.2");
  assert.notEqual(senderOf("192.0.2.1"), first);
  assert.deepEqual(senderOf("192.0.2.1"), first);
});

test("Holdfast holds nothing of what is no address", () => {
  const senderOf = createSenders(createKeyHasher(HASH_KEY));
  const first = senderOf("192.0.2.1");
  for (let n = 0; n <= SENDERS_CACHED_MAX; n += 1) assert.equal(senderOf(`nobody ${n}`), undefined);
  assert.equal(senderOf("192.0.2.1"), first);
});
