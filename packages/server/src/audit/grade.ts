import { type Finding, type Grade, type Moved, type Report, SEVERITIES, type Severity, type Status } from "./contract.ts";

const WEIGHT: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1 };
/** The worst open finding caps the grade. */
const CAP: Readonly<Record<Severity, Grade>> = { critical: "F", high: "C", medium: "B", low: "A" };

/** What counts against the house: failures that no waiver covers, and what could not be decided. */
export function isOpen({ status, waiver }: Finding): boolean {
  return status === "error" || (status === "fail" && waiver === null);
}

export function worstOf(findings: readonly Finding[]): Severity | undefined {
  const open = findings.filter(isOpen);
  return SEVERITIES.find((severity) => open.some((finding) => finding.severity === severity));
}

export function gradeOf(findings: readonly Finding[]): Grade {
  const worst = worstOf(findings);
  return worst === undefined ? "A" : CAP[worst];
}

/** Each check weighs as much as its severity, however many findings it has. */
export function scoreOf(findings: readonly Finding[]): number {
  const byCheck = Map.groupBy(
    findings.filter(({ status }) => status !== "not-applicable"),
    ({ check }) => check,
  );
  let all = 0;
  let good = 0;
  for (const [first, ...rest] of byCheck.values()) {
    if (first === undefined) continue;
    all += WEIGHT[first.severity];
    if (![first, ...rest].some(isOpen)) good += WEIGHT[first.severity];
  }
  return all === 0 ? 0 : Math.floor((100 * good) / all);
}

export function countsOf(findings: readonly Finding[]): Readonly<Record<Status, number>> & { readonly waived: number } {
  const count = (status: Status): number => findings.filter((finding) => finding.status === status).length;
  return {
    pass: count("pass"),
    fail: count("fail"),
    error: count("error"),
    "not-applicable": count("not-applicable"),
    waived: findings.filter(({ waiver }) => waiver !== null).length,
  };
}

/** What is open now and was not, what was and is not any more. */
export function driftOf(before: readonly Finding[], now: readonly Finding[]): Report["drift"] {
  const [was, is] = [openOf(before), openOf(now)];
  return {
    new: [...is.values()].filter(({ fingerprint }) => !was.has(fingerprint)),
    fixed: [...was.values()].filter(({ fingerprint }) => !is.has(fingerprint)),
    unchanged: [...is.keys()].filter((fingerprint) => was.has(fingerprint)).length,
  };
}

function openOf(findings: readonly Finding[]): ReadonlyMap<string, Moved> {
  return new Map(findings.filter(isOpen).map(({ check, resource, fingerprint }) => [fingerprint, { check, resource, fingerprint }]));
}
