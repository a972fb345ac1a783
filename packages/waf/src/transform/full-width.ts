/** The full-width forms of ASCII, U+FF01 … U+FF5E, as the characters that they are taken for. */
export function foldFullWidth(code: number): number {
  return code >= 0xff01 && code <= 0xff5e ? code - 0xfee0 : code;
}
