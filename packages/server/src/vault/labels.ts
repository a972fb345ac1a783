import type { MacPurpose } from "./contract.ts";

/**
 * Every label that keeps one use of a key apart from another. One label a purpose, never one key for two algorithms;
 * a label is part of the format and is never changed or used again.
 */
export const LABELS = {
  field: "holdfast v1 field encryption",
  blindIndex: "holdfast v1 blind index",
  keyWrap: "holdfast v1 keyring wrap",
  keyringSeal: "holdfast v1 keyring seal",
  rootId: "holdfast v1 root id",
  rootOfKit: "holdfast v1 root sealed to the recovery kit",
  certificate: "holdfast v1 certificate private keys",
  backupIdentity: "holdfast v1 backup identity",
} as const;

/** What each kind of MAC is derived under, from the token key. */
export const MAC_LABELS: Readonly<Record<MacPurpose, string>> = {
  "refresh-token": "holdfast v1 mac refresh-token",
  "one-time-code": "holdfast v1 mac one-time-code",
  "recovery-code": "holdfast v1 mac recovery-code",
  "client-key": "holdfast v1 mac client-key",
  idempotency: "holdfast v1 mac idempotency",
  identifier: "holdfast v1 mac identifier",
  "page-link": "holdfast v1 mac page-link",
  device: "holdfast v1 mac device",
};
