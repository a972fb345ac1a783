// Scanners by what they call themselves, and by paths that only they ask for.
import { addTo, type Rule, rule, type Severity, type TargetInput } from "../rule/index.ts";
import { type Level, SCANNER_ID, SCORES, tagsOf } from "./numbers.ts";

interface ScannerRow {
  readonly number: number;
  readonly level: Level;
  readonly severity: Severity;
  readonly argument: string;
  readonly targets: readonly TargetInput[];
  readonly message: string;
}

const AGENTS: readonly TargetInput[] = [
  "REQUEST_HEADERS:User-Agent",
  "REQUEST_HEADERS:X-Scanner",
  "REQUEST_HEADERS:X-Scan-Memo",
  "REQUEST_HEADERS:From",
  "REQUEST_HEADERS:X-Wipp",
];

const ROWS: readonly ScannerRow[] = [
  { number: 1, level: 1, severity: "critical", argument: "agent 4", targets: AGENTS, message: "Scanner by its name" },
  { number: 2, level: 2, severity: "warning", argument: "agent 3 3", targets: AGENTS, message: "Crawler that maps servers" },
  { number: 3, level: 1, severity: "critical", argument: "probe 4", targets: ["REQUEST_FILENAME"], message: "Path that only probes ask for" },
  { number: 4, level: 2, severity: "critical", argument: "probe 3 3", targets: ["REQUEST_FILENAME"], message: "Path of a console or of server information" },
  { number: 5, level: 3, severity: "warning", argument: "probe 2 2", targets: ["REQUEST_FILENAME"], message: "Path of an application that is often attacked" },
]; // biome-ignore format: one row each

/** The rules on scanners up to a paranoia level. */
export function scannerRules(paranoia: Level): Rule[] {
  return ROWS.filter(({ level }) => level <= paranoia).map(({ number, level, severity, argument, targets, message }) =>
    rule({
      id: SCANNER_ID + number,
      phase: 1,
      targets,
      operator: { name: "detect", argument },
      capture: true,
      message,
      logData: "%{TX.1}",
      severity,
      tags: tagsOf(level, 200, ["attack-reputation-scanner"]),
      actions: [addTo("tx.builtin_score", SCORES[severity] ?? 0)],
    }),
  );
}
