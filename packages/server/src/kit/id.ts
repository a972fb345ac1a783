/** A UUID as its 16 bytes. Ours are version 7 and come from the vault; a client may bring any. */
export type Id = Uint8Array;

export const ID_BYTES = 16;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Every byte as two digits. Ids are written and read many times in a request: going through a Buffer would allocate outside the heap. */
const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const DASH = 0x2d;
const LETTERS_FROM = 0x41;

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
  if (!UUID.test(text)) return undefined;
  const id = new Uint8Array(ID_BYTES);
  let from = 0;
  for (let at = 0; at < ID_BYTES; at += 1) {
    if (text.charCodeAt(from) === DASH) from += 1;
    id[at] = (digit(text.charCodeAt(from)) << 4) | digit(text.charCodeAt(from + 1));
    from += 2;
  }
  return id;
}

/** Of a character that is known to be a hex digit; letters of both cases end in the same four bits. */
function digit(character: number): number {
  return (character & 0xf) + (character >= LETTERS_FROM ? 9 : 0);
}
