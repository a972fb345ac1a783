import type { Rule } from "./rule.ts";
import type { Value } from "./value.ts";

export type FieldKind = "text" | "integer" | "number" | "boolean" | "dateTime" | "json" | "oneOf" | "ref" | "bytes" | "id";

export type Secrecy =
  | "plain"
  | "encrypted" // no filter but null
  | "lookup"; // encrypted, with a blind index: eq, in, null

export type EraseRule = "keep" | "clear" | "remove";

export interface Field {
  readonly name: string;
  readonly was: string | undefined;
  readonly kind: FieldKind;
  /** `id`, `created_at`, `updated_at`: kept by the server; clients may bring the id at insert. */
  readonly system: boolean;
  readonly required: boolean;
  readonly default: Value | undefined;
  /** text: characters; bytes: bytes; numbers and date-times: the value. */
  readonly max: number | undefined;
  readonly min: number | undefined;
  /** RE2 source, matched anywhere in the text. */
  readonly pattern: string | undefined;
  readonly values: readonly string[] | undefined;
  /** The collection that a ref names; "accounts" for accounts. */
  readonly ref: string | undefined;
  /** What happens to the row when whom or what it names is erased: nothing (accounts only), the name goes, or the row goes. */
  readonly erase: EraseRule;
  readonly personal: boolean;
  readonly secrecy: Secrecy;
  /** `undefined`: whoever may read (write) the row. */
  readonly read: Rule | undefined;
  readonly write: Rule | undefined;
}

export interface Unique {
  readonly fields: readonly string[];
  /** The plan says openly that a refusal tells that a value exists. */
  readonly reveals: boolean;
}

export interface Collection {
  readonly name: string;
  readonly was: string | undefined;
  /** id first, then the plan's fields in their order, then created_at, updated_at; with `tenant`, a server-kept `tenant` field. */
  readonly fields: readonly Field[];
  readonly indexes: readonly (readonly string[])[];
  readonly uniques: readonly Unique[];
  readonly tenant: boolean;
  /** The ref(accounts) field whose account the rows are about (erasure, associated data), if the plan names one. */
  readonly subject: string | undefined;
  readonly access: {
    readonly read: Rule;
    readonly create: Rule;
    readonly updateOld: Rule;
    readonly updateNew: Rule;
    readonly delete: Rule;
  };
}

/** One limit: a GCRA of `burst` requests that refills `perMinute` a minute. */
export interface Rate {
  readonly perMinute: number;
  readonly burst: number;
}

export interface Limits {
  readonly connectionsPerAddress: number;
  readonly newConnectionsPerAddress: Rate;
  readonly requestsPerAddress: Rate;
  /** /24 and /56. */
  readonly requestsPerPrefix: Rate;
  readonly requestsPerAccount: Rate;
  readonly writesPerAccount: Rate;
  readonly signInsPerAddress: Rate;
  readonly signInsPerIdentifier: Rate;
  readonly signUpsPerAddress: Rate;
  readonly streamsPerAddress: Rate;
  /** Work of the firewall's rules, in 1,000 steps: some 400 of these take a millisecond of one core. */
  readonly inspectionKilostepsPerAddress: Rate;
  readonly urlBytesMax: number;
  readonly headerBytesMax: number;
  readonly headersMax: number;
  readonly jsonBytesMax: number;
  readonly jsonDepthMax: number;
  readonly jsonKeysMax: number;
  readonly rowsPerInsertMax: number;
  readonly rowsPerAnswerMax: number;
  readonly rowsPerWriteMax: number;
  readonly filtersMax: number;
  readonly inListMax: number;
  /** Rows that one query may look at without an index. */
  readonly scanRowsMax: number;
}

/** One file of the app's own web page, served as it is at one path. */
export interface Page {
  readonly path: string;
  /** A `file:` URL. */
  readonly file: string;
}

/** How letters look; where they go out is a setting. */
export interface Mail {
  /** Undefined where the config does not say; with a mail server set it must. */
  readonly from: { readonly name: string; readonly address: string } | undefined;
  readonly replyTo: string | undefined;
  /** Where neither the letter's cause nor its reader says another. */
  readonly language: "en" | "ko";
  /** Pages of the app that the links of letters may lead to, compared as they are. */
  readonly pages: readonly string[];
}

/** What requests are inspected for, besides what each route checks by itself. */
export interface RequestRules {
  /** `detection-only` records what it would have refused. */
  readonly mode: "on" | "detection-only" | "off";
  /** 1: what no honest request has; each level above finds more and errs more. */
  readonly paranoia: 1 | 2 | 3 | 4;
  /** Folder of SecLang rules, such as the OWASP Core Rule Set, beside the built-in ones; a file: address. */
  readonly rules: string | undefined;
  /** File that is read before them, such as `crs-setup.conf`; a file: address. */
  readonly setup: string | undefined;
  readonly exclusions: readonly RequestExclusion[];
}

/** Rules that are not to look, for a time. */
export interface RequestExclusion {
  /** An id, a range of ids, or a tag: `"942100"`, `"942000-942999"`, `"tag:attack-sqli"`. */
  readonly rules: string;
  readonly route: string | undefined;
  readonly target: string | undefined;
  readonly reason: string;
  readonly owner: string;
  readonly expiresAt: number;
}

/** What the config says: validated, deep-copied, frozen, with every default filled in. */
export interface Plan {
  readonly name: string;
  readonly roles: readonly string[];
  readonly collections: readonly Collection[];
  readonly accounts: {
    readonly signUp: "open" | "invited" | "closed";
    /** With "required", passwords need 8 characters instead of 15, and a session without a verified factor may only enrol. */
    readonly secondFactor: "optional" | "required";
    readonly sessionIdleMs: number;
    readonly sessionMaxMs: number;
    readonly accessTokenMs: number;
    /** From the wish to delete an account to its erasure; 0 erases at once. */
    readonly deletionGraceMs: number;
    /** From an administrator's reset of lost factors to their removal, in which the owner can stop it; 0 removes at once. */
    readonly factorResetMs: number;
  };
  /** Browser origins that may call; exact. The server's own origin always may. */
  readonly origins: readonly string[];
  /** Nothing else is served beside the APIs. */
  readonly pages: readonly Page[];
  readonly mail: Mail;
  readonly networks: { readonly allow: readonly string[]; readonly deny: readonly string[]; readonly trustedProxies: readonly string[] };
  readonly firewall: RequestRules;
  readonly limits: Limits;
  readonly cipher: "aegis" | "chacha20";
  /** When backups are made and proven by restoring them, and which stay: counts of the newest, and of days, weeks and months that have one. */
  readonly backups: {
    readonly everyMs: number;
    readonly drillEveryMs: number;
    readonly keep: { readonly newest: number; readonly days: number; readonly weeks: number; readonly months: number };
  };
}
