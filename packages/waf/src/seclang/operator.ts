import type { OperatorCall } from "../rule/index.ts";
import type { Reading } from "./target.ts";
import { excerpt, unescapeWord } from "./words.ts";

/** Operators whose argument is a pattern: there a backslash belongs to the pattern. */
const PATTERN_OPERATORS: ReadonlySet<string> = new Set(["rx", "rxglobal", "rsub", "verifycc", "verifycpf", "verifyssn", "verifysvnr"]);

/** `!@streq text`, `@rx pattern`, `pattern`: an operator call. Undefined, and reported, where the operator is not known. */
export function parseOperator(raw: string, { names, problems, source }: Reading): OperatorCall | undefined {
  const negated = raw.startsWith("!");
  const rest = negated ? raw.slice(1).trimStart() : raw;
  if (!rest.startsWith("@")) {
    const rx = names.operators.find("rx");
    if (rx !== undefined) return { name: rx, negated, argument: unescapeWord(rest, "pattern") };
    problems.add(source, "a pattern without an operator means @rx, which is not known");
    return undefined;
  }
  const written = /^@([A-Za-z0-9_]*)/.exec(rest)?.[1] ?? "";
  const name = names.operators.find(written);
  if (name === undefined) {
    problems.add(
      source,
      `unknown operator ${excerpt(`@${written}`)}; expected an operator of the reference manual${names.operators.hint(written)}`,
    );
    return undefined;
  }
  const behind = rest.slice(written.length + 1);
  if (behind !== "" && !/^\s/.test(behind)) {
    problems.add(source, `after "@${written}" stands ${excerpt(behind)}; expected a blank`);
    return undefined;
  }
  const argument = unescapeWord(behind.trimStart(), PATTERN_OPERATORS.has(name.toLowerCase()) ? "pattern" : "text");
  return { name, negated, argument };
}
