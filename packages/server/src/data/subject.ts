import { CHANGES } from "../store/contract.ts";
import type { DataRoom } from "./asked.ts";
import type { LastSteps, SubjectData } from "./subject-contract.ts";
import { eraseRows } from "./subject-erase.ts";
import { namedIn, ownRows, readableRows } from "./subject-export.ts";
import { accountPlaces, names } from "./subject-places.ts";
import { IDEMPOTENCY_TABLE } from "./tables.ts";

/** Loaded when somebody asks for it: no request for rows needs it. */
export function createSubjectData(room: DataRoom): SubjectData {
  return {
    rows: (subject) => ownRows(room, subject),
    readable: (asker) => readableRows(room, asker),
    named: (subject) => namedIn(room, subject),
    erase: (subject) => eraseRows(room, subject),
    lastSteps: (subject) => lastSteps(room, subject),
  };
}

function lastSteps(room: DataRoom, subject: Uint8Array): LastSteps {
  const reached = accountPlaces(room).filter(({ erase }) => erase !== "keep");
  const isOf = (column: string) => ({ op: "compare", sense: "is", column, by: "eq", value: subject }) as const;
  return {
    steps: [
      ...reached.map(({ plan, field }) => ({ do: "expect", table: plan.name, where: names(field, subject), rows: 0 }) as const),
      { do: "clear", table: IDEMPOTENCY_TABLE, where: isOf("actor") },
      // Removing the rows has left records of them: this comes after.
      { do: "clear", table: CHANGES, where: isOf("subject") },
    ],
    clears: ["idempotency", "changes"],
  };
}
