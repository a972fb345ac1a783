import type { App } from "../app.ts";
import type { AdvisoryReport, Finding } from "../audit/advisories/index.ts";
import { fieldsOf, optionalText } from "./args.ts";
import { reply } from "./command.ts";
import type { Operations, Reply } from "./contract.ts";
import { counted } from "./output.ts";

export function advisoryOperations(app: App): Operations {
  return {
    "advisories.check": async (args) => {
      const source = optionalText(fieldsOf(args), "source") ?? app.settings.advisories;
      return advisoryReply(await (await import("../wiring/advisory-check.ts")).checkApp(app, source));
    },
  };
}

/** Exit code 1 for anything that is open, and for a runtime that nobody mends any more. */
export function advisoryReply({ at, source, packages, loaded, findings, node }: AdvisoryReport): Reply {
  const data = {
    at: iso(at),
    source,
    packages,
    loaded,
    node,
    findings: findings.map((finding) => ({
      ...finding,
      score: finding.score ?? null,
      url: finding.url ?? null,
      fixed: finding.fixed ?? null,
      firstSeenAt: iso(finding.firstSeenAt),
      dueAt: iso(finding.dueAt),
    })),
  };
  const rows = findings.map(rowOf);
  const lines = [
    `${counted(packages, "package", "packages")}, ${loaded} of them loaded, compared with ${source}`,
    ...(rows.length === 0 ? ["None of them has a known advisory there."] : table([HEAD, ...rows])),
    node.says,
    ...(node.patchesKnown ? [] : ["This source says nothing about advisories of Node itself: look for its newest release by hand."]),
  ];
  return reply(data, lines, findings.length > 0 || !node.supported ? 1 : 0);
}

const HEAD = ["severity", "advisory", "package", "fixed in", "reached", "until", "what"];

function rowOf(finding: Finding): readonly string[] {
  const { severity, score, advisory, version, fixed, loaded, development, dueAt, overdue, summary } = finding;
  return [
    score === undefined ? severity : `${severity} ${score.toFixed(1)}`,
    advisory,
    `${finding.package} ${version}`,
    fixed ?? "nowhere yet",
    `${loaded ? "loaded" : "not loaded"}${development ? ", for development" : ""}`,
    `${iso(dueAt).slice(0, 10)}${overdue ? " OVERDUE" : ""}`,
    summary,
  ];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEAD.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
