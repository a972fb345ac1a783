import { Fault } from "../kit/index.ts";
import type { Letter, Visit } from "./contract.ts";

const LETTERS_MAX = 100;

/** Where letters go. `none`: this server sends no mail, and nothing that needs it is offered. */
export interface Outbox {
  /** Whether a letter to someone on this visit would arrive. */
  reaches(visit: Visit): boolean;
  /** Takes the letter at once; sending it is not waited for, so that no answer's time tells whether there was one. */
  send(visit: Visit, letter: Letter): void;
}

export interface Mailbox extends Outbox {
  read(visit: Visit): readonly Letter[];
}

/** The development mailbox: in memory only, bounded, and open to visits with loopback privileges alone. */
export function createMailbox(): Mailbox {
  const letters: Letter[] = [];

  function send(visit: Visit, letter: Letter): void {
    if (!visit.loopback) return;
    letters.push(letter);
    if (letters.length > LETTERS_MAX) letters.shift();
  }

  function read(visit: Visit): readonly Letter[] {
    if (!visit.loopback) throw new Fault("data.missing", "There is nothing here.");
    return [...letters];
  }

  return { reaches: (visit) => visit.loopback, send, read };
}
