import { bytesOf } from "../text/index.ts";
import { type Alphabet, type ByteMask, EVERY_BYTE } from "./alphabet.ts";
import type { Budget } from "./budget.ts";
import { createMemory, KEPT_LENGTH_MAX, type Memory } from "./memory.ts";
import { createShared } from "./shared.ts";
import { type Chain, createValue, holds, type Side, type Sieve, type Sifted, type Step, siftedOf, type Value } from "./value.ts";

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

/** Shorter texts are read again after a transformation, but for lower case. */
const INHERITING_LENGTH_MIN = 1_024;

/** What looking a text up, transforming or scanning it costs however short it is, in steps. */
const STEPS_PER_TEXT = 96;
/** And what scanning each of its bytes costs, measured against one that is read or transformed. */
const STEPS_PER_BYTE_SCANNED = 2;

/** What is learned about short header values, names and cookies stays for later transactions; arguments and bodies are forgotten. */
export function createValues(needs: ValuesNeeds): OpenValues {
  const memory = createMemory();
  return (budget) => openValues(needs, budget, memory);
}

function openValues(needs: ValuesNeeds, budget: Budget, memory: Memory): Values {
  const own = createShared();
  const { alphabet, steps } = needs;
  const nothingNext = new Array<Value | undefined>(steps.length).fill(undefined);

  function intern(text: string, isKept: boolean): Value {
    const isShort = isKept && text.length <= KEPT_LENGTH_MAX;
    const known = isShort ? memory.get(text) : own.get(text);
    if (known !== undefined) return known;
    budget.spend(STEPS_PER_TEXT);
    const value = createValue(text, isShort);
    if (isShort) memory.add(value);
    else own.add(value);
    return value;
  }

  function read(value: Value): void {
    if (value.isRead) return;
    budget.spend(value.text.length);
    look(value, alphabet);
  }

  function isTouched(value: Value, mask: ByteMask): boolean {
    read(value);
    return ((value.low & mask.low) | (value.high & mask.high)) !== 0;
  }

  function through(value: Value, chain: Chain): Value {
    if (!chain.isAlways && !isTouched(value, chain.touches)) return value;
    let made = value;
    for (const number of chain.steps) {
      const step = steps[number] as Step;
      if (step.isAlways || isTouched(made, step.touches)) made = made.next?.[number] ?? take(made, step, number);
    }
    return made;
  }

  function take(value: Value, step: Step, number: number): Value {
    budget.spend(value.text.length + STEPS_PER_TEXT);
    const text = step.apply(value.text);
    // Two transformations seldom come to the same text: what is not remembered is not looked up either.
    const made = text === value.text ? value : value.isKept ? intern(text, true) : createValue(text, false);
    if (made !== value && !made.isRead && step.gives !== EVERY_BYTE) inherit(made, value, step);
    if (value.isKept && !made.isKept) memory.charge(made.text.length);
    value.next ??= nothingNext.slice();
    value.next[number] = made;
    return made;
  }

  function plain(text: string, chain: Chain): string {
    let made = text;
    budget.spend(text.length);
    for (const number of chain.steps) made = (steps[number] as Step).apply(made);
    return made;
  }

  const { sieved, mayPass } = openSieves(needs, budget, read);
  return { intern, read, through, plain, sieved, mayPass };
}

/**
 * What a text is made of tells which classes of bytes may be in it. One that was taken out is one too many: it is asked about in vain, and
 * nothing is missed. A short text is read sooner than it is asked one question in vain.
 */
function inherit(made: Value, from: Value, { gives, isLowercase }: Step): void {
  if (isLowercase) made.upper = from;
  else if (made.text.length < INHERITING_LENGTH_MIN) return;
  made.low = from.low | gives.low;
  made.high = from.high | gives.high;
  made.isRead = from.isRead;
}

function openSieves(needs: ValuesNeeds, budget: Budget, read: Values["read"]): Pick<Values, "sieved" | "mayPass"> {
  const { request, response } = needs;

  function sieved(value: Value, side: Side): Sifted {
    const known = siftedOf(value, side);
    if (known !== undefined) return known;
    read(value);
    const sieve = side === 0 ? request : response;
    const made: Sifted = { found: searchIn(value, side, sieve), by: sieve.byBytes(value.low, value.high, budget), failed: undefined };
    if (side === 0) value.request = made;
    else value.response = made;
    return made;
  }

  function searchIn(value: Value, side: Side, sieve: Sieve): Uint32Array {
    if (value.upper !== undefined && !sieve.isExamined) return sieved(value.upper, side).found;
    budget.spend(value.text.length * STEPS_PER_BYTE_SCANNED + STEPS_PER_TEXT);
    return sieve.search(value.text, budget);
  }

  function mayPass(value: Value, side: Side, test: number): boolean {
    const known = siftedOf(value, side);
    if (known !== undefined || value.isKept) return holds(known ?? sieved(value, side), test);
    read(value);
    return (side === 0 ? request : response).isPossible(test, value.low, value.high);
  }

  return { sieved, mayPass };
}

/** By itself, because a loop is compiled best where it closes over nothing. */
function look(value: Value, { low: lowOf, high: highOf }: Alphabet): void {
  const end = value.text.length;
  const bytes = bytesOf(value.text);
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
}
