import { Fault, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Row, View } from "../store/contract.ts";
import type { DataRoom } from "./asked.ts";
import type { Branch } from "./embed-plan.ts";
import { othersTurn } from "./slices.ts";

/** Rows of embedded collections in one answer. */
const EMBEDDED_ROWS_MAX = 10_000;
/** Keys that one query asks for. */
const KEYS_PER_QUERY_MAX = 256;
/** Queries of one answer that are about one row each, because a limit is. */
const SINGLE_QUERIES_MAX = 2_000;
/** Queries before others get their turn. */
const QUERIES_PER_TURN = 64;

export interface FetchNeeds {
  readonly room: DataRoom;
  readonly view: View;
  readonly cost: Cost;
}

/** What one answer has taken so far. */
export interface Cost {
  rows: number;
  singleQueries: number;
}

/** The rows that are embedded for these keys: one query for many keys where that does it. */
export function fetchRows(run: FetchNeeds, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { relation, embed, level } = branch;
  if (level.source === "accounts") return namedAccounts(run, branch, keys);
  if (relation.cardinality === "one") return readForAll(run, branch, keys);
  if (embed.limit !== undefined || embed.offset > 0) return readForEach(run, branch, keys);
  // However long the lists of these few are, what is answered of them fits.
  const isFew = keys.length * run.room.limits.rowsPerAnswerMax <= EMBEDDED_ROWS_MAX - run.cost.rows;
  return isFew && keys.length <= KEYS_PER_QUERY_MAX ? readForFew(run, branch, keys) : readForAll(run, branch, keys);
}

/** The refs say that the accounts are there. */
function namedAccounts({ room }: FetchNeeds, { level }: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  return Promise.resolve(keys.filter((id) => room.passes(level.where, { id }, undefined, () => false)).map((id) => [id]));
}

/** All at once where that is little; else each by itself, so that one long list is cut and nothing is refused. */
async function readForFew(run: FetchNeeds, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { relation } = branch;
  const max = run.room.limits.rowsPerAnswerMax;
  const rows = await ask(run, branch, { op: "in", sense: "is", column: relation.to, values: keys }, max + 1, 0);
  return rows.length > max ? readForEach(run, branch, keys) : counted(run, rows);
}

/** Rows of many keys at once. Those of one key stay in their order. */
async function readForAll(run: FetchNeeds, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { level, relation } = branch;
  const at = level.columns.indexOf(relation.to);
  const perKeyMax = run.room.limits.rowsPerAnswerMax;
  const counts = new Map<string, number>();
  const rows: Row[] = [];
  for (let from = 0; from < keys.length; from += KEYS_PER_QUERY_MAX) {
    if (from > 0) await othersTurn();
    const values = keys.slice(from, from + KEYS_PER_QUERY_MAX);
    for (const row of await readSome(run, branch, { op: "in", sense: "is", column: relation.to, values }, undefined, 0)) {
      const key = keyText(row[at] ?? null);
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      if (count <= perKeyMax) rows.push(row);
    }
  }
  return rows;
}

/** A limit or offset counts for each key: only a query of its own can stop early. */
async function readForEach(run: FetchNeeds, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { embed, relation } = branch;
  run.cost.singleQueries += keys.length;
  if (run.cost.singleQueries > SINGLE_QUERIES_MAX) throw tooMuch("lists with a limit or offset", SINGLE_QUERIES_MAX);
  const max = run.room.limits.rowsPerAnswerMax;
  const limit = Math.min(embed.limit ?? max, max);
  const rows: Row[] = [];
  for (const [at, value] of keys.entries()) {
    if (at > 0 && at % QUERIES_PER_TURN === 0) await othersTurn();
    const own: Filter = { op: "compare", sense: "is", column: relation.to, by: "eq", value };
    rows.push(...(await readSome(run, branch, own, limit, embed.offset)));
  }
  return rows;
}

/** One row more than there may be tells that there are too many. */
async function readSome(run: FetchNeeds, branch: Branch, own: Filter, limit: number | undefined, offset: number): Promise<readonly Row[]> {
  const left = EMBEDDED_ROWS_MAX - run.cost.rows;
  return counted(run, await ask(run, branch, own, Math.min(limit ?? left + 1, left + 1), offset));
}

function ask({ view }: FetchNeeds, { level }: Branch, own: Filter, limit: number, offset: number): Promise<readonly Row[]> {
  const where: Filter = { op: "all", of: [own, level.where] };
  const page = offset === 0 ? { limit } : { limit, offset };
  return view.read({ table: level.plan.name, columns: level.wanted, where, order: level.order, ...page });
}

function counted({ cost }: FetchNeeds, rows: readonly Row[]): readonly Row[] {
  cost.rows += rows.length;
  if (cost.rows > EMBEDDED_ROWS_MAX) throw tooMuch("embedded rows", EMBEDDED_ROWS_MAX);
  return rows;
}

/** An id comes as bytes, or as the text of them. */
export function keyText(id: Value): string {
  return id instanceof Uint8Array ? Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("hex") : String(id);
}

export function distinctIds(keys: readonly Value[]): readonly Id[] {
  const texts = new Set(keys.filter((key) => key !== null).map(keyText));
  return [...texts].map((text) => Uint8Array.from(Buffer.from(text, "hex")));
}

export function tooMuch(what: string, max: number): Fault {
  return new Fault(
    "request.too_large",
    `The answer would have more than ${max} ${what}. Ask for fewer rows at once, or limit what is embedded.`,
    {
      detail: { max },
    },
  );
}
