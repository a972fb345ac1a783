import { DONE, FORK, LOOK_AHEAD, LOOK_BEHIND, type Program, READ } from "./program.ts";
import type { Row } from "./row-table.ts";

/** At a match the question "is there one?" is answered; who looks for the last one goes on. */
export type WalkerUse = "stops at a match" | "goes on behind a match";

/** What a step from the entry of the program leads to, wherever it is taken. */
interface Leads {
  readonly states: Int32Array;
  readonly isMatch: boolean;
}

/** Walks through all states of a program that a value may be in, byte by byte: what a row of the table is made with. */
export class Walker {
  /** Is there a match before anything was read or asked? */
  readonly isEntryDone: boolean;
  /** How many states the last step has touched. */
  walked = 0;
  readonly #program: Program;
  readonly #width: number;
  readonly #goesOn: boolean;
  readonly #marks: Int32Array;
  #mark = 0;
  readonly #stack: Int32Array;
  readonly #ready: Int32Array;
  readonly #reached: Int32Array;
  #reachedCount = 0;
  #isMatch = false;
  /** A class of each kind. */
  readonly #models: Int32Array;
  readonly #isEntry: Uint8Array;
  readonly #entry: Int32Array;
  readonly #entryLeads = new Map<number, Leads>();

  constructor(program: Program, use: WalkerUse) {
    this.#program = program;
    this.#width = program.classCount + 1;
    this.#goesOn = use === "goes on behind a match";
    const states = program.operation.length;
    this.#marks = new Int32Array(states);
    this.#stack = new Int32Array(states + 1);
    this.#ready = new Int32Array(states);
    this.#reached = new Int32Array(states);
    this.#isEntry = new Uint8Array(states);
    this.#models = program.kinds.map((kind) => program.kinds.indexOf(kind));
    this.#mark++;
    this.#reach(program.entry);
    this.isEntryDone = this.#isMatch;
    this.#entry = this.#reached.slice(0, this.#reachedCount).sort();
    if (!program.isAnchored) for (const state of this.#entry) this.#isEntry[state] = 1;
  }

  get bytes(): number {
    return this.#marks.byteLength * 4;
  }

  firstRow(): Row {
    const { isAnchored, classCount } = this.#program;
    return { states: isAnchored ? this.#entry : new Int32Array(0), before: classCount, isMatch: false };
  }

  /** What a row leads to over one byte, or over the edge; undefined where no match can come any more. */
  step({ states, before }: Row, column: number): Row | undefined {
    this.walked = 0;
    const fromEntry = this.#program.isAnchored ? undefined : this.#leadsOfEntry(before, column);
    this.#advance(states, before, column);
    const isMatch = this.#isMatch || fromEntry?.isMatch === true;
    if (fromEntry !== undefined) for (let index = 0; index < fromEntry.states.length; index++) this.#keep(fromEntry.states[index] ?? 0);
    const isOver = column === this.#program.classCount || (this.#program.isAnchored && this.#reachedCount === 0);
    if (isOver && !isMatch) return undefined;
    return { states: this.#reached.slice(0, this.#reachedCount).sort(), before: this.#models[column] ?? 0, isMatch };
  }

  #leadsOfEntry(before: number, column: number): Leads {
    const key = before * this.#width + column;
    const known = this.#entryLeads.get(key);
    if (known !== undefined) return known;
    this.#advance(this.#entry, before, column);
    const leads = { states: this.#reached.slice(0, this.#reachedCount), isMatch: this.#isMatch };
    this.#entryLeads.set(key, leads);
    return leads;
  }

  /** Where these states lead over one byte (or over the edge), into `#reached`; tells in `#isMatch` when a match is complete. */
  #advance(states: Int32Array, before: number, column: number): void {
    const { members, to, with: sets, classCount } = this.#program;
    this.#isMatch = false;
    const ready = this.#settle(states, before, column);
    this.#mark++;
    this.#reachedCount = 0;
    if (column === classCount || this.#isOver()) return;
    for (let index = 0; index < ready && !this.#isOver(); index++) {
      const state = this.#ready[index] ?? 0;
      if (members[(sets[state] ?? 0) * this.#width + column] === 1) this.#reach(to[state] ?? 0);
    }
  }

  #isOver(): boolean {
    return this.#isMatch && !this.#goesOn;
  }

  /** Answers all looks, for the place between two bytes is known now. Gives back how many states wait to read. */
  #settle(states: Int32Array, before: number, column: number): number {
    const { operation, members, to, or, with: sets } = this.#program;
    const mark = ++this.#mark;
    let ready = 0;
    for (let index = 0; index < states.length; index++) {
      let depth = 0;
      this.#stack[depth++] = states[index] ?? 0;
      while (depth > 0) {
        const state = this.#stack[--depth] ?? 0;
        if (this.#marks[state] === mark) continue;
        this.#marks[state] = mark;
        this.walked++;
        const kind = operation[state] ?? DONE;
        if (kind === DONE) this.#isMatch = true;
        else if (kind === READ) this.#ready[ready++] = state;
        else if (kind === FORK) {
          this.#stack[depth++] = or[state] ?? 0;
          this.#stack[depth++] = to[state] ?? 0;
        } else if (this.#holds(kind, sets[state] ?? 0, before, column, members)) this.#stack[depth++] = to[state] ?? 0;
      }
    }
    return ready;
  }

  #holds(kind: number, set: number, before: number, column: number, members: Uint8Array): boolean {
    if (kind === LOOK_BEHIND) return members[set * this.#width + before] === 1;
    return kind !== LOOK_AHEAD || members[set * this.#width + column] === 1;
  }

  /** Follows everything that reads nothing and asks nothing. Who goes on behind a match keeps its state, to be told of it with the next byte. */
  #reach(start: number): void {
    const { operation, to, or } = this.#program;
    const mark = this.#mark;
    let depth = 0;
    this.#stack[depth++] = start;
    while (depth > 0) {
      const state = this.#stack[--depth] ?? 0;
      if (this.#marks[state] === mark) continue;
      this.walked++;
      const kind = operation[state] ?? DONE;
      if (kind === DONE && !this.#goesOn) {
        this.#isMatch = true;
        return;
      }
      if (kind === DONE || kind === READ || kind === LOOK_AHEAD || kind === LOOK_BEHIND) {
        this.#keep(state);
        continue;
      }
      this.#marks[state] = mark;
      if (kind === FORK) this.#stack[depth++] = or[state] ?? 0;
      this.#stack[depth++] = to[state] ?? 0;
    }
  }

  #keep(state: number): void {
    if (this.#marks[state] === this.#mark || this.#isEntry[state] === 1) return;
    this.#marks[state] = this.#mark;
    this.#reached[this.#reachedCount++] = state;
  }
}
