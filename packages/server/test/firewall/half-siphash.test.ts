import assert from "node:assert/strict";
import { test } from "node:test";
import { createKeyHasher } from "../../src/firewall/half-siphash.ts";

/** HalfSipHash-2-4, 64 bits: the first of its authors' vectors; key 00..07, message 00, 01, … of the row's length. */
const VECTORS = ["218d1f59b9b83cc8", "be552412f8387315"];

test("Holdfast hashes keys as HalfSipHash-2-4 does", () => {
  const hash = createKeyHasher(Uint8Array.from({ length: 8 }, (_, index) => index));
  for (const [length, expected] of VECTORS.entries()) {
    const { a, b } = hash(Uint8Array.from({ length }, (_, index) => index));
    const bytes = Buffer.alloc(8);
    bytes.writeInt32LE(a, 0);
    bytes.writeInt32LE(b, 4);
    assert.equal(bytes.toString("hex"), expected);
  }
});

test("Holdfast spreads addresses evenly over the cells, in a way that depends on the key", () => {
  const one = createKeyHasher(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8));
  const other = createKeyHasher(Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 9));
  const counts = new Array<number>(256).fill(0);
  let same = 0;
  for (let n = 0; n < 65_536; n += 1) {
    const bytes = Uint8Array.of(10, 0, n >> 8, n & 255);
    const { a } = one(bytes);
    const slot = a & 255;
    counts[slot] = (counts[slot] ?? 0) + 1;
    if (slot === (other(bytes).a & 255)) same += 1;
  }
  // 256 a slot on average, 16 standard deviation: six of them is never seen by chance.
  assert.ok(counts.every((count) => Math.abs(count - 256) < 96));
  assert.ok(Math.abs(same - 256) < 96);
});
