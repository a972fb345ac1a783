import { byteSet } from "../../text/index.ts";
import { adjacent, adjacentOpen, isScientific, pastWindow } from "./beside.ts";
import { into, limit, orderBy, union, within } from "./clause.ts";
import { advance, isCall, peek } from "./lex.ts";
import { called, endCondition, logic, type Reader } from "./reader.ts";
import { insertion, semicolon, statement } from "./stack.ts";
import { statementAt } from "./statement.ts";
import { type Lexer, Token } from "./token.ts";
import { Call, callOf, isCatalogue, isSystemProcedure, Word } from "./words.ts";

// What may stand where an operand has ended.

export const TYPES: ReadonlySet<string> = new Set(
  "int integer bigint smallint text bool boolean numeric varchar char json jsonb date timestamp float real double uuid regclass bytea interval".split(
    " ",
  ),
);

const ODD_COMPARES = new Set(["rlike", "regexp", "ilike", "glob"]);

/** Comparisons of two words. */
const COMPARES_OF_TWO: ReadonlyMap<string, string> = new Map([["sounds", "like"], ["similar", "to"], ["between", "symmetric"]]); // biome-ignore format: one line

/** Operators over bits. */
const BITS = byteSet("|&");
const TILDE = 0x7e;

const CONFLICTS = new Set(["duplicate", "conflict"]);

export function operator(reader: Reader, kind: number): boolean {
  const { lexer, seen } = reader;
  switch (kind) {
    case Token.word:
      return operatorWord(reader);
    case Token.open:
      // Only a call leaves an opening parenthesis where an operator is awaited.
      reader.depth++;
      reader.wantsOperand = true;
      return reader.before === Token.word || isScientific(lexer) || /^(?:select|case)$/.test(peek(lexer).word);
    case Token.close:
      if (reader.depth > 0) reader.depth--;
      else seen.closers++;
      return true;
    case Token.and:
      seen.signs++;
      return logic(reader);
    case Token.pipes:
      seen.pipes++;
      seen.signs++;
      endCondition(reader);
      reader.isLogic = true;
      reader.wantsOperand = true;
      return true;
    case Token.compare:
      return compared(reader);
    case Token.arithmetic:
      seen.arithmetic++;
      if (isOfBits(lexer)) seen.marks++;
      reader.wantsOperand = true;
      return true;
    case Token.cast: {
      seen.marks++;
      const hasCalled = reader.before === Token.close;
      if (advance(lexer) !== Token.word) return false;
      if (hasCalled && TYPES.has(lexer.word)) seen.casts++;
      return true;
    }
    case Token.comma:
      if (reader.depth === 0) seen.commas++;
      if (seen.union > 0) seen.unionValues++;
      reader.wantsOperand = true;
      return true;
    case Token.dot:
      // What stood before the dot was no column but the place of one.
      if (reader.columns > 0) reader.columns--;
      reader.wantsOperand = true;
      return true;
    case Token.semicolon:
      return semicolon(reader);
    case Token.string:
      return adjacent(reader);
    case Token.openString:
      return adjacentOpen(reader);
    case Token.braceEnd:
      return reader.braces-- > 0;
    case Token.not:
      // `a ~ '^b'` of PostgreSQL.
      return lexer.text.charCodeAt(lexer.start) === TILDE ? compared(reader) : true;
    case Token.variable:
      return seen.statements > 0 || reader.mayAlias;
    case Token.number:
      return seen.statements > 0;
    default:
      return false;
  }
}

export function operatorWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const { word, meaning } = lexer;
  switch (meaning) {
    case Word.logic:
      return logicWord(reader);
    case Word.not:
      return negated(reader);
    case Word.within:
      return within(reader);
    case Word.compare:
      return compareWord(reader);
    case Word.nulls:
      return nullWord(reader);
    case Word.arithmetic:
      seen.marks++;
      reader.wantsOperand = true;
      return true;
    case Word.union:
      return union(reader);
    case Word.from:
      // Behind a name in back-quotes, or behind the end of a branch, a table may follow.
      if (seen.selects === 0 && seen.statements === 0 && reader.depth === 0 && reader.quote !== 0x60 && seen.closers === 0) return false;
      seen.froms++;
      reader.mayAlias = true;
      reader.wantsOperand = true;
      return true;
    case Word.where:
      if (reader.startsWithName && seen.selects === 0) return false;
      seen.clause++;
      endCondition(reader);
      reader.isLogic = true;
      reader.wantsOperand = true;
      return true;
    case Word.by:
      return orderBy(reader);
    case Word.limit:
      return limit(reader);
    case Word.into:
    case Word.procedure:
      return into(reader);
    case Word.as:
      return alias(reader);
    case Word.suffix:
      if (word === "escape" || word === "collate") reader.wantsOperand = true;
      return seen.clause > 0 || seen.selects > 0 || seen.tokens > 1 || reader.quote !== 0;
    case Word.inCall:
      reader.wantsOperand = true;
      return reader.depth > 0;
    case Word.join:
      return join(reader);
    case Word.caseStep:
      reader.wantsOperand = true;
      endCondition(reader);
      reader.isLogic = word === "when";
      // `x' then 5 else 5 end`: the case stands in front of the value.
      if (reader.quote !== 0 && seen.tokens === 1 && word !== "when") seen.cases = ++reader.cases;
      return reader.cases > 0 || seen.statements > 0;
    case Word.caseEnd:
      return caseEnd(reader);
    default:
      return unexpectedWord(reader);
  }
}

/** What stands right behind a word of logic where SQL needs no blank; in prose one follows. */
const TIGHT = byteSet("~!'\"+.@`[");

function logicWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  if (lexer.word === "xor") seen.signs++;
  if (lexer.word === "xor" || TIGHT[lexer.text.charCodeAt(lexer.at)] === 1) seen.marks++;
  return logic(reader);
}

/** `a not in (…)`, and `a not null` of SQLite. */
function negated(reader: Reader): boolean {
  if (peek(reader.lexer).word !== "null") return true;
  advance(reader.lexer);
  return nullWord(reader);
}

/** `a as b`, `a as 'b'`, `with a as (select …)`. */
function alias({ lexer, seen }: Reader): boolean {
  if (seen.statements > 0 && peek(lexer).kind === Token.open) return true;
  return advance(lexer) === Token.word || lexer.kind === Token.string || (lexer.kind === Token.number && seen.closers > 0);
}

/** `join a on b`; `on duplicate key update`, `on conflict do`. */
function join(reader: Reader): boolean {
  const { word } = reader.lexer;
  const next = peek(reader.lexer);
  if (word === "on" && CONFLICTS.has(next.word)) return insertion(reader);
  reader.wantsOperand = word === "on" || word === "using" || next.kind !== Token.word;
  return reader.seen.selects > 0;
}

function caseEnd(reader: Reader): boolean {
  if (reader.cases > 0) {
    reader.cases--;
    reader.seen.branches++;
  }
  return true;
}

/** `a&1`, `a << 1`, `a -> '$.b'`; between blanks, `&` is a word of prose. */
function isOfBits({ text, start, at }: Lexer): boolean {
  if (at - start > 1) return true;
  return BITS[text.charCodeAt(start)] === 1 && text.charCodeAt(start - 1) > 0x20;
}

function compared(reader: Reader): boolean {
  const { lexer } = reader;
  const first = lexer.text.charCodeAt(lexer.start);
  if (lexer.at - lexer.start === 2 && (first === 0x21 || (first === 0x3c && lexer.text.charCodeAt(lexer.at - 1) === 0x3e)))
    reader.seen.unequal++;
  reader.compares++;
  reader.seen.compares++;
  reader.wantsOperand = true;
  return true;
}

/** `a isnull`, `a notnull`: nothing follows. */
function nullWord(reader: Reader): boolean {
  reader.compares++;
  reader.seen.compares++;
  reader.seen.oddCompares++;
  reader.constants++;
  return true;
}

function compareWord(reader: Reader): boolean {
  reader.compares++;
  if (ODD_COMPARES.has(reader.lexer.word)) {
    reader.seen.oddCompares++;
    reader.seen.marks++;
  }
  const next = COMPARES_OF_TWO.get(reader.lexer.word);
  if (next !== undefined && peek(reader.lexer).word === next) advance(reader.lexer);
  reader.wantsOperand = true;
  return true;
}

/** A word where an operator is awaited: an alias, a call that some server lets pass, or a statement that needs no semicolon (Transact-SQL). */
function unexpectedWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  // `match name against ('…')`.
  if (lexer.word === "against" && isCall(lexer) && reader.columns > 0) {
    reader.compares++;
    return true;
  }
  // `first_value(a) over (order by b)`: a window, whose words are those of clauses.
  if (lexer.word === "over" && reader.before === Token.close && isCall(lexer)) return pastWindow(reader);
  const isKnownCall = isCall(lexer) && (callOf(lexer.word) === Call.time || callOf(lexer.word) === Call.danger);
  const isKnownBranch = !seen.startsInside && !reader.startsWithName && /^(?:iif|if|elt|exp)$/.test(lexer.word) && isCall(lexer);
  if ((isKnownCall && !reader.startsWithName) || isKnownBranch) {
    called(reader);
    return true;
  }
  if (!reader.startsWithName && (lexer.meaning === Word.statement || lexer.meaning === Word.select)) {
    const sure = statementAt(lexer);
    if (sure === 2 || (sure === 1 && lexer.meaning === Word.select)) return statement(reader);
  }
  if (seen.statements > 0) {
    if (isSystemProcedure(lexer.word)) seen.dangerCalls++;
    if (isCatalogue(lexer.word)) seen.catalogues++;
    if (lexer.meaning === Word.select) {
      seen.selects++;
      reader.wantsOperand = true;
    }
    return true;
  }
  if (!reader.mayAlias || lexer.meaning !== Word.name) return false;
  reader.mayAlias = false;
  return true;
}
