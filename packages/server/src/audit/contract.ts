import type { Agreement, Facts } from "./facts.ts";

export type * from "./facts.ts";

/** What users read, in both languages. */
export interface Words {
  readonly en: string;
  readonly ko: string;
}

export const SEVERITIES = ["critical", "high", "medium", "low"] as const;
export type Severity = (typeof SEVERITIES)[number];

export type Area =
  | "mistakes"
  | "tls"
  | "http"
  | "access"
  | "sign-in"
  | "keys"
  | "data"
  | "backup"
  | "firewall"
  | "logging"
  | "platform"
  | "supply";

/** The ids under which standards know what a check looks at. */
export interface Standards {
  /** OWASP ASVS 5.0.0. */
  readonly asvs?: readonly string[];
  /** OWASP Top 10:2025. */
  readonly owasp?: readonly string[];
  readonly cwe?: readonly number[];
  readonly gdpr?: readonly string[];
  readonly hipaa?: readonly string[];
}

/** What a check found, before it is filed. */
export type Verdict =
  | { readonly is: "pass"; readonly measured: Words }
  /** One finding for each resource; never an empty list. */
  | { readonly is: "fail"; readonly problems: readonly Problem[] }
  | { readonly is: "not-applicable"; readonly measured: Words };

export interface Problem {
  /** What it is about, by a name that stays the same from run to run: a collection, a file, a header. */
  readonly resource: string;
  readonly measured: Words;
}

/** One row of the table of checks. It looks at facts and at nothing else. */
export interface Check {
  /** "HF-TLS-003": a promise, never given to another check. */
  readonly id: string;
  readonly area: Area;
  readonly severity: Severity;
  readonly kind: "config" | "data" | "code" | "probe";
  readonly title: Words;
  readonly expected: Words;
  readonly fix: Words;
  readonly standards: Standards;
  /** Facts that could not be had throw when they are looked at: the check ends in `error`. */
  run(facts: Facts): Verdict;
}

export type Status = "pass" | "fail" | "error" | "not-applicable";

export interface Finding {
  readonly check: string;
  readonly area: Area;
  readonly severity: Severity;
  readonly status: Status;
  readonly resource: string;
  /** sha256(check id, resource), in hex: the same in every run. */
  readonly fingerprint: string;
  readonly title: Words;
  readonly measured: Words;
  readonly expected: Words;
  readonly fix: Words;
  readonly standards: Standards;
  /** Milliseconds since 1970; null for what passes. */
  readonly firstSeen: number | null;
  /** The waiver that covers it, while it holds. */
  readonly waiver: string | null;
}

export interface Waiver {
  readonly id: string;
  readonly check: string;
  /** Null: every finding of the check. */
  readonly fingerprint: string | null;
  readonly reason: string;
  readonly owner: string;
  readonly approvedBy: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
}

/** A finding that came or went since the run before. */
export interface Moved {
  readonly check: string;
  readonly resource: string;
  readonly fingerprint: string;
}

export type Grade = "A" | "B" | "C" | "D" | "F";
export type Trigger = "schedule" | "command";

/** One run of all checks, as it is kept and shown. */
export interface Report {
  readonly format: 1;
  readonly id: string;
  readonly app: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly version: string;
  readonly trigger: Trigger;
  /** SHA-256 of the plan, in hex. */
  readonly configHash: string;
  readonly grade: Grade;
  /** Of 100: the weight of what passes among what could be decided. */
  readonly score: number;
  readonly counts: Readonly<Record<Status, number>> & { readonly waived: number };
  /** Against the run before: what is open now and was not, what was and is not any more. */
  readonly drift: { readonly new: readonly Moved[]; readonly fixed: readonly Moved[]; readonly unchanged: number };
  readonly findings: readonly Finding[];
  /** Those that were in force, with who answers for them. */
  readonly waivers: readonly Waiver[];
  /** The digest of the run before, in hex; null for the first. */
  readonly previous: string | null;
}

export interface KeptRun {
  readonly report: Report;
  /** SHA-256 of the report as it is stored, in hex; the trail holds the same. */
  readonly digest: string;
}

export type FactName = Exclude<keyof Facts, "now">;

/** Each fact is asked for once a run; one that rejects makes its checks errors, and no others. */
export type Sources = { readonly [N in Exclude<FactName, "history">]: () => Promise<Facts[N]> };

/** A client that can only reach the house's own listener, and is known there as a drill. */
export interface Prober {
  agree(offer: {
    readonly versions?: readonly [min: string, max: string];
    readonly ciphers?: string;
    readonly groups?: string;
  }): Promise<Agreement>;
  renegotiate(): Promise<boolean>;
  /** What comes back to bytes that are sent as they are, after a handshake or without one. */
  say(bytes: string | Uint8Array, to: "tls" | "plain" | "http-port"): Promise<string>;
}
