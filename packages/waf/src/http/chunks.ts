import { Buffer } from "node:buffer";

/** The digits of the largest chunk that is followed; more would be beyond any body. */
const SIZE_DIGITS_MAX = 8;

/** Takes a chunked body apart (RFC 9112 section 7.1); undefined where it is not one to its last chunk. Extensions and trailers are dropped. */
export function dechunk(bytes: Uint8Array): Uint8Array | undefined {
  const parts: Uint8Array[] = [];
  let position = 0;
  for (;;) {
    const end = bytes.indexOf(0x0a, position);
    if (end === -1) return undefined;
    const size = readSize(bytes, position, end);
    if (size === undefined) return undefined;
    if (size === 0) return Buffer.concat(parts);
    const dataEnd = end + 1 + size;
    if (dataEnd > bytes.length) return undefined;
    parts.push(bytes.subarray(end + 1, dataEnd));
    position = dataEnd;
    if (bytes[position] === 0x0d) position++;
    if (bytes[position] !== 0x0a) return undefined;
    position++;
  }
}

function readSize(bytes: Uint8Array, start: number, end: number): number | undefined {
  let size = 0;
  let index = start;
  for (; index < end; index++) {
    const digit = Number.parseInt(String.fromCharCode(bytes[index] ?? 0), 16);
    if (Number.isNaN(digit)) break;
    if (index - start >= SIZE_DIGITS_MAX) return undefined;
    size = size * 16 + digit;
  }
  const after = bytes[index];
  const isEnd = index === end || after === 0x0d || after === 0x3b || after === 0x20 || after === 0x09;
  return index > start && isEnd ? size : undefined;
}
