import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { equalBytes, isFault, utf8 } from "../../src/kit/index.ts";
import { createFields } from "../../src/vault/fields.ts";
import type { Place, Vault } from "../../src/vault/index.ts";
import { createRandomness } from "../../src/vault/random.ts";
import { createTestVault } from "./fixture.ts";

const vault = createTestVault();
const OVERHEAD_BYTES = 5 + 24 + 16 + 32;
const PLACE: Place = { table: 3, column: 4, tenant: vault.newId(), row: vault.newId(), subject: vault.newId(), type: "text" };

const refused = (error: unknown): boolean => isFault(error, "vault.refused");
const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();

describe("Holdfast's encrypted fields", () => {
  test("give back what was encrypted, whatever it is and wherever it lies", () => {
    const id = fc.uint8Array({ minLength: 16, maxLength: 16 });
    const place = fc.record({
      table: fc.nat(0xffff_ffff),
      column: fc.nat(0xffff_ffff),
      tenant: fc.option(id),
      row: fc.uint8Array({ maxLength: 40 }),
      subject: fc.option(id),
      type: fc.string(),
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array({ maxLength: 5_000 })), place, (plain, where) => {
        const expected = typeof plain === "string" ? utf8(plain) : plain;
        const sealed = vault.encrypt(plain, where);
        assert.equal(sealed.length, expected.length + OVERHEAD_BYTES);
        assert.ok(equalBytes(vault.decrypt(sealed, where), expected));
      }),
    );
  });

  const moved: readonly (readonly [string, Place])[] = [
    ["another row", { ...PLACE, row: vault.newId() }],
    ["a row whose key is a prefix", { ...PLACE, row: PLACE.row.subarray(0, 15) }],
    ["another column", { ...PLACE, column: 5 }],
    ["another table", { ...PLACE, table: 4 }],
    ["table and column exchanged", { ...PLACE, table: PLACE.column, column: PLACE.table }],
    ["another tenant", { ...PLACE, tenant: vault.newId() }],
    ["no tenant", { ...PLACE, tenant: null }],
    ["another subject", { ...PLACE, subject: vault.newId() }],
    ["no subject", { ...PLACE, subject: null }],
    ["tenant and subject exchanged", { ...PLACE, tenant: PLACE.subject, subject: PLACE.tenant }],
    ["another type", { ...PLACE, type: "json" }],
    ["a type that is longer by what the next part began with", { ...PLACE, type: "text\0" }],
  ];
  for (const [name, place] of moved) {
    test(`refuse to open in ${name}`, () => {
      const sealed = vault.encrypt("secret", PLACE);
      assert.equal(textOf(vault.decrypt(sealed, PLACE)), "secret");
      assert.throws(() => vault.decrypt(sealed, place), refused);
    });
  }

  test("refuse to open in another app that has the same keys", () => {
    const random = createRandomness();
    const key = { id: 2, secret: random.bytes(32) };
    const [here, there] = [vault.newId(), vault.newId()].map((appId) => createFields({ appId, random, dataKeys: [key], indexKeys: [] }));
    const sealed = here?.encrypt("secret", PLACE) ?? new Uint8Array(0);
    assert.equal(textOf(here?.decrypt(sealed, PLACE) ?? new Uint8Array(0)), "secret");
    assert.throws(() => there?.decrypt(sealed, PLACE), refused);
  });

  test("refuse every flipped bit, in the header too", () => {
    const sealed = vault.encrypt("some text", PLACE);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const flipped = sealed.slice();
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.throws(() => vault.decrypt(flipped, PLACE), refused, `bit ${bit}`);
    }
  });

  test("refuse every truncation and every extension", () => {
    const sealed = vault.encrypt("some text", PLACE);
    for (let length = 0; length < sealed.length; length += 1) {
      assert.throws(() => vault.decrypt(sealed.subarray(0, length), PLACE), refused, `the first ${length} bytes`);
      assert.throws(() => vault.decrypt(sealed.subarray(length + 1), PLACE), refused, `without the first ${length + 1} bytes`);
    }
    assert.throws(() => vault.decrypt(new Uint8Array([...sealed, 0]), PLACE), refused);
  });

  test("refuse the bytes of another keyring, and random ones", () => {
    const foreign = createTestVault();
    assert.throws(() => vault.decrypt(foreign.encrypt("secret", PLACE), PLACE), refused);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => assert.throws(() => vault.decrypt(noise, PLACE), refused)));
  });

  test("bind the key id: the same key under another id does not open", () => {
    const random = createRandomness();
    const secret = random.bytes(32);
    const appId = vault.newId();
    const written = createFields({ appId, random, dataKeys: [{ id: 2, secret }], indexKeys: [] }).encrypt("secret", PLACE);
    const reader = createFields({
      appId,
      random,
      dataKeys: [
        { id: 9, secret },
        { id: 2, secret },
      ],
      indexKeys: [],
    });
    assert.equal(textOf(reader.decrypt(written, PLACE)), "secret");
    written[4] = 9;
    assert.throws(() => reader.decrypt(written, PLACE), refused);
  });

  test("never look alike twice", () => {
    const seen = new Set(Array.from({ length: 2_000 }, () => Buffer.from(vault.encrypt("same", PLACE)).toString("hex")));
    assert.equal(seen.size, 2_000);
  });

  test("are bytes of their own, so that nothing else travels with them to another thread", () => {
    const handedOut = [
      vault.encrypt("a", PLACE),
      vault.decrypt(vault.encrypt("a", PLACE), PLACE),
      vault.newId(),
      vault.randomBytes(8),
      vault.sha256("a"),
      vault.mac("client-key", ["a"]).mac,
      vault.commit("a", "b").digest,
      vault.signCheckpoint(PLACE.row),
      vault.checkpointPublicKey,
      vault.blindIndex(vault.indexKeyIds[0] ?? 0, "a", PLACE),
    ];
    for (const bytes of handedOut) {
      assert.equal(bytes.buffer.byteLength, bytes.length);
      assert.equal(bytes.constructor, Uint8Array);
    }
  });

  test("refuse an id of another length in a place, because nobody would look like somebody", () => {
    assert.throws(
      () => vault.encrypt("a", { ...PLACE, tenant: new Uint8Array(0) }),
      (error) => isFault(error, "internal"),
    );
  });
});

describe("Holdfast's blind index", () => {
  const [keyId = 0] = vault.indexKeyIds;
  const indexOf = (text: string, place: Pick<Place, "table" | "column" | "tenant"> = PLACE, by: Vault = vault): string =>
    Buffer.from(by.blindIndex(keyId, text, place)).toString("hex");

  test("is key id, normaliser version and 128 bits, the same for the same value", () => {
    assert.equal(indexOf("value"), indexOf("value"));
    assert.match(indexOf("value"), new RegExp(`^${keyId.toString(16).padStart(8, "0")}01[0-9a-f]{32}$`));
  });

  const others: readonly (readonly [string, string])[] = [
    ["value", indexOf("other")],
    ["tenant", indexOf("value", { ...PLACE, tenant: vault.newId() })],
    ["column", indexOf("value", { ...PLACE, column: 9 })],
    ["table", indexOf("value", { ...PLACE, table: 9 })],
    ["keyring", indexOf("value", PLACE, createTestVault())],
  ];
  for (const [name, index] of others) test(`differs for another ${name}`, () => assert.notEqual(index, indexOf("value")));

  test("refuses a key id that is not live", () => {
    assert.throws(() => vault.blindIndex(99, "value", PLACE), refused);
  });
});
