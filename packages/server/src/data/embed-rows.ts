import type { Value } from "../model/value.ts";
import type { Row, View } from "../store/contract.ts";
import type { Asked, DataRoom } from "./asked.ts";
import { isPrinted, printedKeys } from "./embed-columns.ts";
import { type Cost, distinctIds, fetchRows, keyText, tooMuch } from "./embed-fetch.ts";
import type { Branch, Level } from "./embed-plan.ts";
import { answerMembers } from "./members.ts";
import { damagedRecord } from "./page.ts";
import { byName, type PresentNeeds, presentEach } from "./present.ts";
import { othersTurn } from "./slices.ts";

/** Characters of one answer with embedded rows; what stands inside something else counts on each level. */
const EMBEDDED_CHARACTERS_MAX = 16_777_216;
/** Printed rows before others get their turn. */
const ROWS_PER_TURN = 64;

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
  readonly cost: Cost & { characters: number };
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
  for (let from = 0; from < rows.length; from += ROWS_PER_TURN) {
    if (from > 0) await othersTurn();
    for (const json of await presentEach(needs, view, rows.slice(from, from + ROWS_PER_TURN))) {
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

/** What stands for each key in the answer; nothing for keys without a row. */
async function fetchBranch(run: Run, branch: Branch, keys: readonly Value[]): Promise<ReadonlyMap<string, string>> {
  const { embed, level, relation } = branch;
  const distinct = distinctIds(keys);
  if (distinct.length === 0 || embed.limit === 0 || (relation.cardinality === "one" && embed.offset > 0)) return new Map();
  const rows = await fetchRows(run, branch, distinct);
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
