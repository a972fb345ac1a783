import { Fault, formatId, type Id, parseId, utf8 } from "../kit/index.ts";
import type { Place, Vault } from "../vault/contract.ts";
import { sha256 } from "../vault/index.ts";

/**
 * A ledger is a chain of small files beside the backups, one a commit or a few. Each is text, signed with the trail's key:
 * a head of lines, the entries sealed under the data key (they name accounts), and the signature over all before it.
 * A file that is missing, altered or put in breaks the chain.
 */
const FIRST_LINE = "holdfast-ledger-1";
export const LEDGER_FILE = /^ledger-([0-9a-f-]{36})-(\d{8})$/;
const NO_HASH = "0".repeat(64);
const SEGMENT_BYTES_MAX = 16_777_216;
/** More than the first three lines. */
const HEAD_BYTES = 200;

export interface LedgerEntry {
  readonly what: string;
  readonly who: string;
  /** Milliseconds since 1970; 0 where only the file's own time is known. */
  readonly at: number;
}

export interface Segment {
  readonly appId: Id;
  readonly instanceId: Id;
  /** From 1 without a gap. */
  readonly number: number;
  /** Entries up to and with this file. */
  readonly size: number;
  /** SHA-256 of the file before it, in hex. */
  readonly previous: string;
  readonly at: number;
  readonly entries: readonly LedgerEntry[];
}

type Keys = Pick<Vault, "appId" | "encrypt" | "decrypt" | "signCheckpoint" | "verifyCheckpoint">;

export function segmentName(instanceId: Id, number: number): string {
  return `ledger-${formatId(instanceId)}-${String(number).padStart(8, "0")}`;
}

export function encodeSegment(segment: Omit<Segment, "appId">, vault: Keys): Uint8Array {
  const { instanceId, number, size, previous, at, entries } = segment;
  const sealed = vault.encrypt(JSON.stringify(entries), placeOf(instanceId, number));
  const head = [
    FIRST_LINE,
    `app ${formatId(vault.appId)}`,
    `instance ${formatId(instanceId)}`,
    `number ${number}`,
    `size ${size}`,
    `previous ${previous === "" ? NO_HASH : previous}`,
    `at ${Math.floor(at)}`,
    `entries ${Buffer.from(sealed).toString("base64")}`,
    "",
  ].join("\n");
  return utf8(`${head}signature ${Buffer.from(vault.signCheckpoint(utf8(head))).toString("base64")}\n`);
}

export function hashOf(segment: Uint8Array): string {
  return Buffer.from(sha256(segment)).toString("hex");
}

/** Fault `backup.refused` for bytes that this app did not write and sign as they are. */
export function decodeSegment(bytes: Uint8Array, vault: Keys): Segment {
  const text = bytes.length <= SEGMENT_BYTES_MAX ? new TextDecoder().decode(bytes) : "";
  const match = SHAPE.exec(text);
  const groups = match?.groups ?? {};
  const { app = "", instance = "", number = "", size = "", previous = "", at = "", entries = "", signature = "" } = groups;
  const head = text.slice(0, text.lastIndexOf("signature "));
  const instanceId = parseId(instance);
  const isOurs =
    instanceId !== undefined &&
    app === formatId(vault.appId) &&
    vault.verifyCheckpoint(utf8(head), new Uint8Array(Buffer.from(signature, "base64")));
  if (!isOurs) throw broken("a file of it is not signed by this app, or was changed");
  const place = placeOf(instanceId, Number(number));
  const opened = new TextDecoder().decode(vault.decrypt(new Uint8Array(Buffer.from(entries, "base64")), place));
  return {
    appId: vault.appId,
    instanceId,
    number: Number(number),
    size: Number(size),
    previous: previous === NO_HASH ? "" : previous,
    at: Number(at),
    entries: readEntries(JSON.parse(opened)),
  };
}

export interface Chain {
  /** Later than the backup, in order. */
  readonly entries: readonly LedgerEntry[];
  /** Up to this moment everything is known. */
  readonly until: number;
}

/**
 * The part of a ledger that a backup does not hold yet. Fault `backup.refused` when a file is missing, altered, put in, or when
 * the backup knew more of the ledger than is here.
 */
export function readChain(
  files: readonly Uint8Array[],
  { instanceId, from, vault }: { instanceId: Id; from: { readonly head: string; readonly size: number } | null; vault: Keys },
): Chain | undefined {
  const mine = files
    .filter((bytes) => isOf(bytes, vault.appId, instanceId))
    .map((bytes) => ({ ...decodeSegment(bytes, vault), hash: hashOf(bytes) }))
    .sort((a, b) => a.number - b.number);
  const later = mine.filter(({ size }) => size > (from?.size ?? 0));
  const last = mine.at(-1);
  if (from !== null && !mine.some(({ hash, size }) => hash === from.head && size === from.size))
    throw broken("it does not hold the file that was its end when the backup was made");
  if (last === undefined) return undefined;
  let [previous, number, size] = [from?.head ?? "", (mine.find(({ hash }) => hash === from?.head)?.number ?? 0) + 1, from?.size ?? 0];
  for (const segment of later) {
    if (segment.number !== number || segment.previous !== previous || segment.size !== size + segment.entries.length)
      throw broken(`file ${number} of it is missing or another's`);
    [previous, number, size] = [segment.hash, number + 1, segment.size];
  }
  return { entries: later.flatMap(({ entries }) => entries), until: last.at };
}

/** Several apps may share a place: what says that it is another's is left alone. Ours that was made to say so is missed in the chain. */
function isOf(bytes: Uint8Array, appId: Id, instanceId: Id): boolean {
  const [, app, instance] = new TextDecoder().decode(bytes.subarray(0, HEAD_BYTES)).split("\n");
  const [theirs, other] = [parseId(app?.slice("app ".length) ?? ""), parseId(instance?.slice("instance ".length) ?? "")];
  const isAnothers = theirs !== undefined && formatId(theirs) !== formatId(appId);
  return !isAnothers && (other === undefined || formatId(other) === formatId(instanceId));
}

const SHAPE = new RegExp(
  `^${FIRST_LINE}\napp (?<app>[0-9a-f-]{36})\ninstance (?<instance>[0-9a-f-]{36})\nnumber (?<number>[1-9]\\d{0,7})\nsize (?<size>[1-9]\\d{0,14})\n` +
    "previous (?<previous>[0-9a-f]{64})\nat (?<at>\\d{1,15})\nentries (?<entries>[A-Za-z0-9+/]+={0,2})\nsignature (?<signature>[A-Za-z0-9+/]{86}==)\n$",
);

/** Outside of every table: the ledger is read where the tables are those of another day. */
function placeOf(instanceId: Id, number: number): Place {
  return { table: 0, column: 0, tenant: null, row: utf8(segmentName(instanceId, number)), subject: null, type: "ledger" };
}

function readEntries(json: unknown): readonly LedgerEntry[] {
  if (!Array.isArray(json)) throw broken("a file of it holds no entries");
  return json.map((item: unknown) => {
    const { what, who, at }: Readonly<Record<string, unknown>> = typeof item === "object" && item !== null ? { ...item } : {};
    if (typeof what !== "string" || typeof who !== "string" || typeof at !== "number") throw broken("an entry of it is not readable");
    return { what, who, at };
  });
}

function broken(because: string): Fault {
  return new Fault(
    "backup.refused",
    `The ledger of erasures and revocations is not whole: ${because}. Give the whole folder of backups, or restore without it: --no-ledger.`,
  );
}
