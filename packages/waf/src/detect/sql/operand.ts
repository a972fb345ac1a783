import { advance, isCall, peek } from "./lex.ts";
import { operator, operatorWord, TYPES } from "./operator.ts";
import { called, column, constant, type Reader } from "./reader.ts";
import { statement } from "./stack.ts";
import { statementAt } from "./statement.ts";
import { classes, DIGIT, LETTER, type Lexer, Token } from "./token.ts";
import { Call, callOf, isCatalogue, isSystemProcedure, Word } from "./words.ts";

// What may stand where an operand is awaited.

/** A string left open by a value that did not break out of one is an accident unless it is this short. */
const OPEN_BYTES_MAX = 12;

export function operand(reader: Reader, kind: number): boolean {
  const { seen } = reader;
  switch (kind) {
    case Token.word:
      return operandWord(reader);
    case Token.number:
      seen.numbers++;
      if (seen.tokens === 1 || (seen.tokens === 2 && reader.before === Token.arithmetic)) seen.startsWithNumber = true;
      if (reader.lexer.isHex) seen.hex++;
      return constant(reader);
    case Token.string:
      seen.strings++;
      // `x'31'`, `e'a'`.
      if (classes[reader.lexer.text.charCodeAt(reader.lexer.start)] === LETTER) seen.marks++;
      return constant(reader);
    case Token.openString:
      constant(reader);
      seen.strings++;
      seen.openBytes = reader.lexer.at - reader.lexer.start;
      seen.end = isLeftOpen(reader) ? "open" : "stop";
      return false;
    case Token.variable:
      if (reader.lexer.word.startsWith("@@")) seen.informCalls++;
      else if (reader.lexer.word.length > 1) seen.variables++;
      if (seen.union > 0) seen.unionValues += 2;
      return column(reader, reader.lexer.word);
    case Token.open:
      reader.depth++;
      if (isGroup(reader)) seen.groups++;
      return true;
    case Token.close:
      return closeOperand(reader);
    case Token.not:
      // `~5` is some five.
      if (seen.tokens > 1 && classes[reader.lexer.text.charCodeAt(reader.lexer.at)] !== DIGIT) seen.marks++;
      return true;
    case Token.arithmetic:
      return sign(reader);
    case Token.brace:
      reader.braces++;
      if (peek(reader.lexer).kind === Token.word) advance(reader.lexer);
      reader.wantsOperand = peek(reader.lexer).kind !== Token.dot;
      return true;
    case Token.dot:
      return seen.tokens > 1;
    default:
      return startsInside(reader, kind);
  }
}

/** A parenthesis that is no call's; prose has one as well, but puts a blank before it. */
function isGroup({ before, lexer, seen }: Reader): boolean {
  return seen.tokens > 1 && before !== Token.open && lexer.text.charCodeAt(lexer.start - 1) > 0x20;
}

/** Will the application's own quote close the string that the value leaves open? */
function isLeftOpen(reader: Reader): boolean {
  const { lexer, quote, seen } = reader;
  // `n'a` is a text as well.
  if (quote !== 0)
    return lexer.text.charCodeAt(lexer.start) === quote || lexer.text.charCodeAt(lexer.start + 1) === quote || reader.depth > 0;
  return seen.startsInside || seen.selects > 0 || lexer.at - lexer.start <= OPEN_BYTES_MAX;
}

/** A sign in front of an operand, or the `*` of a list of columns. */
function sign(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const code = lexer.text.charCodeAt(lexer.start);
  if (code === 0x2b || code === 0x2d) {
    if (reader.isLogic && peek(lexer).kind === Token.word) seen.marks++;
    return true;
  }
  if (code === 0x2a && (reader.seen.selects > 0 || reader.depth > 0)) {
    seen.star = true;
    if (seen.union > 0) seen.unionValues++;
    reader.wantsOperand = false;
    return true;
  }
  // `* item` is a line of a list.
  return lexer.text.charCodeAt(lexer.at) !== 0x20 && startsInside(reader, Token.arithmetic);
}

function closeOperand(reader: Reader): boolean {
  if (reader.seen.tokens === 1) return startsInside(reader, Token.close);
  // `f()`: only right behind an opening parenthesis, which isCall has seen.
  if (reader.depth === 0 || reader.lexer.text.charCodeAt(lastByte(reader.lexer)) !== 0x28) return false;
  reader.depth--;
  reader.wantsOperand = false;
  return true;
}

function lastByte(lexer: Lexer): number {
  let at = lexer.start - 1;
  while (at > 0 && lexer.text.charCodeAt(at) <= 0x20) at--;
  return at;
}

/** A value may also start behind an operand that is not its own: `) or 1=1`, ` union select`. */
function startsInside(reader: Reader, kind: number): boolean {
  if (reader.seen.tokens !== 1 || reader.quote !== 0) return false;
  // `> quoted line`, `<p>`: a comparison goes on with a constant, a mark-up with a word.
  if (kind === Token.compare && peek(reader.lexer).kind === Token.word) return false;
  reader.seen.startsInside = true;
  reader.wantsOperand = false;
  return operator(reader, kind);
}

function operandWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const { meaning, word } = lexer;
  if (meaning === Word.name) return name(reader);
  switch (meaning) {
    case Word.constant:
      if (isCall(lexer)) return name(reader);
      if (word === "true" || word === "false" || word === "null") {
        reader.hasTruth = true;
        seen.truths++;
      }
      return constant(reader);
    case Word.not:
    case Word.unary:
      // `a is distinct from b`.
      if (word === "distinct" && reader.compares > 0 && peek(lexer).meaning === Word.from) {
        seen.compares++;
        advance(lexer);
      }
      return isCall(lexer) || seen.tokens > 1 || word === "not" || word === "exists" ? true : name(reader);
    case Word.select:
      return select(reader);
    case Word.compare:
      // `match name against ('…')`: some servers ask for no parentheses around the name.
      if (word === "match" && reader.isLogic && peek(lexer).kind === Token.word) return true;
      return otherWord(reader);
    case Word.case:
      reader.cases++;
      seen.cases++;
      return true;
    case Word.caseStep:
      reader.isLogic = word === "when";
      return reader.cases > 0;
    case Word.statement:
      if (isCall(lexer)) return word === "exec" || word === "execute" ? operandStatement(reader) : name(reader);
      return operandStatement(reader);
    default:
      return otherWord(reader);
  }
}

/** A word of clauses where an operand is awaited. */
function otherWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const { meaning } = lexer;
  if (isCall(lexer) && meaning !== Word.logic && meaning !== Word.union && meaning !== Word.from && meaning !== Word.within)
    return name(reader);
  // A blank written as `+`, or `(union …` of tools that build carelessly.
  if (reader.before === Token.arithmetic && seen.tokens > 1) return afterPlus(reader);
  if (meaning === Word.union && reader.depth > 0) return true;
  return seen.tokens === 1 ? startsInside(reader, Token.word) : false;
}

function afterPlus(reader: Reader): boolean {
  reader.wantsOperand = false;
  return operatorWord(reader);
}

function operandStatement(reader: Reader): boolean {
  const { seen } = reader;
  const isInside = reader.before === Token.open && (statementAt(reader.lexer) === 2 || isCommonTable(reader.lexer));
  if (seen.tokens === 1 || seen.semicolons > 0 || isInside) return statement(reader);
  return name(reader);
}

/** `(with a as (select …) select …)`. */
function isCommonTable(lexer: Lexer): boolean {
  return lexer.word === "with" && statementAt(lexer) > 0;
}

function select(reader: Reader): boolean {
  const { seen } = reader;
  if (seen.tokens === 1 || reader.depth === 0) {
    if (reader.lexer.word === "values" && !isCall(reader.lexer)) return name(reader);
    if (seen.tokens === 1) {
      const sure = statementAt(reader.lexer);
      if (sure > 0) seen.statements++;
      seen.startsAsStatement = true;
    }
  } else seen.subselect++;
  seen.selects++;
  reader.mayAlias = true;
  // `select first 1 skip 2 …` of Firebird and Informix.
  const next = peek(reader.lexer);
  if ((next.word === "first" || next.word === "skip") && peek(next).kind === Token.number) {
    advance(reader.lexer);
    advance(reader.lexer);
  }
  return true;
}

/** A column, a table or a call. */
function name(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const isFirst = seen.tokens === 1 || (seen.tokens === 2 && reader.before === Token.arithmetic);
  if (isFirst && isCall(lexer)) seen.startsWithCall = true;
  if (isFirst && reader.quote === 0) reader.startsWithName = !isCall(lexer) || callOf(lexer.word) === Call.plain;
  if (lexer.word !== "" && isCatalogue(lexer.word)) seen.catalogues++;
  // `(table t)` of MySQL and PostgreSQL is `(select * from t)`.
  if (lexer.word === "table" && reader.before === Token.open && seen.tokens > 2 && peek(lexer).kind === Token.word) {
    seen.subselect++;
    seen.selects++;
    seen.froms++;
    reader.mayAlias = true;
    return true;
  }
  if (isCall(lexer)) {
    called(reader);
    reader.wantsOperand = false;
    return true;
  }
  if (isSystemProcedure(lexer.word)) seen.dangerCalls++;
  // `bool't'`, `date '2020-01-01'`: a text of a type.
  if (TYPES.has(lexer.word) && peek(lexer).kind === Token.string) {
    advance(lexer);
    seen.strings++;
    seen.marks++;
    return constant(reader);
  }
  return column(reader, lexer.word);
}
