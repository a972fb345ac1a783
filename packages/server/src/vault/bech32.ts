/** Bech32 (BIP 173) without its limit of 90 characters: a text form whose checksum finds every slip of up to four characters. */
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_CHARACTERS = 6;

/** In upper case, as secrets are written. */
export function bech32Encode(prefix: string, bytes: Uint8Array): string {
  const values = regroup(bytes, 8, 5) ?? [];
  const expanded = expandPrefix(prefix.toLowerCase());
  const check = polymod([...expanded, ...values, 0, 0, 0, 0, 0, 0]) ^ 1;
  const checksum = Array.from({ length: CHECKSUM_CHARACTERS }, (_, i) => (check >> (5 * (CHECKSUM_CHARACTERS - 1 - i))) & 31);
  return `${prefix}1${[...values, ...checksum].map((value) => ALPHABET[value]).join("")}`.toUpperCase();
}

/** `undefined` unless the text has this prefix, one case, and a checksum that fits. */
export function bech32Decode(prefix: string, text: string): Uint8Array | undefined {
  const lower = text.toLowerCase();
  const start = `${prefix.toLowerCase()}1`;
  if ((text !== lower && text !== text.toUpperCase()) || !lower.startsWith(start)) return undefined;
  const values = [...lower.slice(start.length)].map((character) => ALPHABET.indexOf(character));
  if (values.length < CHECKSUM_CHARACTERS || values.includes(-1)) return undefined;
  if (polymod([...expandPrefix(prefix.toLowerCase()), ...values]) !== 1) return undefined;
  const bytes = regroup(values.slice(0, -CHECKSUM_CHARACTERS), 5, 8);
  return bytes && new Uint8Array(bytes);
}

function expandPrefix(prefix: string): readonly number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

function polymod(values: readonly number[]): number {
  let check = 1;
  for (const value of values) {
    const top = check >>> 25;
    check = ((check & 0x1ffffff) << 5) ^ value;
    for (const [bit, generator] of GENERATOR.entries()) check ^= (top >> bit) & 1 ? generator : 0;
  }
  return check;
}

/** From 8 bits to 5 with zero padding; from 5 to 8 only if the padding is zero and shorter than a group. */
function regroup(values: Iterable<number>, from: 5 | 8, to: 5 | 8): readonly number[] | undefined {
  const groups: number[] = [];
  let held = 0;
  let bits = 0;
  for (const value of values) {
    held = ((held << from) | value) & 0xfff;
    for (bits += from; bits >= to; bits -= to) groups.push((held >> (bits - to)) & ((1 << to) - 1));
  }
  const rest = held & ((1 << bits) - 1);
  if (to === 8) return bits < from && rest === 0 ? groups : undefined;
  return bits === 0 ? groups : [...groups, rest << (to - bits)];
}
