import { type Clock, concatBytes, equalBytes, Fault, formatId, type Id, joinLengthPrefixed } from "../kit/index.ts";
import { uint32Bytes } from "./bytes.ts";
import { hkdf, hmacSha256 } from "./derive.ts";
import type { NumberedKey } from "./fields.ts";
import { hpkeOpen, hpkeSeal } from "./hpke.ts";
import {
  bodyBytes,
  damaged,
  encodeKeyring,
  KEY_KINDS,
  type KeyEntry,
  type KeyKind,
  type KeyringDocument,
  type KeyState,
  type KitRoot,
  kitBodyBytes,
  parseKeyring,
} from "./keyring-document.ts";
import { LABELS } from "./labels.ts";
import { equalInConstantTime } from "./macs.ts";
import type { Randomness } from "./random.ts";
import { findRoot, type Root, type RootEntry, type RootInput, rootIdOf } from "./roots.ts";
import { parseSecret } from "./secret-text.ts";
import { newTokenScalar } from "./tokens.ts";
import { createXaes, XAES_KEY_BYTES, XAES_NONCE_BYTES } from "./xaes.ts";
import { XWING_CIPHERTEXT_BYTES, xwingPrivateKey } from "./xwing.ts";

const ROOT_BYTES = 32;

export interface OpenKey {
  readonly id: number;
  readonly kind: KeyKind;
  readonly state: KeyState;
  readonly createdAt: number;
  /** Empty for a retired key. */
  readonly secret: Uint8Array;
}

/** A keyring with its secrets: a value that is never changed, only replaced by the next one. */
export interface OpenKeyring {
  readonly appId: Id;
  readonly instanceId: Id;
  readonly sequence: number;
  readonly nextKeyId: number;
  /** As named by the document. */
  readonly rootEntries: readonly RootEntry[];
  /** Those whose keys are at hand. */
  readonly roots: readonly Root[];
  readonly kit: Pick<KitRoot, "publicKey" | "confirmed">;
  readonly keys: readonly OpenKey[];
}

interface NewKeyring {
  readonly appId: Id;
  readonly instanceId: Id;
  readonly root: Root;
  readonly kitPublicKey: Uint8Array;
  readonly clock: Clock;
  readonly random: Randomness;
}

/** The first keyring of an app: one primary key of each kind. */
export function newKeyring({ appId, instanceId, root, kitPublicKey, clock, random }: NewKeyring): OpenKeyring {
  const kit = { publicKey: kitPublicKey, confirmed: false };
  const empty = { appId, instanceId, sequence: 0, nextKeyId: 1, rootEntries: [root.entry], roots: [root], kit, keys: [] };
  const kinds: readonly KeyKind[] = ["page", "data", "index", "token", "trail", "certificate", "backup"];
  return kinds.reduce<OpenKeyring>((keyring, kind) => withNewKey(keyring, kind, "primary", { clock, random }), empty);
}

export function withNewKey(
  keyring: OpenKeyring,
  kind: KeyKind,
  state: KeyState,
  { clock, random }: { clock: Clock; random: Randomness },
): OpenKeyring {
  const secret = random.bytes(KEY_KINDS[kind]);
  if (kind === "token") secret.set(newTokenScalar(), ROOT_BYTES);
  const key = { id: keyring.nextKeyId, kind, state, createdAt: Math.floor(clock.now()), secret };
  return { ...keyring, nextKeyId: keyring.nextKeyId + 1, keys: [...keyring.keys, key] };
}

/** The primary key first, then the others that may be read with, newest first. */
export function readingKeys(keyring: OpenKeyring, kind: KeyKind): readonly [OpenKey, ...OpenKey[]] {
  const ofKind = keyring.keys.filter((key) => key.kind === kind);
  const primary = ofKind.find((key) => key.state === "primary");
  if (primary === undefined) throw damaged();
  return [primary, ...ofKind.filter((key) => key.state === "live").reverse()];
}

export function halfSecrets(keys: readonly OpenKey[], from: number): readonly NumberedKey[] {
  return keys.map(({ id, secret }) => ({ id, secret: secret.subarray(from, from + ROOT_BYTES) }));
}

/** The next document: everything is wrapped anew for every root that stays, and for the recovery kit. */
export function sealKeyring(keyring: OpenKeyring, random: Randomness): Uint8Array {
  const living = keyring.rootEntries.filter((entry) => !entry.leaving);
  const roots = living.map((entry) => keyring.roots.find((root) => root.entry.id === entry.id));
  if (!roots.every((root) => root !== undefined)) {
    throw new Fault("vault.refused", "The keyring names a root that was not given. Give both roots, or drop the one that is lost.");
  }
  const kitKey = random.bytes(ROOT_BYTES);
  const kitId = rootIdOf(kitKey);
  const sealed = hpkeSeal(keyring.kit.publicKey, kitInfo(keyring.appId), kitKey);
  if (sealed === undefined) throw damaged();
  const wrapping: readonly WrappingKey[] = [...roots.map(({ entry, key }) => ({ id: entry.id, key })), { id: kitId, key: kitKey }];
  const unsealed: Omit<KeyringDocument, "seals"> = {
    appId: keyring.appId,
    instanceId: keyring.instanceId,
    sequence: keyring.sequence + 1,
    nextKeyId: keyring.nextKeyId,
    roots: keyring.rootEntries,
    kit: {
      id: kitId,
      publicKey: keyring.kit.publicKey,
      sealed: concatBytes([sealed.encapsulation, sealed.ciphertext]),
      confirmed: keyring.kit.confirmed,
      seal: new Uint8Array(0),
    },
    keys: keyring.keys.map((key) => wrapKey(key, keyring.appId, wrapping, random)),
  };
  const body = { ...unsealed, kit: { ...unsealed.kit, seal: sealOf(kitKey, kitBodyBytes(unsealed)) } };
  const seals = new Map(roots.map(({ entry, key }) => [entry.id, sealOf(key, bodyBytes(body))]));
  return encodeKeyring({ ...body, seals });
}

/** Fault `vault.refused` when none of the inputs opens it, or when one byte is not as it was written. */
export function openKeyringWithRoots(bytes: Uint8Array, inputs: readonly RootInput[]): OpenKeyring {
  const document = parseKeyring(bytes);
  const roots = inputs.map((input) => findRoot(document.roots, input)).filter((root) => root !== undefined);
  const [first] = roots;
  if (first === undefined) throw new Fault("vault.refused", "This root key does not belong to this keyring. Nothing was written.");
  const by = { id: first.entry.id, key: first.key };
  if (!isSealed(document.seals.get(by.id), by, bodyBytes(document))) throw damaged();
  return unlock(document, by, roots);
}

/** As {@link openKeyringWithRoots}, with roots that are open already: for the keyring inside a backup. */
export function openKeyringWithHeld(bytes: Uint8Array, held: readonly Root[]): OpenKeyring {
  const document = parseKeyring(bytes);
  const [root] = held.filter(({ entry }) => document.roots.some(({ id, leaving }) => id === entry.id && !leaving));
  if (root === undefined) throw new Fault("vault.refused", "This keyring does not know any root key of this server.");
  const by = { id: root.entry.id, key: root.key };
  if (!isSealed(document.seals.get(by.id), by, bodyBytes(document))) throw damaged();
  return unlock(document, by, [root]);
}

/** Opens with the recovery kit alone. It can be written again once a new root has been added and the lost ones dropped. */
export function openKeyringWithKit(bytes: Uint8Array, kitText: string): OpenKeyring {
  const document = parseKeyring(bytes);
  const privateKey = xwingPrivateKey(kitSeed(kitText));
  if (!equalBytes(privateKey.publicKey, document.kit.publicKey))
    throw new Fault("vault.refused", "This recovery kit does not belong to this keyring.");
  const encapsulation = document.kit.sealed.subarray(0, XWING_CIPHERTEXT_BYTES);
  const key = hpkeOpen(privateKey, kitInfo(document.appId), {
    encapsulation,
    ciphertext: document.kit.sealed.subarray(XWING_CIPHERTEXT_BYTES),
  });
  if (key === undefined) throw damaged();
  const by = { id: document.kit.id, key };
  if (rootIdOf(key) !== by.id || !isSealed(document.kit.seal, by, kitBodyBytes(document))) throw damaged();
  return unlock(document, by, []);
}

export function kitSeed(kitText: string): Uint8Array {
  const seed = parseSecret("kit", kitText);
  if (seed === undefined) throw new Fault("vault.refused", "This is not a recovery kit, or it has a slip: compare it group by group.");
  return seed;
}

function kitInfo(appId: Id): string {
  return `${LABELS.rootOfKit} ${formatId(appId)}`;
}

interface WrappingKey {
  readonly id: string;
  readonly key: Uint8Array;
}

function unlock(document: KeyringDocument, by: WrappingKey, roots: readonly Root[]): OpenKeyring {
  return {
    appId: document.appId,
    instanceId: document.instanceId,
    sequence: document.sequence,
    nextKeyId: document.nextKeyId,
    rootEntries: document.roots,
    roots,
    kit: { publicKey: document.kit.publicKey, confirmed: document.kit.confirmed },
    keys: document.keys.map((key) => unwrapKey(key, document.appId, by)),
  };
}

function wrapKey(key: OpenKey, appId: Id, wrapping: readonly WrappingKey[], random: Randomness): KeyEntry {
  const { id, kind, state, createdAt, secret } = key;
  const by = state === "retired" ? [] : wrapping;
  const wraps = new Map(
    by.map((root) => [root.id, wrapCipher(root).seal(secret, wrapPlace(key, appId, root.id), random.bytes(XAES_NONCE_BYTES))]),
  );
  return { id, kind, state, createdAt, wraps };
}

function unwrapKey(entry: KeyEntry, appId: Id, by: WrappingKey): OpenKey {
  const { id, kind, state, createdAt, wraps } = entry;
  if (state === "retired") return { id, kind, state, createdAt, secret: new Uint8Array(0) };
  const secret = wrapCipher(by).open(wraps.get(by.id) ?? new Uint8Array(0), wrapPlace(entry, appId, by.id));
  if (secret?.length !== KEY_KINDS[kind]) throw damaged();
  return { id, kind, state, createdAt, secret };
}

function wrapCipher(root: WrappingKey): ReturnType<typeof createXaes> {
  return createXaes(hkdf(root.key, LABELS.keyWrap, XAES_KEY_BYTES));
}

function wrapPlace({ id, kind }: Pick<KeyEntry, "id" | "kind">, appId: Id, rootId: string): Uint8Array {
  return joinLengthPrefixed([LABELS.keyWrap, appId, rootId, kind, uint32Bytes(id)]);
}

function sealOf(rootKey: Uint8Array, body: Uint8Array): Uint8Array {
  return hmacSha256(hkdf(rootKey, LABELS.keyringSeal, ROOT_BYTES), body);
}

function isSealed(seal: Uint8Array | undefined, { key }: WrappingKey, body: Uint8Array): boolean {
  return seal !== undefined && equalInConstantTime(seal, sealOf(key, body));
}
