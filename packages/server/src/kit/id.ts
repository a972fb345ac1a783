/** A UUID as its 16 bytes. Ours are version 7 and come from the vault; a client may bring any. */
export type Id = Uint8Array;

export const ID_BYTES = 16;
const TEXT_LENGTH = 36;

/** Every byte as two digits. Ids are written and read many times in a request: going through a Buffer would allocate outside the heap. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const DASH = 0x2d;
const NO_DIGIT = 0x100;
const NO_BYTE = ~0xff;
const DIGITS: readonly number[] = Array.from({ length: 128 }, (_, character) => {
  const value = Number.parseInt(String.fromCharCode(character), 16);
  return Number.isNaN(value) ? NO_DIGIT : value;
});

export function formatId(id: Id): string {
  const four = (at: number): string => `${HEX[id[at] ?? 0]}${HEX[id[at + 1] ?? 0]}`;
  return `${four(0)}${four(2)}-${four(4)}-${four(6)}-${four(8)}-${four(10)}${four(12)}${four(14)}`;
}

/** The usual form of an id that comes as 32 hex digits. */
export function dashed(hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `undefined` when the text is not a UUID in the usual form of 36 characters. */
export function parseId(text: string): Id | undefined {
  if (text.length !== TEXT_LENGTH) return undefined;
  const id = new Uint8Array(ID_BYTES);
  let wrong = 0;
  let from = 0;
  for (let at = 0; at < ID_BYTES; at += 1) {
    if (at === 4 || at === 6 || at === 8 || at === 10) {
      wrong |= text.charCodeAt(from) ^ DASH;
      from += 1;
    }
    const byte = (digit(text.charCodeAt(from)) << 4) | digit(text.charCodeAt(from + 1));
    wrong |= byte & NO_BYTE;
    id[at] = byte;
    from += 2;
  }
  return wrong === 0 ? id : undefined;
}

/** Of a character: 0 to 15, or something that makes no byte. */
function digit(character: number): number {
  return DIGITS[character] ?? NO_DIGIT;
}
