import type { Scanner } from "../scan/index.ts";
import { work } from "../text/index.ts";
import type { Alphabet, ByteMask } from "./alphabet.ts";
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
  /** Tests of which a literal occurs. Shared with the text's lower case. */
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
  readonly scanner: Scanner;
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

export interface ValuesNeeds {
  readonly alphabet: Alphabet;
  readonly steps: readonly Step[];
  readonly request: Sieve;
  readonly response: Sieve;
}

/** The texts of one transaction, each once. */
export interface Values {
  /** `isKept` texts that are short are remembered for later transactions, with what was learned about them. */
  intern(text: string, isKept: boolean): Value;
  through(value: Value, chain: Chain): Value;
  /** The same for a text that is not worth remembering. */
  plain(text: string, chain: Chain): string;
  /** Which tests may be true of it. */
  sieved(value: Value, side: Side): Sifted;
  /** Looks at its bytes, if nobody has yet. */
  read(value: Value): void;
  /** May this one be true of it? A text that is not worth remembering is not scanned for the sake of one test. */
  mayPass(value: Value, side: Side, test: number): boolean;
}

/** Opens the texts of one transaction; what they cost is taken from its budget. */
export type OpenValues = (budget: Budget) => Values;

/** Longer texts are not remembered across transactions. */
const KEPT_LENGTH_MAX = 512;
/** Texts in each of the two generations that are remembered across transactions, and characters of them and of what was made of them. */
const KEPT_VALUES_MAX = 4_096;
const KEPT_CHARACTERS_MAX = 2_097_152;

/** What looking a text up, transforming or scanning it costs however short it is, in steps. */
const STEPS_PER_TEXT = 64;
/** And what scanning each of its bytes costs, measured against one that is read or transformed. */
const STEPS_PER_BYTE_SCANNED = 2;

interface Memory {
  get(text: string): Value | undefined;
  add(value: Value): void;
  /** A kept value now leads to a text that is not kept itself, but lives as long. */
  charge(characters: number): void;
}

/** Two generations of remembered texts: when the younger is full, the older is forgotten as a whole. */
function createMemory(): Memory {
  let young = new Map<string, Value>();
  let old = new Map<string, Value>();
  let characters = 0;
  const charge = (more: number): void => {
    characters += more;
    if (young.size < KEPT_VALUES_MAX && characters < KEPT_CHARACTERS_MAX) return;
    old = young;
    young = new Map();
    characters = 0;
  };
  const add = (value: Value): void => {
    charge(value.text.length);
    young.set(value.text, value);
  };
  return {
    add,
    charge,
    get(text) {
      const value = young.get(text);
      if (value !== undefined) return value;
      const aged = old.get(text);
      if (aged !== undefined) add(aged);
      return aged;
    },
  };
}

/** What is learned about short header values, names and cookies stays for later transactions; arguments and bodies are forgotten. */
export function createValues(needs: ValuesNeeds): OpenValues {
  const memory = createMemory();
  const { low: lowOf, high: highOf } = needs.alphabet;
  const look = (value: Value): void => {
    const bytes = work(value.text);
    const end = value.text.length;
    let low = 0;
    let high = 0;
    for (let at = 0; at < end; at += 1) {
      const byte = bytes[at] as number;
      low |= lowOf[byte] as number;
      high |= highOf[byte] as number;
    }
    value.low = low;
    value.high = high;
    value.isRead = true;
  };
  return (budget) => openValues(needs, budget, memory, look);
}

function valueOf(text: string, isKept: boolean): Value {
  return { text, low: 0, high: 0, isRead: false, isKept, next: undefined, request: undefined, response: undefined, upper: undefined, settled: undefined }; // biome-ignore format: one line
}

function openValues(needs: ValuesNeeds, budget: Budget, memory: Memory, look: (value: Value) => void): Values {
  const own = new Map<string, Value>();
  const { steps } = needs;
  const nothingNext = new Array<Value | undefined>(steps.length).fill(undefined);

  function intern(text: string, isKept: boolean): Value {
    const isShort = isKept && text.length <= KEPT_LENGTH_MAX;
    const known = isShort ? memory.get(text) : own.get(text);
    if (known !== undefined) return known;
    budget.spend(STEPS_PER_TEXT);
    const value = valueOf(text, isShort);
    if (isShort) memory.add(value);
    else own.set(text, value);
    return value;
  }

  function read(value: Value): void {
    if (value.isRead) return;
    budget.spend(value.text.length);
    look(value);
  }

  /** Two transformations seldom come to the same text: what is not remembered is not looked up either. */
  function derive(text: string, isKept: boolean): Value {
    if (isKept) return intern(text, true);
    return valueOf(text, false);
  }

  function step(value: Value, number: number): Value {
    const known = value.next?.[number];
    if (known !== undefined) return known;
    const transform = steps[number] as Step;
    budget.spend(value.text.length + STEPS_PER_TEXT);
    const text = transform.apply(value.text);
    const made = text === value.text ? value : derive(text, value.isKept);
    if (transform.isLowercase && made !== value && !made.isRead) {
      made.upper = value;
      // A class that only upper case was in is one too many: it is asked about in vain, and nothing is missed.
      made.low = value.low | transform.gives.low;
      made.high = value.high | transform.gives.high;
      made.isRead = value.isRead;
    }
    if (value.isKept && !made.isKept) memory.charge(made.text.length);
    value.next ??= nothingNext.slice();
    value.next[number] = made;
    return made;
  }

  function isTouchedBy(value: Value, mask: ByteMask): boolean {
    read(value);
    return ((value.low & mask.low) | (value.high & mask.high)) !== 0;
  }

  function through(value: Value, chain: Chain): Value {
    if (!chain.isAlways && !isTouchedBy(value, chain.touches)) return value;
    let made = value;
    for (const number of chain.steps) {
      const transform = steps[number] as Step;
      if (transform.isAlways || isTouchedBy(made, transform.touches)) made = made.next?.[number] ?? step(made, number);
    }
    return made;
  }

  function plain(text: string, chain: Chain): string {
    let made = text;
    budget.spend(text.length);
    for (const number of chain.steps) made = (steps[number] as Step).apply(made);
    return made;
  }

  function sieved(value: Value, side: Side): Sifted {
    const known = siftedOf(value, side);
    if (known !== undefined) return known;
    read(value);
    const sieve = side === 0 ? needs.request : needs.response;
    const made: Sifted = { found: literalsOf(value, side, sieve), by: sieve.byBytes(value.low, value.high, budget), failed: undefined };
    if (side === 0) value.request = made;
    else value.response = made;
    return made;
  }

  function literalsOf(value: Value, side: Side, sieve: Sieve): Uint32Array {
    if (value.upper !== undefined) return sieved(value.upper, side).found;
    budget.spend(value.text.length * STEPS_PER_BYTE_SCANNED + STEPS_PER_TEXT);
    return sieve.scanner.scan(value.text);
  }

  function mayPass(value: Value, side: Side, test: number): boolean {
    const known = siftedOf(value, side);
    if (known !== undefined || value.isKept) return holds(known ?? sieved(value, side), test);
    read(value);
    return (side === 0 ? needs.request : needs.response).isPossible(test, value.low, value.high);
  }

  return { intern, read, through, plain, sieved, mayPass };
}

function siftedOf(value: Value, side: Side): Sifted | undefined {
  return side === 0 ? value.request : value.response;
}

function holds({ found, by, failed }: Sifted, test: number): boolean {
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
