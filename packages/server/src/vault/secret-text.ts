import { bech32Decode, bech32Encode } from "./bech32.ts";

/** 32 secret bytes as text for a file, a variable or paper, with the kind in front and a checksum behind. */
const PREFIXES = {
  root: "HOLDFAST-ROOT-",
  // The recovery kit is an identity of the age file format, so that a backup can be opened without Holdfast too.
  kit: "AGE-SECRET-KEY-PQ-",
} as const;
const SECRET_BYTES = 32;

export function formatSecret(kind: keyof typeof PREFIXES, secret: Uint8Array): string {
  return bech32Encode(PREFIXES[kind], secret);
}

/** Lines that start with # do not count, nor do case, spaces and line ends; `undefined` when kind or checksum do not fit. */
export function parseSecret(kind: keyof typeof PREFIXES, text: string): Uint8Array | undefined {
  const lines = text.split(/\r?\n/).filter((line) => !line.startsWith("#"));
  const secret = bech32Decode(PREFIXES[kind], lines.join("").replaceAll(/\s/g, "").toUpperCase());
  return secret?.length === SECRET_BYTES ? secret : undefined;
}
