// Pike's simulation of a program: all ways to match are followed at once, in the order in which PCRE would try them, so that
// groups capture what they capture in PCRE. A byte costs at most one walk through the program.

import type { Payer } from "./machine.ts";
import { type NextClasses, nextClasses } from "./next-classes.ts";
import { DONE, FORK, LOOK_AHEAD, LOOK_BEHIND, type Program, READ, SAVE } from "./program.ts";

/** Where groups begin and end: slots 2n and 2n + 1 for group n, -1 where it took no part. */
export type Slots = Int32Array;

export interface Tracer {
  /** The leftmost match that does not begin before `from`, as PCRE would find it; undefined where there is none. */
  trace(value: string, from: number, payer: Payer): Slots | undefined;
}

/** Steps are asked for in lots of this size, so that a long walk ends soon after the budget. */
const LOT = 2_048;
/** The same for a state that is walked through with its captures, and makes no row (measured: 27–45 ns). */
const THREAD_STEPS = 16;

/** Builds the tracer of a program with saves, for groups 0 … `groups` - 1. */
export function createTracer(program: Program, groups: number): Tracer {
  return new PikeTracer(program, groups * 2);
}

/** Ways to match that have come to the same place, the preferred first. */
interface Threads {
  readonly states: Int32Array;
  readonly slots: Slots[];
  count: number;
}

class PikeTracer implements Tracer {
  readonly #program: Program;
  readonly #width: number;
  readonly #slotCount: number;
  readonly #next: NextClasses;
  readonly #marks: Int32Array;
  readonly #stack: Int32Array;
  readonly #undo: Int32Array;
  #mark = 0;
  #walked = 0;
  #now: Threads;
  #then: Threads;

  constructor(program: Program, slotCount: number) {
    const states = program.operation.length;
    this.#program = program;
    this.#width = program.classCount + 1;
    this.#slotCount = slotCount;
    this.#next = nextClasses(program);
    this.#marks = new Int32Array(states);
    this.#stack = new Int32Array(states * 2 + 2);
    this.#undo = new Int32Array(states * 2 + 2);
    this.#now = { states: new Int32Array(states), slots: [], count: 0 };
    this.#then = { states: new Int32Array(states), slots: [], count: 0 };
  }

  trace(value: string, from: number, payer: Payer): Slots | undefined {
    const { entry, classCount, isAnchored } = this.#program;
    let found: Slots | undefined;
    let before = from === 0 ? classCount : this.#classAt(value, from - 1);
    let ahead = this.#classAt(value, from);
    this.#mark++;
    this.#now.count = 0;
    for (let at = from; at <= value.length; at++) {
      // A match that begins here is preferred to none that began earlier.
      const mayBegin = found === undefined && (at === 0 || !isAnchored);
      if (mayBegin) this.#follow(this.#now, entry, new Int32Array(this.#slotCount).fill(-1), at, before, ahead);
      if (this.#now.count === 0 && (found !== undefined || isAnchored)) break;
      const behind = this.#classAt(value, at + 1);
      found = this.#advance(at, ahead, behind) ?? found;
      before = ahead;
      ahead = behind;
      this.#settle(payer, LOT);
    }
    this.#settle(payer, 0);
    return found;
  }

  #classAt(value: string, at: number): number {
    const { classes, classCount } = this.#program;
    return at < value.length ? (classes[value.charCodeAt(at) & 0xff] ?? 0) : classCount;
  }

  #settle(payer: Payer, atLeast: number): void {
    if (this.#walked < atLeast) return;
    payer.spend(this.#walked * THREAD_STEPS);
    this.#walked = 0;
  }

  /** Reads one byte with every thread; a thread that is done ends those behind it, for it is preferred to them. */
  #advance(at: number, ahead: number, behind: number): Slots | undefined {
    const { operation, members, with: sets, to, classCount } = this.#program;
    const [now, then] = [this.#now, this.#then];
    let found: Slots | undefined;
    this.#mark++;
    then.count = 0;
    for (let index = 0; index < now.count; index++) {
      const state = now.states[index] ?? 0;
      const slots = now.slots[index];
      if (slots === undefined || operation[state] === DONE) {
        found = slots;
        break;
      }
      if (ahead === classCount || members[(sets[state] ?? 0) * this.#width + ahead] !== 1) continue;
      this.#follow(then, to[state] ?? 0, slots, at + 1, ahead, behind);
    }
    this.#now = then;
    this.#then = now;
    return found;
  }

  /** Adds a thread and all it leads to without reading, the preferred way first. */
  #follow(threads: Threads, start: number, slots: Slots, at: number, before: number, ahead: number): void {
    const { operation, members, to, or, with: sets } = this.#program;
    const stack = this.#stack;
    const { words, bits } = this.#next;
    const word = ahead >> 5;
    const bit = 1 << (ahead & 31);
    let depth = 0;
    stack[depth++] = start;
    while (depth > 0) {
      const state = stack[--depth] ?? 0;
      if (state < 0) {
        // The way that had saved here is done: what it had overwritten comes back.
        slots[-1 - state] = this.#undo[depth] ?? -1;
        continue;
      }
      // Most of a large choice cannot go on with the byte that comes: it is not even looked at.
      if (this.#marks[state] === this.#mark || ((bits[state * words + word] ?? 0) & bit) === 0) continue;
      this.#marks[state] = this.#mark;
      this.#walked++;
      const kind = operation[state] ?? DONE;
      const set = sets[state] ?? 0;
      if (kind === READ || kind === DONE) {
        threads.states[threads.count] = state;
        threads.slots[threads.count++] = slots.slice();
        continue;
      }
      if (kind === LOOK_BEHIND || kind === LOOK_AHEAD) {
        if (members[set * this.#width + (kind === LOOK_BEHIND ? before : ahead)] !== 1) continue;
      } else if (kind === FORK) stack[depth++] = or[state] ?? 0;
      else if (kind === SAVE && set < slots.length) {
        this.#undo[depth] = slots[set] ?? -1;
        stack[depth++] = -1 - set;
        slots[set] = at;
      }
      stack[depth++] = to[state] ?? 0;
    }
  }
}
