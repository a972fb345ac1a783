// The bench on which values are read and transformed: one buffer for values of ordinary length, so that none is allocated for each of
// them. A loop over its bytes is two to three times as fast as one over the characters of a string. A transformation writes over what it
// has read (it never writes further than it reads) and gives the bench back with `done`.

/** Longer than any value within the default limits of a body. */
const BENCH_BYTES = 262_144;
const bench = Buffer.allocUnsafeSlow(BENCH_BYTES);
/** What lies on the bench, as long as nobody may have written over it. */
let laid: string | undefined;

/** The bytes of a value, to be read and nothing else. Valid until the next call; several who read the same value one after the other lay it there once. */
export function bytesOf(value: string): Buffer {
  if (value.length > BENCH_BYTES) return alone(value);
  if (value !== laid) {
    bench.write(value, 0, "latin1");
    laid = value;
  }
  return bench;
}

/** The bytes of a value, to be written over. Valid until the next call. */
export function work(value: string): Buffer {
  laid = undefined;
  if (value.length > BENCH_BYTES) return alone(value);
  bench.write(value, 0, "latin1");
  return bench;
}

function alone(value: string): Buffer {
  return Buffer.from(value, "latin1");
}

/** The first `length` bytes as a string; the value itself where they are the same. */
export function done(bytes: Buffer, length: number, value: string): string {
  const text = bytes.toString("latin1", 0, length);
  return text === value ? value : text;
}
