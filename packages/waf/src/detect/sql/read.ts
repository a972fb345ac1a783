import { createEvidence, type Evidence } from "./evidence.ts";
import { advance, createLexer, isCall, type Lexer, peek, Token } from "./lex.ts";
import { statementAt } from "./statement.ts";
import { Call, callOf, isCatalogue, SYSTEM_PROCEDURE, Word } from "./words.ts";

// Follows a value as the continuation of a statement that is already under way: operands and operators take turns, clauses come where
// clauses may come. It stops at the first token that cannot stand there, which in prose is the second or third word.

/** Nesting beyond this is not followed: no query of people is so deep. */
const DEPTH_MAX = 64;
/** Tokens that are followed in one reading; what is longer was found before or is a list of data. */
const TOKENS_MAX = 4000;

/** A string left open by a value that did not break out of one is an accident unless it is this short. */
const OPEN_BYTES_MAX = 12;

const HARSH = new Set(
  "drop truncate shutdown exec execute declare waitfor grant revoke backup restore load bulk attach copy call begin do".split(" "),
);
const TYPES = new Set(
  "int integer bigint smallint text bool boolean numeric varchar char json jsonb date timestamp float real double uuid regclass bytea".split(
    " ",
  ),
);
const CONFLICTS = new Set(["duplicate", "conflict"]);
const UNION_WORDS = new Set(["all", "distinct", "corresponding"]);

interface Reader {
  readonly lexer: Lexer;
  readonly seen: Evidence;
  /** The byte that opened the literal which the value broke out of; 0 where it did not. */
  readonly quote: number;
  wantsOperand: boolean;
  depth: number;
  cases: number;
  braces: number;
  /** The value started with a plain name: prose does so too. */
  startsWithName: boolean;
  mayAlias: boolean;
  /** The kind of the token before. */
  before: number;
  // The condition being read: since the last `and`, `or`, `where`.
  isLogic: boolean;
  compares: number;
  columns: number;
  constants: number;
  leftName: string;
  rightName: string;
  hasTruth: boolean;
  /** Calls of functions that are not known. */
  calls: number;
}

/** Reads on from `at`, with an operand just ended (`quote` says by which byte) or, with quote 0, with nothing read yet. Linear in the length. */
export function readFrom(text: string, at: number, quote: number): Evidence {
  const reader: Reader = {
    lexer: createLexer(text, at), seen: createEvidence(), quote, wantsOperand: quote === 0, depth: 0, cases: 0, braces: 0, startsWithName: false,
    mayAlias: false, before: Token.end, isLogic: false, compares: 0, columns: 0, constants: quote === 0 ? 0 : 1, leftName: "", rightName: "", hasTruth: false,
    calls: 0,
  }; // biome-ignore format: a list of zeros
  const { lexer, seen } = reader;
  for (;;) {
    const kind = advance(lexer);
    if (kind === Token.end) {
      seen.end = reader.wantsOperand ? "half" : "end";
      break;
    }
    if (kind === Token.comment) {
      seen.end = "comment";
      seen.commentBytes = text.length - lexer.start;
      seen.commentMark = text.charCodeAt(lexer.start);
      seen.isBareComment = quote !== 0x2a && quote !== 0x60 && !text.includes(String.fromCharCode(quote), lexer.start);
      break;
    }
    seen.tokens++;
    const goesOn = reader.wantsOperand ? operand(reader, kind) : operator(reader, kind);
    if (!goesOn) {
      if (seen.end !== "end") break;
      if (seen.sureStatements === 0) {
        seen.end = "stop";
        break;
      }
      reader.wantsOperand = false;
    }
    reader.before = kind;
    if (reader.depth > DEPTH_MAX || seen.tokens > TOKENS_MAX) break;
  }
  if (seen.end !== "stop" || !reader.wantsOperand) endCondition(reader);
  seen.hasComment = lexer.hasComment;
  seen.odd = lexer.hasOddComment;
  seen.endsAt = lexer.at;
  return seen;
}

function operand(reader: Reader, kind: number): boolean {
  const { seen } = reader;
  switch (kind) {
    case Token.word:
      return operandWord(reader);
    case Token.number:
      seen.numbers++;
      if (reader.lexer.isHex) seen.hex++;
      return constant(reader);
    case Token.string:
      seen.strings++;
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
      return column(reader, reader.lexer.word);
    case Token.open:
      reader.depth++;
      return true;
    case Token.close:
      return closeOperand(reader);
    case Token.not:
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

/** Will the application's own quote close the string that the value leaves open? */
function isLeftOpen(reader: Reader): boolean {
  const { lexer, quote, seen } = reader;
  if (quote !== 0) return lexer.text.charCodeAt(lexer.start) === quote || reader.depth > 0;
  return seen.startsInside || seen.selects > 0 || lexer.at - lexer.start <= OPEN_BYTES_MAX;
}

/** A sign in front of an operand, or the `*` of a list of columns. */
function sign(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const code = lexer.text.charCodeAt(lexer.start);
  if (code === 0x2b || code === 0x2d) return true;
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
      if (word === "true" || word === "false" || word === "null") reader.hasTruth = true;
      return constant(reader);
    case Word.not:
    case Word.unary:
      return isCall(lexer) || seen.tokens > 1 || word === "not" || word === "exists" ? true : name(reader);
    case Word.select:
      return select(reader);
    case Word.case:
      reader.cases++;
      return true;
    case Word.caseStep:
      return reader.cases > 0;
    case Word.statement:
      if (isCall(lexer)) return word === "exec" || word === "execute" ? operandStatement(reader) : name(reader);
      return operandStatement(reader);
    default:
      if (isCall(lexer) && meaning !== Word.logic && meaning !== Word.union && meaning !== Word.from && meaning !== Word.within)
        return name(reader);
      // A blank written as `+`, or `(union …` of tools that build carelessly.
      if (reader.before === Token.arithmetic && seen.tokens > 1) return afterPlus(reader);
      if (meaning === Word.union && reader.depth > 0) return true;
      return seen.tokens === 1 ? startsInside(reader, Token.word) : false;
  }
}

function afterPlus(reader: Reader): boolean {
  reader.wantsOperand = false;
  return operatorWord(reader);
}

function operandStatement(reader: Reader): boolean {
  const { seen } = reader;
  if (seen.tokens === 1 || seen.semicolons > 0 || (reader.before === Token.open && statementAt(reader.lexer) === 2))
    return statement(reader);
  return name(reader);
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
  return true;
}

/** A column, a table or a call. */
function name(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const isFirst = seen.tokens === 1 || (seen.tokens === 2 && reader.before === Token.arithmetic);
  if (isFirst && reader.quote === 0) reader.startsWithName = !isCall(lexer) || callOf(lexer.word) === Call.plain;
  if (lexer.word !== "" && isCatalogue(lexer.word)) seen.catalogues++;
  if (isCall(lexer)) {
    called(reader);
    reader.wantsOperand = false;
    return true;
  }
  if (SYSTEM_PROCEDURE.test(lexer.word)) seen.dangerCalls++;
  return column(reader, lexer.word);
}

/** Reads past the parenthesis that opens the arguments. */
function called(reader: Reader): void {
  const { lexer, seen } = reader;
  const call = callOf(lexer.word);
  if (call === Call.time) seen.timeCalls++;
  else if (call === Call.danger) seen.dangerCalls++;
  else if (call === Call.inform) seen.informCalls++;
  else if (call === Call.text) seen.textCalls++;
  else seen.plainCalls++;
  if (seen.union > 0) seen.unionValues++;
  if (call === Call.plain) {
    reader.columns++;
    reader.calls++;
  } else reader.constants++;
}

function constant(reader: Reader): boolean {
  reader.constants++;
  if (reader.seen.union > 0) reader.seen.unionValues++;
  reader.wantsOperand = false;
  return true;
}

function column(reader: Reader, word: string): boolean {
  reader.seen.columns++;
  reader.columns++;
  if (reader.compares > 0) reader.rightName = word;
  else reader.leftName = word;
  reader.wantsOperand = false;
  return true;
}

function operator(reader: Reader, kind: number): boolean {
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
      return logic(reader);
    case Token.pipes:
      seen.pipes++;
      endCondition(reader);
      reader.isLogic = true;
      reader.wantsOperand = true;
      return true;
    case Token.compare:
      reader.compares++;
      reader.wantsOperand = true;
      return true;
    case Token.arithmetic:
      seen.arithmetic++;
      reader.wantsOperand = true;
      return true;
    case Token.cast: {
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
      return true;
    case Token.variable:
      return seen.statements > 0 || reader.mayAlias;
    case Token.number:
      return seen.statements > 0;
    default:
      return false;
  }
}

/** MySQL takes `1.e(1)` for `1 (1)`, and reads on. */
function isScientific(lexer: Lexer): boolean {
  return (lexer.text.charCodeAt(lexer.start - 1) | 32) === 0x65 && lexer.text.charCodeAt(lexer.start - 2) === 0x2e;
}

function operatorWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const { word, meaning } = lexer;
  switch (meaning) {
    case Word.logic:
      return logic(reader);
    case Word.not:
      return true;
    case Word.within:
      return within(reader);
    case Word.compare:
      reader.compares++;
      reader.wantsOperand = true;
      return true;
    case Word.arithmetic:
      reader.wantsOperand = true;
      return true;
    case Word.union:
      return union(reader);
    case Word.from:
      if (seen.selects === 0 && reader.depth === 0) return false;
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
      return advance(lexer) === Token.word || lexer.kind === Token.string;
    case Word.suffix:
      if (word === "escape" || word === "collate") reader.wantsOperand = true;
      return seen.clause > 0 || seen.selects > 0 || seen.tokens > 1 || reader.quote !== 0;
    case Word.inCall:
      reader.wantsOperand = true;
      return reader.depth > 0;
    case Word.join:
      // `on duplicate key update`, `on conflict do`.
      if (word === "on" && CONFLICTS.has(peek(lexer).word)) return insertion(reader);
      reader.wantsOperand = word === "on" || word === "using" || peek(lexer).kind !== Token.word;
      return seen.selects > 0;
    case Word.caseStep:
      reader.wantsOperand = true;
      endCondition(reader);
      reader.isLogic = word === "when";
      return reader.cases > 0 || seen.statements > 0;
    case Word.caseEnd:
      if (reader.cases > 0) reader.cases--;
      return true;
    default:
      return unexpectedWord(reader);
  }
}

/** A word where an operator is awaited: an alias, a call that some server lets pass, or a statement that needs no semicolon (Transact-SQL). */
function unexpectedWord(reader: Reader): boolean {
  const { lexer, seen } = reader;
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
    if (SYSTEM_PROCEDURE.test(lexer.word)) seen.dangerCalls++;
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

function insertion(reader: Reader): boolean {
  advance(reader.lexer);
  reader.seen.statements++;
  reader.seen.sureStatements++;
  return true;
}

function logic(reader: Reader): boolean {
  endCondition(reader);
  reader.seen.logic++;
  reader.isLogic = true;
  reader.wantsOperand = true;
  return true;
}

function within(reader: Reader): boolean {
  const next = peek(reader.lexer);
  reader.compares++;
  if (next.kind === Token.open) {
    reader.wantsOperand = true;
    return true;
  }
  if (next.word !== "boolean" || peek(next).word !== "mode") return false;
  advance(reader.lexer);
  advance(reader.lexer);
  return true;
}

function union(reader: Reader): boolean {
  const { lexer, seen } = reader;
  let next = peek(lexer);
  for (let words = 0; words < 6 && (next.kind === Token.open || next.kind === Token.arithmetic || UNION_WORDS.has(next.word)); words++)
    next = peek(next);
  if (next.kind === Token.word && next.meaning === Word.select) {
    endCondition(reader);
    seen.union++;
    reader.wantsOperand = true;
    return true;
  }
  if (next.kind === Token.end || next.kind === Token.comment) seen.bareUnion++;
  return false;
}

function orderBy(reader: Reader): boolean {
  const { lexer, seen } = reader;
  const next = peek(lexer);
  if (next.kind !== Token.word || next.word !== "by") return false;
  advance(lexer);
  endCondition(reader);
  seen.clause++;
  reader.wantsOperand = true;
  return !reader.startsWithName || seen.selects > 0 || peek(lexer).kind === Token.number;
}

function limit(reader: Reader): boolean {
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
function into(reader: Reader): boolean {
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

function semicolon(reader: Reader): boolean {
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
function statement(reader: Reader): boolean {
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

/** Two strings in a row are one (standard SQL); behind a name it is an alias or an argument of a statement. */
function adjacent(reader: Reader): boolean {
  reader.seen.strings++;
  reader.constants++;
  return reader.quote !== 0 || reader.seen.statements > 0 || reader.mayAlias || reader.seen.strings > 1;
}

function adjacentOpen(reader: Reader): boolean {
  const { lexer, seen, quote } = reader;
  const own = lexer.text.charCodeAt(lexer.start);
  const isOwn = own === quote && (seen.tokens === 1 || seen.timeCalls > 0 || seen.statements > 0);
  seen.end = isOwn || (seen.statements > 0 && quote === 0) ? "open" : "stop";
  if (own === 0x60 && lexer.at - lexer.start === 1) seen.end = "comment";
  return false;
}

function endCondition(reader: Reader): void {
  const { seen } = reader;
  if (reader.compares > 0) {
    if (reader.columns === 0) {
      if (reader.isLogic) seen.tautology++;
      else if (reader.constants > 1) seen.comparison++;
    } else if (reader.isLogic) {
      if (reader.leftName !== "" && reader.leftName === reader.rightName && reader.columns === 2) seen.tautology++;
      else seen.condition++;
    }
  } else if (reader.isLogic && reader.calls > 0 && reader.columns <= 2 * reader.calls) {
    seen.callCondition++;
  } else if (reader.isLogic && reader.columns === 0 && reader.constants > 0) {
    seen.constantCondition++;
    if (reader.hasTruth) seen.wordCondition++;
  }
  reader.isLogic = false;
  reader.compares = 0;
  reader.columns = 0;
  reader.constants = 0;
  reader.leftName = "";
  reader.rightName = "";
  reader.hasTruth = false;
  reader.calls = 0;
}
