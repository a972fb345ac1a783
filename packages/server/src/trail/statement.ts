import { Fault } from "../kit/index.ts";
import { sha256, type Vault, verifySignature } from "../vault/index.ts";
import { originName } from "./origins.ts";
import { saysTwice } from "./said-twice.ts";
import { openNote, parseVerifierKey, signNote } from "./signed-note.ts";

/**
 * What the server says under the key of its trail, for somebody else to keep. Its first line is never the name of a log, so
 * that no statement can be taken for a checkpoint.
 */
export interface SignedStatement<T extends object = object> {
  readonly statement: T;
  /** Of the statement as JSON without spaces, in hex; the trail's entry about it has the same. */
  readonly sha256: string;
  /** C2SP signed-note over the kind of statement and its hash. */
  readonly note: string;
}

export type StatementKind = "erasure" | "export";

type Signer = Pick<Vault, "appId" | "instanceId" | "sha256" | "signCheckpoint" | "checkpointPublicKey">;

export function signStatement<T extends object>(vault: Signer, kind: StatementKind, statement: T): SignedStatement<T> {
  const digest = digestOf(statement);
  const keys = { sha256: vault.sha256, sign: vault.signCheckpoint };
  return { statement, sha256: digest, note: signNote(textOf(kind, digest), originName(vault), vault.checkpointPublicKey, keys) };
}

/**
 * Checks a statement with nothing but the public key of the trail, as text. Fault `trail.refused` for what that key did not sign,
 * and for whatever stands beside it that a reader could take for signed; the parts of an export are for the caller to compare.
 */
export function checkStatement(text: string, verifierKey: string): { readonly kind: StatementKind; readonly statement: object } {
  const { statement, note, sha256: digest, ...others } = readSigned(text);
  const { name, publicKey } = parseVerifierKey(sha256, verifierKey);
  const opened = openNote(note, name, publicKey, { sha256, verify: verifySignature });
  const kind = KINDS.find((one) => opened === textOf(one, digestOf(statement)));
  if (kind === undefined)
    throw new Fault("trail.refused", "This key did not sign this statement: one of the two was altered or is another's.");
  const [unsigned] = Object.keys(others).filter((other) => kind !== "export" || other !== "parts");
  if (unsigned !== undefined)
    throw new Fault("trail.refused", `Something was added to this statement that nobody signed: ${JSON.stringify(unsigned)}.`);
  if (digest !== digestOf(statement))
    throw new Fault("trail.refused", "The hash beside this statement is not the statement's: it was altered.");
  return { kind, statement };
}

const KINDS: readonly StatementKind[] = ["erasure", "export"];

function readSigned(text: string): Readonly<Record<string, unknown>> & { readonly statement: object; readonly note: string } {
  const read = parseJson(text);
  if (saysTwice(text))
    throw new Fault("trail.refused", "This is no statement: it says something twice, and each reader could take another.");
  if (isObject(read)) {
    const { statement, note, ...beside } = read;
    if (isObject(statement) && typeof note === "string") return { ...beside, statement, note };
  }
  throw new Fault("trail.refused", "This is no statement: it is JSON with a statement and a note.");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Fault("trail.refused", "This is no statement: it is not JSON.", { cause });
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function textOf(kind: StatementKind, digest: string): string {
  return `holdfast ${kind} statement v1\n${digest}\n`;
}

function digestOf(statement: object): string {
  return Buffer.from(sha256(Buffer.from(JSON.stringify(statement)))).toString("hex");
}
