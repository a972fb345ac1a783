import { concatBytes, Fault, utf8 } from "../kit/index.ts";

/** C2SP signed-note and tlog-checkpoint, with the one signature type we use: Ed25519 over the text. */

/**
 * The extension line that is reserved for a digest of the database's state. `none` says that this checkpoint binds no state:
 * it speaks of the trail alone.
 */
export const STATE_LINE = "state none";

const ED25519 = 0x01;
const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;
const KEY_ID_BYTES = 4;
const NOTE_BYTES_MAX = 16_384;
const ROOT_BYTES = 32;
const SIGNATURE_LINE = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;

export interface CheckpointText {
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

export interface NoteKeys {
  readonly sha256: (bytes: Uint8Array) => Uint8Array;
  readonly verify: (publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;
}

export function checkpointText({ origin, size, root }: CheckpointText): string {
  return `${origin}\n${size}\n${toBase64(root)}\n${STATE_LINE}\n`;
}

export function signNote(
  text: string,
  name: string,
  publicKey: Uint8Array,
  { sha256, sign }: { sha256: NoteKeys["sha256"]; sign: (bytes: Uint8Array) => Uint8Array },
): string {
  const signature = concatBytes([keyId(sha256, name, publicKey), sign(utf8(text))]);
  return `${text}\n— ${name} ${toBase64(signature)}\n`;
}

/** The text of a note that this key of this name signed; `undefined` for any other note, whatever the reason. */
export function openNote(note: string, name: string, publicKey: Uint8Array, keys: NoteKeys): string | undefined {
  if (note.length > NOTE_BYTES_MAX || !note.isWellFormed() || hasControlCharacters(note)) return undefined;
  const split = note.lastIndexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return undefined;
  const text = note.slice(0, split + 1);
  const lines = note.slice(split + 2, -1).split("\n");
  const expected = keyId(keys.sha256, name, publicKey);
  let signed = false;
  for (const line of lines) {
    const match = SIGNATURE_LINE.exec(line);
    if (match === null) return undefined;
    const bytes = fromBase64(match[2] ?? "");
    if (bytes === undefined || bytes.length < KEY_ID_BYTES + 1) return undefined;
    if (match[1] !== name || Buffer.compare(bytes.subarray(0, KEY_ID_BYTES), expected) !== 0) continue;
    const signature = bytes.subarray(KEY_ID_BYTES);
    if (signature.length !== SIGNATURE_BYTES || !keys.verify(publicKey, utf8(text), signature)) return undefined;
    signed = true;
  }
  return signed ? text : undefined;
}

/** The three lines of a checkpoint. Open the note first: an unsigned text says nothing. */
export function parseCheckpoint(text: string): CheckpointText | undefined {
  if (!text.endsWith("\n")) return undefined;
  const [origin, sizeLine, rootLine, ...extensions] = text.slice(0, -1).split("\n");
  if (origin === undefined || origin === "" || sizeLine === undefined || rootLine === undefined) return undefined;
  if (!/^(0|[1-9]\d{0,15})$/.test(sizeLine) || extensions.includes("")) return undefined;
  const size = Number(sizeLine);
  const root = fromBase64(rootLine);
  if (!Number.isSafeInteger(size) || root?.length !== ROOT_BYTES) return undefined;
  return { origin, size, root };
}

/** `name+keyid+base64(type ‖ key)`: what someone else needs to check our notes. */
export function formatVerifierKey(sha256: NoteKeys["sha256"], name: string, publicKey: Uint8Array): string {
  const id = Buffer.from(keyId(sha256, name, publicKey)).toString("hex");
  return `${name}+${id}+${toBase64(concatBytes([Uint8Array.of(ED25519), publicKey]))}`;
}

export function parseVerifierKey(sha256: NoteKeys["sha256"], text: string): { readonly name: string; readonly publicKey: Uint8Array } {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim());
  const name = match?.[1] ?? "";
  const bytes = fromBase64(match?.[3] ?? "") ?? new Uint8Array(0);
  const publicKey = bytes.subarray(1);
  const fits =
    bytes.length === 1 + KEY_BYTES && bytes[0] === ED25519 && Buffer.from(keyId(sha256, name, publicKey)).toString("hex") === match?.[2];
  if (!fits) throw new Fault("trail.refused", "This is not the public key of a trail: it looks like name+12345678+AQ… on one line.");
  return { name, publicKey: publicKey.slice() };
}

function keyId(sha256: NoteKeys["sha256"], name: string, publicKey: Uint8Array): Uint8Array {
  return sha256(concatBytes([utf8(`${name}\n`), Uint8Array.of(ED25519), publicKey])).subarray(0, KEY_ID_BYTES);
}

function hasControlCharacters(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x20 && code !== 0x0a) return true;
  }
  return false;
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

/** Strict: only the one text that these bytes have. */
function fromBase64(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.toString("base64") === text ? new Uint8Array(bytes) : undefined;
}
