import { RE2JS } from "re2js";
import { compilePattern } from "../../src/pattern/index.ts";
import { parseSource } from "../../src/pattern/parse-source.ts";
import { holds, lengthsOf } from "../../src/pattern/tree.ts";
import type { Needs } from "../../src/text/index.ts";
import { lowerAscii } from "../../src/text/index.ts";
import { CountingTrial } from "./trial.ts";
import { writeExpression } from "./v8.ts";

export interface Agreement {
  /** What our engines say that another engine does not, in words. */
  readonly faults: string[];
  matched: number;
  compared: number;
  /** Values that re2js judged as well. */
  second: number;
}

/** V8 backtracks: longer values may take it for ever. */
const V8_LENGTH_MAX = 80;

/** Compares our answer and captures with V8's on every value, and with those of re2js where it reads pattern and value alike. */
export function compareEngines(source: string, values: readonly string[], agreement: Agreement): void {
  const { tree } = parseSource(source, {});
  const v8 = writeExpression(tree);
  const second = secondOpinion(source);
  // A round that reads nothing ends a loop in PCRE; V8 takes it back and tries otherwise. Yes and no are the same, the text may not be.
  const isCompared = !holds(tree, (node) => node.kind === "repeat" && lengthsOf(node.body)[0] === 0);
  const pattern = compilePattern(source, { capture: true });
  const plain = compilePattern(source, { capture: false });
  for (const value of values) {
    if (value.length > V8_LENGTH_MAX) continue;
    const trial = new CountingTrial();
    const matched = pattern.test(value, trial);
    const found = v8.expression.exec(value);
    agreement.compared++;
    if (matched) agreement.matched++;
    const say = (what: string): unknown => agreement.faults.push(`${what}: ${source.slice(0, 200)} on ${JSON.stringify(value)}`);
    if (matched !== (found !== null)) say(matched ? "V8 says no" : "V8 says yes");
    if (plain.test(value, new CountingTrial()) !== matched) say("without captures it is otherwise");
    if (matched && !isMet(pattern.needs, value)) say("the value lacks what the pattern needs");
    if (second !== undefined && isForBoth(value)) {
      agreement.second++;
      if (second(value) !== matched) say(matched ? "re2js says no" : "re2js says yes");
    }
    if (isCompared && found !== null && matched && trial.captures[0] !== found[0])
      say(`captured ${JSON.stringify(trial.captures[0])}, V8 ${JSON.stringify(found[0])}`);
  }
}

/** Undefined where re2js cannot read the pattern, or reads it otherwise than PCRE does. */
function secondOpinion(source: string): ((value: string) => boolean) | undefined {
  if (/\\[svVhHNZG]|\(\?[a-z]*x|[^\0-\x7f]|\$/.test(source.replaceAll("\\\\", ""))) return undefined;
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL);
    return (value) => compiled.matcher(value).find();
  } catch {
    // Looks, references and possessive repeats are not in its language; V8 is asked alone.
    return undefined;
  }
}

/** Letters above 0x7f have case in re2js. */
function isForBoth(value: string): boolean {
  return !/[^\0-\x7f]/.test(value);
}

/** Does the value hold what a pattern says that every match holds? */
export function isMet(needs: Needs, value: string): boolean {
  const folded = lowerAscii(value);
  const meets = (bytes: Uint8Array): boolean => [...value].some((char) => bytes[char.charCodeAt(0)] === 1);
  if (needs.kind === "literals" && !needs.literals.some((literal) => folded.includes(literal))) return false;
  if (needs.kind === "bytes" && !meets(needs.bytes)) return false;
  return (needs.also ?? []).every(meets);
}
