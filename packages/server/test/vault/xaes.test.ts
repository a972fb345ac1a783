import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, test } from "node:test";
import { concatBytes, utf8 } from "../../src/kit/index.ts";
import { createXaes } from "../../src/vault/xaes.ts";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");

// aws/aws-lc, crypto/cipher_extra/test/xaes_256_gcm_kc_tests.txt (data only); the ciphertexts of the last two are those of c2sp.org/XAES-256-GCM.
const KEY_COMMITTING = [
  {
    key: "01".repeat(32),
    nonce: "42".repeat(24),
    plain: "48656c6c6f2c20584145532d3235362d47434d21",
    associated: "",
    sealed: "01e5f78bc99de880bd2eeff2870d361f0eab5b2f",
    tag: "c55268f34b14045878fe3668db980319bf37571be1b43aeca64a95d99a2f162e24f8bfd79bbb71fa7d943e6fc060a8ae",
  },
  {
    key: "01".repeat(32),
    nonce: "4142434445464748494a4b4c4d4e4f505152535455565758",
    plain: "584145532d3235362d47434d",
    associated: "",
    sealed: "ce546ef63c9cc60765923609",
    tag: "b33a9a1974e96e52daf2fcf7075e227104076b6085eebab138855fe57811c04112eff989d44120dfff662d5475a383c3",
  },
  {
    key: "03".repeat(32),
    nonce: "4142434445464748494a4b4c4d4e4f505152535455565758",
    plain: "584145532d3235362d47434d",
    associated: "633273702e6f72672f584145532d3235362d47434d",
    sealed: "986ec1832593df5443a17943",
    tag: "7fd083bf3fdb41abd740a21f71eb769d5553cd21d1592b422e3129632a3187eee8a658cdca5c5b32ce86308dcc18e9d1",
  },
] as const;

const COMMITMENT_BYTES = 32;
const NONCE_BYTES = 24;

describe("Holdfast's XAES-256-GCM", () => {
  for (const [at, vector] of KEY_COMMITTING.entries()) {
    test(`gives the published key-committing result ${at + 1}, and opens it`, () => {
      const xaes = createXaes(bytes(vector.key));
      const whole = xaes.seal(bytes(vector.plain), bytes(vector.associated), bytes(vector.nonce));
      assert.equal(hex(whole), vector.nonce + vector.sealed + vector.tag);
      assert.equal(hex(xaes.open(whole, bytes(vector.associated)) ?? new Uint8Array(1)), vector.plain);
    });
  }

  test("agrees with the published hash over 10,000 random messages", () => {
    const rounds = 10_000;
    const stream = createHash("shake128", { outputLength: rounds * (32 + 24 + 1 + 255 + 1 + 255) }).digest();
    const outputs = createHash("shake128", { outputLength: 32 });
    let at = 0;
    const take = (count: number): Uint8Array => {
      at += count;
      return stream.subarray(at - count, at);
    };
    const takeCounted = (): Uint8Array => take(take(1)[0] ?? 0);
    for (let round = 0; round < rounds; round += 1) {
      const xaes = createXaes(take(32));
      const nonce = take(NONCE_BYTES);
      const plain = takeCounted();
      outputs.update(xaes.seal(plain, takeCounted(), nonce).subarray(NONCE_BYTES, -COMMITMENT_BYTES));
    }
    assert.equal(outputs.digest("hex"), "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939");
  });

  test("opens nothing whose commitment is another key's, though tag and ciphertext are right", () => {
    const plain = utf8("text");
    const nonce = new Uint8Array(NONCE_BYTES).fill(7);
    const [own, other] = [1, 2].map((seed) => createXaes(new Uint8Array(32).fill(seed)).seal(plain, new Uint8Array(0), nonce));
    assert.ok(own && other);
    const swapped = concatBytes([own.subarray(0, -COMMITMENT_BYTES), other.subarray(-COMMITMENT_BYTES)]);
    assert.equal(createXaes(new Uint8Array(32).fill(1)).open(swapped, new Uint8Array(0)), undefined);
    assert.deepEqual(createXaes(new Uint8Array(32).fill(1)).open(own, new Uint8Array(0)), plain);
  });

  test("refuses keys and nonces of another length", () => {
    assert.throws(() => createXaes(new Uint8Array(16)), RangeError);
    assert.throws(() => createXaes(new Uint8Array(32)).seal(utf8("a"), new Uint8Array(0), new Uint8Array(12)), RangeError);
  });
});
