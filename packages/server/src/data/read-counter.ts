import type { Clock, Id, Tallies } from "../kit/index.ts";
import type { Condition, Reader, ReadRequest, Rows } from "./contract.ts";

/** The same id asked for again is one that is polled, and none that is guessed: so long it is remembered. */
const REMEMBERED_MS = 10 * 60_000;
/** Of all callers together; who fills it has been told of long before. */
const REMEMBERED_MAX = 50_000;

interface ReadCounterNeeds extends Pick<Tallies, "rowsRead" | "idsMissed" | "idsMissedFrom"> {
  readonly clock: Clock;
}

/** Counts what was read by whom, and ids that were answered with nothing. A read that finds something costs one look into a map. */
export function createReadCounter({ clock, rowsRead, idsMissed, idsMissedFrom }: ReadCounterNeeds) {
  let remembered = new Set<string>();
  let since = clock.elapsed();

  function missed({ where }: ReadRequest, { actor, address }: Reader): void {
    const id = idAskedFor(where);
    if (id === undefined) return;
    if (clock.elapsed() - since > REMEMBERED_MS || remembered.size >= REMEMBERED_MAX) {
      remembered = new Set();
      since = clock.elapsed();
    }
    const who = actor.kind === "account" ? Buffer.from(actor.id).toString("latin1") : actor.kind === "service" ? actor.keyId : address;
    const about = `${who}\n${id}`;
    if (remembered.has(about)) return;
    remembered.add(about);
    if (actor.kind === "nobody") idsMissedFrom.add(address, 1);
    else idsMissed.add(keyOf(actor), 1);
  }

  return async (request: ReadRequest, reader: Reader, reading: Promise<Rows>): Promise<Rows> => {
    const rows = await reading;
    if (rows.rows === 0) missed(request, reader);
    // What is open to nobody in particular is no secret that could be carried away.
    else if (reader.actor.kind !== "nobody") rowsRead.add(keyOf(reader.actor), rows.rows);
    return rows;
  };
}

function keyOf(actor: Exclude<Reader["actor"], { kind: "nobody" }>): Id | string {
  return actor.kind === "account" ? actor.id : actor.keyId;
}

/** The one id that a question names; `undefined` for every other question. */
function idAskedFor(where: Condition): string | undefined {
  if (where.op === "all" && !where.negated) {
    for (const part of where.of) {
      const id = idAskedFor(part);
      if (id !== undefined) return id;
    }
  }
  return where.op === "compare" && !where.negated && where.field === "id" && where.by === "eq" ? where.text : undefined;
}
