import { equalBytes, Fault, formatId, type Id, parseId, utf8 } from "../kit/index.ts";
import type { RootEntry } from "./roots.ts";
import { base64url, fromBase64url } from "./tokens.ts";
import { XWING_PUBLIC_KEY_BYTES } from "./xwing.ts";

/** What the keys are for, with the number of secret bytes each has. */
export const KEY_KINDS = {
  page: 32, // the database file
  data: 32, // encrypted fields
  index: 32, // blind indexes
  token: 64, // 32 for MACs, 32 for the P-256 scalar of ES256
  trail: 32, // Ed25519 seed
  certificate: 32, // private keys of the local authority and its leaf
  backup: 32, // backup streams
} as const;

export type KeyKind = keyof typeof KEY_KINDS;

/** pending: being built (a page generation, an index column), not used to read. primary: writes and reads. live: reads. retired: destroyed, its id stays taken. */
export type KeyState = "pending" | "primary" | "live" | "retired";

const STATES: readonly string[] = ["pending", "primary", "live", "retired"] satisfies readonly KeyState[];

export interface KeyEntry {
  /** Never used again, for any kind. The id of a page key is the generation that its database file carries. */
  readonly id: number;
  readonly kind: KeyKind;
  readonly state: KeyState;
  readonly createdAt: number;
  /** The secret under each root, by root id. */
  readonly wraps: ReadonlyMap<string, Uint8Array>;
}

/** The root that only the recovery kit opens: made anew at each write and sealed to the kit's public key. */
export interface KitRoot {
  readonly id: string;
  readonly publicKey: Uint8Array;
  readonly sealed: Uint8Array;
  /** A person has shown that the kit was kept. */
  readonly confirmed: boolean;
  /** A MAC under the kit's root over all but the seals. It is itself under the other seals, so that it cannot be spoilt unseen. */
  readonly seal: Uint8Array;
}

export interface KeyringDocument {
  readonly appId: Id;
  readonly instanceId: Id;
  /** One more at each write: an older keyring put back is told by whoever remembers the number. */
  readonly sequence: number;
  readonly nextKeyId: number;
  readonly roots: readonly RootEntry[];
  readonly kit: KitRoot;
  readonly keys: readonly KeyEntry[];
  /** A MAC over all of the above under each root that is not the kit's, by root id. */
  readonly seals: ReadonlyMap<string, Uint8Array>;
}

const FORMAT = "holdfast-keyring-1";
export const KEYRING_BYTES_MAX = 1_048_576;
const KEYS_MAX = 1_000;
const ROOTS_MAX = 16;
const HEX_ID = /^[0-9a-f]{16}$/;

/** The bytes that the seals of the roots are over. */
export function bodyBytes(document: Omit<KeyringDocument, "seals">): Uint8Array {
  return utf8(JSON.stringify(plainBody(document)));
}

/** The bytes that the kit's seal is over: the same without itself. */
export function kitBodyBytes(document: Omit<KeyringDocument, "seals">): Uint8Array {
  return bodyBytes({ ...document, kit: { ...document.kit, seal: new Uint8Array(0) } });
}

/** One line of JSON, always the same for the same keyring. */
export function encodeKeyring(document: KeyringDocument): Uint8Array {
  return utf8(`${JSON.stringify({ ...plainBody(document), seals: plainMap(document.seals) })}\n`);
}

/** Accepts exactly what {@link encodeKeyring} writes, to the byte, and no state in which it would be unclear which key to use. */
export function parseKeyring(bytes: Uint8Array): KeyringDocument {
  const document = bytes.length <= KEYRING_BYTES_MAX ? readDocument(parseJson(bytes)) : undefined;
  if (document === undefined || !equalBytes(encodeKeyring(document), bytes) || !isConsistent(document)) throw damaged();
  return document;
}

/** `because` tells it from a key that does not fit: the remedies differ. */
export function damaged(cause?: unknown): Fault {
  const sentence = "The keyring is damaged. Put back the newest copy of it, from a backup.";
  return new Fault("vault.refused", sentence, { detail: { because: "damage" }, cause });
}

function plainBody({ appId, instanceId, sequence, nextKeyId, roots, kit, keys }: Omit<KeyringDocument, "seals">): object {
  return {
    format: FORMAT,
    appId: formatId(appId),
    instanceId: formatId(instanceId),
    sequence,
    nextKeyId,
    roots: roots.map((root) => {
      const { id, kind, reference, leaving } = root;
      return root.kind === "passphrase" ? { id, kind, reference, leaving, salt: base64url(root.salt) } : { id, kind, reference, leaving };
    }),
    kit: {
      id: kit.id,
      publicKey: base64url(kit.publicKey),
      sealed: base64url(kit.sealed),
      confirmed: kit.confirmed,
      seal: base64url(kit.seal),
    },
    keys: keys.map(({ id, kind, state, createdAt, wraps }) => ({ id, kind, state, createdAt, wraps: plainMap(wraps) })),
  };
}

function plainMap(map: ReadonlyMap<string, Uint8Array>): object {
  return Object.fromEntries([...map].map(([id, bytes]) => [id, base64url(bytes)]));
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw damaged(cause);
  }
}

type Fields = Readonly<Record<string, unknown>>;

function readDocument(json: unknown): KeyringDocument | undefined {
  if (!isFields(json) || json["format"] !== FORMAT) return undefined;
  const appId = readText(json["appId"], parseId);
  const instanceId = readText(json["instanceId"], parseId);
  const roots = readList(json["roots"], ROOTS_MAX, readRoot);
  const keys = readList(json["keys"], KEYS_MAX, readKey);
  const kit = readKit(json["kit"]);
  const seals = readMap(json["seals"]);
  const sequence = readCount(json["sequence"]);
  const nextKeyId = readCount(json["nextKeyId"]);
  if (!appId || !instanceId || !roots || !keys || !kit || !seals || !sequence || !nextKeyId) return undefined;
  return { appId, instanceId, sequence, nextKeyId, roots, kit, keys, seals };
}

function readRoot(json: unknown): RootEntry | undefined {
  if (!isFields(json)) return undefined;
  const { id, kind, reference, leaving } = json;
  if (!isRootId(id) || typeof reference !== "string" || typeof leaving !== "boolean") return undefined;
  if (kind === "key") return { id, kind, reference, leaving };
  const salt = readText(json["salt"], fromBase64url);
  return kind === "passphrase" && salt !== undefined ? { id, kind, reference, leaving, salt } : undefined;
}

function readKey(json: unknown): KeyEntry | undefined {
  if (!isFields(json)) return undefined;
  const { kind, state } = json;
  const id = readCount(json["id"]);
  const createdAt = readCount(json["createdAt"]);
  const wraps = readMap(json["wraps"]);
  if (id === undefined || createdAt === undefined || wraps === undefined || !isKind(kind) || !isState(state)) return undefined;
  return { id, kind, state, createdAt, wraps };
}

function readKit(json: unknown): KitRoot | undefined {
  if (!isFields(json)) return undefined;
  const { id, confirmed } = json;
  const publicKey = readText(json["publicKey"], fromBase64url);
  const sealed = readText(json["sealed"], fromBase64url);
  const seal = readText(json["seal"], fromBase64url);
  if (!isRootId(id) || typeof confirmed !== "boolean" || !sealed || !seal || publicKey?.length !== XWING_PUBLIC_KEY_BYTES) return undefined;
  return { id, publicKey, sealed, confirmed, seal };
}

function readMap(json: unknown): ReadonlyMap<string, Uint8Array> | undefined {
  if (!isFields(json)) return undefined;
  const entries = Object.entries(json).map(([id, text]): [string, Uint8Array | undefined] => [id, readText(text, fromBase64url)]);
  return entries.every((entry): entry is [string, Uint8Array] => isRootId(entry[0]) && entry[1] !== undefined)
    ? new Map(entries)
    : undefined;
}

function readList<T>(json: unknown, most: number, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(json) || json.length > most) return undefined;
  const items = json.map(read);
  return items.every((item) => item !== undefined) ? items : undefined;
}

function readText<T>(json: unknown, read: (text: string) => T | undefined): T | undefined {
  return typeof json === "string" ? read(json) : undefined;
}

function readCount(json: unknown): number | undefined {
  return Number.isSafeInteger(json) && Number(json) >= 0 ? Number(json) : undefined;
}

function isFields(json: unknown): json is Fields {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}

function isRootId(json: unknown): json is string {
  return typeof json === "string" && HEX_ID.test(json);
}

function isKind(json: unknown): json is KeyKind {
  return typeof json === "string" && Object.hasOwn(KEY_KINDS, json);
}

function isState(json: unknown): json is KeyState {
  return typeof json === "string" && STATES.includes(json);
}

/** One primary key a kind, ids once, every living key wrapped for every living root, and nothing wrapped for others. */
function isConsistent({ roots, kit, keys, seals, nextKeyId }: KeyringDocument): boolean {
  const living = roots.filter((root) => !root.leaving).map(({ id }) => id);
  const isFor = (map: ReadonlyMap<string, Uint8Array>, ids: readonly string[]): boolean =>
    map.size === ids.length && ids.every((id) => map.has(id));
  const isWrapped = ({ state, wraps }: KeyEntry): boolean => isFor(wraps, state === "retired" ? [] : [...living, kit.id]);
  return (
    living.length > 0 &&
    new Set([...roots.map(({ id }) => id), kit.id]).size === roots.length + 1 &&
    new Set(keys.map(({ id }) => id)).size === keys.length &&
    keys.every((key) => key.id > 0 && key.id < nextKeyId && isWrapped(key)) &&
    Object.keys(KEY_KINDS).every((kind) => keys.filter((key) => key.kind === kind && key.state === "primary").length === 1) &&
    isFor(seals, living)
  );
}
