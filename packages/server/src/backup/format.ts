import { concatBytes, Fault, formatId, type Id, parseId, readUint32, utf8 } from "../kit/index.ts";
import { sha256 } from "../vault/index.ts";

/**
 * A backup file: MAGIC, the keyring (4 bytes of length and its bytes), then one age stream to the backup key and the recovery kit.
 * The keyring stands before the stream because it is sealed by itself: a root opens it and finds the backup key in it, a kit
 * opens both. Inside the stream: records of type (1 byte), length (4 bytes) and payload, one manifest first, one end last.
 */
export const MAGIC = utf8("holdfast-backup-1\n");
export const KEYRING_BYTES_MAX = 1_048_576;
const RECORD_HEAD_BYTES = 5;
const RECORD_BYTES_MAX = 4_194_304;

export const RECORD = { manifest: 0x4d, database: 0x44, end: 0x45 } as const;

export interface Manifest {
  readonly format: 1;
  /** Of the server that made it. */
  readonly version: string;
  readonly appId: Id;
  readonly instanceId: Id;
  /** Milliseconds since 1970. */
  readonly madeAt: number;
  /** The commit position at which the rows were counted. */
  readonly position: number;
  /** The newest signed note of the trail. */
  readonly checkpoint: string;
  readonly pageGeneration: number;
  readonly cipher: "aegis" | "chacha20";
  readonly keyringSha256: string;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  /** Where the ledger of erasures and revocations ended when this was made: its last file's SHA-256 and its entries. Null while there is none. */
  readonly ledger: { readonly head: string; readonly size: number } | null;
}

export interface EndRecord {
  readonly databaseBytes: number;
  /** In hex: SHA-256 over the digest so far and the digest of each database record, in order, from 32 zero bytes. */
  readonly databaseDigest: string;
}

export function encodeRecord(type: number, payload: Uint8Array): Uint8Array {
  const head = new Uint8Array(RECORD_HEAD_BYTES);
  head[0] = type;
  new DataView(head.buffer).setUint32(1, payload.length);
  return concatBytes([head, payload]);
}

export interface BackupRecord {
  readonly type: number;
  readonly payload: Uint8Array;
}

/** Cuts an authentic stream into records. Fault `backup.refused` when it does not end where a record ends. */
export async function* readRecords(stream: AsyncIterable<Uint8Array>): AsyncGenerator<BackupRecord> {
  const intake = createIntake(stream);
  for (;;) {
    const head = await intake.take(RECORD_HEAD_BYTES);
    if (head === undefined) return;
    const length = readUint32(head, 1) ?? 0;
    const payload = length > RECORD_BYTES_MAX ? undefined : length === 0 ? new Uint8Array(0) : await intake.take(length);
    if (payload === undefined) throw damaged("its records do not fit together");
    yield { type: head[0] ?? 0, payload };
  }
}

/** Takes bytes from a stream in portions of its own choosing, holding little more than one portion. */
export interface Intake {
  /** Exactly so many bytes, or `undefined` at the end. Fault `backup.refused` when the stream ends in between. */
  take(count: number): Promise<Uint8Array | undefined>;
  /** Everything that has not been taken. */
  rest(): AsyncIterable<Uint8Array>;
}

export function createIntake(stream: AsyncIterable<Uint8Array>): Intake {
  const iterator = stream[Symbol.asyncIterator]();
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  return {
    async take(count) {
      while (heldBytes < count) {
        const next = await iterator.next();
        if (next.done) {
          if (heldBytes === 0) return undefined;
          throw damaged("it ends too early");
        }
        held.push(next.value);
        heldBytes += next.value.length;
      }
      const whole = held.length === 1 && held[0] !== undefined ? held[0] : concatBytes(held);
      held = whole.length > count ? [whole.subarray(count)] : [];
      heldBytes = whole.length - count;
      return whole.subarray(0, count);
    },
    async *rest() {
      yield* held;
      held = [];
      for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
    },
  };
}

export function encodeManifest(manifest: Manifest): Uint8Array {
  return utf8(JSON.stringify({ ...manifest, appId: formatId(manifest.appId), instanceId: formatId(manifest.instanceId) }));
}

/** From bytes that were authentic: what is wrong here was wrong when it was made. */
export function decodeManifest(payload: Uint8Array): Manifest {
  const json = readJson(payload);
  if (json["format"] !== 1)
    throw new Fault("backup.refused", "This backup was made by a newer Holdfast. Restore it with that version or a later one.");
  const appId = parseId(text(json["appId"]));
  const instanceId = parseId(text(json["instanceId"]));
  const cipher = json["cipher"];
  if (appId === undefined || instanceId === undefined || (cipher !== "aegis" && cipher !== "chacha20"))
    throw damaged("its manifest is not readable");
  return {
    format: 1,
    version: text(json["version"]),
    appId,
    instanceId,
    madeAt: count(json["madeAt"]),
    position: count(json["position"]),
    checkpoint: text(json["checkpoint"]),
    pageGeneration: count(json["pageGeneration"]),
    cipher,
    keyringSha256: text(json["keyringSha256"]),
    counts: Object.fromEntries(Object.entries(fields(json["counts"])).map(([table, rows]) => [table, count(rows)])),
    ledger: json["ledger"] === null ? null : { head: text(fields(json["ledger"])["head"]), size: count(fields(json["ledger"])["size"]) },
  };
}

export function encodeEnd(end: EndRecord): Uint8Array {
  return utf8(JSON.stringify(end));
}

export function decodeEnd(payload: Uint8Array): EndRecord {
  const json = readJson(payload);
  return { databaseBytes: count(json["databaseBytes"]), databaseDigest: text(json["databaseDigest"]) };
}

export function damaged(because: string): Fault {
  return new Fault("backup.refused", `This backup is damaged: ${because}. Take another one; nothing was restored.`);
}

function readJson(payload: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    return fields(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(payload)));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault("backup.refused", damaged("its manifest is not readable").message, { cause });
  }
}

function fields(json: unknown): Readonly<Record<string, unknown>> {
  if (typeof json !== "object" || json === null || Array.isArray(json)) throw damaged("its manifest is not readable");
  return { ...json };
}

function text(json: unknown): string {
  if (typeof json !== "string") throw damaged("its manifest is not readable");
  return json;
}

function count(json: unknown): number {
  if (typeof json !== "number" || !Number.isSafeInteger(json) || json < 0) throw damaged("its manifest is not readable");
  return json;
}

export interface Digest {
  readonly bytes: number;
  add(record: Uint8Array): void;
  hex(): string;
}

export function createDigest(): Digest {
  let digest: Uint8Array = new Uint8Array(32);
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    add(record) {
      digest = sha256(concatBytes([digest, sha256(record)]));
      bytes += record.length;
    },
    hex: () => Buffer.from(digest).toString("hex"),
  };
}
