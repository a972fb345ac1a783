import { advance, isCall, peek } from "./lex.ts";
import { endCondition, type Reader } from "./reader.ts";
import { statementAt } from "./statement.ts";
import { type Lexer, Token } from "./token.ts";
import { Call, callOf, Word } from "./words.ts";

// Statements of their own, behind a semicolon or where a server needs none.

const HARSH = new Set(
  "drop truncate shutdown exec execute declare waitfor grant revoke backup restore load bulk attach copy call begin do".split(" "),
);

const TRANSACTION = new Set(["begin", "commit", "rollback", "abort"]);

/** One name, and what cuts off the rest; behind a text that the value has ended, its end does. */
function isNamed(name: Lexer, isBrokenOut: boolean): boolean {
  if (name.kind !== Token.word) return false;
  const next = peek(name);
  if (next.kind !== Token.semicolon) return next.kind === Token.comment;
  const last = peek(next).kind;
  return last === Token.comment || (isBrokenOut && last === Token.end);
}

export function semicolon(reader: Reader): boolean {
  const { lexer, seen } = reader;
  seen.semicolons++;
  endCondition(reader);
  reader.startsWithName = false;
  const next = peek(lexer);
  if (next.kind === Token.end || next.kind === Token.comment || next.kind === Token.semicolon) return true;
  if (next.kind !== Token.word) {
    reader.wantsOperand = true;
    return next.kind === Token.open || next.kind === Token.openString;
  }
  if (next.meaning === Word.logic) return true;
  // `;begin;delete …`: a transaction of its own.
  if (TRANSACTION.has(next.word) && peek(next).kind === Token.semicolon) {
    advance(lexer);
    return true;
  }
  // `;table users--` of MySQL and PostgreSQL.
  if ((next.word === "table" || (next.word === "truncate" && reader.quote !== 0)) && isNamed(peek(next), reader.quote !== 0)) {
    advance(lexer);
    seen.statements++;
    seen.selects++;
    reader.wantsOperand = true;
    return true;
  }
  if (isCall(next) && callOf(next.word) !== Call.plain && next.meaning !== Word.statement) {
    reader.wantsOperand = true;
    return true;
  }
  const found = statementAt(next);
  if (found === 0 && next.meaning !== Word.select && seen.statements === 0) return false;
  advance(lexer);
  return statement(reader);
}

/** The words of a statement follow each other in ways of their own: from here on only what occurs is gathered. */
export function statement(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const sure = statementAt(lexer);
  if (sure === 0 && seen.statements === 0 && lexer.meaning !== Word.select) return false;
  if (sure > 0) seen.statements++;
  if (sure === 2) seen.sureStatements++;
  if (sure === 2 && HARSH.has(lexer.word)) seen.harshStatements++;
  if (seen.tokens === 1 && seen.semicolons === 0) seen.startsAsStatement = true;
  if (lexer.meaning === Word.select) seen.selects++;
  reader.mayAlias = true;
  const next = peek(lexer).kind;
  reader.wantsOperand =
    lexer.meaning === Word.select || next === Token.variable || next === Token.string || next === Token.openString || next === Token.open;
  return true;
}

export function insertion(reader: Reader): boolean {
  advance(reader.lexer);
  reader.seen.statements++;
  reader.seen.sureStatements++;
  return true;
}
