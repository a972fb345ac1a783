import { Buffer, isUtf8 } from "node:buffer";
import {
  brotliDecompressSync,
  constants,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
  type ZstdOptions,
  zstdDecompressSync,
} from "node:zlib";
import { headerValues, type Pair } from "../http/index.ts";
import type { BodyFacts, BodyLimits, BodyPlan, BodyProblem, BodyProcessor, BodyReader, Coding } from "./contract.ts";
import { readJson } from "./json.ts";
import { createReader } from "./reader.ts";

/** Bytes of a compressed body as it came: blocks that hold nothing cost time too, and there is room for thousands of them. */
const CODED_BYTES_MAX = 131_072;
/** Bytes that a compressed body may have inside, where plain ones may be larger still. */
const INFLATED_BYTES_MAX = 1_048_576;
/** RFC 9659: nobody needs more than 8 MiB of memory (2^23) to read zstd from the network. */
const ZSTD_WINDOW_BITS_MAX = 23;

/** Servers that inflate know these; `x-gzip` is RFC 9110's other name. `compress` and its kin are read by nobody. */
const CODINGS: ReadonlyMap<string, Coding> = new Map([
  ["gzip", "gzip"],
  ["x-gzip", "gzip"],
  ["deflate", "deflate"],
  ["br", "br"],
  ["zstd", "zstd"],
]);

type Inflate = (coded: Uint8Array, options: ZlibOptions & ZstdOptions) => Uint8Array;

/** The calls that do not wait: those of the thread pool would queue behind the password hashes of whoever uses it. */
const INFLATES: Readonly<Record<Coding, Inflate>> = {
  gzip: gunzipSync,
  deflate: (coded, options) => (isZlib(coded) ? inflateSync(coded, options) : inflateRawSync(coded, options)),
  br: (coded, { maxOutputLength, rejectGarbageAfterEnd }) => brotliDecompressSync(coded, { maxOutputLength, rejectGarbageAfterEnd }),
  zstd: (coded, { maxOutputLength, rejectGarbageAfterEnd }) =>
    zstdDecompressSync(coded, {
      maxOutputLength,
      rejectGarbageAfterEnd,
      params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_BITS_MAX },
    }),
};

/** The one coding that a body is said to be in, and what speaks against reading it. Several at once, and unknown ones, are a problem. */
export function codingOf(headers: readonly Pair[]): { readonly coding?: Coding; readonly problem?: BodyProblem } {
  const named = headerValues(headers, "content-encoding").map((value) => value.toLowerCase());
  if (named.every((name) => name === "" || name === "identity")) return {};
  const coding = CODINGS.get(named[0] ?? "");
  if (named.length > 1) return { problem: problemOf("The body is said to be compressed more than once (Content-Encoding).") };
  return coding === undefined ? { problem: problemOf("The body is compressed in a way that is not read (Content-Encoding).") } : { coding };
}

/**
 * Opens a compressed body: collects it, inflates it at its end, and reads what is inside by `processor`. What is damaged, goes on behind its
 * end, is larger than `bytesMax` (as it came or inside), or says something without being inflated too, is a problem; the bytes are read as
 * they came then.
 */
export function createInflatingReader(coding: Coding, plan: BodyPlan, limits: BodyLimits, processor: BodyProcessor): BodyReader {
  const roomBytes = Math.min(limits.bytesMax, CODED_BYTES_MAX);
  let chunks: Uint8Array[] = [];
  let kept = 0;
  let problem: BodyProblem | undefined;

  function take(): Uint8Array {
    const coded = Buffer.concat(chunks, kept);
    chunks = [];
    if (problem !== undefined || kept === 0) return coded;
    const inside = inflate(coding, coded, Math.min(limits.bytesMax, INFLATED_BYTES_MAX));
    const isPlain = inside instanceof Uint8Array;
    if (!isPlain) problem = inside;
    else if (saysSomething(coded, plan, limits, processor)) problem = TWO_READINGS;
    return isPlain && problem === undefined ? inside : coded;
  }

  return {
    feed(chunk) {
      const room = roomBytes - kept;
      // A copy: whoever feeds may use the memory again.
      const piece = Buffer.from(chunk.length <= room ? chunk : chunk.subarray(0, room));
      if (piece.length > 0) chunks.push(piece);
      kept += piece.length;
      if (chunk.length > room) problem ??= problemOf("The compressed body is larger than allowed.");
      return plan.problem ?? problem;
    },
    end() {
      const bytes = take();
      const reader = createReader({ ...plan, problem: plan.problem ?? problem }, limits, processor);
      reader.feed(bytes);
      return withoutLimit(reader.end());
    },
  };
}

const TWO_READINGS: BodyProblem = { fault: "ambiguous", message: "The compressed body says something without being inflated too." };

function problemOf(message: string): BodyProblem {
  return { fault: "coding", message };
}

function inflate(coding: Coding, coded: Uint8Array, bytesMax: number): Uint8Array | BodyProblem {
  if (coding === "deflate" && isBoth(coded)) return TWO_READINGS;
  try {
    // A second gzip member is garbage here: some servers read on, some do not.
    return INFLATES[coding](coded, { maxOutputLength: bytesMax, rejectGarbageAfterEnd: true });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ERR_BUFFER_TOO_LARGE") return problemOf("The body is larger than allowed when it is inflated.");
    if (code === "ERR_TRAILING_JUNK_AFTER_STREAM_END") return problemOf("The compressed body goes on behind its end.");
    return problemOf("The compressed body is damaged or cut off.");
  }
}

/** RFC 1950: the method is 8 with a window of at most 32 KiB, and the first two bytes are a multiple of 31. What is not that is raw (RFC 1951). */
function isZlib([first = 0, second = 0]: Uint8Array): boolean {
  return (first & 0x0f) === 8 && first >> 4 <= 7 && ((first << 8) | second) % 31 === 0;
}

/** To a reader of raw streams the head of zlib begins a stored block, which is one only if its length stands there twice, once inverted. */
function isBoth(coded: Uint8Array): boolean {
  const [, second = 0, third = 0, fourth = 0, fifth = 0] = coded;
  return isZlib(coded) && (second ^ fourth) === 0xff && (third ^ fifth) === 0xff;
}

/**
 * Many servers do not inflate (PHP, Fastify, Hono, multer). What they could read in the bytes as they came, which hold text in the head of
 * gzip for instance, no rule has seen. Every run of bytes is a form, so forms are never read inflated; of what has no type nothing is more
 * likely to be read than JSON.
 */
function saysSomething(coded: Buffer, plan: BodyPlan, limits: BodyLimits, processor: BodyProcessor): boolean {
  const isUntyped = plan.processor === "NONE";
  const read = isUntyped ? readJson : processor;
  const context = { contentType: plan.contentType, limits, isUtf8: isUntyped || isUtf8(coded) };
  const { args = [], files = [], problem } = read(coded.toString("latin1"), context);
  return problem === undefined || (!isUntyped && args.length + files.length > 0);
}

/** A `limit` means a body that may have been cut, which is for rules to allow; inflated bodies are never cut. */
function withoutLimit(facts: BodyFacts): BodyFacts {
  return facts.fault === "limit" ? { ...facts, fault: "coding" } : facts;
}
