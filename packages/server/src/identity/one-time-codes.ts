import { concatBytes, ID_BYTES, type Id, readUint32 } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Row, Step, View } from "../store/contract.ts";
import type { Mac, Vault } from "../vault/contract.ts";
import { bytesOf, isJsonObject, micros, millis, numberOf, orNull } from "./cells.ts";
import type { CodePurpose, JsonObject } from "./contract.ts";
import type { Core } from "./core.ts";

const TABLE = "identity.one_time_codes";
const TRIES_MAX = 5;
const SHORT_DIGITS = 8;
const LINK_SECRET_BYTES = 24;
const KEY_ID_BYTES = 4;
/** Unfinished sign-ups of one address that may wait side by side. */
const OPEN_PER_PURPOSE_MAX = 10;
const LINK_TEXT = /^[A-Za-z0-9_-]{54}$/;

/** `signup` is the short code that is typed, `signup.link` the long one of the same letter; they do not share their tries. `told` opens nothing: it
 * is there while its owner need not be told again. */
export type StoredPurpose = `${CodePurpose}${"" | ".link"}` | "told" | "operator.loopback" | "operator.anywhere";

/** What gives a session; the other codes need one, or two mailboxes. */
export const SIGN_IN_PURPOSES: readonly StoredPurpose[] = bothForms(["signup", "invite", "recovery", "otp"]);

/** What an account itself can have codes for, in both forms. */
export const EVERY_PURPOSE: readonly StoredPurpose[] = [...SIGN_IN_PURPOSES, ...bothForms(["email_change"])];

function bothForms(purposes: readonly CodePurpose[]): readonly StoredPurpose[] {
  return purposes.flatMap((purpose) => [purpose, `${purpose}.link`] as const);
}

export interface CodeRow {
  readonly id: Id;
  readonly version: number;
  readonly account: Id | null;
  readonly hash: Uint8Array;
  readonly tries: number;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly payload: JsonObject;
}

const COLUMNS = ["id", "row_version", "account", "hash", "tries", "created_at", "expires_at", "payload"] as const;

export interface NewCode {
  readonly purpose: StoredPurpose;
  readonly account: Id | null;
  readonly lifetimeMs: number;
  readonly payload: JsonObject;
}

export interface WrittenCode {
  readonly step: Step;
  readonly text: string;
  readonly until: number;
}

export interface OneTimeCodes {
  /** Eight digits that are typed. */
  short(asked: NewCode): WrittenCode;
  /** The row's id and 192 bits, for a link. */
  link(asked: NewCode): WrittenCode;
  /** A code whose text is made elsewhere. */
  of(asked: NewCode, secret: Uint8Array): Step;
  /** Those that may still be tried, newest first. */
  open(view: View, purpose: StoredPurpose, account: Id | null): Promise<readonly CodeRow[]>;
  byLink(view: View, purpose: StoredPurpose, text: string): Promise<CodeRow | undefined>;
  isRight(code: CodeRow, purpose: StoredPurpose, secret: Uint8Array | string): boolean;
  /** The step that counts a wrong try. */
  tried(code: CodeRow): Step;
  /** Uses a code up: refused as stale when another request has done so. */
  use(code: CodeRow): Step;
}

/** Nothing of a code is stored but a MAC of it under the token key; each has a purpose, an end, and five tries. */
export function createOneTimeCodes({ vault, clock, cells }: Pick<Core, "vault" | "clock" | "cells">): OneTimeCodes {
  function insert(asked: NewCode, id: Id, secret: Uint8Array | string): Step {
    const now = clock.now();
    const isEmpty = Object.keys(asked.payload).length === 0;
    const row = {
      id,
      purpose: asked.purpose,
      account: asked.account,
      hash: joinHash(vault.mac("one-time-code", [asked.purpose, id, secret])),
      tries: 0,
      created_at: micros(now),
      expires_at: micros(now + asked.lifetimeMs),
      payload: isEmpty
        ? null
        : cells.seal(JSON.stringify(asked.payload), { table: TABLE, column: "payload", row: id, account: asked.account }),
    };
    return { do: "insert", table: TABLE, row };
  }

  const untilOf = (asked: NewCode): number => clock.now() + asked.lifetimeMs;

  function short(asked: NewCode): WrittenCode {
    const text = digits(vault, SHORT_DIGITS);
    return { step: insert(asked, vault.newId(), text), text, until: untilOf(asked) };
  }

  function link(asked: NewCode): WrittenCode {
    const [id, secret] = [vault.newId(), vault.randomBytes(LINK_SECRET_BYTES)];
    const text = Buffer.from(concatBytes([id, secret])).toString("base64url");
    return { step: insert(asked, id, secret), text, until: untilOf(asked) };
  }

  async function open(view: View, purpose: StoredPurpose, account: Id | null): Promise<readonly CodeRow[]> {
    const rows = await view.read({
      table: TABLE,
      columns: COLUMNS,
      where: ofPurpose(purpose, account),
      order: [{ column: "created_at", direction: "desc", nulls: "last" }],
      limit: OPEN_PER_PURPOSE_MAX,
    });
    return rows.map(readCode).filter(isOpen);
  }

  async function byLink(view: View, purpose: StoredPurpose, text: string): Promise<CodeRow | undefined> {
    if (!LINK_TEXT.test(text)) return undefined;
    const row = await view.get(TABLE, [linkParts(text).id], [...COLUMNS, "purpose"]);
    if (row === undefined || row[COLUMNS.length] !== purpose) return undefined;
    const code = readCode(row);
    return isOpen(code) ? code : undefined;
  }

  function readCode(row: Row): CodeRow {
    const [id, account] = [bytesOf(row[0]), orNull(row[2], bytesOf)];
    const text = orNull(row[7], (bytes) => cells.openText(bytesOf(bytes), { table: TABLE, column: "payload", row: id, account }));
    const payload: unknown = text === null ? {} : JSON.parse(text);
    return {
      id,
      version: numberOf(row[1]),
      account,
      hash: bytesOf(row[3]),
      tries: numberOf(row[4]),
      createdAt: millis(numberOf(row[5])),
      expiresAt: millis(numberOf(row[6])),
      payload: isJsonObject(payload) ? payload : {},
    };
  }

  const isOpen = (code: CodeRow): boolean => code.tries < TRIES_MAX && code.expiresAt > clock.now();

  return {
    short,
    link,
    of: (asked, secret) => insert(asked, vault.newId(), secret),
    open,
    byLink,
    isRight: (code, purpose, secret) => vault.checkMac("one-time-code", splitHash(code.hash), [purpose, code.id, secret]),
    tried: (code) => ({ do: "update", table: TABLE, key: [code.id], version: code.version, set: { tries: code.tries + 1 } }),
    use: (code) => ({ do: "delete", table: TABLE, key: [code.id], version: code.version }),
  };
}

export function linkParts(text: string): { readonly id: Id; readonly secret: Uint8Array } {
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  return { id: bytes.slice(0, ID_BYTES), secret: bytes.slice(ID_BYTES) };
}

/** Voids the codes of an account for these purposes, both forms of each. */
export function voidCodes(account: Id | null, purposes: readonly StoredPurpose[]): readonly Step[] {
  return purposes.map((purpose) => ({ do: "clear", table: TABLE, where: ofPurpose(purpose, account) }));
}

export const EVERY_CODE = TABLE;

function ofPurpose(purpose: StoredPurpose, account: Id | null): Filter {
  const isPurpose: Filter = { op: "compare", sense: "is", column: "purpose", by: "eq", value: purpose };
  const isAccount: Filter =
    account === null
      ? { op: "null", sense: "is", column: "account" }
      : { op: "compare", sense: "is", column: "account", by: "eq", value: account };
  return { op: "all", of: [isAccount, isPurpose] };
}

/** key id (4) ‖ MAC. */
export function joinHash({ keyId, mac }: Mac): Uint8Array {
  const prefix = new Uint8Array(KEY_ID_BYTES);
  new DataView(prefix.buffer).setUint32(0, keyId);
  return concatBytes([prefix, mac]);
}

export function splitHash(bytes: Uint8Array): Mac {
  return { keyId: readUint32(bytes, 0) ?? 0, mac: bytes.subarray(KEY_ID_BYTES) };
}

/** Decimal digits without bias: a byte of 250 or more is thrown away. */
function digits(vault: Pick<Vault, "randomBytes">, count: number): string {
  let text = "";
  while (text.length < count) {
    for (const byte of vault.randomBytes(count)) if (byte < 250 && text.length < count) text += String(byte % 10);
  }
  return text;
}
