/** What a letter behind a backslash stands for, by its byte; every other byte for itself. */
export const CONTROL_ESCAPES: Uint8Array = controlEscapes();

function controlEscapes(): Uint8Array {
  const escapes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  for (const [letter, code] of Object.entries({ a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11 })) escapes[letter.charCodeAt(0)] = code;
  return escapes;
}

export function isOctal(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x37;
}
