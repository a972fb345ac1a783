import type { Report, Status } from "../contract.ts";

export const STANDARDS = ["asvs", "owasp", "gdpr", "hipaa"] as const;
type Standard = (typeof STANDARDS)[number];

export interface Evidence {
  readonly id: string;
  readonly checks: readonly { readonly check: string; readonly status: Status }[];
}

const WORST: readonly Status[] = ["fail", "error", "pass", "not-applicable"];

/** For each id of a standard the checks that say something about it. It is evidence, and no certificate. */
export function evidenceFor({ findings }: Report, standard: Standard): readonly Evidence[] {
  const byId = new Map<string, Map<string, Status>>();
  for (const { check, status, standards } of findings) {
    for (const id of standards[standard] ?? []) {
      const checks = byId.get(id) ?? new Map<string, Status>();
      const before = checks.get(check);
      if (before === undefined || WORST.indexOf(status) < WORST.indexOf(before)) checks.set(check, status);
      byId.set(id, checks);
    }
  }
  return [...byId]
    .map(([id, checks]) => ({ id, checks: [...checks].map(([check, status]) => ({ check, status })) }))
    .toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}

export function printEvidence(evidence: readonly Evidence[]): readonly string[] {
  const width = Math.max(0, ...evidence.map(({ id }) => id.length));
  const good = evidence.filter(({ checks }) => checks.every(({ status }) => status === "pass" || status === "not-applicable"));
  return [
    ...evidence.map(({ id, checks }) => `${id.padEnd(width)}  ${checks.map(({ check, status }) => `${check} ${status}`).join(", ")}`),
    "",
    `technical controls evidenced: ${good.length} of ${evidence.length} ids that have a check. What people must do themselves is not in here.`,
  ];
}
