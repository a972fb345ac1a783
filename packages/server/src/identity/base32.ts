const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";
const BITS_PER_LETTER = 5;
const BITS_PER_BYTE = 8;

/** RFC 4648 base32 without padding, in lower case: no sign in it is lost when it is read aloud or found by a scanner. */
export function toBase32(bytes: Uint8Array): string {
  let text = "";
  let held = 0;
  let bits = 0;
  for (const byte of bytes) {
    held = ((held << BITS_PER_BYTE) | byte) & 0xffff;
    bits += BITS_PER_BYTE;
    while (bits >= BITS_PER_LETTER) {
      bits -= BITS_PER_LETTER;
      text += ALPHABET[(held >> bits) & 31];
    }
  }
  return bits === 0 ? text : text + ALPHABET[(held << (BITS_PER_LETTER - bits)) & 31];
}

/** The inverse of {@link toBase32}, exactly: `undefined` for any other letter, or for bits that do not belong to a byte. */
export function fromBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let held = 0;
  let bits = 0;
  for (const letter of text) {
    const value = ALPHABET.indexOf(letter);
    if (value < 0) return undefined;
    held = ((held << BITS_PER_LETTER) | value) & 0xffff;
    bits += BITS_PER_LETTER;
    if (bits < BITS_PER_BYTE) continue;
    bits -= BITS_PER_BYTE;
    bytes.push((held >> bits) & 0xff);
  }
  const spare = held & ((1 << bits) - 1);
  return bits >= BITS_PER_LETTER || spare !== 0 ? undefined : new Uint8Array(bytes);
}
