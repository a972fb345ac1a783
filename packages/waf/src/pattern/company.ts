// Patterns that honest values often have to be tried on, tried together: one table for several costs no more a byte than a table for
// one, and nearly always says that none of them matches.

import type { Needs } from "../text/index.ts";
import { frequencyOf, frequencyOfBytes } from "./honest-text.ts";
import { createMachine, type Machine, type Payer, WALK_STEPS } from "./machine.ts";
import { createProgram, statesOf } from "./program.ts";
import type { Node } from "./tree.ts";

/** What the others of a table spare a pattern. */
export interface Seat {
  /** True where it is known that no pattern of the table matches in the value; false says nothing. */
  rulesOut(value: string, payer: Payer): boolean;
}

/** Patterns that are asked of the same values. Made at load and handed to each of them. */
export interface Company {
  /** Undefined for a pattern that is not worth a seat. Only for trees that a linear machine runs. */
  join(tree: Node, needs: Needs): Seat | undefined;
}

/** A larger table would have more rows than fit. */
const SEATS_MAX = 6;
const TABLE_STATES_MAX = 15_000;
/** A pattern whose bytes or literals are rarer than that (for each byte of a value) is hardly ever tried. */
const COMMON_FREQUENCY = 0.001;
/** Shorter values are read sooner than they are looked up. */
const VALUE_LENGTH_MIN = 48;
/** Values whose answer is kept for the other patterns of the table, about one request: how many, and their bytes. */
const SEEN_MAX = 2_048;
const SEEN_BYTES_MAX = 262_144;
/** Rules ask about the values of a request one after the other, each in the same order: what is asked next was seen next. */
const SEEN_AHEAD = 8;
/** What a value may cost in new rows before the table gives up; and the values it then lets pass. */
const ROWS_STEPS_MAX = 12_000 * WALK_STEPS;
const PAUSE_VALUES = 256;

/** An empty company: patterns take their seats in the order in which they join, so that a rule set's neighbours sit together. */
export function createCompany(): Company {
  let table = new Table();
  return {
    join(tree, needs) {
      if (!isCommon(needs)) return undefined;
      if (!table.hasRoomFor(tree)) table = new Table();
      table.add(tree);
      return table;
    },
  };
}

/** Does an honest value often hold what the pattern needs? */
function isCommon(needs: Needs): boolean {
  const literals = needs.kind === "literals" ? needs.literals.reduce((sum, literal) => sum + frequencyOf(literal), 0) : 1;
  const bytes = needs.kind === "bytes" ? frequencyOfBytes(needs.bytes) : 1;
  return Math.min(literals, bytes, ...(needs.also ?? []).map(frequencyOfBytes)) > COMMON_FREQUENCY;
}

class GaveUp extends Error {}

class Table implements Seat {
  readonly #trees: Node[] = [];
  #states = 0;
  #machine: Machine | undefined;
  readonly #seen = createSeen();
  #pause = 0;

  hasRoomFor(tree: Node): boolean {
    return this.#machine === undefined && this.#trees.length < SEATS_MAX && this.#states + statesOf(tree) <= TABLE_STATES_MAX;
  }

  add(tree: Node): void {
    this.#trees.push(tree);
    this.#states += statesOf(tree);
  }

  rulesOut(value: string, payer: Payer): boolean {
    if (this.#trees.length < 2 || value.length < VALUE_LENGTH_MIN) return false;
    const known = this.#seen.get(value);
    if (known !== undefined) return known;
    if (this.#pause > 0) {
      this.#pause--;
      return false;
    }
    const answer = this.#read(value, payer);
    this.#seen.add(value, answer);
    return answer;
  }

  #read(value: string, payer: Payer): boolean {
    this.#machine ??= createMachine(createProgram({ kind: "choice", parts: this.#trees }, "yes or no"));
    let left = ROWS_STEPS_MAX;
    payer.spend(value.length);
    try {
      return !this.#machine.has(value, {
        spend(steps) {
          payer.spend(steps);
          left -= steps;
          if (left < 0) throw new GaveUp();
        },
      });
    } catch (error) {
      if (!(error instanceof GaveUp)) throw error;
      // Each pattern is asked by itself then, as if there were no company.
      this.#pause = PAUSE_VALUES;
      return false;
    }
  }
}

interface Seen {
  get(value: string): boolean | undefined;
  add(value: string, answer: boolean): void;
}

/** No map: a map makes a symbol of every text that it is asked for, which costs more than most of these texts are worth. */
function createSeen(): Seen {
  let values: string[] = [];
  let answers: boolean[] = [];
  let bytes = 0;
  // Behind the value that was asked for last, and where those begin that were added together last: at the first value of this request.
  let next = 0;
  let first = 0;
  let isAdding = false;

  function find(value: string, from: number): number {
    for (let at = from; at < from + SEEN_AHEAD && at < values.length; at++) if (values[at] === value) return at;
    return -1;
  }

  return {
    get(value) {
      const ahead = find(value, next);
      const at = ahead >= 0 ? ahead : find(value, first);
      if (at < 0) return undefined;
      next = at + 1;
      isAdding = false;
      return answers[at];
    },
    add(value, answer) {
      bytes += value.length;
      if (bytes > SEEN_BYTES_MAX || values.length >= SEEN_MAX) {
        values = [];
        answers = [];
        bytes = value.length;
        isAdding = false;
      }
      if (bytes > SEEN_BYTES_MAX) return;
      if (!isAdding) first = values.length;
      isAdding = true;
      values.push(value);
      next = answers.push(answer);
    },
  };
}
