import type { Id } from "../kit/index.ts";

/** Where an encrypted value lies. All of it is associated data, by stable number: moved bytes do not open. */
export interface Place {
  readonly table: number;
  readonly column: number;
  readonly tenant: Id | null;
  /** The row's key. */
  readonly row: Uint8Array;
  /** The account whose erasure destroys the value; null where there is none. */
  readonly subject: Id | null;
  /** The field's kind ("text", "json", …), so that bytes are never read as another type. */
  readonly type: string;
}

/** One label a purpose; never one key for two. The table is vault/labels.ts. */
export type MacPurpose =
  | "refresh-token"
  | "one-time-code"
  | "recovery-code"
  | "client-key"
  | "idempotency"
  | "identifier"
  | "page-link"
  | "device";

export interface Mac {
  readonly keyId: number;
  readonly mac: Uint8Array;
}

export interface Passwords {
  /** argon2id as a PHC string. Waits in a bounded queue that is fair between `lane`s (address or account); Fault `server.busy` when full. */
  hash(password: string, lane: string): Promise<string>;
  /** With `undefined` for the hash it does the same work against a dummy and says no. */
  verify(phc: string | undefined, password: string, lane: string): Promise<boolean>;
  /** Whether the parameters of a hash are older than today's. */
  isOutdated(phc: string): boolean;
}

export interface Commitment {
  /** 32 random bytes: the key of the HMAC. */
  readonly salt: Uint8Array;
  /** HMAC-SHA256(salt, label ‖ length ‖ value), 32 bytes. */
  readonly digest: Uint8Array;
}

/** The only room that knows keys. All of it is synchronous but passwords: nothing here waits for the thread pool. */
export interface Vault {
  /** Forever; survives a restore. */
  readonly appId: Id;
  /** New at each restore. */
  readonly instanceId: Id;

  /** UUIDv7. */
  newId(): Id;
  randomBytes(count: number): Uint8Array;

  encrypt(plain: string | Uint8Array, place: Place): Uint8Array;
  /** Fault `vault.refused` for bytes that do not belong here, whatever the reason. */
  decrypt(bytes: Uint8Array, place: Place): Uint8Array;
  /** Live index keys, oldest first: one column each. */
  readonly indexKeyIds: readonly number[];
  /** key id (4) ‖ normaliser version (1) ‖ 128 bits of HMAC over tenant and value. Normalise first. */
  blindIndex(keyId: number, normalised: string, place: Pick<Place, "table" | "column" | "tenant">): Uint8Array;

  sha256(bytes: Uint8Array | string): Uint8Array;
  /** The same of a text, as lower-case hex, for keys of maps: no bytes are made for it. */
  sha256Hex(text: string): string;
  /** In constant time; false for different lengths. */
  equal(a: Uint8Array, b: Uint8Array): boolean;
  mac(purpose: MacPurpose, parts: readonly (Uint8Array | string)[]): Mac;
  /** With the key of that id, if it still lives; in constant time. */
  checkMac(purpose: MacPurpose, claimed: Mac, parts: readonly (Uint8Array | string)[]): boolean;
  /** RFC 6238: SHA-1, 30 s, 6 digits; `step` is floor(seconds / 30). */
  totp(secret: Uint8Array, step: number): string;
  commit(label: string, value: string | Uint8Array): Commitment;

  /** A compact ES256 JWS over these claims; the header carries the key id. */
  signToken(claims: Readonly<Record<string, unknown>>): string;
  /** The claims of a JWS of ours, or `undefined`: any other algorithm, key, shape or signature. Does not look at times. */
  readToken(token: string): Readonly<Record<string, unknown>> | undefined;
  /** RFC 7517, public parts only. */
  readonly tokenKeys: { readonly keys: readonly Readonly<Record<string, unknown>>[] };

  /** Ed25519, for checkpoints. */
  signCheckpoint(bytes: Uint8Array): Uint8Array;
  verifyCheckpoint(bytes: Uint8Array, signature: Uint8Array): boolean;
  /** 32 raw bytes. */
  readonly checkpointPublicKey: Uint8Array;

  readonly passwords: Passwords;
}
