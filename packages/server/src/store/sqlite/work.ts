import { Fault, type FaultCode, type FaultDetail } from "../../kit/index.ts";
import type { Position, Receipt } from "../contract.ts";
import { codeOf } from "./driver.ts";
import type { Operation } from "./step.ts";

/** One batch on its way to the writer. */
export interface Work {
  readonly operations: readonly Operation[];
  readonly otherwise: readonly Operation[];
}

/** A fault as plain data: it crosses from the writer's thread. */
export interface PlainFault {
  readonly code: FaultCode;
  readonly message: string;
  readonly detail?: FaultDetail;
  readonly cause?: string;
}

export type Outcome = { readonly receipt: Receipt } | { readonly fault: PlainFault };

export interface GroupAnswer {
  readonly outcomes: readonly Outcome[];
  /** The engine failed on the way: the disk or the file may need care. */
  readonly hadTrouble: boolean;
}

/** What the transaction in work has come to; a group that does not land throws it away with its connection. */
export interface GroupState {
  position: Position;
  /** Rows that came and went, by table number. */
  readonly counts: Map<number, number>;
  readonly outbox: Outbox | undefined;
}

/** Where change records go. */
export interface Outbox {
  readonly table: number;
  readonly sql: string;
}

/** An error of the engine inside a group, which ends the transaction for all its members. */
export class EngineError extends Error {
  constructor(cause: unknown) {
    super("The engine failed inside a group.", { cause });
    this.name = "EngineError";
  }
}

/** What is wrong with the disk, the file or the memory, as opposed to a batch that asks for what cannot be. */
const TROUBLE = /^SQLITE_(FULL|IOERR|NOMEM|BUSY|LOCKED|READONLY|CORRUPT|NOTADB|CANTOPEN|PROTOCOL|AUTH|PERM|INTERRUPT|ABORT)/;
const UNFIT = /^SQLITE_(TOOBIG|MISMATCH|RANGE|CONSTRAINT)/;

export function isEngineTrouble(error: unknown): boolean {
  return TROUBLE.test(codeOf(error));
}

export function faultOf(error: unknown): Outcome {
  const origin = error instanceof EngineError ? error.cause : error;
  if (origin instanceof Fault && origin.code !== "store.refused")
    return { fault: { code: origin.code, message: origin.message, cause: String(origin.cause) } };
  const code = codeOf(origin);
  const cause = `${code} ${origin instanceof Error ? origin.message : String(origin)}`;
  // A file that opened before and does not now is trouble, not a refusal: the server is running.
  if (TROUBLE.test(code) || origin instanceof Fault)
    return {
      fault: { code: "store.unavailable", message: "The database cannot write now. Nothing of this was written; try again later.", cause },
    };
  if (UNFIT.test(code)) return { fault: { code: "data.invalid", message: "The database does not take this value.", cause } };
  return { fault: { code: "internal", message: "Something went wrong inside the database.", cause } };
}

/** For those who read. A fault is told as it is. */
export function readFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (isEngineTrouble(error)) return new Fault("store.unavailable", "The database cannot be read now; try again later.", { cause: error });
  return new Fault("internal", "Something went wrong inside the database.", { cause: error });
}

export function faultFromPlain({ code, message, detail = {}, cause }: PlainFault): Fault {
  return new Fault(code, message, { detail, cause });
}
