import type { WhoCanRow } from "../access/index.ts";
import type { Plan } from "../model/plan.ts";
import type { Waiver, Words } from "./contract.ts";

/** What a job of another room left behind when it last ran. */
export interface LastResult {
  readonly at: number;
  readonly ok: boolean;
  readonly said: Words;
}

export interface HouseFacts {
  readonly firstStartAt: number;
  /** Undefined when no server runs and the folder was opened for the audit. */
  readonly startedAt: number | undefined;
  readonly version: string;
  /** Others than this machine can reach the listener. */
  readonly exposed: boolean;
  /** The names that clients use. */
  readonly names: readonly string[];
  /** A public name is served: HSTS and the like are due. */
  readonly hasRealName: boolean;
  readonly hasHttpPort: boolean;
  /** From the listener's own limits, in ms or bytes. */
  readonly listenerLimits: Readonly<Record<string, number>>;
  /** Of each exclusion from the firewall's rules, in the order of the plan: whether it was of use to any request since the start. */
  readonly exclusionsMet: readonly boolean[];
}

export interface AccessFacts {
  readonly matrix: readonly WhoCanRow[];
  /** Sentences about rules that are allowed and probably not meant. */
  readonly advice: readonly { readonly place: string; readonly sentence: string }[];
  /** Where a grant let an account of one tenant at a row of another. */
  readonly crossTenant: readonly { readonly collection: string; readonly who: string; readonly action: string }[];
}
/** What came of one attempt to agree on TLS. */
export interface Agreement {
  readonly agreed: boolean;
  readonly protocol: string;
  readonly cipher: string;
  readonly group: string;
}

export interface Heard {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What the house's own listener said to its own prober. */
export interface ListenerFacts {
  readonly best: Agreement;
  /** By name of the weak offer. */
  readonly weakVersions: Readonly<Record<string, Agreement>>;
  readonly weakSuites: Readonly<Record<string, Agreement>>;
  readonly weakGroups: Readonly<Record<string, Agreement>>;
  readonly renegotiated: boolean;
  /** Bytes that came back to plain HTTP on the TLS port. */
  readonly plainHttp: string;
  /** The plain port: what a page and an API call were answered, where there is such a port. */
  readonly httpPort: { readonly page: Heard; readonly api: Heard } | undefined;
  readonly health: Heard;
  readonly unknown: Heard;
  readonly home: Heard;
  readonly foreignOrigin: Heard;
  readonly foreignPreflight: Heard;
  /** By collection: read without any key, and with the publishable key alone. */
  readonly withoutKey: Readonly<Record<string, Heard>>;
  readonly withAppKey: Readonly<Record<string, Heard>>;
  /** A made-up bearer token. */
  readonly forgedToken: Heard;
  readonly methods: Readonly<Record<string, Heard>>;
  readonly oversized: Readonly<Record<string, Heard>>;
  readonly broken: Readonly<Record<string, Heard>>;
  readonly hiddenPaths: Readonly<Record<string, Heard>>;
  /** Requests that look like attacks and can do nothing, and one that looks like everybody's. */
  readonly attacks: Readonly<Record<string, Heard>>;
  readonly ordinary: Heard;
}

export interface CertificateFacts {
  readonly own: boolean;
  readonly notAfter: number;
  readonly keyKind: string;
  readonly keyBits: number;
  readonly matches: readonly string[];
  readonly misses: readonly string[];
}

export interface FileFacts {
  readonly path: string;
  readonly kind: "file" | "folder";
  /** Permission bits, as in 0o600. */
  readonly mode: number;
  readonly mine: boolean;
}

export interface PlaceFacts {
  readonly files: readonly FileFacts[];
  /** Certificate keys that the operator brought. */
  readonly privateKeys: readonly FileFacts[];
  /** What a look at the bytes of database and log found that is not ciphertext. */
  readonly readable: readonly { readonly path: string; readonly found: string }[];
  readonly scannedBytes: number;
  readonly root: { readonly kind: "file" | "env" | "prompt"; readonly besideData: boolean; readonly onFleetingDisk: boolean };
  readonly recoveryKitBesideRoot: boolean;
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Backup files in the folder for them. */
  readonly backups: readonly { readonly path: string; readonly sealed: boolean }[];
}

export interface RuntimeFacts {
  readonly nodeVersion: string;
  readonly switches: readonly string[];
  readonly inspectorOpen: boolean;
  readonly isRoot: boolean;
  /** Undefined where the system does not say. */
  readonly noNewPrivileges: boolean | undefined;
  readonly codeFromStrings: boolean;
  readonly protoAccessor: boolean;
  readonly tlsVerificationOff: boolean;
  /** Where a secret of ours stands in the open: names of variables, places in the config. */
  readonly openSecrets: readonly { readonly place: string; readonly kind: string }[];
}

export interface KeyFacts {
  readonly keys: readonly { readonly kind: string; readonly state: string; readonly createdAt: number }[];
  readonly kitConfirmed: boolean;
  readonly rootsLeaving: number;
}

export interface AccountFacts {
  readonly accounts: number;
  readonly withFactor: number;
  readonly operators: readonly { readonly withFactor: boolean; readonly lastSignInAt: number | null; readonly createdAt: number }[];
  readonly outdatedHashes: number;
  /** Accounts whose erasure was due two days ago and more. */
  readonly overdueErasures: number;
  readonly secretKeys: readonly {
    readonly id: string;
    readonly scopes: readonly string[];
    readonly networks: readonly string[];
    readonly createdAt: number;
    readonly expiresAt: number;
    readonly revokedAt: number | null;
  }[];
  /** What the hash of a fresh password says of itself. */
  readonly hash: { readonly algorithm: string; readonly memoryKiB: number; readonly passes: number };
  /** Passwords that everybody tries first, and which of them the policy took. */
  readonly weakPasswordsTried: number;
  readonly weakPasswordsTaken: readonly string[];
  /** Names of accounts of the documents that are here, and open with the password shown there. */
  readonly exampleAccounts: readonly string[];
}

export interface TokenFacts {
  readonly algorithm: string;
  /** Names of forgeries that were taken for real. */
  readonly forgeriesTaken: readonly string[];
  readonly forgeriesTried: number;
}

export interface TrailFacts {
  readonly problems: readonly string[];
  readonly entries: number;
  /** Milliseconds since the newest entry that no checkpoint covers; 0 when all are. */
  readonly unsigned: number;
  readonly clockJumps: readonly { readonly at: number; readonly byMs: number }[];
  /** Places in the newest entries where something looks like a secret. */
  readonly secrets: readonly { readonly place: string; readonly kind: string }[];
  readonly sampled: number;
}

export interface BackupFacts {
  readonly lastMadeAt: number | undefined;
  readonly lastFailedAt: number | undefined;
  /** Backups go to a place off this machine. Undefined: nobody reports it. */
  readonly offsite: boolean | undefined;
  readonly drill: LastResult | undefined;
}

export interface SupplyFacts {
  readonly packages: readonly {
    readonly name: string;
    readonly locked: string | undefined;
    readonly installed: string | undefined;
    readonly installScript: boolean;
    readonly native: boolean;
  }[];
  readonly advisories: LastResult | undefined;
  readonly node: LastResult | undefined;
}

export interface WatchFacts {
  /** How many detections run; undefined when no watch runs. */
  readonly detections: number | undefined;
  readonly channels: number | undefined;
  readonly lastDelivery: LastResult | undefined;
  /** Why it is blind, if it is. */
  readonly because: string;
}

export interface OperatorPageFacts {
  /** Addresses of this machine at which it was looked for, loopback aside. */
  readonly tried: readonly string[];
  readonly reachedAt: readonly string[];
}

export interface HistoryFacts {
  readonly lastRunAt: number | undefined;
  readonly everyMs: number;
  /** Runs whose report does not fit its digest, or the digest that the next one names. */
  readonly broken: readonly string[];
  readonly runs: number;
  readonly waivers: readonly Waiver[];
}

/** All that checks may know: what the rooms report of themselves. */
export interface Facts {
  readonly now: number;
  readonly house: HouseFacts;
  readonly plan: Plan;
  readonly access: AccessFacts;
  readonly listener: ListenerFacts;
  readonly certificate: CertificateFacts;
  readonly places: PlaceFacts;
  readonly runtime: RuntimeFacts;
  readonly keys: KeyFacts;
  readonly accounts: AccountFacts;
  readonly tokens: TokenFacts;
  readonly damage: readonly string[];
  readonly trail: TrailFacts;
  readonly backups: BackupFacts;
  readonly supply: SupplyFacts;
  readonly watch: WatchFacts;
  /** Undefined where it is not served. */
  readonly operatorPage: OperatorPageFacts | undefined;
  readonly history: HistoryFacts;
}
