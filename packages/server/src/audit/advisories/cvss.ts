/** The base metrics of CVSS v3.0 and v3.1 with their values: specification §7.4. PR is worth more where the scope changes. */
const METRICS = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  S: { U: 0, C: 1 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
} as const satisfies Readonly<Record<string, Readonly<Record<string, number>>>>;

type Metric = keyof typeof METRICS;
const PRIVILEGES_CHANGED: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };
const NAMES: readonly Metric[] = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];

/** The base score of a v3 vector; `undefined` for any other text, also for a v4 vector, whose score is a table of its own. */
export function baseScore(vector: string): number | undefined {
  const [prefix, ...pairs] = vector.trim().split("/");
  if (prefix !== "CVSS:3.0" && prefix !== "CVSS:3.1") return undefined;
  const said = new Map(pairs.map((pair): [string, string] => [pair.split(":")[0] ?? "", pair.split(":")[1] ?? ""]));
  if (said.size !== pairs.length) return undefined;
  const values = new Map<Metric, number>();
  const isChanged = said.get("S") === "C";
  for (const name of NAMES) {
    const table: Readonly<Record<string, number>> = name === "PR" && isChanged ? PRIVILEGES_CHANGED : METRICS[name];
    const value = table[said.get(name) ?? ""];
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  const value = (name: Metric): number => values.get(name) ?? 0;
  const impactPart = 1 - (1 - value("C")) * (1 - value("I")) * (1 - value("A"));
  const impact = isChanged ? 7.52 * (impactPart - 0.029) - 3.25 * (impactPart - 0.02) ** 15 : 6.42 * impactPart;
  if (impact <= 0) return 0;
  const exploitability = 8.22 * value("AV") * value("AC") * value("PR") * value("UI");
  return roundUp(Math.min((isChanged ? 1.08 : 1) * (impact + exploitability), 10));
}

/** Appendix A: up to one decimal, without the slips of floating point. */
function roundUp(score: number): number {
  const whole = Math.round(score * 100_000);
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10;
}

export type Severity = "critical" | "high" | "medium" | "low" | "none" | "unrated";

/** The qualitative scale: v3.1 §5, v4.0 §6. */
export function severityOf(score: number): Severity {
  if (score >= 9) return "critical";
  if (score >= 7) return "high";
  if (score >= 4) return "medium";
  return score > 0 ? "low" : "none";
}
