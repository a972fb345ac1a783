import { Fault } from "../../kit/index.ts";
import type { Value } from "../../model/value.ts";
import type { Batch, LogRow, Position } from "../contract.ts";
import { type Catalog, columnOf, type TableEntry, tableOf } from "./catalog.ts";
import type { Views } from "./views.ts";

const PAGE_ROWS = 1_000;
const TRIM_ROWS = 5_000;

/** Wakes those who wait for commits. */
export interface Bell {
  ring(): void;
  /** At every ring, before anybody is woken. */
  onRing(listener: () => void): void;
  /** The next ring, or the end of the signal. */
  heard(signal: AbortSignal): Promise<void>;
}

export function createBell(): Bell {
  const waiting = new Set<() => void>();
  const listeners: (() => void)[] = [];
  return {
    onRing: (listener) => void listeners.push(listener),
    ring() {
      for (const listen of listeners) listen();
      for (const wake of [...waiting]) wake();
    },
    heard(signal) {
      return new Promise((resolve) => {
        const wake = (): void => {
          waiting.delete(wake);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        waiting.add(wake);
        signal.addEventListener("abort", wake);
        if (signal.aborted) wake();
      });
    },
  };
}

interface FeedNeeds {
  /** Asked anew each time: a migration replaces it. */
  readonly known: () => { readonly catalog: Catalog; readonly views: Views };
  readonly bell: Bell;
  readonly isOpen: () => boolean;
  readonly signal: AbortSignal;
}

/** The rows of a log table after a position. Each page holds whole commits: who resumes after its last position has missed nothing. */
export async function* feed(
  { known, bell, isOpen, signal }: FeedNeeds,
  name: string,
  columns: readonly string[],
  after: Position,
): AsyncGenerator<readonly LogRow[]> {
  let position = after;
  while (!signal.aborted && isOpen()) {
    // Before the look, so that a commit between look and wait is heard.
    const next = bell.heard(signal);
    const { catalog, views } = known();
    const rows = page(views, logTable(catalog, name), columns, position);
    position = rows[rows.length - 1]?.position ?? position;
    if (rows.length > 0) yield rows;
    if (rows.length < PAGE_ROWS) await next;
  }
}

interface TrimNeeds extends Pick<FeedNeeds, "known"> {
  readonly commit: (batch: Batch) => Promise<unknown>;
}

/** In small commits, so that nobody waits long behind it. */
export async function trim({ known, commit }: TrimNeeds, name: string, upTo: Position): Promise<void> {
  for (;;) {
    const { catalog, views } = known();
    const table = logTable(catalog, name);
    const middle = views.look(({ statements }) =>
      statements.number(`SELECT p FROM ${table.sql} ORDER BY p, n LIMIT 1 OFFSET ?`).get(TRIM_ROWS),
    );
    const last = typeof middle === "number" && middle < upTo ? middle : upTo;
    await commit({
      steps: [{ do: "clear", table: name, where: { op: "compare", sense: "is", column: "position", by: "lte", value: last } }],
    });
    if (last === upTo) return;
  }
}

function logTable(catalog: Catalog, name: string): TableEntry {
  const table = tableOf(catalog, name);
  if (table.kind !== "log") throw new Fault("data.invalid", `The table ${name} is not a log.`);
  return table;
}

function page(views: Views, table: TableEntry, columnNames: readonly string[], after: Position): readonly LogRow[] {
  const columns = columnNames.map((column) => columnOf(table, column));
  const list = ["p", "n", ...columns.map(({ sql }) => sql)].join(",");
  return views.look(({ statements }) => {
    const last = statements.number(`SELECT p FROM ${table.sql} WHERE p > ? ORDER BY p, n LIMIT 1 OFFSET ?`).get(after, PAGE_ROWS - 1);
    const upTo = typeof last === "number" ? last : Number.MAX_SAFE_INTEGER;
    const rows = statements.rows(`SELECT ${list} FROM ${table.sql} WHERE p > ? AND p <= ? ORDER BY p, n`).all(after, upTo);
    return rows.map(logRow);
  });
}

function logRow([position, n, ...values]: readonly Value[]): LogRow {
  return { position: Number(position), n: Number(n), row: values.map(plain) };
}

function plain(value: Value): Value {
  return value instanceof Uint8Array ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value;
}
