// Runs what only a backtracking engine can: references, looks at more than one byte, atomic groups. Its time may grow without
// measure, so it asks the payer for every lot of steps: a value that is made to hurt spends the budget of its own request.

import type { Slots, Tracer } from "./captures.ts";
import type { Payer } from "./machine.ts";
import { AGAIN, APART, type Apart, DONE, ENTER, FORK, LOOK_AHEAD, LOOK_BEHIND, type Program, READ, ROUND, SAVE } from "./program.ts";

/** A state that is tried makes no row (measured: 14–25 ns against 2–3 ns for a byte read by a table). */
const TRY_STEPS = 8;
/** Steps are asked for in lots of this size. */
const LOT = 1_024;

/** Builds the backtracker of a program made for it, for groups 0 … `groups` - 1. */
export function createBacktracker(program: Program, groups: number): Tracer {
  return {
    trace(value, from, payer) {
      const attempt = new Attempt(program, groups, value, payer);
      const last = program.isAnchored ? 0 : value.length;
      for (let start = from; start <= last; start++) {
        if (attempt.run(program.entry, start, -1) >= 0) {
          attempt.settle();
          return attempt.slots;
        }
      }
      attempt.settle();
      return undefined;
    },
  };
}

/** One search in one value. What can be undone lies on a stack of triples: [state, place, -] or [-1, cell, what it held]. */
class Attempt {
  readonly slots: Slots;
  readonly #program: Program;
  readonly #width: number;
  readonly #value: string;
  readonly #payer: Payer;
  /** Slots of groups, and behind them the registers of loops. */
  readonly #cells: Int32Array;
  readonly #stack: number[] = [];
  #steps = 0;

  constructor(program: Program, groups: number, value: string, payer: Payer) {
    this.#program = program;
    this.#width = program.classCount + 1;
    this.#value = value;
    this.#payer = payer;
    this.#cells = new Int32Array(groups * 2 + program.registers).fill(-1);
    this.slots = this.#cells.subarray(0, groups * 2);
  }

  /** Asks for the steps not yet asked for. */
  settle(): void {
    this.#payer.spend(this.#steps * TRY_STEPS);
    this.#steps = 0;
  }

  /** Runs from a state and a place; gives back where the match ends, or -1. With `end` it must end there. */
  run(entry: number, start: number, end: number): number {
    const { operation, to, or, with: sets } = this.#program;
    const floor = this.#stack.length;
    let state = entry;
    let at = start;
    for (;;) {
      if (++this.#steps >= LOT) this.settle();
      const kind = operation[state] ?? DONE;
      const set = sets[state] ?? 0;
      if (kind === DONE && (end < 0 || at === end)) {
        this.#keepUndo(floor);
        return at;
      }
      if (kind === FORK) {
        this.#stack.push(or[state] ?? 0, at, 0);
        state = to[state] ?? 0;
        continue;
      }
      const next = kind === DONE ? -1 : this.#take(kind, set, state, at);
      if (next >= 0) {
        state = kind === ROUND && this.#cells[this.slots.length + set] === at ? (or[state] ?? 0) : (to[state] ?? 0);
        at = next;
        continue;
      }
      if (!this.#goBack(floor)) return -1;
      at = this.#stack.pop() ?? 0;
      state = this.#stack.pop() ?? 0;
    }
  }

  /** Does what a state says; gives back the place behind it, or -1 where it does not hold. */
  #take(kind: number, set: number, state: number, at: number): number {
    switch (kind) {
      case READ:
        return at < this.#value.length && this.#isMember(set, at) ? at + 1 : -1;
      case LOOK_AHEAD:
        return this.#isMember(set, at) ? at : -1;
      case LOOK_BEHIND:
        return this.#isMember(set, at - 1) ? at : -1;
      case SAVE:
        if (set < this.slots.length) this.#write(set, at);
        return at;
      case ENTER:
        this.#write(this.slots.length + set, at);
        return at;
      case AGAIN:
        return this.#again(set, this.#program.or[state] === 1, at);
      case APART:
        return this.#apart(this.#program.aparts[set], at);
      default:
        return at;
    }
  }

  #isMember(set: number, at: number): boolean {
    const { members, classes, classCount } = this.#program;
    const column = at >= 0 && at < this.#value.length ? (classes[this.#value.charCodeAt(at) & 0xff] ?? 0) : classCount;
    return members[set * this.#width + column] === 1;
  }

  #write(cell: number, content: number): void {
    this.#stack.push(-1, cell, this.#cells[cell] ?? -1);
    this.#cells[cell] = content;
  }

  /** Undoes to the last fork above the floor and leaves its state and place on the stack; false when there is none. */
  #goBack(floor: number): boolean {
    while (this.#stack.length > floor) {
      const held = this.#stack.pop() ?? 0;
      if (this.#stack[this.#stack.length - 2] !== -1) return true;
      this.#cells[this.#stack.pop() ?? 0] = held;
      this.#stack.pop();
    }
    return false;
  }

  /** Forgets the forks above the floor, but not what must be undone when something before it fails. */
  #keepUndo(floor: number): void {
    const stack = this.#stack;
    let kept = floor;
    for (let index = floor; index < stack.length; index += 3) {
      if (stack[index] !== -1) continue;
      for (let part = 0; part < 3; part++) stack[kept++] = stack[index + part] ?? 0;
    }
    stack.length = kept;
  }

  /** A group that has captured nothing never occurs again (pcre2pattern(3), "Backreferences"). */
  #again(group: number, ignoreCase: boolean, at: number): number {
    const start = this.slots[group * 2] ?? -1;
    const end = this.slots[group * 2 + 1] ?? -1;
    if (start < 0 || end < 0 || at + end - start > this.#value.length) return -1;
    this.#steps += (end - start) >> 2;
    for (let index = start; index < end; index++) {
      const [left, right] = [this.#value.charCodeAt(index), this.#value.charCodeAt(at + index - start)];
      if (left !== right && !(ignoreCase && lower(left) === lower(right))) return -1;
    }
    return at + end - start;
  }

  #apart(apart: Apart | undefined, at: number): number {
    if (apart === undefined) return -1;
    const floor = this.#stack.length;
    const end = apart.kind === "behind" ? this.#behind(apart, at) : this.run(apart.entry, at, -1);
    if (!apart.negated) return end < 0 || apart.kind === "atomic" ? end : at;
    if (end < 0) return at;
    while (this.#goBack(floor));
    return -1;
  }

  #behind({ entry, least, most }: Apart, at: number): number {
    for (let length = least; length <= Math.min(most, at); length++) if (this.run(entry, at - length, at) >= 0) return at;
    return -1;
  }
}

function lower(code: number): number {
  return code >= 0x41 && code <= 0x5a ? code + 0x20 : code;
}
