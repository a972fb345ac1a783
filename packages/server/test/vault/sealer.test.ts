import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { inflateSync } from "node:zlib";
import fc from "fast-check";
import { concatBytes, isFault, utf8 } from "../../src/kit/index.ts";
import { ageHeaderEnd, readAgeHeader } from "../../src/vault/age-header.ts";
import { openPayload, openStream, sealStream } from "../../src/vault/age-stream.ts";
import { hpkeKeySchedule } from "../../src/vault/hpke.ts";
import { openStreamWithKit } from "../../src/vault/index.ts";
import { createRandomness } from "../../src/vault/random.ts";
import { parseSecret } from "../../src/vault/secret-text.ts";
import { xwingEncapsulate, xwingPrivateKey } from "../../src/vault/xwing.ts";
import { openTestVault } from "./fixture.ts";

const hex = (value: Uint8Array): string => Buffer.from(value).toString("hex");
const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "hex"));
const refused = (error: unknown): boolean => isFault(error, "vault.refused");

async function* pieces(whole: Uint8Array, size = 10_000): AsyncIterable<Uint8Array> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  return concatBytes(await Array.fromAsync(source));
}

function vectorsOf<T>(name: string): readonly T[] {
  const { vectors }: { vectors: readonly T[] } = JSON.parse(readFileSync(new URL(`vectors/${name}.json`, import.meta.url), "utf8"));
  assert.ok(vectors.length > 0);
  return vectors;
}

describe("Holdfast's X-Wing", () => {
  interface XwingVector {
    readonly seed: string;
    readonly pk: string;
    readonly ct: string;
    readonly ss: string;
  }

  for (const [at, { seed, pk, ct, ss }] of vectorsOf<XwingVector>("xwing").entries()) {
    test(`gives the published key and shared secret ${at + 1}`, () => {
      const privateKey = xwingPrivateKey(bytes(seed));
      assert.equal(hex(privateKey.publicKey), pk);
      assert.equal(hex(privateKey.decapsulate(bytes(ct)) ?? new Uint8Array(0)), ss);
    });
  }

  test("agrees with itself, and gives another secret for another key", () => {
    const [own, other] = [1, 2].map((fill) => xwingPrivateKey(new Uint8Array(32).fill(fill)));
    const made = own && xwingEncapsulate(own.publicKey);
    assert.ok(made);
    assert.deepEqual(own?.decapsulate(made.ciphertext), made.secret);
    assert.notDeepEqual(other?.decapsulate(made.ciphertext), made.secret);
  });

  test("refuses keys and ciphertexts of another length, and points of small order", () => {
    const { publicKey, decapsulate } = xwingPrivateKey(new Uint8Array(32).fill(1));
    assert.equal(xwingEncapsulate(publicKey.subarray(1)), undefined);
    assert.equal(xwingEncapsulate(new Uint8Array([...publicKey.subarray(0, 1_184), ...new Uint8Array(32)])), undefined);
    assert.equal(decapsulate(new Uint8Array(1_119)), undefined);
    assert.equal(decapsulate(new Uint8Array(1_120)), undefined);
  });

  test("derives HPKE keys as RFC 9180 A.2.1 does", () => {
    const secret = bytes("0bbe78490412b4bbea4812666f7916932b828bba79942424abb65244930d69a7");
    const { key, nonce } = hpkeKeySchedule(0x0020, secret, utf8("Ode on a Grecian Urn"));
    assert.equal(hex(key), "ad2744de8e17f4ebba575b3f5f5a8fa1f69c2a07f6e7500bc60ca6e3e3ec1c91");
    assert.equal(hex(nonce), "5c4d98150661b848853b547f");
  });
});

describe("Holdfast's sealed streams, held against the published age vectors,", () => {
  interface AgeVector {
    readonly name: string;
    readonly expect: string;
    readonly payload: string;
    readonly fileKey: string;
    readonly identities: readonly string[];
    readonly compressed: string;
    readonly file: string;
  }

  /** What must be refused for its form, before any key is tried on it. */
  const REFUSED_UNOPENED = new Set([
    "hybrid_long_file_key",
    "hybrid_extra_argument",
    "hybrid_long_share",
    "hybrid_short_share",
    "hybrid_not_canonical_enc",
  ]);
  const NOT_FOR_US = "This was not sealed to this key.";

  /** What was given out before the end or the fault, and the fault. */
  async function run(opened: AsyncIterable<Uint8Array>): Promise<{ hash: string; fault: string | undefined }> {
    const hash = createHash("sha256");
    try {
      for await (const piece of opened) hash.update(piece);
      return { hash: hash.digest("hex"), fault: undefined };
    } catch (error) {
      assert.ok(isFault(error, "vault.refused"), String(error));
      return { hash: hash.digest("hex"), fault: error.message };
    }
  }

  for (const vector of vectorsOf<AgeVector>("age")) {
    const stored = new Uint8Array(Buffer.from(vector.file, "base64"));
    const file = vector.compressed === "zlib" ? new Uint8Array(inflateSync(stored)) : stored;
    const keys = vector.identities.map((text) => parseSecret("kit", text)).filter((seed) => seed !== undefined);

    if (vector.name.startsWith("stream_")) {
      test(`treat the payload of ${vector.name} as ${vector.expect}`, async () => {
        const end = ageHeaderEnd(file);
        const { hash, fault } = await run(openPayload(pieces(file.subarray(end)), bytes(vector.fileKey)));
        assert.equal(fault === undefined, vector.expect === "success", fault ?? "there was no fault");
        // The reference gives out a whole chunk before it looks for more; here a chunk waits until its place is known.
        if (vector.expect === "success") assert.equal(hash, vector.payload);
      });
      continue;
    }

    if (vector.name.startsWith("hybrid_") || vector.name === "hybrid") {
      test(`treat ${vector.name} as ${vector.expect}`, async () => {
        const { hash, fault } = await run(openStream(pieces(file), keys.map(xwingPrivateKey)));
        assert.equal(fault === undefined, vector.expect === "success", fault ?? "there was no fault");
        if (vector.expect === "success") assert.equal(hash, vector.payload);
        if (REFUSED_UNOPENED.has(vector.name)) assert.notEqual(fault, NOT_FOR_US);
      });
      continue;
    }

    // These are for recipients of another kind: what matters is whether the header is taken for one.
    test(`${vector.expect === "header failure" ? "refuse" : "can read"} the header of ${vector.name}`, () => {
      const end = ageHeaderEnd(file);
      const read = (): Uint8Array => readAgeHeader(file.subarray(0, end), []);
      const isHeaderFailure = vector.expect === "header failure";
      assert.throws(read, (error) => isFault(error, "vault.refused") && (error.message === NOT_FOR_US) === !isHeaderFailure);
    });
  }
});

describe("Holdfast's sealed streams", () => {
  const { sealer, kit } = openTestVault();

  test("open with the backup key and with the recovery kit, whatever their length and however they are cut", async () => {
    const near = fc.constantFrom(0, 1, 65_535, 65_536, 65_537, 131_071, 131_072, 131_073, 200_000);
    await fc.assert(
      fc.asyncProperty(
        near,
        fc.integer({ min: 100, max: 150_000 }),
        fc.integer({ min: 100, max: 150_000 }),
        async (length, inSize, outSize) => {
          const plain = new Uint8Array(createHash("shake128", { outputLength: length }).digest());
          const sealed = await collect(sealer.seal(pieces(plain, inSize)));
          assert.equal(Buffer.compare(await collect(sealer.open(pieces(sealed, outSize))), plain), 0);
          assert.equal(Buffer.compare(await collect(openStreamWithKit(pieces(sealed, outSize), kit)), plain), 0);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("open with nothing else", async () => {
    const sealed = await collect(sealer.seal(pieces(utf8("backup"))));
    const other = openTestVault();
    await assert.rejects(collect(other.sealer.open(pieces(sealed))), refused);
    await assert.rejects(collect(openStreamWithKit(pieces(sealed), other.kit)), refused);
  });

  test("hold no word of what they carry, and nothing alike twice", async () => {
    const [first, second] = [await collect(sealer.seal(pieces(utf8("marker")))), await collect(sealer.seal(pieces(utf8("marker"))))];
    assert.ok(first && second);
    assert.equal(Buffer.from(first).indexOf("marker"), -1);
    assert.notDeepEqual(first.subarray(-22), second.subarray(-22));
  });

  /** A short stream with two full chunks, so that every place in it can be damaged. */
  async function sample(): Promise<{ plain: Uint8Array; sealed: Uint8Array; payloadAt: number }> {
    const plain = new Uint8Array(createHash("shake128", { outputLength: 2 * 65_536 + 100 }).digest());
    const sealed = await collect(sealer.seal(pieces(plain)));
    return { plain, sealed, payloadAt: ageHeaderEnd(sealed) ?? 0 };
  }

  test("are refused with any bit flipped, and give out only what was sealed", async () => {
    const { plain, sealed, payloadAt } = await sample();
    const places = [...Array.from({ length: 400 }, (_, i) => i * 13), ...Array.from({ length: 200 }, (_, i) => payloadAt + i * 661)].filter(
      (at) => at < sealed.length,
    );
    for (const at of places) {
      const flipped = sealed.slice();
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const given: Uint8Array[] = [];
      await assert.rejects(
        async () => {
          for await (const piece of openStreamWithKit(pieces(flipped, 50_000), kit)) given.push(piece);
        },
        // A flip in the other recipient's part is found by the header's MAC.
        refused,
        `byte ${at}`,
      );
      const out = concatBytes(given);
      assert.equal(Buffer.compare(out, plain.subarray(0, out.length)), 0);
    }
  });

  test("are refused when they are cut anywhere, also between two chunks", async () => {
    const { sealed, payloadAt } = await sample();
    const chunk = 65_536 + 16;
    const cuts = [
      0,
      1,
      10,
      payloadAt - 1,
      payloadAt,
      payloadAt + 15,
      payloadAt + 16,
      payloadAt + 16 + chunk,
      payloadAt + 16 + 2 * chunk,
      sealed.length - 1,
    ];
    for (const length of cuts) await assert.rejects(collect(sealer.open(pieces(sealed.subarray(0, length)))), refused, `cut at ${length}`);
  });

  test("are refused when chunks are exchanged, doubled, left out or added", async () => {
    const { sealed, payloadAt } = await sample();
    const start = sealed.subarray(0, payloadAt + 16);
    const [first, second, last] = [0, 1, 2].map((at) => sealed.subarray(payloadAt + 16 + at * 65_552, payloadAt + 16 + (at + 1) * 65_552));
    assert.ok(first && second && last);
    assert.equal((await collect(sealer.open(pieces(concatBytes([start, first, second, last]))))).length, 131_172);
    const orders = [
      [second, first, last],
      [first, first, second, last],
      [first, last],
      [second, last],
      [first, second, last, last],
      [first, second, last, new Uint8Array([0])],
    ];
    for (const order of orders) await assert.rejects(collect(sealer.open(pieces(concatBytes([start, ...order])))), refused);
  });

  test("are refused when the payload of one has the header of another", async () => {
    const [one, other] = [await sample(), await sample()];
    const mixed = concatBytes([one.sealed.subarray(0, one.payloadAt), other.sealed.subarray(other.payloadAt)]);
    await assert.rejects(collect(sealer.open(pieces(mixed))), refused);
  });

  test("hold one chunk at a time", async () => {
    let taken = 0;
    async function* endless(): AsyncIterable<Uint8Array> {
      for (;;) {
        taken += 1;
        yield new Uint8Array(65_536);
      }
    }
    let given = 0;
    for await (const piece of sealer.seal(endless())) {
      given += piece.length;
      if (given > 10 * 65_536) break;
    }
    assert.ok(taken <= 13, `${taken} pieces were taken`);
  });

  test("let go of their source when the reader stops or the stream is refused", async () => {
    const sealed = await collect(sealer.seal(pieces(new Uint8Array(300_000))));
    for (const stop of [true, false]) {
      let closed = 0;
      async function* source(): AsyncIterable<Uint8Array> {
        try {
          yield* pieces(stop ? sealed : concatBytes([sealed.subarray(0, 5_000), new Uint8Array(200_000)]), 1_000);
        } finally {
          closed += 1;
        }
      }
      const opened = (async () => {
        for await (const _piece of sealer.open(source())) if (stop) break;
      })();
      await opened.catch((error: unknown) => assert.ok(refused(error)));
      assert.equal(closed, 1);
    }
  });

  test("refuse a header without an end instead of reading for ever", async () => {
    async function* endless(): AsyncIterable<Uint8Array> {
      yield utf8("age-encryption.org/v1\n");
      for (;;) yield utf8(`-> mlkem768x25519 ${"A".repeat(4_000)}\n`);
    }
    await assert.rejects(collect(sealer.open(endless())), refused);
  });

  test("refuse to be made for what is no public key", async () => {
    await assert.rejects(
      collect(sealStream(pieces(utf8("a")), { recipients: [new Uint8Array(1_216)], random: createRandomness() })),
      refused,
    );
  });
});
