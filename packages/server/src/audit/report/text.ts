import { type Finding, type Report, SEVERITIES, type Severity } from "../contract.ts";
import { isOpen } from "../grade.ts";
import { words } from "../words.ts";
import { type Language, SEVERITY_LABELS } from "./labels.ts";

const LABEL = {
  measured: words("is", "현재"),
  expected: words("should be", "기대"),
  fix: words("mend", "해결"),
  since: words("since", "발견"),
  unknown: words("cannot be told", "판단 불가"),
  waived: words("waived", "예외"),
  nothing: words("Nothing is open.", "열린 문제가 없습니다."),
} as const;
const LABEL_WIDTH = 10;

/** Whether a report has an open finding of this severity or a worse one. */
export function failsFrom({ findings }: Report, severity: Severity | "none"): boolean {
  if (severity === "none") return false;
  const worst = SEVERITIES.slice(0, SEVERITIES.indexOf(severity) + 1);
  return findings.some((finding) => isOpen(finding) && worst.includes(finding.severity));
}

/** For people at a terminal: what is open, the worst first; then one line about the rest. */
export function renderText(report: Report, digest: string, language: Language): readonly string[] {
  const { grade, score, counts, drift, findings, app, at } = report;
  const open = findings.filter(isOpen).toSorted(byWeight);
  const waived = findings.filter(({ waiver }) => waiver !== null);
  const ko = language === "ko";
  return [
    ko ? `${app}: 등급 ${grade}, 100점 만점에 ${score}점` : `${app}: grade ${grade}, ${score} of 100`,
    "",
    ...(open.length === 0 ? [LABEL.nothing[language]] : open.flatMap((finding) => describe(finding, language))),
    ...waived.map((finding) => `${LABEL.waived[language]}  ${finding.check}  ${nameOf(finding)}${finding.title[language]}`),
    "",
    ko
      ? `통과 ${counts.pass}, 실패 ${counts.fail} (예외 ${counts.waived}), 판단 불가 ${counts.error}, 해당 없음 ${counts["not-applicable"]}`
      : `${counts.pass} pass, ${counts.fail} fail (${counts.waived} waived), ${counts.error} cannot be told, ${counts["not-applicable"]} not applicable`,
    ko
      ? `지난 실행 이후: 새로 생김 ${drift.new.length}, 해결됨 ${drift.fixed.length}, 그대로 ${drift.unchanged}`
      : `since the run before: ${drift.new.length} new, ${drift.fixed.length} fixed, ${drift.unchanged} unchanged`,
    `${new Date(at).toISOString()}  sha256 ${digest}`,
  ];
}

function describe(finding: Finding, language: Language): readonly string[] {
  const line = (label: keyof typeof LABEL, text: string): string => `    ${LABEL[label][language].padEnd(LABEL_WIDTH)} ${text}`;
  const kind = finding.status === "error" ? ` (${LABEL.unknown[language]})` : "";
  return [
    `${SEVERITY_LABELS[finding.severity][language].padEnd("critical".length)}  ${finding.check}  ✗ ${nameOf(finding)}${finding.title[language]}${kind}`,
    line("measured", plain(finding.measured[language])),
    line("expected", finding.expected[language]),
    line("fix", finding.fix[language]),
    ...(finding.firstSeen === null ? [] : [line("since", new Date(finding.firstSeen).toISOString())]),
  ];
}

function nameOf({ resource }: Finding): string {
  return resource === "" ? "" : `${plain(resource)}: `;
}

function byWeight(a: Finding, b: Finding): number {
  return SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);
}

/** What was measured may come from outside: control characters must not reach a terminal. */
function plain(text: string): string {
  return text.replaceAll(/\p{C}/gu, "?");
}
