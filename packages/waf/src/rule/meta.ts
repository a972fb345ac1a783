import type { Meta } from "./rule.ts";

/** What a rule says of itself where it says nothing. */
export const NO_META: Meta = Object.freeze({
  message: "",
  logData: "",
  severity: undefined,
  tags: Object.freeze([]),
  revision: "",
  version: "",
  maturity: undefined,
  accuracy: undefined,
});

/** The names of the severities in SecLang, in the order of their numbers (RFC 5424, section 6.2.1). */
export const SEVERITIES = Object.freeze(["emergency", "alert", "critical", "error", "warning", "notice", "info", "debug"] as const);

export type Severity = (typeof SEVERITIES)[number];
