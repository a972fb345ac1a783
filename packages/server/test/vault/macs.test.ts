import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { utf8 } from "../../src/kit/index.ts";
import { bech32Decode, bech32Encode } from "../../src/vault/bech32.ts";
import { createCheckpoints } from "../../src/vault/checkpoints.ts";
import { hkdf, hmacSha256 } from "../../src/vault/derive.ts";
import { commitmentDigest, type MacPurpose, sha256, verifySignature } from "../../src/vault/index.ts";
import { LABELS, MAC_LABELS } from "../../src/vault/labels.ts";
import { createMacs } from "../../src/vault/macs.ts";
import { createRandomness, newUuidV7 } from "../../src/vault/random.ts";
import { createTestVault, fixedClock } from "./fixture.ts";

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, "hex"));
const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const vault = createTestVault();

describe("Holdfast's published building blocks", () => {
  // RFC 6238, appendix B: the six last digits of its eight.
  const totpRows = [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [1_111_111_111, "050471"],
    [1_234_567_890, "005924"],
    [2_000_000_000, "279037"],
    [20_000_000_000, "353130"],
  ] as const;
  for (const [seconds, code] of totpRows) {
    test(`give the RFC 6238 code at ${seconds} s`, () =>
      assert.equal(vault.totp(utf8("12345678901234567890"), Math.floor(seconds / 30)), code));
  }

  // RFC 5869, appendix A.1 to A.3.
  const hkdfRows = [
    [
      "0b".repeat(22),
      "000102030405060708090a0b0c",
      "f0f1f2f3f4f5f6f7f8f9",
      42,
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
    ],
    [
      hex(Uint8Array.from({ length: 80 }, (_, i) => i)),
      hex(Uint8Array.from({ length: 80 }, (_, i) => 0x60 + i)),
      hex(Uint8Array.from({ length: 80 }, (_, i) => 0xb0 + i)),
      82,
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87",
    ],
    ["0b".repeat(22), "", "", 42, "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"],
  ] as const;
  for (const [at, [secret, salt, info, length, expected]] of hkdfRows.entries()) {
    test(`give the RFC 5869 output A.${at + 1}`, () => assert.equal(hex(hkdf(bytes(secret), bytes(info), length, bytes(salt))), expected));
  }

  test("give the RFC 4231 HMACs", () => {
    assert.equal(
      hex(hmacSha256(bytes("0b".repeat(20)), utf8("Hi There"))),
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    );
    assert.equal(
      hex(hmacSha256(utf8("Jefe"), utf8("what do ya want for nothing?"))),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
  });

  // RFC 8032, section 7.1, tests 1 and 3.
  const signatureRows = [
    [
      "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ] as const;
  for (const [seed, publicKey, message, signature] of signatureRows) {
    test(`sign checkpoints as RFC 8032 does (${message.length / 2} bytes)`, () => {
      const checkpoints = createCheckpoints(bytes(seed));
      assert.equal(hex(checkpoints.checkpointPublicKey), publicKey);
      assert.equal(hex(checkpoints.signCheckpoint(bytes(message))), signature);
      assert.ok(verifySignature(bytes(publicKey), bytes(message), bytes(signature)));
      assert.ok(!verifySignature(bytes(publicKey), utf8("other"), bytes(signature)));
      assert.ok(!checkpoints.verifyCheckpoint(bytes(message), bytes(signature).subarray(1)));
      assert.ok(!verifySignature(bytes(publicKey).subarray(1), bytes(message), bytes(signature)));
    });
  }

  test("give the FIPS 180 digest, also of long input", () => {
    assert.equal(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert.equal(hex(vault.sha256(utf8("a".repeat(1_000_000)))), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  });

  test("read and write BIP 173 text", () => {
    assert.deepEqual(bech32Decode("A", "A12UEL5L"), new Uint8Array(0));
    const long = "abcdef1qpzry9x8gf2tvdw0s3jn54khce6mua7lmqqqxw";
    assert.equal(bech32Encode("abcdef", bech32Decode("abcdef", long) ?? new Uint8Array(0)), long.toUpperCase());
    for (const wrong of ["A12UEL5M", "a12UEL5L", "A1G7SGD8", "12UEL5L", "A2UEL5L"])
      assert.equal(bech32Decode("A", wrong), undefined, wrong);
  });

  test("read back every bech32 text, and find every slip of one character", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.nat(),
        fc.constantFrom(..."QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
        (secret, place, letter) => {
          const text = bech32Encode("KEY-", secret);
          assert.deepEqual(bech32Decode("KEY-", text), secret);
          const at = "KEY-1".length + (place % (text.length - "KEY-1".length));
          if (text[at] !== letter) assert.equal(bech32Decode("KEY-", `${text.slice(0, at)}${letter}${text.slice(at + 1)}`), undefined);
        },
      ),
    );
  });
});

describe("Holdfast's MACs", () => {
  const purposes = Object.keys(MAC_LABELS) as MacPurpose[]; // the table is typed by purpose

  test("have one label a purpose, and no label twice", () => {
    const labels = [...Object.values(LABELS), ...Object.values(MAC_LABELS)];
    assert.equal(new Set(labels).size, labels.length);
  });

  test("hold for their purpose, parts and key alone", () => {
    const made = vault.mac("refresh-token", ["ab", "c"]);
    assert.ok(vault.checkMac("refresh-token", made, ["ab", "c"]));
    assert.ok(!vault.checkMac("refresh-token", made, ["a", "bc"]));
    assert.ok(!vault.checkMac("refresh-token", made, ["ab", "c", ""]));
    assert.ok(!vault.checkMac("refresh-token", { ...made, keyId: made.keyId + 1 }, ["ab", "c"]));
    assert.ok(!vault.checkMac("refresh-token", { ...made, mac: made.mac.subarray(0, 16) }, ["ab", "c"]));
    assert.ok(!createTestVault().checkMac("refresh-token", made, ["ab", "c"]));
    for (const purpose of purposes.filter((other) => other !== "refresh-token"))
      assert.ok(!vault.checkMac(purpose, made, ["ab", "c"]), purpose);
  });

  test("are HMAC-SHA256 under a key of their purpose over key id and parts, each with its length", () => {
    const secret = createRandomness().bytes(32);
    const expected = hmacSha256(hkdf(secret, MAC_LABELS["refresh-token"], 32), bytes("00000004000000070000000161000000026263"));
    assert.deepEqual(createMacs([{ id: 7, secret }]).mac("refresh-token", ["a", "bc"]), { keyId: 7, mac: expected });
  });

  test("hold under an older key that still lives, and not under its number with another key", () => {
    const random = createRandomness();
    const older = { id: 4, secret: random.bytes(32) };
    const newer = { id: 8, secret: random.bytes(32) };
    const made = createMacs([older]).mac("client-key", ["x"]);
    const both = createMacs([newer, older]);
    assert.ok(both.checkMac("client-key", made, ["x"]));
    assert.equal(both.mac("client-key", ["x"]).keyId, 8);
    assert.ok(!createMacs([newer]).checkMac("client-key", made, ["x"]));
    assert.ok(!both.checkMac("client-key", { ...made, keyId: 8 }, ["x"]));
  });

  test("compare without an error for different lengths", () => {
    assert.ok(vault.equal(utf8("abc"), utf8("abc")));
    assert.ok(!vault.equal(utf8("abc"), utf8("abd")));
    assert.ok(!vault.equal(utf8("abc"), utf8("ab")));
  });
});

describe("Holdfast's commitments", () => {
  test("bind label and value under a fresh salt", () => {
    const { salt, digest } = vault.commit("record.row", "value");
    assert.equal(salt.length, 32);
    assert.deepEqual(commitmentDigest(salt, "record.row", utf8("value")), digest);
    assert.deepEqual(digest, hmacSha256(salt, new Uint8Array([...utf8("record.row"), 0, 0, 0, 5, ...utf8("value")])));
    assert.notDeepEqual(commitmentDigest(salt, "record.stored", "value"), digest);
    assert.notDeepEqual(commitmentDigest(salt, "record.row", "valu"), digest);
    assert.notDeepEqual(vault.commit("record.row", "value").digest, digest);
  });
});

describe("Holdfast's random bytes", () => {
  test("carry the time of RFC 9562 A.6 in an id of version 7", () => {
    const id = hex(newUuidV7(fixedClock(0x017f22e279b0), createRandomness()));
    assert.match(id, /^017f22e279b07[0-9a-f]{3}[89ab][0-9a-f]{15}$/);
  });

  test("never come from the pool twice, whatever lengths are asked for", () => {
    let next = 0;
    // A source that counts: every byte handed out can be told from every other by its place.
    const random = createRandomness((into) => {
      const view = new DataView(into.buffer, into.byteOffset, into.byteLength);
      for (let at = 0; at + 4 <= into.length; at += 4) {
        next += 1;
        view.setUint32(at, next);
      }
    });
    const seen = new Set<number>();
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 700 }), (words) => {
        const taken = random.bytes(words * 4);
        const view = new DataView(taken.buffer);
        for (let at = 0; at < taken.length; at += 4) {
          assert.ok(!seen.has(view.getUint32(at)));
          seen.add(view.getUint32(at));
        }
      }),
      { numRuns: 500 },
    );
  });

  test("make ids that do not collide", () => {
    assert.equal(new Set(Array.from({ length: 20_000 }, () => hex(vault.newId()))).size, 20_000);
  });
});
