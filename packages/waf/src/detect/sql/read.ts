import type { Evidence } from "./evidence.ts";
import { advance } from "./lex.ts";
import { operand } from "./operand.ts";
import { operator } from "./operator.ts";
import { createReader, endCondition } from "./reader.ts";
import { createLexer, Token } from "./token.ts";

// Follows a value as the continuation of a statement that is already under way: operands and operators take turns, clauses come where
// clauses may come. It stops at the first token that cannot stand there, which in prose is the second or third word.

/** Tokens other than constants and commas that are followed in one reading: no query of people has so many. */
const STEPS_MAX = 4000;
/** All tokens of one reading, lists of data included. */
const TOKENS_MAX = 30_000;

/** Takes so many steps from a request's budget. */
export type Spend = (steps: number) => void;

/** What reading from one place on costs of the budget, each token of it, and each byte: a string in quotes may be as long as the value. */
const STEPS_PER_READ = 160;
const STEPS_PER_TOKEN = 128;
const STEPS_PER_BYTE = 2;

/** `readFrom` for whoever has a budget. */
export function readPaid(text: string, at: number, quote: number, spend: Spend): Evidence {
  const seen = readFrom(text, at, quote);
  spend(STEPS_PER_READ + seen.tokens * STEPS_PER_TOKEN + Math.max(0, seen.endsAt - at) * STEPS_PER_BYTE);
  return seen;
}

/** Reads on from `at`, with an operand just ended (`quote` says by which byte) or, with quote 0, with nothing read yet. Linear in the length. */
export function readFrom(text: string, at: number, quote: number): Evidence {
  const reader = createReader(createLexer(text, at), quote);
  const { lexer, seen } = reader;
  let steps = 0;
  for (;;) {
    const kind = advance(lexer);
    if (kind === Token.end) {
      seen.end = reader.wantsOperand ? "half" : "end";
      break;
    }
    if (kind === Token.comment) {
      endInComment(seen, text, lexer.start, quote);
      break;
    }
    seen.tokens++;
    const goesOn = reader.wantsOperand ? operand(reader, kind) : operator(reader, kind);
    if (!goesOn) {
      if (seen.end !== "end") break;
      if (seen.sureStatements === 0) {
        seen.end = "stop";
        // What a comment cut off need not parse.
        if (lexer.lineComment >= 0) endInComment(seen, text, lexer.lineComment, quote);
        break;
      }
      reader.wantsOperand = false;
    }
    reader.before = kind;
    if (seen.tokens > TOKENS_MAX) break;
    // Constants and commas are data: a list of them may be long.
    if (kind !== Token.number && kind !== Token.string && kind !== Token.comma && ++steps > STEPS_MAX) {
      seen.isTired = true;
      break;
    }
  }
  if (seen.end !== "stop" || !reader.wantsOperand) endCondition(reader);
  seen.hasComment = lexer.hasComment;
  seen.odd = lexer.hasOddComment;
  seen.endsAt = lexer.at;
  return seen;
}

function endInComment(seen: Evidence, text: string, start: number, quote: number): void {
  seen.end = "comment";
  seen.commentBytes = text.length - start;
  seen.commentMark = text.charCodeAt(start);
  seen.isBareComment = quote !== 0x2a && quote !== 0x60 && !text.includes(String.fromCharCode(quote), start);
}
