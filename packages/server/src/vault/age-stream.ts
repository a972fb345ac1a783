import { createCipheriv, createDecipheriv } from "node:crypto";
import { concatBytes, Fault } from "../kit/index.ts";
import { AGE_HEADER_BYTES_MAX, ageHeaderEnd, readAgeHeader, writeAgeHeader } from "./age-header.ts";
import { plainBytes } from "./bytes.ts";
import { hkdf } from "./derive.ts";
import type { Randomness } from "./random.ts";
import type { XwingPrivateKey } from "./xwing.ts";

const CHUNK_BYTES = 65_536;
const TAG_BYTES = 16;
const FILE_KEY_BYTES = 16;
const NONCE_BYTES = 16;
const KEY_BYTES = 32;
const CHUNK_NONCE_BYTES = 12;
const AEAD = { authTagLength: TAG_BYTES } as const;

/** An age v1 file (c2sp.org/age) for these recipients, as it is made: nothing larger than a chunk is held. */
export async function* sealStream(
  source: AsyncIterable<Uint8Array>,
  { recipients, random }: { readonly recipients: readonly Uint8Array[]; readonly random: Randomness },
): AsyncIterable<Uint8Array> {
  const fileKey = random.bytes(FILE_KEY_BYTES);
  const nonce = random.bytes(NONCE_BYTES);
  const key = hkdf(fileKey, "payload", KEY_BYTES, nonce);
  yield concatBytes([writeAgeHeader(fileKey, recipients), nonce]);
  for await (const { bytes, at, isLast } of chunksOf(source, CHUNK_BYTES)) yield sealChunk(key, chunkNonce(at, isLast), bytes);
}

/** Yields only what has been authenticated, and ends without a Fault `vault.refused` only if the whole stream was there and unchanged. */
export async function* openStream(source: AsyncIterable<Uint8Array>, privateKeys: readonly XwingPrivateKey[]): AsyncIterable<Uint8Array> {
  const { header, payload } = await splitHeader(source);
  yield* openPayload(payload, readAgeHeader(header, privateKeys));
}

/** The part of {@link openStream} that follows the header. */
export async function* openPayload(payload: AsyncIterable<Uint8Array>, fileKey: Uint8Array): AsyncIterable<Uint8Array> {
  let key: Uint8Array | undefined;
  const chunks = withoutNonce(payload, (nonce) => {
    key = hkdf(fileKey, "payload", KEY_BYTES, nonce);
  });
  for await (const { bytes, at, isLast } of chunksOf(chunks, CHUNK_BYTES + TAG_BYTES)) {
    const plain = key && openChunk(key, chunkNonce(at, isLast), bytes);
    // An empty last chunk is only right for an empty stream: every length has one form.
    if (plain === undefined || (plain.length === 0 && at > 0)) throw damaged();
    if (plain.length > 0) yield plain;
  }
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly at: number;
  readonly isLast: boolean;
}

/** Cuts into chunks of one size; the last one, and only it, may be shorter, and is empty only when there is nothing at all. */
async function* chunksOf(source: AsyncIterable<Uint8Array>, size: number): AsyncIterable<Chunk> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let at = 0;
  for await (const piece of source) {
    if (piece.length === 0) continue;
    held.push(piece);
    heldBytes += piece.length;
    if (heldBytes <= size) continue;
    const bytes = concatBytes(held);
    let from = 0;
    for (; bytes.length - from > size; from += size, at += 1) yield { bytes: bytes.subarray(from, from + size), at, isLast: false };
    held = [bytes.subarray(from)];
    heldBytes = bytes.length - from;
  }
  yield { bytes: concatBytes(held), at, isLast: true };
}

function sealChunk(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = createCipheriv("chacha20-poly1305", key, nonce, AEAD);
  return concatBytes([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function openChunk(key: Uint8Array, nonce: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < TAG_BYTES) return undefined;
  const decipher = createDecipheriv("chacha20-poly1305", key, nonce, AEAD);
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const plain = decipher.update(sealed.subarray(0, -TAG_BYTES));
  try {
    decipher.final();
  } catch (_damaged: unknown) {
    return undefined;
  }
  return plainBytes(plain);
}

/** Eleven bytes of counter, then the mark of the last chunk. */
function chunkNonce(at: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(CHUNK_NONCE_BYTES);
  new DataView(nonce.buffer).setBigUint64(3, BigInt(at));
  nonce[CHUNK_NONCE_BYTES - 1] = isLast ? 1 : 0;
  return nonce;
}

async function splitHeader(source: AsyncIterable<Uint8Array>): Promise<{ header: Uint8Array; payload: AsyncIterable<Uint8Array> }> {
  const iterator = source[Symbol.asyncIterator]();
  let held: Uint8Array = new Uint8Array(0);
  for (;;) {
    const end = ageHeaderEnd(held);
    if (end !== undefined) return { header: held.subarray(0, end), payload: rest(held.subarray(end), iterator) };
    const next = held.length <= AGE_HEADER_BYTES_MAX ? await iterator.next() : undefined;
    if (next === undefined || next.done === true) throw damaged();
    held = concatBytes([held, next.value]);
  }
}

async function* rest(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** Takes the payload's nonce off the front. */
async function* withoutNonce(payload: AsyncIterable<Uint8Array>, take: (nonce: Uint8Array) => void): AsyncIterable<Uint8Array> {
  let held: Uint8Array = new Uint8Array(0);
  let isTaken = false;
  for await (const piece of payload) {
    if (isTaken) {
      yield piece;
      continue;
    }
    held = concatBytes([held, piece]);
    if (held.length < NONCE_BYTES) continue;
    isTaken = true;
    take(held.subarray(0, NONCE_BYTES));
    yield held.subarray(NONCE_BYTES);
  }
}

function damaged(): Fault {
  return new Fault("vault.refused", "The sealed stream is damaged or cut short.");
}
