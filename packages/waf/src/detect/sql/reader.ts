import { createEvidence, type Evidence } from "./evidence.ts";
import { type Lexer, Token } from "./token.ts";
import { Call, callOf, QUIET_CALLS } from "./words.ts";

// The state of a reading, and what operands and conditions leave in it.

export interface Reader {
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

/** A reader before its first token, with an operand just ended where the value broke out of a literal. */
export function createReader(lexer: Lexer, quote: number): Reader {
  lexer.hasStarted = quote !== 0;
  return {
    lexer,
    seen: createEvidence(),
    quote,
    wantsOperand: quote === 0,
    depth: 0,
    cases: 0,
    braces: 0,
    startsWithName: false,
    mayAlias: false,
    before: Token.end,
    isLogic: false,
    compares: 0,
    columns: 0,
    constants: quote === 0 ? 0 : 1,
    leftName: "",
    rightName: "",
    hasTruth: false,
    calls: 0,
  };
}

/** Reads past the parenthesis that opens the arguments. */
export function called(reader: Reader): void {
  const { lexer, seen } = reader;
  const call = callOf(lexer.word);
  if (lexer.word === "iif") seen.branches++;
  if (lexer.text.charCodeAt(lexer.at) === 0x28 && QUIET_CALLS.has(lexer.word)) seen.quietCalls++;
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

export function constant(reader: Reader): boolean {
  reader.constants++;
  if (reader.seen.union > 0) reader.seen.unionValues++;
  reader.wantsOperand = false;
  return true;
}

export function column(reader: Reader, word: string): boolean {
  reader.seen.columns++;
  reader.columns++;
  if (reader.compares > 0) reader.rightName = word;
  else reader.leftName = word;
  reader.wantsOperand = false;
  return true;
}

export function logic(reader: Reader): boolean {
  if (reader.seen.logic === 0 && reader.compares + reader.columns === 0 && reader.seen.numbers === 1) reader.seen.isNumberOr = true;
  endCondition(reader);
  reader.seen.logic++;
  reader.isLogic = true;
  reader.wantsOperand = true;
  return true;
}

export function endCondition(reader: Reader): void {
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
  } else if (reader.isLogic && reader.columns === 1 && reader.calls === 0) {
    seen.columnCondition++;
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
