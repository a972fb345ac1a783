/**
 * A copy with a buffer of its own and no Buffer methods. The runtime hands out slices of a shared pool, and a slice that is
 * sent to another thread takes the whole pool along, with whatever secrets lie beside it.
 */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(bytes.length);
  copy.set(bytes);
  return copy;
}

export function uint32Bytes(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}
