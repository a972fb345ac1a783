import { concatBytes, equalBytes, ID_BYTES, type Id, utf8 } from "../kit/index.ts";
import type { Vault } from "../vault/contract.ts";
import { fromBase32, toBase32 } from "./base32.ts";

/** The prefixes are for scanners that look for leaked keys; the checksum tells them a key from a text that looks like one. */
const PREFIX = { publishable: "hf_publishable_", secret: "hf_secret_" } as const;
export type KeyKind = keyof typeof PREFIX;

const CHECKSUM_BYTES = 4;
export const KEY_SECRET_BYTES = 24;
const KEY_TEXT_MAX = 128;

export interface KeyText {
  readonly kind: KeyKind;
  /** The app's id for a publishable key, the key's own for a secret one. */
  readonly id: Id;
  readonly rest: Uint8Array;
}

/** prefix ‖ base32(id ‖ rest ‖ first 4 bytes of SHA-256 over prefix ‖ id ‖ rest). */
export function writeKey({ kind, id, rest }: KeyText, sha256: Vault["sha256"]): string {
  const body = concatBytes([id, rest]);
  return PREFIX[kind] + toBase32(concatBytes([body, checksum(kind, body, sha256)]));
}

/** `undefined` for what is not a key of ours in its one and only spelling. */
export function readKey(text: string, sha256: Vault["sha256"]): KeyText | undefined {
  const kind = kindOf(text);
  if (kind === undefined || text.length > KEY_TEXT_MAX) return undefined;
  const bytes = fromBase32(text.slice(PREFIX[kind].length));
  if (bytes === undefined || bytes.length !== ID_BYTES + KEY_SECRET_BYTES + CHECKSUM_BYTES) return undefined;
  const body = bytes.subarray(0, -CHECKSUM_BYTES);
  if (!equalBytes(bytes.subarray(-CHECKSUM_BYTES), checksum(kind, body, sha256))) return undefined;
  return { kind, id: body.slice(0, ID_BYTES), rest: body.slice(ID_BYTES) };
}

export function kindOf(text: string): KeyKind | undefined {
  if (text.startsWith(PREFIX.publishable)) return "publishable";
  return text.startsWith(PREFIX.secret) ? "secret" : undefined;
}

function checksum(kind: KeyKind, body: Uint8Array, sha256: Vault["sha256"]): Uint8Array {
  return sha256(concatBytes([utf8(PREFIX[kind]), body])).subarray(0, CHECKSUM_BYTES);
}
