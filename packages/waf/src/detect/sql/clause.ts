import { advance, peek } from "./lex.ts";
import { endCondition, type Reader } from "./reader.ts";
import { Token } from "./token.ts";
import { Word } from "./words.ts";

// Clauses that may follow an expression: they are told by the words that come next.

const UNION_WORDS = new Set(["all", "distinct", "corresponding"]);

export function union(reader: Reader): boolean {
  const { lexer, seen } = reader;
  let next = peek(lexer);
  for (let words = 0; words < 6 && (next.kind === Token.open || next.kind === Token.arithmetic || UNION_WORDS.has(next.word)); words++)
    next = peek(next);
  if (next.kind === Token.word && next.word === "table" && peek(next).kind === Token.word) {
    // `union table t` of MySQL is `union select * from t`.
    seen.unionValues += 2;
    seen.union++;
    reader.mayAlias = true;
    reader.wantsOperand = true;
    return true;
  }
  if (next.kind === Token.word && next.meaning === Word.select) {
    endCondition(reader);
    seen.union++;
    reader.wantsOperand = true;
    return true;
  }
  if (next.kind === Token.end || next.kind === Token.comment) seen.bareUnion++;
  return false;
}

export function orderBy(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const next = peek(lexer);
  if (next.kind !== Token.word || next.word !== "by") return false;
  advance(lexer);
  endCondition(reader);
  seen.clause++;
  seen.orders++;
  reader.wantsOperand = true;
  return !reader.startsWithName || seen.selects > 0 || peek(lexer).kind === Token.number;
}

export function limit(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const next = peek(lexer);
  if (next.kind !== Token.number && next.kind !== Token.open && next.word !== "next" && next.word !== "first") return false;
  endCondition(reader);
  if (next.kind === Token.word) advance(lexer);
  seen.clause++;
  reader.wantsOperand = true;
  return true;
}

/** `into outfile '…'`, `into @x`, `procedure analyse(…)`. */
export function into(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const next = peek(lexer);
  const isFile =
    next.kind === Token.word && (next.word === "outfile" || next.word === "dumpfile" || next.word === "analyse" || next.word === "analyze");
  if (isFile) {
    seen.dangerCalls++;
    advance(lexer);
    if (next.word.startsWith("analy")) reader.wantsOperand = false;
    else reader.wantsOperand = true;
    return true;
  }
  reader.wantsOperand = true;
  return seen.selects > 0 || seen.statements > 0 || next.kind === Token.variable;
}

export function within(reader: Reader): boolean {
  const next = peek(reader.lexer);
  reader.compares++;
  reader.seen.compares++;
  const isMode = next.word === "boolean" && peek(next).word === "mode";
  // `position('a' in b)`.
  if (next.kind === Token.open || (!isMode && reader.depth > 0 && next.kind === Token.word)) {
    reader.wantsOperand = true;
    return true;
  }
  if (!isMode) return false;
  advance(reader.lexer);
  advance(reader.lexer);
  return true;
}
