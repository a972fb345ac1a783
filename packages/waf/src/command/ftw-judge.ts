// Compares what came of a test with what it expects, as go-ftw does: all expected ids, none of the forbidden ones.
import type { Match } from "../engine/contract.ts";
import type { FtwExpectation, FtwOutcome } from "./ftw-contract.ts";

const ANSWERS_THAT_REFUSE_FROM = 400;

/** Why the stage failed, one sentence each; empty: it passed. */
export function judgeStage(expect: FtwExpectation, outcome: FtwOutcome): readonly string[] {
  const faults: string[] = [];
  const found = new Set(outcome.ids);
  const missing = expect.ids.filter((id) => !found.has(id));
  const unwanted = expect.noIds.filter((id) => found.has(id));
  if (unwanted.length > 0) faults.push(`matched ${unwanted.join(", ")}, which must not match`);
  if (expect.mayFail && outcome.status === undefined) return faults;
  if (missing.length > 0) faults.push(`did not match ${missing.join(", ")}`);
  const others = expect.isolated ? outcome.ids.filter((id) => !expect.ids.includes(id)) : [];
  if (others.length > 0) faults.push(`matched ${others.join(", ")} as well`);
  return [...faults, ...judgeAnswer(expect, outcome), ...judgeLog(expect, outcome)];
}

function judgeAnswer(expect: FtwExpectation, outcome: FtwOutcome): readonly string[] {
  if (outcome.status === undefined) return ["no answer came"];
  const faults: string[] = [];
  const status = outcome.status;
  if (expect.mayFail && status < ANSWERS_THAT_REFUSE_FROM) faults.push(`answered ${status}, a refusal was expected`);
  // The suites run in detection-only mode, yet some tests of 3.x expect the 403 of an engine that blocks.
  const isRight = expect.statuses.some((right) => right === status || right === outcome.wouldRefuse);
  if (expect.statuses.length > 0 && !isRight) faults.push(`answered ${status}, expected ${expect.statuses.join(" or ")}`);
  if (expect.responseContains !== undefined && !outcome.response.includes(expect.responseContains))
    faults.push(`the answer does not hold ${expect.responseContains}`);
  return faults;
}

function judgeLog(expect: FtwExpectation, outcome: FtwOutcome): readonly string[] {
  const faults: string[] = [];
  const inLog = (pattern: string): boolean => {
    const compiled = new RegExp(pattern);
    return outcome.log.some((line) => compiled.test(line));
  };
  if (expect.logPattern !== undefined && !inLog(expect.logPattern)) faults.push(`nothing in the log matches ${expect.logPattern}`);
  if (expect.noLogPattern !== undefined && inLog(expect.noLogPattern))
    faults.push(`the log matches ${expect.noLogPattern}: rules ${outcome.ids.join(", ")}`);
  return faults;
}

/** A match as a line of ModSecurity's error log, as far as the patterns of tests look into it. */
export function logLine(match: Pick<Match, "ruleId" | "message" | "data" | "variable" | "severity" | "tags">): string {
  const tags = match.tags.map((tag) => ` [tag "${tag}"]`).join("");
  const severity = match.severity === undefined ? "" : ` [severity "${match.severity}"]`;
  return `ModSecurity: Warning. Matched at ${match.variable}. [id "${match.ruleId}"] [msg "${match.message}"] [data "${match.data}"]${severity}${tags}`;
}
