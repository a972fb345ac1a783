import { CHECKS } from "../checks/index.ts";
import type { Finding, Report, Severity, Waiver } from "../contract.ts";

const LEVEL: Readonly<Record<Severity, "error" | "warning" | "note">> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "note",
};
/** As code hosts sort them: 9 and more is critical, 7 high, 4 medium. */
const SECURITY_SEVERITY: Readonly<Record<Severity, string>> = { critical: "9.5", high: "8.0", medium: "5.0", low: "2.0" };
const SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

/** SARIF 2.1.0 (OASIS). What cannot be told is a failure there too: a reader of `open` results would see nothing. */
export function toSarif(report: Report): object {
  const ids = CHECKS.map(({ id }) => id);
  const isNew = new Set(report.drift.new.map(({ fingerprint }) => fingerprint));
  return {
    $schema: SCHEMA,
    version: "2.1.0",
    runs: [
      {
        tool: { driver: { name: "Holdfast audit", version: report.version, rules: CHECKS.map(ruleOf) } },
        automationDetails: { id: `holdfast-audit/${report.id}`, guid: report.id },
        invocations: [{ executionSuccessful: true, endTimeUtc: new Date(report.at).toISOString() }],
        columnKind: "utf16CodeUnits",
        results: report.findings.map((finding) => ({
          ruleId: finding.check,
          ruleIndex: ids.indexOf(finding.check),
          ...kindOf(finding),
          message: { text: messageOf(finding) },
          locations: [
            { logicalLocations: [{ fullyQualifiedName: finding.resource === "" ? report.app : finding.resource, kind: "resource" }] },
          ],
          partialFingerprints: { "holdfast/v1": finding.fingerprint },
          ...(report.previous === null || !isBad(finding) ? {} : { baselineState: isNew.has(finding.fingerprint) ? "new" : "unchanged" }),
          ...suppressionOf(finding, report.waivers),
        })),
        properties: { grade: report.grade, score: report.score, fixed: report.drift.fixed },
      },
    ],
  };
}

function ruleOf({ id, title, expected, fix, severity, area, standards }: (typeof CHECKS)[number]): object {
  const tags = [area, ...Object.entries(standards).flatMap(([name, list]) => (list ?? []).map((one: string | number) => `${name}:${one}`))];
  return {
    id,
    name: id.replaceAll("-", ""),
    shortDescription: { text: title.en },
    fullDescription: { text: `${title.en}. Expected: ${expected.en}.` },
    help: { text: fix.en },
    defaultConfiguration: { level: LEVEL[severity] },
    properties: { tags: ["security", ...tags], "security-severity": SECURITY_SEVERITY[severity] },
  };
}

function isBad({ status }: Finding): boolean {
  return status === "fail" || status === "error";
}

function kindOf(finding: Finding): { readonly kind: string; readonly level: string } {
  if (isBad(finding)) return { kind: "fail", level: LEVEL[finding.severity] };
  return { kind: finding.status === "pass" ? "pass" : "notApplicable", level: "none" };
}

function messageOf({ title, measured, expected, fix, status }: Finding): string {
  if (status !== "fail" && status !== "error") return `${title.en}: ${measured.en}`;
  return `${title.en}. Is: ${measured.en}. Should be: ${expected.en}. ${fix.en}`;
}

function suppressionOf({ waiver }: Finding, waivers: readonly Waiver[]): object {
  if (waiver === null) return {};
  const found = waivers.find(({ id }) => id === waiver);
  const justification = found === undefined ? waiver : `${found.reason} (${found.owner})`;
  return { suppressions: [{ kind: "external", status: "accepted", guid: waiver, justification }] };
}
