import type { Clock, Id, Tallies } from "../kit/index.ts";
import type { Asker, Condition, Reader, ReadRequest, Rows, Written } from "./contract.ts";

/** The same id asked for again is one that is polled, and none that is guessed: so long it is remembered. */
const REMEMBERED_MS = 10 * 60_000;
/** Of all callers together; who fills it has been told of long before. */
const REMEMBERED_MAX = 50_000;

interface CounterNeeds extends Pick<Tallies, "rowsRead" | "idsMissed" | "idsMissedFrom"> {
  readonly clock: Clock;
}

/** Counts what was read by whom, and ids that were answered with nothing. A read that finds something costs one look into a map. */
export function createCounter({ clock, rowsRead, idsMissed, idsMissedFrom }: CounterNeeds) {
  let remembered = new Set<string>();
  let since = clock.elapsed();

  function missed(where: Condition, { actor, address }: Pick<Reader, "actor" | "address">, found: number): void {
    const { ids, isAlone } = idsAskedFor(where);
    // With other conditions beside the ids, a row that is there may have failed one of those.
    const missing = found === 0 || isAlone ? ids.length - found : 0;
    if (missing <= 0) return;
    if (clock.elapsed() - since > REMEMBERED_MS || remembered.size >= REMEMBERED_MAX) {
      remembered = new Set();
      since = clock.elapsed();
    }
    const who = actor.kind === "account" ? Buffer.from(actor.id).toString("latin1") : actor.kind === "service" ? actor.keyId : address;
    const before = remembered.size;
    for (const id of ids) remembered.add(`${who}\n${id}`);
    const count = Math.min(missing, remembered.size - before);
    if (count === 0) return;
    if (actor.kind === "nobody") idsMissedFrom.add(address, count);
    else idsMissed.add(keyOf(actor), count);
  }

  return {
    async read(request: ReadRequest, reader: Reader, reading: Promise<Rows>): Promise<Rows> {
      const rows = await reading;
      const found = foundBy(request, rows);
      if (found !== undefined && mayMiss(request, found)) missed(request.where, reader, found);
      // What is open to nobody in particular is no secret that could be carried away.
      if (rows.rows > 0 && reader.actor.kind !== "nobody") rowsRead.add(keyOf(reader.actor), rows.rows + (rows.embedded ?? 0));
      return rows;
    },
    /** An update or delete of an id tells as much as a read. Who asked is known inside its commits only: it counts for the address. */
    async write({ where }: Pick<ReadRequest, "where">, { address }: Asker, writing: Promise<Written>): Promise<Written> {
      const written = await writing;
      if (written.affected === 0) missed(where, { actor: NOBODY, address }, 0);
      return written;
    },
  };
}

const NOBODY = { kind: "nobody" } as const;

function keyOf(actor: Exclude<Reader["actor"], { kind: "nobody" }>): Id | string {
  return actor.kind === "account" ? actor.id : actor.keyId;
}

/** How many rows there are; `undefined` where a page does not tell. */
function foundBy({ limit, offset }: ReadRequest, { rows, total }: Rows): number | undefined {
  if (total !== undefined) return total;
  return offset > 0 || (limit !== undefined && rows >= limit) ? undefined : rows;
}

/** Nearly every read ends here: it found something, and its first condition names no list of ids. */
function mayMiss({ where }: ReadRequest, found: number): boolean {
  return (
    found === 0 || where.op === "in" || where.op === "any" || (where.op === "all" && where.of.some(({ op }) => op === "in" || op === "any"))
  );
}

interface AskedIds {
  readonly ids: readonly string[];
  /** Nothing else is asked. */
  readonly isAlone: boolean;
}

const NO_IDS: AskedIds = { ids: [], isAlone: false };

/** The ids that a question names: by themselves, in a list, or one after the other. */
function idsAskedFor(where: Condition): AskedIds {
  if (where.negated) return NO_IDS;
  if (where.op === "compare") return where.field === "id" && where.by === "eq" ? { ids: [where.text], isAlone: true } : NO_IDS;
  if (where.op === "in") return where.field === "id" ? { ids: where.texts, isAlone: true } : NO_IDS;
  if (where.op !== "all" && where.op !== "any") return NO_IDS;
  const parts = where.of.map(idsAskedFor);
  const isAlone = parts.length > 0 && parts.every((part) => part.isAlone);
  // One of several that names no id lets rows through of which nobody asked by their id.
  return where.op === "any" && !isAlone ? NO_IDS : { ids: parts.flatMap(({ ids }) => ids), isAlone };
}
