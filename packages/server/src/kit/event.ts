import type { Id } from "./id.ts";

/**
 * A personal value enters the trail as a salted commitment; its opening lies encrypted beside it and is deleted when its
 * subject is erased. `subject` is the account whose erasure deletes it; null where the value belongs to nobody.
 */
export interface Personal {
  readonly value: string | Uint8Array;
  readonly subject: Id | null;
}

export function personal(value: string | Uint8Array, subject: Id | null): Personal {
  return { value, subject };
}

export type SlotKind = "text" | "number" | "personal";

/**
 * All that can happen, one row a kind: its fields in the order in which they stand in the leaf.
 * Append fields, never move or rename them: leaves are forever. Every kind also has `at`, `request`, `actor`, `address`.
 */
export const EVENTS = {
  "server.started": { version: "text", instance: "text" },
  "server.stopped": { reason: "text" },
  "clock.jumped": { byMs: "number" },
  "request.refused": { rule: "text", route: "text", status: "number" },
  "record.changed": { collection: "text", action: "text", row: "personal", stored: "personal" },
  "record.damaged": { collection: "text", field: "text", row: "personal" },
  "lookup.missed": { collection: "text", field: "text" },
  "unique.refused": { collection: "text", fields: "text", reveals: "text" },
  "access.denied": { collection: "text", action: "text", because: "text" },
  "account.created": { account: "personal", by: "text" },
  "account.changed": { account: "personal", what: "text" },
  "account.removed": { account: "personal" },
  "session.issued": { account: "personal", session: "personal", level: "number", method: "text" },
  "session.raised": { account: "personal", session: "personal", level: "number" },
  "session.ended": { account: "personal", scope: "text", count: "number" },
  "session.reused": { account: "personal", session: "personal" },
  "signin.refused": { identifier: "personal", because: "text" },
  "factor.changed": { account: "personal", factor: "text", what: "text" },
  "factor.refused": { account: "personal", because: "text" },
  "roles.changed": { account: "personal", roles: "text" },
  "operator.added": { account: "personal" },
  "key.created": { key: "text", scopes: "text" },
  "key.revoked": { key: "text" },
  "keyring.rotated": { what: "text" },
  "schema.migrated": { summary: "text" },
  "backup.made": { bytes: "number", name: "text" },
  "backup.failed": { because: "text" },
  "restore.done": { oldOrigin: "text", oldSize: "number", oldRoot: "text" },
  "trail.refused": { because: "text" },
  "trail.shed": { what: "text", count: "number" },
  "mail.sent": { letter: "text", account: "personal", tries: "number" },
  "mail.delayed": { letter: "text", account: "personal", because: "text" },
  "mail.refused": { letter: "text", account: "personal", tries: "number", because: "text" },
  "mail.down": { because: "text" },
  "mail.up": {},
  "trail.read": { entries: "number" },
  "backup.removed": { name: "text", because: "text" },
  "drill.passed": { backup: "text", elapsedMs: "number", lossMs: "number", lostEntries: "number", bytes: "number" },
  "drill.failed": { backup: "text", because: "text" },
  "ledger.failed": { because: "text" },
  "advisories.checked": { source: "text", packages: "number", open: "number", overdue: "number", worst: "text" },
  "advisories.failed": { source: "text", because: "text" },
  "advisory.found": { advisory: "text", package: "text", version: "text", severity: "text", loaded: "text" },
  "rows.read": { rows: "number" },
  "rows.missed": { count: "number" },
  "tokens.forged": { count: "number" },
  "alert.raised": { detection: "text", severity: "text", alert: "text", subject: "personal" },
  "alert.silenced": { detection: "text", owner: "text", reason: "text", until: "number" },
  "watch.blind": { because: "text", forMs: "number" },
  "audit.run": { run: "text", digest: "text", previous: "text", grade: "text", score: "number", open: "number", trigger: "text" },
  "audit.waived": { waiver: "text", check: "text", finding: "text", until: "number" },
  "audit.unwaived": { waiver: "text", check: "text" },
  "subject.exported": { account: "personal", by: "text", rows: "number", digest: "text" },
  "subject.erased": { certificate: "text", rows: "number", openings: "number", sessions: "number" },
  "erasure.failed": { because: "text" },
  "request.blocked": { rule: "text", route: "text", score: "number", account: "personal", act: "text" },
  "trail.repeated": { what: "text", like: "text", count: "number" },
} as const satisfies Readonly<Record<string, Readonly<Record<string, SlotKind>>>>;

export type EventKind = keyof typeof EVENTS;

interface SlotTypes {
  readonly text: string;
  readonly number: number;
  readonly personal: Personal;
}

export type EventOf<K extends EventKind> = {
  readonly kind: K;
  /** Milliseconds since 1970 UTC. */
  readonly at: number;
  /** The quotable id of the request, where there is one. */
  readonly request?: string;
  readonly actor?: Personal;
  readonly address?: Personal;
} & { readonly [F in keyof (typeof EVENTS)[K]]: (typeof EVENTS)[K][F] extends SlotKind ? SlotTypes[(typeof EVENTS)[K][F]] : never };

export type Event = { [K in EventKind]: EventOf<K> }[EventKind];
