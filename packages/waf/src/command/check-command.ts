import { Session } from "node:inspector";
import { performance } from "node:perf_hooks";
import { loadRuleFiles } from "../disk/index.ts";
import { createWaf, type Waf } from "../engine/index.ts";
import { findOperator, operatorRemarks } from "../operator/index.ts";
import { type Remark, type Rule, RuleProblem, RuleProblems, type RuleSet } from "../rule/index.ts";
import { type Command, type Console, type Given, UsageProblem } from "./contract.ts";
import { JSON_OUT, PARANOIA, paranoiaOf, SETUP } from "./options.ts";
import { levelOf } from "./paranoia-tags.ts";
import { table } from "./table.ts";

const PLACES_SHOWN = 3;
const BYTES_IN_MEBIBYTE = 1_048_576;

interface Loaded {
  readonly rules: RuleSet | undefined;
  readonly problems: readonly RuleProblem[];
  readonly loadMs: number;
  readonly memoryBytes: number;
}

export const checkCommand: Command = {
  name: "check",
  words: "DIR|FILE…",
  summary: "Load rules, and print everything that is wrong with them or worth knowing.",
  options: [SETUP, PARANOIA, JSON_OUT],
  run: async (given, console) => {
    if (given.words.length === 0) throw new UsageProblem("Expected a folder or a file with rules.");
    const loaded = load(given);
    if (given.has("json")) printJson(loaded, console);
    else printText(loaded, console);
    return loaded.problems.length === 0 ? 0 : 1;
  },
};

/** Reads and compiles, as a server does: some faults show only when a rule is compiled. */
function load(given: Given): Loaded {
  const paranoia = paranoiaOf(given);
  const before = memoryInUse();
  const start = performance.now();
  const finish = (loadMs: number, problems: readonly RuleProblem[], kept: Kept = {}): Loaded => ({
    rules: kept.rules,
    problems,
    loadMs,
    memoryBytes: Math.max(0, memoryInUse() - before),
  });
  try {
    const rules = loadRuleFiles({ rules: given.words, setup: given.text("setup"), paranoia });
    const waf = createWaf({ rules, now: Date.now, newId: () => "check", ...(paranoia === undefined ? {} : { paranoia }) });
    const remarks = [...rules.remarks, ...operatorRemarks(rules, findOperator)];
    return finish(performance.now() - start, [], { rules: { ...rules, remarks }, waf });
  } catch (error) {
    if (error instanceof RuleProblems) return finish(performance.now() - start, error.problems);
    if (error instanceof RuleProblem) return finish(performance.now() - start, [error]);
    throw error;
  }
}

/** What has to stay in memory while it is measured. */
interface Kept {
  readonly rules?: RuleSet;
  readonly waf?: Waf;
}

/** Objects and tables that are still needed, after what is not has been collected. */
function memoryInUse(): number {
  const session = new Session();
  session.connect();
  session.post("HeapProfiler.collectGarbage");
  session.disconnect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function printJson({ rules, problems, loadMs, memoryBytes }: Loaded, console: Console): void {
  const found = problems.map((problem) => ({ message: problem.message, ...problem.source }));
  const remarks = (rules?.remarks ?? []).map((remark) => ({ text: remark.text, ...remark.source }));
  const counts = rules === undefined ? undefined : countRules(rules);
  console.print(JSON.stringify({ problems: found, remarks, counts, loadMs, memoryBytes }, undefined, 2));
}

function printText({ rules, problems, loadMs, memoryBytes }: Loaded, console: Console): void {
  for (const problem of problems) console.print(problem.message);
  if (problems.length > 0) {
    console.print(problems.length === 1 ? "1 problem." : `${problems.length} problems.`);
    return;
  }
  if (rules === undefined) return;
  for (const [text, places] of byText(rules.remarks)) {
    console.print(`${text} (${places.length === 1 ? "once" : `${places.length} times`}):`);
    for (const place of places.slice(0, PLACES_SHOWN)) console.print(`  ${place}`);
    if (places.length > PLACES_SHOWN) console.print(`  and ${places.length - PLACES_SHOWN} more; --json names all`);
  }
  const counts = countRules(rules);
  const levels = ["any", "1", "2", "3", "4"];
  const rows = counts.map((levelCounts, phase) => [
    `phase ${phase + 1}`,
    ...levelCounts,
    levelCounts.reduce((sum, count) => sum + count, 0),
  ]);
  console.print(table([["", ...levels.map((level) => `level ${level}`), "rules"], ...rows]));
  const total = rules.items.filter((item) => !("marker" in item)).length;
  console.print(`${total} rules, loaded in ${Math.round(loadMs)} ms, ${(memoryBytes / BYTES_IN_MEBIBYTE).toFixed(1)} MiB.`);
}

/** A rule set may say the same thing hundreds of times; people read it once. */
function byText(remarks: readonly Remark[]): ReadonlyMap<string, readonly string[]> {
  const places = new Map<string, string[]>();
  for (const { source, text } of remarks) {
    const known = places.get(text) ?? [];
    known.push(`${source.file}:${source.line}`);
    places.set(text, known);
  }
  return places;
}

/** By phase, and within it by paranoia level; 0 where a rule names none. */
function countRules(rules: RuleSet): readonly (readonly number[])[] {
  const counts = Array.from({ length: 5 }, () => [0, 0, 0, 0, 0]);
  for (const item of rules.items) {
    if ("marker" in item) continue;
    const row = counts[item.phase - 1];
    const level = levelOf(item satisfies Rule);
    if (row !== undefined) row[level] = (row[level] ?? 0) + 1;
  }
  return counts;
}
