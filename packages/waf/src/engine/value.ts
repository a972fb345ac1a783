import type { ByteMask } from "./alphabet.ts";
import type { Budget } from "./budget.ts";

/** Request side (phases 1 and 2) and response side (3 to 5) have a sieve of their own: page bodies meet other literals than arguments. */
export type Side = 0 | 1;

/** One distinct text of a transaction, and all that was learned about it. */
export interface Value {
  readonly text: string;
  /** Which classes of bytes occur in it (see alphabet.ts), once somebody has asked: see `read`. */
  low: number;
  high: number;
  isRead: boolean;
  /** May be remembered beyond its transaction. */
  readonly isKept: boolean;
  /** What each transformation makes of it, by the transformation's number. */
  next: (Value | undefined)[] | undefined;
  /** What the sieve of either side says of it. */
  request: Sifted | undefined;
  response: Sifted | undefined;
  /** The text it is the lower case of: literals are compared without case, so both have the same. */
  upper: Value | undefined;
  /** By the numbers of plans (see plan.ts): nothing that the plan asks of it can be true any more. Only of kept values. */
  settled: (true | undefined)[] | undefined;
}

/** What a sieve says of a value: the tests that may be true of it. */
export interface Sifted {
  /** Tests for which a search found something. Of literals alone, it is shared with the text's lower case. */
  readonly found: Uint32Array;
  readonly by: ByBytes;
  /** Tests that were tried and were false. */
  failed: Uint32Array | undefined;
}

export interface Step {
  readonly name: string;
  readonly apply: (value: string) => string;
  /** What it needs to change anything; EVERY_BYTE where it always may. */
  readonly touches: ByteMask;
  /** The bytes it may put in; EVERY_BYTE where nothing is known. */
  readonly gives: ByteMask;
  /** Values without these bytes keep their words (see gives.ts); EVERY_BYTE where nothing is known. */
  readonly joins: ByteMask;
  readonly isAlways: boolean;
  readonly isLowercase: boolean;
}

/** Transformations one after the other, by their numbers in the table of steps. */
export interface Chain {
  readonly steps: readonly number[];
  readonly touches: ByteMask;
  /** Holds a step that may change a value whatever bytes it has. */
  readonly isAlways: boolean;
}

/** Tells which tests may be true of a value. */
export interface Sieve {
  readonly words: number;
  /** Which tests ask for something that stands in the text: a literal, or what an examiner finds. Shared: do not write to it. */
  search(text: string, budget: Budget): Uint32Array;
  /** An examiner is asked, so that a text and its lower case have to be searched both. */
  readonly isExamined: boolean;
  /** What the byte classes of a value say of the tests. The answer is shared: do not write to it. */
  byBytes(low: number, high: number, budget: Budget): ByBytes;
  /** May the test be true of any value with these byte classes? */
  isPossible(test: number, low: number, high: number): boolean;
  /** Does the test need a word, so that a value whose scan did not find it has to change more than blanks and case before the test is true? */
  isByWords(test: number): boolean;
}

export interface ByBytes {
  /** The tests that may be passed without any literal. */
  readonly bits: Uint32Array;
  /** The tests that may be passed at all: a value without the bytes they also need has lost before its literals are asked for. */
  readonly allowed: Uint32Array;
}

/** A text of which nothing is known yet. */
export function createValue(text: string, isKept: boolean): Value {
  return { text, low: 0, high: 0, isRead: false, isKept, next: undefined, request: undefined, response: undefined, upper: undefined, settled: undefined }; // biome-ignore format: one line
}

/** What was found out about it, if anybody has asked. */
export function siftedOf(value: Value, side: Side): Sifted | undefined {
  return side === 0 ? value.request : value.response;
}

/** May the test be true of a value of which a sieve says this? */
export function holds({ found, by, failed }: Sifted, test: number): boolean {
  const word = test >> 5;
  const bits = ((found[word] as number) & (by.allowed[word] as number)) | (by.bits[word] as number);
  return (bits & ~(failed === undefined ? 0 : (failed[word] as number)) & (1 << (test & 31))) !== 0;
}

/** The test was tried and was false: nobody needs to try it again on the same text. */
export function strikeOut(value: Value, side: Side, test: number): void {
  const sifted = siftedOf(value, side);
  if (sifted === undefined) return;
  sifted.failed ??= new Uint32Array(sifted.found.length);
  sifted.failed[test >> 5] = (sifted.failed[test >> 5] as number) | (1 << (test & 31));
}
