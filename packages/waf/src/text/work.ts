// The bench on which values are read and transformed: one buffer for values of ordinary length, so that none is allocated for each of
// them. A loop over its bytes is two to three times as fast as one over the characters of a string. A transformation writes over what it
// has read (it never writes further than it reads) and gives the bench back with `done`.

const BENCH_BYTES = 65_536;
const bench = Buffer.allocUnsafeSlow(BENCH_BYTES);

/** The bytes of a value, to be written over. Valid until the next `work`. */
export function work(value: string): Buffer {
  const bytes = value.length <= BENCH_BYTES ? bench : Buffer.allocUnsafeSlow(value.length);
  bytes.write(value, 0, "latin1");
  return bytes;
}

/** The first `length` bytes as a string; the value itself where they are the same. */
export function done(bytes: Buffer, length: number, value: string): string {
  const text = bytes.toString("latin1", 0, length);
  return text === value ? value : text;
}
