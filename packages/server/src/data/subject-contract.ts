import type { Id } from "../kit/index.ts";
import type { Step } from "../store/contract.ts";
import type { Asker, JsonRow } from "./contract.ts";

/** Rows of one collection, as JSON objects with every field that was asked for. */
export interface SubjectPage {
  readonly collection: string;
  readonly rows: readonly JsonRow[];
}

/** Where rows of others name the account, and would go on doing so after it is erased. */
export interface NamedIn {
  readonly collection: string;
  readonly field: string;
  readonly rows: number;
}

export interface ErasedRows {
  readonly collection: string;
  /** Rows that are gone, and rows that lost the name. */
  readonly removed: number;
  readonly cleared: number;
}

/** The steps of the last commit of an erasure. They are refused while any row is left that the plan's rules reach. */
export interface LastSteps {
  readonly steps: readonly Step[];
  /** Steps whose counts tell what was cleared, in the order of the steps. */
  readonly clears: readonly ("idempotency" | "changes")[];
}

/** What this room holds of one account: rows about it, and rows that name it. */
export interface SubjectData {
  /** Everything in the rows that go with the account, opened, whoever may read it: for the operator. */
  rows(subject: Id): AsyncIterable<SubjectPage>;
  /** What the account itself may read of the rows that are about it or name it. Collections that its rules close are left out. */
  readable(asker: Asker): AsyncIterable<SubjectPage>;
  /** Rows of others that name the account and stay. */
  named(subject: Id): Promise<readonly NamedIn[]>;
  /** Removes and clears by the plan's rules, some rows a commit, until none is left. Cut off anywhere, it is begun again and goes on. */
  erase(subject: Id): Promise<readonly ErasedRows[]>;
  lastSteps(subject: Id): LastSteps;
}
