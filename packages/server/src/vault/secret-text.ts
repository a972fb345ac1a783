import { createHash } from "node:crypto";
import { concatBytes, equalBytes } from "../kit/index.ts";

/**
 * 32 secret bytes as text for a file, a variable or paper: Crockford's base32 in groups of five, with the kind in front
 * and a checksum behind, so that a slip of the pen is told from a wrong key. 60 characters.
 */
const KINDS = { root: 1, kit: 2 } as const;
const PREFIXES = { root: "HOLDFAST-ROOT-1", kit: "HOLDFAST-KIT-1" } as const;
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const SECRET_BYTES = 32;
const CHECKSUM_BYTES = 4;
const CHARACTERS = 60;
const GROUP_CHARACTERS = 5;

export function formatSecret(kind: keyof typeof KINDS, secret: Uint8Array): string {
  const groups = toBase32(withChecksum(kind, secret)).match(new RegExp(`.{${GROUP_CHARACTERS}}`, "g")) ?? [];
  return [PREFIXES[kind], ...groups].join("-");
}

/** Reads the secret that a text ends with; `undefined` when kind or checksum do not fit. Case, spaces, line ends and look-alikes (O for 0, I or L for 1) do not matter. */
export function parseSecret(kind: keyof typeof KINDS, text: string): Uint8Array | undefined {
  const compact = text.toUpperCase().replaceAll(/[\s-]/g, "");
  const prefix = PREFIXES[kind].replaceAll("-", "");
  const at = compact.lastIndexOf(prefix);
  if (at < 0 || compact.length !== at + prefix.length + CHARACTERS) return undefined;
  const bytes = fromBase32(compact.slice(-CHARACTERS).replaceAll("O", "0").replaceAll(/[IL]/g, "1"));
  const secret = bytes?.subarray(1, 1 + SECRET_BYTES);
  return bytes !== undefined && secret !== undefined && equalBytes(bytes, withChecksum(kind, secret)) ? secret : undefined;
}

function withChecksum(kind: keyof typeof KINDS, secret: Uint8Array): Uint8Array {
  const body = concatBytes([new Uint8Array([KINDS[kind]]), secret]);
  return concatBytes([body, createHash("sha256").update(body).digest().subarray(0, CHECKSUM_BYTES)]);
}

function toBase32(bytes: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let text = "";
  for (const byte of [...bytes, 0]) {
    held = ((held << 8) | byte) & 0xfff;
    for (bits += 8; bits >= 5 && text.length < CHARACTERS; bits -= 5) text += ALPHABET[(held >> (bits - 5)) & 31] ?? "";
  }
  return text;
}

function fromBase32(text: string): Uint8Array | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    held = ((held << 5) | value) & 0xfff;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  const isPadded = (held & ((1 << bits) - 1)) === 0;
  return isPadded ? new Uint8Array(bytes) : undefined;
}
