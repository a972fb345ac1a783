import { Fault, type FaultCode } from "../../kit/index.ts";
import type { Position } from "../contract.ts";
import { runBatch } from "./batch.ts";
import { type Connection, codeOf } from "./driver.ts";
import { createStatements, type Statements } from "./statements.ts";
import { EngineError, faultOf, type GroupAnswer, type GroupState, type Outbox, type Outcome, type Work } from "./work.ts";

export interface GroupNeeds {
  readonly open: () => Connection;
  /** Where change records go; `undefined` before the first migration. */
  readonly outbox: (connection: Connection) => Outbox | undefined;
  /** The call that makes a group durable, as a door for tests that make it fail before or after it has worked. */
  readonly commit: (connection: Connection) => void;
}

export interface Groups {
  run(works: readonly Work[]): GroupAnswer;
  /** The connection, opened again when it was given up. */
  connection(): Connection;
  /** After a migration: statements and the outbox are not what they were. */
  forget(): void;
  close(): void;
}

/**
 * Group commit: one transaction for many batches, a savepoint for each, one COMMIT, then all answers. A refused batch rolls back
 * alone. An error of the engine ends the transaction for everyone, so all run again singly, and only the guilty one fails.
 */
export function createGroups(needs: GroupNeeds): Groups {
  let open: Open | undefined;

  function ready(): Open {
    open ??= openAll(needs);
    return open;
  }

  function giveUp(): void {
    const old = open;
    open = undefined;
    // Closing rolls back what is not committed.
    old?.connection.close();
  }

  function attempt(works: readonly Work[]): GroupAnswer {
    const { connection, statements, state } = ready();
    statements.of("BEGIN IMMEDIATE").run();
    const before = state.position;
    const outcomes = works.map((work) => runBatch(statements, state, work));
    if (state.position === before) {
      // Nothing but refusals: they saw only what is durable already.
      statements.of("ROLLBACK").run();
      return { outcomes, hadTrouble: false };
    }
    writeState(statements, state);
    try {
      needs.commit(connection);
    } catch (error) {
      return afterFailedCommit(error, outcomes, before, state.position);
    }
    return { outcomes, hadTrouble: false };
  }

  /**
   * Formats §5: a failed COMMIT is unknown until one has looked. The position that lies in the database tells whether the group
   * landed. Before "not written" is said, a commit of its own must succeed: it overwrites what the failed one may have left in the
   * WAL, which a later recovery could otherwise bring to life.
   */
  function afterFailedCommit(error: unknown, outcomes: readonly Outcome[], before: Position, after: Position): GroupAnswer {
    try {
      giveUp();
      const found = ready().state.position;
      if (found !== after && found !== before) return { outcomes: outcomes.map(() => UNKNOWN), hadTrouble: true };
      if (found === before && WROTE_NO_COMMIT.has(codeOf(error))) return { outcomes: outcomes.map(() => NOT_WRITTEN), hadTrouble: true };
      fence(ready());
      return { outcomes: found === after ? outcomes : outcomes.map(() => NOT_WRITTEN), hadTrouble: true };
    } catch {
      // Whatever went wrong while looking: nobody can tell, and the next group opens anew.
      giveUp();
      return { outcomes: outcomes.map(() => UNKNOWN), hadTrouble: true };
    }
  }

  function fence({ connection, statements }: Open): void {
    statements.of("BEGIN IMMEDIATE").run();
    statements.of("UPDATE hf_state SET fence = fence + 1").run();
    needs.commit(connection);
  }

  function single(work: Work): GroupAnswer {
    try {
      return attempt([work]);
    } catch (error) {
      giveUp();
      return { outcomes: [faultOf(error)], hadTrouble: true };
    }
  }

  return {
    run(works) {
      try {
        return attempt(works);
      } catch {
        // Nothing of it is committed. Who is to blame shows when each runs alone, and gets the error then.
        giveUp();
        return { outcomes: works.flatMap((work) => single(work).outcomes), hadTrouble: true };
      }
    },
    connection: () => ready().connection,
    forget() {
      open = open === undefined ? undefined : { ...open, ...fresh(needs, open.connection) };
    },
    close: giveUp,
  };
}

const NOT_WRITTEN: Outcome = {
  fault: fault("store.unavailable", "The database cannot write now. Nothing of this was written; try again later."),
};
const UNKNOWN: Outcome = {
  fault: fault(
    "store.outcome_unknown",
    "The write failed at its very end, and whether it is stored cannot be told. Look before you try again.",
  ),
};

/**
 * With these the engine stopped while it wrote frames, of which the one that commits is the last: there is nothing that a
 * recovery could take for a commit, and no fence is needed (which could not be written on a full disk).
 */
const WROTE_NO_COMMIT: ReadonlySet<string> = new Set(["SQLITE_FULL", "SQLITE_IOERR_WRITE"]);

interface Open {
  readonly connection: Connection;
  readonly statements: Statements;
  readonly state: GroupState;
}

function openAll(needs: GroupNeeds): Open {
  const connection = opened(needs);
  return { connection, ...fresh(needs, connection) };
}

function opened(needs: GroupNeeds): Connection {
  try {
    return needs.open();
  } catch (error) {
    throw new EngineError(error instanceof Fault ? error : new Fault("store.refused", "The database does not open.", { cause: error }));
  }
}

function fresh(needs: GroupNeeds, connection: Connection): Pick<Open, "statements" | "state"> {
  const statements = createStatements(connection);
  const position = Number(connection.prepare("SELECT position FROM hf_state").pluck().get());
  return { statements, state: { position, counts: new Map(), outbox: needs.outbox(connection) } };
}

function writeState(statements: Statements, state: GroupState): void {
  for (const [table, difference] of state.counts) {
    if (difference !== 0) statements.of("UPDATE hf_table SET row_count = row_count + ? WHERE id = ?").run(difference, table);
  }
  state.counts.clear();
  statements.of("UPDATE hf_state SET position = ?").run(state.position);
}

function fault(code: FaultCode, message: string): { readonly code: FaultCode; readonly message: string } {
  return { code, message };
}
