import { createHmac, createSecretKey } from "node:crypto";
import { Fault, ID_BYTES, type Id, joinLengthPrefixed, utf8 } from "../kit/index.ts";
import { uint32Bytes } from "./bytes.ts";
import type { Place } from "./contract.ts";
import { hkdf } from "./derive.ts";
import { LABELS } from "./labels.ts";
import type { Randomness } from "./random.ts";
import { createXaes, XAES_KEY_BYTES, XAES_NONCE_BYTES, XAES_OVERHEAD_BYTES, type Xaes } from "./xaes.ts";

const FORMAT_VERSION = 1;
const HEADER_BYTES = 5;
const NORMALISER_VERSION = 1;
const INDEX_MAC_BYTES = 16;
const NOBODY = new Uint8Array(0);

/** A secret of the keyring with its id. */
export interface NumberedKey {
  readonly id: number;
  readonly secret: Uint8Array;
}

export interface Fields {
  encrypt(plain: string | Uint8Array, place: Place): Uint8Array;
  decrypt(bytes: Uint8Array, place: Place): Uint8Array;
  blindIndex(keyId: number, normalised: string, place: Pick<Place, "table" | "column" | "tenant">): Uint8Array;
}

interface FieldsNeeds {
  readonly appId: Id;
  readonly random: Randomness;
  /** The first one encrypts; all open. */
  readonly dataKeys: readonly [NumberedKey, ...NumberedKey[]];
  readonly indexKeys: readonly NumberedKey[];
}

/** Encrypted values: format version (1) ‖ key id (4) ‖ KC-XAES over the value, bound to the place where it lies. */
export function createFields({ appId, random, dataKeys, indexKeys }: FieldsNeeds): Fields {
  const [primary, ...older] = dataKeys;
  const primaryHeader = headerOf(primary.id);
  const primaryCipher = fieldCipher(primary);
  const ciphers = new Map([[primary.id, primaryCipher], ...older.map((key): [number, Xaes] => [key.id, fieldCipher(key)])]);
  const macKeys = new Map(indexKeys.map(({ id, secret }) => [id, createSecretKey(hkdf(secret, LABELS.blindIndex, XAES_KEY_BYTES))]));

  function encrypt(plain: string | Uint8Array, place: Place): Uint8Array {
    const bytes = typeof plain === "string" ? utf8(plain) : plain;
    const sealed = primaryCipher.seal(bytes, associatedBytes(primaryHeader, appId, place), random.bytes(XAES_NONCE_BYTES));
    const whole = new Uint8Array(HEADER_BYTES + sealed.length);
    whole.set(primaryHeader);
    whole.set(sealed, HEADER_BYTES);
    return whole;
  }

  function decrypt(bytes: Uint8Array, place: Place): Uint8Array {
    if (bytes.length < HEADER_BYTES + XAES_OVERHEAD_BYTES || bytes[0] !== FORMAT_VERSION) throw refused();
    const header = bytes.subarray(0, HEADER_BYTES);
    const keyId = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
    const plain = ciphers.get(keyId)?.open(bytes.subarray(HEADER_BYTES), associatedBytes(header, appId, place));
    if (plain === undefined) throw refused();
    return plain;
  }

  function blindIndex(keyId: number, normalised: string, place: Pick<Place, "table" | "column" | "tenant">): Uint8Array {
    const key = macKeys.get(keyId);
    if (key === undefined) throw new Fault("vault.refused", "There is no live index key with this id.");
    const message = joinLengthPrefixed([appId, uint32Bytes(place.table), uint32Bytes(place.column), idOrNobody(place.tenant), normalised]);
    const index = new Uint8Array(HEADER_BYTES + INDEX_MAC_BYTES);
    new DataView(index.buffer).setUint32(0, keyId);
    index[HEADER_BYTES - 1] = NORMALISER_VERSION;
    index.set(createHmac("sha256", key).update(message).digest().subarray(0, INDEX_MAC_BYTES), HEADER_BYTES);
    return index;
  }

  return { encrypt, decrypt, blindIndex };
}

function fieldCipher({ secret }: NumberedKey): Xaes {
  return createXaes(hkdf(secret, LABELS.field, XAES_KEY_BYTES));
}

function headerOf(keyId: number): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header[0] = FORMAT_VERSION;
  new DataView(header.buffer).setUint32(1, keyId);
  return header;
}

function associatedBytes(header: Uint8Array, appId: Id, place: Place): Uint8Array {
  return joinLengthPrefixed([
    header,
    appId,
    uint32Bytes(place.table),
    uint32Bytes(place.column),
    idOrNobody(place.tenant),
    place.row,
    idOrNobody(place.subject),
    place.type,
  ]);
}

/** "Nobody" is the empty part, so an id must never be empty itself. */
function idOrNobody(id: Id | null): Uint8Array {
  if (id === null) return NOBODY;
  if (id.length !== ID_BYTES) throw new Fault("internal", "An id has 16 bytes.");
  return id;
}

function refused(): Fault {
  return new Fault("vault.refused", "These bytes were not encrypted for this place.");
}
