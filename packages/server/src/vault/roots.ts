import { argon2Sync } from "node:crypto";
import { Fault, utf8 } from "../kit/index.ts";
import { plainBytes } from "./bytes.ts";
import { hkdf } from "./derive.ts";
import { LABELS } from "./labels.ts";
import type { Randomness } from "./random.ts";
import { formatSecret, parseSecret } from "./secret-text.ts";

export type RootReference =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "env"; readonly name: string }
  | { readonly kind: "prompt" };

/** Reads "file:/path", "env:NAME", "prompt:". Anything else is refused without being shown: it could be the key itself. */
export function parseRootReference(text: string): RootReference {
  const [, kind, rest] = /^(file|env|prompt):(.*)$/s.exec(text) ?? [];
  if (kind === "file" && rest !== undefined && rest !== "" && !rest.includes("\0")) return { kind, path: rest };
  if (kind === "env" && rest !== undefined && /^[A-Za-z_][A-Za-z0-9_]*$/.test(rest)) return { kind, name: rest };
  if (kind === "prompt" && rest === "") return { kind };
  throw new Fault("settings.invalid", "A root key is named by reference: file:/path, env:NAME or prompt: – never given itself.");
}

/** What was found behind a reference: the text of a key, or for "prompt:" a passphrase. */
export interface RootInput {
  readonly reference: string;
  readonly text: string;
}

/** A root as the keyring names it. The reference is a hint for the next start and no secret. */
export type RootEntry =
  | { readonly id: string; readonly kind: "key"; readonly reference: string; readonly leaving: boolean }
  | { readonly id: string; readonly kind: "passphrase"; readonly reference: string; readonly leaving: boolean; readonly salt: Uint8Array };

/** A root with its key at hand. */
export interface Root {
  readonly entry: RootEntry;
  readonly key: Uint8Array;
}

const ROOT_BYTES = 32;
const ROOT_ID_BYTES = 8;
const SALT_BYTES = 16;
// A passphrase is tried once a start, so it may cost more than a sign-in.
const PASSPHRASE_COST = { parallelism: 1, tagLength: ROOT_BYTES, memory: 65_536, passes: 3 };
const PASSPHRASE_CHARACTERS_MIN = 15;

/** The text of a fresh root key, to be kept behind a `file:` or `env:` reference. */
export function newRootText(random: Randomness): string {
  return `${formatSecret("root", random.bytes(ROOT_BYTES))}\n`;
}

/** A root that the keyring does not know yet. */
export function newRoot({ reference, text }: RootInput, random: Randomness): Root {
  if (parseRootReference(reference).kind !== "prompt") {
    const key = parseSecret("root", text);
    if (key === undefined) throw new Fault("vault.refused", "What the reference leads to is not a root key, or it is damaged.");
    return { key, entry: { id: rootIdOf(key), kind: "key", reference, leaving: false } };
  }
  if (text.length < PASSPHRASE_CHARACTERS_MIN)
    throw new Fault("settings.invalid", "The passphrase of a root key has at least 15 characters.");
  const salt = random.bytes(SALT_BYTES);
  const key = keyFromPassphrase(text, salt);
  return { key, entry: { id: rootIdOf(key), kind: "passphrase", reference, leaving: false, salt } };
}

/** The root of this keyring that the input opens, or `undefined`. */
export function findRoot(entries: readonly RootEntry[], { reference, text }: RootInput): Root | undefined {
  const kind = parseRootReference(reference).kind === "prompt" ? "passphrase" : "key";
  for (const entry of entries) {
    if (entry.leaving || entry.kind !== kind) continue;
    const key = entry.kind === "passphrase" ? keyFromPassphrase(text, entry.salt) : parseSecret("root", text);
    if (key !== undefined && rootIdOf(key) === entry.id) return { entry, key };
  }
  return undefined;
}

export function rootIdOf(key: Uint8Array): string {
  return Buffer.from(hkdf(key, LABELS.rootId, ROOT_ID_BYTES)).toString("hex");
}

function keyFromPassphrase(passphrase: string, salt: Uint8Array): Uint8Array {
  return plainBytes(argon2Sync("argon2id", { message: utf8(passphrase.normalize("NFC")), nonce: salt, ...PASSPHRASE_COST }));
}
