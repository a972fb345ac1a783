import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Condition, EmbedRequest, OrderBy, ReadRequest, Select } from "../../src/data/index.ts";
import type { Actor } from "../../src/identity/actor.ts";
import { Fault } from "../../src/kit/index.ts";
import type { Value } from "../../src/model/value.ts";
import type { Step } from "../../src/store/contract.ts";
import { createRandom, type Random } from "../access/random.ts";
import { someone } from "../identity/actor.ts";
import { NAMES, randomPlan } from "./embed-plans.ts";
import { type DataHouse, EVERYTHING, openDataHouse, read, rowsOf } from "./house.ts";

const PLANS = 16;
const QUESTIONS_PER_PLAN = 70;
const ROWS_PER_COLLECTION = 14;
const DEPTH = 3;

type Json = Record<string, unknown>;
/** Rows, or the code of the refusal. */
type Heard = { readonly rows: readonly Json[]; readonly total: number | undefined } | { readonly refused: string };

/** A question with embedding, as the reference and the data room are both asked it. */
interface Question {
  readonly collection: string;
  readonly where: Condition;
  readonly order: readonly OrderBy[];
  readonly limit: number | undefined;
  readonly offset: number;
  readonly embeds: readonly EmbedRequest[];
}

describe("Holdfast, asked for rows with rows of other collections in them,", () => {
  const heard = { answered: 0, refused: 0, nested: 0, dropped: 0 };

  for (let seed = 0; seed < PLANS; seed++) {
    test(`answers what plain reads of the same caller say, joined in memory (plan ${seed})`, async () => {
      const random = createRandom(seed);
      await using house = await openDataHouse(randomPlan(random));
      const actors = await fill(house, random);
      for (let round = 0; round < QUESTIONS_PER_PLAN; round++) {
        const actor = random.pick(actors);
        const question = randomQuestion(house, random);
        const [got, expected] = [await asked(house, actor, question), await joinedInMemory(house, actor, question)];
        assert.deepEqual(
          "refused" in got ? "refused" : got,
          "refused" in expected ? "refused" : expected,
          `plan ${seed}, question ${round}: ${JSON.stringify(question)}`,
        );
        if ("refused" in got) heard.refused++;
        else heard.answered++;
        if ("rows" in got && /\[\{|":\{/.test(JSON.stringify(got.rows))) heard.nested++;
        if ("rows" in got && question.embeds.some(({ join }) => join === "inner")) heard.dropped++;
      }
    });
  }

  test("was asked enough for this to mean something", () => {
    assert.ok(heard.answered > 300 && heard.refused > 30 && heard.nested > 150 && heard.dropped > 100, JSON.stringify(heard));
  });
});

/** Accounts of two tenants and of none, and rows that name each other every way, put in behind the rules. */
async function fill(house: DataHouse, random: Random): Promise<readonly Actor[]> {
  const tenants = [house.vault.newId(), house.vault.newId(), null];
  const accounts = await Promise.all(
    [0, 1, 2, 0].map(async (at) => ({ id: await house.account(tenants[at] ?? undefined), tenant: tenants[at] ?? null })),
  );
  const rows = new Map(NAMES.map((name) => [name, Array.from({ length: ROWS_PER_COLLECTION }, () => house.vault.newId())]));
  const inserts: Step[] = [];
  const updates: Step[] = [];
  for (const { name, fields, tenant } of house.plan.collections) {
    for (const id of rows.get(name) ?? []) {
      const account = random.pick(accounts);
      const row: Record<string, Value> = { id, created_at: 0, updated_at: 0, owner: account.id, one: null, two: null };
      if (tenant) row["tenant"] = account.tenant ?? tenants[0] ?? null;
      row["num"] = random.chance(0.2) ? null : random.below(5);
      row["tag"] = random.pick(["x", "y"]);
      inserts.push({ do: "insert", table: name, row });
      const set: Record<string, Value> = {};
      for (const { name: field, ref } of fields)
        if (ref !== undefined && rows.has(ref) && random.chance(0.8)) set[field] = random.pick(rows.get(ref) ?? []);
      if (Object.keys(set).length > 0) updates.push({ do: "update", table: name, key: [id], version: 1, set });
    }
  }
  assert.equal((await house.store.commit({ steps: [...inserts, ...updates] })).committed, true);
  const [first, ...others] = accounts;
  assert.ok(first);
  return [
    { kind: "nobody" },
    someone(first.id, { tenant: first.tenant, roles: ["keeper"] }),
    ...[first, ...others].map(({ id, tenant }) => someone(id, { tenant })),
  ];
}

function randomQuestion(house: DataHouse, random: Random): Question {
  const collection = random.pick(NAMES);
  const embeds = randomEmbeds(house, random, collection, 1);
  const where = [...(random.chance(0.4) ? [randomCondition(random)] : []), ...(random.chance(0.2) ? [presenceOf(random, embeds)] : [])];
  return {
    collection,
    where: { op: "all", negated: false, of: where },
    order: randomOrder(random),
    limit: random.chance(0.3) ? random.below(6) : undefined,
    offset: random.chance(0.2) ? random.below(3) : 0,
    embeds,
  };
}

function presenceOf(random: Random, embeds: readonly EmbedRequest[]): Condition {
  return { op: "is", negated: random.chance(0.5), field: random.pick(embeds).as, word: random.pick(["null", "not_null"]) };
}

function randomEmbeds(house: DataHouse, random: Random, origin: string, level: number): readonly EmbedRequest[] {
  const ways = waysFrom(house, origin);
  return Array.from({ length: 1 + random.below(level === 1 ? 3 : 2) }, (_, at): EmbedRequest => {
    const way = random.pick(ways);
    const isDeep = level < DEPTH && random.chance(0.4) && way.target !== "accounts";
    const join = random.chance(0.3) ? "inner" : "left";
    return {
      as: `e${at}`,
      ...asSaid(random, origin, way),
      join,
      form: "nested",
      select:
        way.target === "accounts"
          ? ID_ONLY
          : random.pick<Select>([
              EVERYTHING,
              ID_ONLY,
              [
                { field: "num", as: "n" },
                { field: "id", as: "id" },
              ],
            ]),
      embeds: isDeep ? randomEmbeds(house, random, way.target, level + 1) : [],
      where: { op: "all", negated: false, of: way.target !== "accounts" && random.chance(0.4) ? [randomCondition(random)] : [] },
      order: way.target === "accounts" ? [] : randomOrder(random),
      limit: way.many && random.chance(0.4) ? random.below(4) : undefined,
      offset: way.many && join === "left" && random.chance(0.1) ? 1 : 0,
    };
  });
}

const ID_ONLY: Select = [{ field: "id", as: "id" }];

interface Way {
  readonly target: string;
  readonly ref: string;
  readonly many: boolean;
}

function waysFrom({ plan }: DataHouse, origin: string): readonly Way[] {
  return plan.collections.flatMap(({ name, fields }) =>
    fields.flatMap(({ name: ref, ref: target }) => [
      ...(target !== undefined && name === origin ? [{ target, ref, many: false }] : []),
      ...(target === origin ? [{ target: name, ref, many: true }] : []),
    ]),
  );
}

/** Up by the field; down by the name with the field as a hint. */
function asSaid(random: Random, origin: string, { target, ref, many }: Way): Pick<EmbedRequest, "target" | "hint"> {
  if (!many) return target === origin || random.chance(0.7) ? { target: ref, hint: undefined } : { target, hint: ref };
  return { target, hint: ref };
}

function randomCondition(random: Random): Condition {
  return random.pick<Condition>([
    { op: "compare", negated: random.chance(0.3), field: "num", by: random.pick(["eq", "gte", "lt"]), text: `${random.below(5)}` },
    { op: "compare", negated: false, field: "tag", by: "eq", text: random.pick(["x", "y"]) },
    { op: "is", negated: false, field: "num", word: "null" },
  ]);
}

/** The id last: else rows that are equal in the others could come in any order. */
function randomOrder(random: Random): readonly OrderBy[] {
  const by = (field: string): OrderBy => ({ field, direction: random.pick(["asc", "desc"]), nulls: random.pick(["first", "last"]) });
  return random.chance(0.5) ? [by("id")] : [by("num"), by("id")];
}

async function hearing(work: () => Promise<Heard>): Promise<Heard> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Fault) return { refused: error.code };
    throw error;
  }
}

function asked(house: DataHouse, actor: Actor, question: Question): Promise<Heard> {
  return hearing(async () => {
    const request: Partial<ReadRequest> & Question = { ...question, count: "exact" };
    const rows = await read(house, actor, request);
    return { rows: await rowsOf(Promise.resolve(rows)), total: rows.total };
  });
}

/** The reference: whole collections by plain reads, everything else here. */
function joinedInMemory(house: DataHouse, actor: Actor, question: Question): Promise<Heard> {
  const { collection, where, order, offset, limit, embeds } = question;
  return hearing(async () => {
    const presences = (where.op === "all" ? where.of : []).filter((part) => part.op === "is" && embeds.some(({ as }) => as === part.field));
    const others = (where.op === "all" ? where.of : []).filter((part) => !presences.includes(part));
    const level = { select: EVERYTHING, embeds, where: { op: "all", negated: false, of: others }, order } as const;
    const rows = await joinedRows(house, actor, collection, level, presences);
    return { rows: rows.slice(offset, limit === undefined ? undefined : offset + limit).map(({ row }) => row), total: rows.length };
  });
}

type LevelQuestion = Pick<EmbedRequest, "select" | "embeds" | "where" | "order">;

async function joinedRows(
  house: DataHouse,
  actor: Actor,
  collection: string,
  { select, embeds, where, order }: LevelQuestion,
  presences: readonly Condition[] = [],
): Promise<readonly { readonly whole: Json; readonly row: Json }[]> {
  const asks = async (of: readonly Condition[], fields: Select): Promise<readonly Json[]> =>
    rowsOf(read(house, actor, { collection, select: fields, where: { op: "all", negated: false, of: [where, ...of] }, order }));
  let rows = (await asks([], EVERYTHING)).map((whole) => ({ whole, row: {} as Json }));
  const shown = await asks([], select);
  rows = rows.map(({ whole }, at) => ({ whole, row: { ...shown[at] } }));
  for (const embed of embeds) {
    const way = await wayOf(house, actor, collection, embed);
    const readable = new Set((await asks([eitherWay(way.from)], ID_ONLY)).map(({ id }) => id));
    const others =
      way.target === "accounts"
        ? undefined
        : await joinedRows(house, actor, way.target, { ...embed, where: alsoReadable(embed.where, way.to) });
    const asksPresence = embed.join === "inner" || presences.some((part) => part.op === "is" && part.field === embed.as);
    if (asksPresence && embed.offset > 0) throw new Fault("request.unsupported", "An offset would decide whether a row is answered.");
    rows = rows.flatMap(({ whole, row }) => {
      const key = readable.has(whole["id"]) ? whole[way.from] : null;
      const all = others === undefined ? accountOf(key) : others.filter((other) => key !== null && other.whole[way.to] === key);
      const end = embed.limit === undefined ? undefined : embed.offset + embed.limit;
      const mine = all.slice(embed.offset, end).map((other) => other.row);
      const isWanted = presences.every(
        (part) => part.op !== "is" || part.field !== embed.as || ((part.word === "null") !== part.negated) === (mine.length === 0),
      );
      if ((embed.join === "inner" && mine.length === 0) || !isWanted || (asksPresence && !readable.has(whole["id"]))) return [];
      return [{ whole, row: { ...row, [embed.as]: way.many ? mine : (mine[0] ?? null) } }];
    });
  }
  return rows;
}

function accountOf(key: unknown): readonly { readonly whole: Json; readonly row: Json }[] {
  return key === null || key === undefined ? [] : [{ whole: { id: key }, row: { id: key } }];
}

/** Every row, but only where the field may be read. */
function eitherWay(field: string): Condition {
  const is = (word: "null" | "not_null"): Condition => ({ op: "is", negated: false, field, word });
  return { op: "any", negated: false, of: [is("null"), is("not_null")] };
}

function alsoReadable(where: Condition, field: string): Condition {
  return { op: "all", negated: false, of: [where, eitherWay(field)] };
}

async function wayOf(
  house: DataHouse,
  actor: Actor,
  origin: string,
  embed: EmbedRequest,
): Promise<Way & { readonly from: string; readonly to: string }> {
  const { target, hint } = embed;
  const isMeant = (way: Way): boolean => {
    if (way.many) return target === way.target && hint === way.ref;
    return target === way.ref || (target === way.target && hint === way.ref && target !== origin);
  };
  const meant: Way[] = [];
  for (const way of waysFrom(house, origin)) {
    if (!isMeant(way)) continue;
    // A plain read that is refused refuses this one too.
    if (way.target !== "accounts") await read(house, actor, { collection: way.target });
    const field: Select = [{ field: way.ref, as: way.ref }];
    const heard = await hearing(async () => ({
      rows: await rowsOf(read(house, actor, { collection: way.many ? way.target : origin, select: field })),
      total: 0,
    }));
    if (!("refused" in heard)) meant.push(way);
  }
  const [way] = meant;
  if (way === undefined || meant.length > 1) throw new Fault("data.ambiguous", "None, or several, are meant.");
  return { ...way, from: way.many ? "id" : way.ref, to: way.many ? way.ref : "id" };
}
