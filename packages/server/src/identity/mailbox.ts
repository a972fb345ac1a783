import { Fault } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import type { Letter, Visit } from "./contract.ts";

const LETTERS_MAX = 100;

/** A letter on its way: its steps belong into the batch of what causes it, and `done` is called when that batch is committed. */
export interface Posted {
  readonly steps: readonly Step[];
  readonly done: () => void;
}

export const NOT_POSTED: Posted = { steps: [], done: () => undefined };

/** Where letters go. Sending is never waited for, so that no answer's time tells whether there was a letter. */
export interface Outbox {
  /** Whether a letter to someone on this visit would arrive; where none does, nothing that needs one is offered. */
  reaches(visit: Visit): boolean;
  post(visit: Visit, letter: Letter): Posted;
  /** The work of a letter, for whoever is sent none: equal steps, and nothing that is ever delivered. */
  decoy(visit: Visit): Posted;
}

export function posted(all: readonly Posted[]): Posted {
  return {
    steps: all.flatMap(({ steps }) => steps),
    done: () => {
      for (const { done } of all) done();
    },
  };
}

export interface Mailbox extends Outbox {
  read(visit: Visit): readonly Letter[];
}

/** The development mailbox: in memory only, bounded, and open to visits with loopback privileges alone. */
export function createMailbox(): Mailbox {
  const letters: Letter[] = [];

  function keep(letter: Letter): void {
    letters.push(letter);
    if (letters.length > LETTERS_MAX) letters.shift();
  }

  function read(visit: Visit): readonly Letter[] {
    if (!visit.loopback) throw new Fault("data.missing", "There is nothing here.");
    return [...letters];
  }

  return {
    reaches: (visit) => visit.loopback,
    post: (visit, letter) => (visit.loopback ? { steps: [], done: () => keep(letter) } : NOT_POSTED),
    decoy: () => NOT_POSTED,
    read,
  };
}
