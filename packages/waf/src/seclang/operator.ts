import type { OperatorCall } from "../rule/index.ts";
import type { Reading } from "./target.ts";
import { excerpt, unescapeWord, type Word } from "./words.ts";

/** Without an operator an argument is a pattern (reference manual). */
const PATTERN_BY_DEFAULT = "rx";

/** Operators whose argument is a pattern: there a backslash belongs to the pattern. */
const PATTERN_OPERATORS: ReadonlySet<string> = new Set([
  "rx",
  "rxglobal",
  "validatenid",
  "verifycc",
  "verifycpf",
  "verifyssn",
  "verifysvnr",
]);

/** `!@streq text`, `@rx pattern`, `pattern`: an operator call. Undefined, and reported, where the operator is not known. */
export function parseOperator(word: Word | undefined, { names, problems, source }: Reading): OperatorCall | undefined {
  const raw = word?.raw ?? "";
  const negated = raw.startsWith("!");
  const rest = negated ? raw.slice(1).trimStart() : raw;
  const written = rest.startsWith("@") ? (/^@([A-Za-z0-9_]*)/.exec(rest)?.[1] ?? "") : undefined;
  const name = names.operators.find(written ?? PATTERN_BY_DEFAULT);
  if (name === undefined) {
    problems.add(
      source,
      `unknown operator ${excerpt(`@${written ?? PATTERN_BY_DEFAULT}`)}; expected one of the reference manual${names.operators.hint(written ?? "")}`,
    );
    return undefined;
  }
  const behind = written === undefined ? rest : rest.slice(written.length + 1);
  if (written !== undefined && behind !== "" && !/^\s/.test(behind)) {
    problems.add(source, `after "@${written}" stands ${excerpt(behind)}; expected a blank`);
    return undefined;
  }
  const text = written === undefined ? behind : behind.trimStart();
  return { name, negated, argument: unescapeWord({ raw: text, quote: word?.quote ?? "" }, isPatternOperator(name) ? "pattern" : "text") };
}

/** Is the operator's argument a pattern? */
export function isPatternOperator(name: string): boolean {
  return PATTERN_OPERATORS.has(name.toLowerCase());
}
