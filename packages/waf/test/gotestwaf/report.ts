// By hand: HOLDFAST_WAF_GOTESTWAF=…/testcases [HOLDFAST_WAF_CRS=…] node test/gotestwaf/report.ts [builtin|crs|both] [paranoia] — score, and every case that went wrong.
import { isHonest, type Outcome, replay, scoreOf } from "./replay.ts";
import { rulesFor, type Which } from "./rules.ts";

const [which = "builtin", level = "1"] = process.argv.slice(2);
const folder = process.env["HOLDFAST_WAF_GOTESTWAF"];
if (folder === undefined) throw new Error("HOLDFAST_WAF_GOTESTWAF names no folder");
if (which !== "builtin" && which !== "crs" && which !== "both") throw new Error(`expected builtin, crs or both, found ${which}`);
const paranoia = level === "2" ? 2 : level === "3" ? 3 : level === "4" ? 4 : 1;
const outcomes = await replay(folder, rulesFor(which satisfies Which, paranoia), which === "builtin" ? undefined : paranoia);
for (const outcome of outcomes) if (isWrong(outcome)) console.log(describe(outcome));
const score = scoreOf(outcomes);
const share = (part: number, whole: number): string => `${part}/${whole} = ${((part * 100) / Math.max(1, whole)).toFixed(2)} %`;
console.log(
  `application: attacks refused ${share(score.application.blocked, score.application.attacks)}, honest let through ${share(score.application.passed, score.application.honest)}, unresolved ${score.application.unresolved}`,
);
console.log(`API: attacks refused ${share(score.api.blocked, score.api.attacks)}, unresolved ${score.api.unresolved}`);
console.log(`score ${score.total.toFixed(2)}`);

function isWrong(outcome: Outcome): boolean {
  return isHonest(outcome) ? outcome.status !== 200 && outcome.status !== 404 : outcome.status !== 403;
}

function describe({ testCase, status, ids }: Outcome): string {
  return `${isHonest({ testCase, status, ids }) ? "HONEST" : "MISSED"} ${status} ${testCase.set}/${testCase.name} ${testCase.encoder} ${testCase.place} [${ids}] ${JSON.stringify(testCase.payload.slice(0, 120))}`;
}
