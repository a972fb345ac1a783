import type { Trial } from "../operator/contract.ts";
import type { Pattern, PatternOptions } from "./contract.ts";
import { needsOf } from "./literals.ts";
import { parsePattern } from "./parse.ts";
import { writeExpression } from "./write.ts";

const CAPTURES_MAX = 10;

/**
 * Compiles a pattern as PCRE reads it, for byte strings; `.` means every byte, line breaks too. A character above U+00FF in the
 * source stands for its UTF-8 bytes. Throws PatternProblem where the pattern says something that is not supported.
 */
export function compilePattern(source: string, options: PatternOptions): Pattern {
  const { tree, groups } = parsePattern(asBytes(source), {
    ignoreCase: options.ignoreCase ?? false,
    dotAll: true,
    multiline: options.multiline ?? false,
    extended: false,
  });
  const written = writeExpression(tree, "");
  const captured = Math.min(groups + 1, CAPTURES_MAX);

  function capture(value: string, trial: Trial): boolean {
    const found = written.expression.exec(value);
    if (found === null) return false;
    for (let group = 0; group < captured; group++) {
      const text = found[written.groups[group] ?? 0];
      if (text !== undefined) trial.capture(group, text);
    }
    return true;
  }

  return {
    source,
    needs: needsOf(tree),
    risk: "bounded",
    test(value, trial) {
      trial.spend(value.length);
      return options.capture ? capture(value, trial) : written.expression.test(value);
    },
  };
}

function asBytes(source: string): string {
  return source.replace(/[^\0-\xff]+/g, (text) => Buffer.from(text, "utf8").toString("latin1"));
}
