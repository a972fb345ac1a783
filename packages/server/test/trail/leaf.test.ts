import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { EVENTS } from "../../src/kit/index.ts";
import {
  commitmentLabel,
  decodeLeaf,
  encodeLeaf,
  LEAF_BYTES_MAX,
  type Leaf,
  type LeafSlot,
  slotsOf,
  TEXT_SLOT_BYTES_MAX,
} from "../../src/trail/leaf.ts";

const id = Uint8Array.from({ length: 16 }, (_, at) => at);
const digest = new Uint8Array(32).fill(0xd1);

// Leaves are for ever: when this test fails, the change is wrong and not the bytes.
test("Holdfast writes the leaf bytes that are frozen for version 1", () => {
  const leaf: Leaf = {
    id,
    kind: "session.issued",
    at: 1_795_219_200_123,
    slots: [
      { kind: "text", text: "req-1" },
      { kind: "none" },
      { kind: "personal", digest },
      { kind: "personal", digest },
      { kind: "none" },
      { kind: "number", number: -2 },
      { kind: "text", text: "paßword" },
    ],
  };
  const golden = [
    "0000000101",
    "00000010000102030405060708090a0b0c0d0e0f",
    "0000000e73657373696f6e2e697373756564",
    "0000000d31373935323139323030313233",
    "00000006017265712d31",
    "0000000100",
    `0000002103${"d1".repeat(32)}`,
    `0000002103${"d1".repeat(32)}`,
    "0000000100",
    "00000003022d32",
    "00000009017061c39f776f7264",
  ].join("");
  assert.equal(Buffer.from(encodeLeaf(leaf)).toString("hex"), golden);
  assert.deepEqual(decodeLeaf(encodeLeaf(leaf)), leaf);
  assert.equal(commitmentLabel("session.issued", "account"), "trail/1/session.issued/account");
});

test("Holdfast keeps the slots of each kind where they were when the first leaf was written", () => {
  assert.deepEqual(
    slotsOf("session.issued").map(({ name, kind }) => `${name}:${kind}`),
    ["request:text", "actor:personal", "address:personal", "account:personal", "session:personal", "level:number", "method:text"],
  );
  assert.deepEqual(
    slotsOf("restore.done").map(({ name }) => name),
    ["request", "actor", "address", "oldOrigin", "oldSize", "oldRoot"],
  );
  for (const kind of Object.keys(EVENTS)) assert.equal(slotsOf(kind)[1]?.name, "actor");
});

const slots: fc.Arbitrary<LeafSlot> = fc.oneof(
  fc.constant<LeafSlot>({ kind: "none" }),
  fc.string({ unit: "grapheme", maxLength: 40 }).map((text): LeafSlot => ({ kind: "text", text })),
  fc.maxSafeInteger().map((number): LeafSlot => ({ kind: "number", number: number === 0 ? 0 : number })),
  fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes): LeafSlot => ({ kind: "personal", digest: new Uint8Array(bytes) })),
);
const leaves: fc.Arbitrary<Leaf> = fc.record(
  {
    id: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => new Uint8Array(bytes)),
    kind: fc.constantFrom(...Object.keys(EVENTS)),
    at: fc.nat({ max: 4_000_000_000_000 }),
    slots: fc.array(slots, { maxLength: 8 }),
  },
  { noNullPrototype: true },
);

test("Holdfast reads every leaf back as it was, and gives no two leaves the same bytes", () => {
  fc.assert(
    fc.property(leaves, leaves, (one, other) => {
      assert.deepEqual(decodeLeaf(encodeLeaf(one)), one);
      const same = Buffer.compare(encodeLeaf(one), encodeLeaf(other)) === 0;
      if (same) assert.deepEqual(one, other);
    }),
  );
});

test("Holdfast reads no leaf from bytes that are not one, whatever they are", () => {
  fc.assert(
    fc.property(leaves, fc.nat(), fc.integer({ min: 1, max: 255 }), (leaf, at, flip) => {
      const bytes = encodeLeaf(leaf);
      bytes[at % bytes.length] = (bytes[at % bytes.length] ?? 0) ^ flip;
      const read = decodeLeaf(bytes);
      // Either refused, or another leaf that encodes to exactly these bytes.
      if (read !== undefined) assert.deepEqual(encodeLeaf(read), bytes);
    }),
  );
  for (const bytes of [new Uint8Array(0), Uint8Array.of(1), new Uint8Array(40)]) assert.equal(decodeLeaf(bytes), undefined);
});

test("Holdfast cuts a text that is too long at a whole character and says so", () => {
  const leaf = decodeLeaf(
    encodeLeaf({ id, kind: "schema.migrated", at: 0, slots: [{ kind: "text", text: "ß".repeat(TEXT_SLOT_BYTES_MAX) }] }),
  );
  const [slot] = leaf?.slots ?? [];
  assert.ok(slot?.kind === "text" && slot.text.endsWith("ß…"));
  assert.ok(Buffer.byteLength(slot.text) <= TEXT_SLOT_BYTES_MAX);
  const longest = Math.max(...Object.keys(EVENTS).map((kind) => slotsOf(kind).length));
  assert.ok(longest * (TEXT_SLOT_BYTES_MAX + 5) < LEAF_BYTES_MAX, "no event is ever too long for a tlog-tiles bundle");
});

for (const number of [Number.NaN, Number.POSITIVE_INFINITY, 2 ** 60]) {
  test(`Holdfast writes no leaf with the number ${number}`, () => {
    assert.throws(() => encodeLeaf({ id, kind: "clock.jumped", at: 0, slots: [{ kind: "number", number }] }), { code: "internal" });
  });
}
