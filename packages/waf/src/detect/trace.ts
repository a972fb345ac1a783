// Traces: a few bytes that injections hold and little else does. A rare word says where to look, and a pattern what has to stand there.
import { createScanner } from "../scan/index.ts";
import type { Detector, Finding } from "./contract.ts";
import { finding, surer } from "./finding.ts";

export interface Trace {
  readonly kind: string;
  /** Where injected code stands: at the value's beginning, or behind the end of the text, the call or the statement that it was put into. */
  readonly weight: Finding["weight"];
  /** Anywhere else, where somebody may show it. */
  readonly elsewhere: 2 | 3 | 4 | 5;
  /** The place of `weight` is anywhere behind the break with which the value begins: it goes on with a query. */
  readonly isBehindBreak?: boolean;
  /** One of them stands in whatever the pattern matches, and the pattern begins there. Lower case. */
  readonly words: readonly string[];
  /** Sticky, over lower case; linear: bounded repetitions, none within another. */
  readonly pattern: RegExp;
}

/** Places of one word that are looked at. */
const TRIES_MAX = 64;
/** Bytes in front of a place that are read. */
const HEAD_BYTES_MAX = 120;

/** `a.b().`, `C::`, `$x->`: what a name is a member of. */
const RECEIVER = /(?:[\w$@]{1,24}(?:\(\))?\s?(?:\.|::|->)\s?){1,4}$/;
/** Marks alone; or a value's own first word and the mark that ends it. */
const PLACE =
  /^(?:[^\w\s]{0,12}\s{0,4}[^\w\s]{0,12}|[\w.@%/-]{0,40}['"`)\]};|&\n][\s'"`)\]};|&,.+(@!{?:=-]{0,12}|[\w.@ %/-]{0,40}(?:['"`)\]}][\s)\]}]{0,4}[;,.+&|)\]}]|[;|&\n])[\s'"`)\]};|&,.+(@!{?:=-]{0,12})$/;
/** A text or a number that was ended, and an operator of any language: `1 and `, `' or `, `7-`, `' if 0 else `. */
export const OPERAND =
  /^(?:[\w.@%-]{0,40}['"`)\]}]{1,4}\s?|-?\d{1,12}\s?(?=[-+*%,;|&^?<>=]|(?:or|and|if)\s))(?:(?:or|and|not|is|in|else|if(?:\s\S{1,12}\selse)?)\s|[-+*%,;|&^?<>=]{1,3}\s?){1,2}(?:[[(]\w{1,8}\sfor\s\w{1,8}\sin\s|\w{1,8}(?:\.\w{3,8})?\s?\()?(?:[\s'"`([!{@*:=~-]{0,6}(?:\.\.\.)?|[\s(]{0,4}(?:lambda:|\(\)\s?=>|function\(\)\s?\{\s?return\s)\s?)$/;
/** Calls and words whose argument runs before they do. */
const WRAPPED =
  /^[^\w\s]{0,8}(?:print|print_r|echo|return|eval|die|exit|puts|var_dump|assert|throw|await|void|new|foreach|extract|parse_str|array_map|implode|unserialize|json_encode|console\.log|res\.(?:end|send|write)|response\.write|[a-z_$]\w{0,20}\s?=)[\s(]{1,3}['"(@!]{0,2}$/;
/** A statement of the intruder's own goes before. */
const CHAINED = /^[\w\s'"`)\]};,.$+=:/()<>@[{-]{0,110}[;{}]\s?@?$/;
const MARK = /[;{|&`\n]/;

/** Whether code that begins at `at` stands where injected code does. Reads a bounded number of bytes. */
export function isInPlace(value: string, at: number): boolean {
  if (at > HEAD_BYTES_MAX) return false;
  // A mark that the trace begins with is the end of what goes before.
  const head = value.slice(0, MARK.test(value.charAt(at)) ? at + 1 : at).replace(RECEIVER, "");
  if (PLACE.test(head) || OPERAND.test(head) || WRAPPED.test(head)) return true;
  return value.indexOf("\n") < 0 && /^[\w.@%-]{0,20}['"`)\]};$<({@]/.test(head) && CHAINED.test(head);
}

/** A text, a list or a number of one word ends, and what stands behind it is no part of it. */
const BREAK = /^(?:[\w.@%-]{0,40}\s?['"`)\]}$;]|-?\d{1,12}\s)/;

function isBroken(value: string): boolean {
  return value.indexOf("\n") < 0 && BREAK.test(value);
}

export interface TraceDetector extends Detector {
  readonly traces: readonly Trace[];
}

/** A detector over a table of traces: one scan says which of them a value may hold, and most values hold none. */
export function createTraceDetector(
  detector: Pick<Detector, "name" | "sparesDocuments">,
  cwe: number,
  traces: readonly Trace[],
): TraceDetector {
  const scanner = createScanner(traces.map(({ words }) => words));
  const held = new Uint32Array((scanner.groups + 31) >> 5);
  return {
    ...detector,
    traces,
    needs: undefined,
    words: [...new Set(traces.flatMap(({ words }) => words))],
    find(value) {
      held.fill(0);
      scanner.scanInto(value, held);
      let lower: string | undefined;
      let best: Finding | undefined;
      for (const [index, trace] of traces.entries()) {
        if (((held[index >> 5] ?? 0) & (1 << (index & 31))) === 0) continue;
        lower ??= value.toLowerCase();
        best = surer(best, look(value, lower, trace, cwe));
      }
      return best;
    },
  };
}

/** The surest place of one trace. */
function look(
  value: string,
  lower: string,
  { kind, weight, elsewhere, isBehindBreak, words, pattern }: Trace,
  cwe: number,
): Finding | undefined {
  let best: Finding | undefined;
  for (const word of words) {
    let at = lower.indexOf(word);
    for (let tries = 0; at >= 0 && tries < TRIES_MAX; tries++) {
      pattern.lastIndex = at;
      if (pattern.test(lower)) {
        const isSure = weight > elsewhere && (isBehindBreak === true ? isBroken(lower) : isInPlace(lower, at));
        const found = finding(kind, isSure ? weight : elsewhere, cwe, value, at);
        if (found.weight >= weight) return found;
        best = surer(best, found);
      }
      at = lower.indexOf(word, at + 1);
    }
  }
  return best;
}
