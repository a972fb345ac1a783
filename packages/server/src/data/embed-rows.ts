import { Fault, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import type { Value } from "../model/value.ts";
import type { Row, View } from "../store/contract.ts";
import type { Asked, DataRoom } from "./asked.ts";
import { type Branch, isPrinted, type Level, printedKeys } from "./embed-plan.ts";
import { answerMembers } from "./members.ts";
import { damagedRecord } from "./page.ts";
import { byName, type PresentNeeds, presentEach } from "./present.ts";
import { othersTurn } from "./slices.ts";

/** Rows of embedded collections in one answer. */
const EMBEDDED_ROWS_MAX = 10_000;
/** Characters of one answer with embedded rows; what stands inside something else counts on each level. */
const EMBEDDED_CHARACTERS_MAX = 16_777_216;
/** Keys that one query asks for. */
const KEYS_PER_QUERY_MAX = 256;
/** Queries of one answer that are about one row each, because a limit is. */
const SINGLE_QUERIES_MAX = 2_000;
/** Queries or printed rows before others get their turn. */
const STEPS_PER_TURN = 64;

export interface EmbeddingNeeds {
  readonly room: DataRoom;
  readonly asked: Asked;
  readonly view: View;
  readonly nulls: "kept" | "stripped";
}

/** One answer with embedded rows, and what it has cost so far. */
export interface Embedding {
  /** Each row as a JSON object with what is embedded in it; rows that an inner join leaves out are not there. */
  print(level: Level, rows: readonly Row[]): Promise<readonly string[]>;
  rowsRead(): number;
  hasFound(level: Level): boolean;
}

export function createEmbedding(needs: EmbeddingNeeds): Embedding {
  const run: Run = { ...needs, cost: { rows: 0, characters: 0, singleQueries: 0 }, found: new Set() };
  return {
    print: async (level, rows) => (await printLevel(run, level, rows)).filter((json) => json !== undefined),
    rowsRead: () => run.cost.rows,
    hasFound: (level) => run.found.has(level),
  };
}

interface Run extends EmbeddingNeeds {
  readonly cost: { rows: number; characters: number; singleQueries: number };
  readonly found: Set<Level>;
}

/** In the order of the rows; `undefined` for those that an inner join leaves out. */
async function printLevel(run: Run, level: Level, rows: readonly Row[]): Promise<readonly (string | undefined)[]> {
  if (rows.length === 0) return [];
  run.found.add(level);
  const objects = await printOwn(run, level, rows);
  const members: (string[] | undefined)[] = objects.map((json) => (json === "{}" ? [] : [json.slice(1, -1)]));
  for (const branch of level.branches) {
    const keys = await keysOf(run, level, branch, rows);
    const embedded = await fetchBranch(run, branch, keys);
    for (const [at, key] of keys.entries()) {
      const there = key === null ? undefined : embedded.get(keyText(key));
      if (there === undefined && branch.embed.join === "inner") members[at] = undefined;
      const member = memberOf(run, branch, there);
      spend(run, member.length);
      if (member !== "") members[at]?.push(member);
    }
  }
  return members.map((parts) => (parts === undefined ? undefined : `{${parts.join(",")}}`));
}

async function printOwn(run: Run, level: Level, rows: readonly Row[]): Promise<readonly string[]> {
  const { room, asked, view, nulls } = run;
  const { plan, shape, visibility } = level;
  const damaged = (field: string, row: Uint8Array): void => room.trail.note(damagedRecord(room, asked, plan.name, field, row));
  const needs: PresentNeeds = { plan, shape, visibility, cipher: room.cipher, passes: room.passes, nulls, damaged };
  const printed: string[] = [];
  for (let from = 0; from < rows.length; from += STEPS_PER_TURN) {
    if (from > 0) await othersTurn();
    for (const json of await presentEach(needs, view, rows.slice(from, from + STEPS_PER_TURN))) {
      spend(run, json.length);
      printed.push(json);
    }
  }
  return printed;
}

/** What the rows know the others by; null too where the caller may not read it in that row. */
async function keysOf(
  { room, view }: Run,
  { columns }: Level,
  { relation, fromRule }: Branch,
  rows: readonly Row[],
): Promise<readonly Value[]> {
  const at = columns.indexOf(relation.from);
  if (fromRule === undefined) return rows.map((row) => row[at] ?? null);
  const values = rows.map((row) => byName(columns, row));
  const { isMember } = await answerMembers(view, [fromRule], values);
  return values.map((row) => (room.passes(fromRule, row, undefined, isMember) ? (row[relation.from] ?? null) : null));
}

/** An id comes as bytes, or as the text of them. */
function keyText(id: Value): string {
  return id instanceof Uint8Array ? Buffer.from(id.buffer, id.byteOffset, id.byteLength).toString("hex") : String(id);
}

function distinctIds(keys: readonly Value[]): readonly Id[] {
  const texts = new Set(keys.filter((key) => key !== null).map(keyText));
  return [...texts].map((text) => Uint8Array.from(Buffer.from(text, "hex")));
}

/** What stands for each key in the answer; nothing for keys without a row. */
async function fetchBranch(run: Run, branch: Branch, keys: readonly Value[]): Promise<ReadonlyMap<string, string>> {
  const { embed, level, relation } = branch;
  const distinct = distinctIds(keys);
  if (distinct.length === 0 || embed.limit === 0 || (relation.cardinality === "one" && embed.offset > 0)) return new Map();
  const rows = await (level.source === "accounts" ? namedAccounts(run, branch, distinct) : readBranch(run, branch, distinct));
  const printed = await printLevel(run, level, rows);
  const at = level.columns.indexOf(relation.to);
  const byKey = new Map<string, string[]>();
  for (const [index, row] of rows.entries()) {
    const json = printed[index];
    const key = keyText(row[at] ?? null);
    const list = byKey.get(key) ?? [];
    byKey.set(key, list);
    if (json !== undefined) list.push(json);
  }
  const filled = [...byKey].filter(([, list]) => list.length > 0);
  return new Map(filled.map(([key, list]) => [key, relation.cardinality === "one" ? (list[0] ?? "null") : `[${list.join(",")}]`]));
}

/** The refs say that the accounts are there. */
function namedAccounts({ room }: Run, { level }: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  return Promise.resolve(keys.filter((id) => room.passes(level.where, { id }, undefined, () => false)).map((id) => [id]));
}

function readBranch(run: Run, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { relation, embed } = branch;
  if (relation.cardinality === "one") return readForAll(run, branch, keys);
  if (embed.limit !== undefined || embed.offset > 0) return readForEach(run, branch, keys);
  // However long the lists of these few are, what is answered of them fits.
  const isFew = keys.length * run.room.limits.rowsPerAnswerMax <= EMBEDDED_ROWS_MAX - run.cost.rows;
  return isFew && keys.length <= KEYS_PER_QUERY_MAX ? readForFew(run, branch, keys) : readForAll(run, branch, keys);
}

/** All at once where that is little; else each by itself, so that one long list is cut and nothing is refused. */
async function readForFew(run: Run, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { relation } = branch;
  const max = run.room.limits.rowsPerAnswerMax;
  const rows = await ask(run, branch, { op: "in", sense: "is", column: relation.to, values: keys }, max + 1, 0);
  return rows.length > max ? readForEach(run, branch, keys) : counted(run, rows);
}

/** Rows of many keys at once. Those of one key stay in their order. */
async function readForAll(run: Run, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
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
async function readForEach(run: Run, branch: Branch, keys: readonly Id[]): Promise<readonly Row[]> {
  const { embed, relation } = branch;
  run.cost.singleQueries += keys.length;
  if (run.cost.singleQueries > SINGLE_QUERIES_MAX) throw tooMuch("lists with a limit or offset", SINGLE_QUERIES_MAX);
  const max = run.room.limits.rowsPerAnswerMax;
  const limit = Math.min(embed.limit ?? max, max);
  const rows: Row[] = [];
  for (const [at, value] of keys.entries()) {
    if (at > 0 && at % STEPS_PER_TURN === 0) await othersTurn();
    const own: Filter = { op: "compare", sense: "is", column: relation.to, by: "eq", value };
    rows.push(...(await readSome(run, branch, own, limit, embed.offset)));
  }
  return rows;
}

/** One row more than there may be tells that there are too many. */
async function readSome(run: Run, branch: Branch, own: Filter, limit: number | undefined, offset: number): Promise<readonly Row[]> {
  const left = EMBEDDED_ROWS_MAX - run.cost.rows;
  return counted(run, await ask(run, branch, own, Math.min(limit ?? left + 1, left + 1), offset));
}

function ask({ view }: Run, { level }: Branch, own: Filter, limit: number, offset: number): Promise<readonly Row[]> {
  const where: Filter = { op: "all", of: [own, level.where] };
  const page = offset === 0 ? { limit } : { limit, offset };
  return view.read({ table: level.plan.name, columns: level.wanted, where, order: level.order, ...page });
}

function counted({ cost }: Run, rows: readonly Row[]): readonly Row[] {
  cost.rows += rows.length;
  if (cost.rows > EMBEDDED_ROWS_MAX) throw tooMuch("embedded rows", EMBEDDED_ROWS_MAX);
  return rows;
}

/** `"name":value`, or the members of a row that is spread; "" for what is not printed. */
function memberOf({ nulls }: Run, { embed, relation, level }: Branch, there: string | undefined): string {
  if (!isPrinted(embed)) return "";
  if (embed.form === "spread") {
    if (there !== undefined) return there.slice(1, -1);
    return nulls === "stripped"
      ? ""
      : printedKeys(level)
          .map((key) => `${key}null`)
          .join(",");
  }
  if (there === undefined && relation.cardinality === "one" && nulls === "stripped") return "";
  return `${JSON.stringify(embed.as)}:${there ?? (relation.cardinality === "one" ? "null" : "[]")}`;
}

function spend({ cost }: Run, characters: number): void {
  cost.characters += characters;
  if (cost.characters > EMBEDDED_CHARACTERS_MAX) throw tooMuch("characters", EMBEDDED_CHARACTERS_MAX);
}

function tooMuch(what: string, max: number): Fault {
  return new Fault(
    "request.too_large",
    `The answer would have more than ${max} ${what}. Ask for fewer rows at once, or limit what is embedded.`,
    {
      detail: { max },
    },
  );
}
