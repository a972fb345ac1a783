import { formatId, type Id } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import { fieldToJson } from "../model/index.ts";
import type { Value } from "../model/value.ts";
import type { Row } from "../store/contract.ts";
import type { DataRoom } from "./asked.ts";
import { bytesOrNull, rowPlace } from "./cipher.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { Asker, Condition, JsonRow, ReadRequest } from "./contract.ts";
import { byName } from "./present.ts";
import { readRows } from "./read.ts";
import { othersTurn } from "./slices.ts";
import type { NamedIn, SubjectPage } from "./subject-contract.ts";
import { accountPlaces, names, type Place } from "./subject-places.ts";

const ROWS_PER_PAGE = 200;

/** Rows that would go with the account are the account's: each once, opened. */
export async function* ownRows(room: DataRoom, subject: Id): AsyncIterable<SubjectPage> {
  for (const [plan, places] of byCollection(accountPlaces(room).filter(({ erase }) => erase === "remove"))) {
    const isOwn: Filter = { op: "any", of: places.map(({ field }) => names(field, subject)) };
    for (let last: Value = null; ; ) {
      const page = await nextPage(room, plan, isOwn, last);
      if (page.length === 0) break;
      yield { collection: plan.name, rows: page.map((row) => openRow(room, plan, row)) };
      await othersTurn();
      last = byName(plan.columns, page.at(-1) ?? [])["id"] ?? null;
    }
  }
}

export async function namedIn(room: DataRoom, subject: Id): Promise<readonly NamedIn[]> {
  const kept = accountPlaces(room).filter(({ erase }) => erase === "keep");
  const counted = await room.store.view((view) =>
    Promise.all(
      kept.map(async ({ plan, field }) => {
        const rows = await view.count({ table: plan.name, where: names(field, subject) });
        return { collection: plan.name, field: field.name, rows };
      }),
    ),
  );
  return counted.filter(({ rows }) => rows > 0);
}

/** Through the rules, like any other read of this caller; who it is, is asked again for each page. */
export async function* readableRows(room: DataRoom, asker: Asker): AsyncIterable<SubjectPage> {
  for (const [plan, places] of byCollection(accountPlaces(room))) {
    for (let last: string | undefined; ; ) {
      const page = await readablePage(room, asker, plan, places, last);
      if (page.length === 0) break;
      yield { collection: plan.name, rows: page };
      await othersTurn();
      const { id } = page.at(-1) ?? {};
      if (typeof id !== "string") break;
      last = id;
    }
  }
}

function byCollection(places: readonly Place[]): ReadonlyMap<CollectionPlan, readonly Place[]> {
  return Map.groupBy(places, ({ plan }) => plan);
}

function nextPage(room: DataRoom, plan: CollectionPlan, isOwn: Filter, last: Value): Promise<readonly Row[]> {
  const after: readonly Filter[] = last === null ? [] : [{ op: "compare", sense: "is", column: "id", by: "gt", value: last }];
  const where: Filter = { op: "all", of: [isOwn, ...after] };
  const order = [{ column: "id", direction: "asc", nulls: "last" }] as const;
  return room.store.view((view) => view.read({ table: plan.name, columns: plan.columns, where, order, limit: ROWS_PER_PAGE }));
}

function openRow(room: DataRoom, plan: CollectionPlan, row: Row): JsonRow {
  const stored = byName(plan.columns, row);
  const place = rowPlace(plan, stored);
  const shown: Record<string, unknown> = Object.create(null);
  for (const field of plan.fields.values()) {
    const value = stored[field.name] ?? null;
    shown[field.name] = fieldToJson(field.field, field.encrypted ? room.cipher.open(plan, field, bytesOrNull(value), place) : value);
  }
  return shown;
}

function readablePage(
  room: DataRoom,
  asker: Asker,
  plan: CollectionPlan,
  places: readonly Place[],
  last: string | undefined,
): Promise<readonly JsonRow[]> {
  return room.store.view(async (view) => {
    const actor = await asker.actorIn(view);
    const grant = room.grant(actor, "read", plan.collection, room.clock.now());
    // Asked beforehand: an export that passes over a closed collection is no attempt to read it.
    if (actor.kind !== "account" || !grant.allow) return [];
    const open = places.filter(({ field }) => !isHidden(grant.read.get(field.name)));
    if (open.length === 0) return [];
    const isOwn: Condition = { op: "any", negated: false, of: open.map(({ field }) => compare(field.name, "eq", formatId(actor.id))) };
    const after = last === undefined ? [] : [compare("id", "gt", last)];
    const request: ReadRequest = {
      collection: plan.name,
      select: EVERY_FIELD,
      where: { op: "all", negated: false, of: [isOwn, ...after] },
      order: [{ field: "id", direction: "asc", nulls: "last" }],
      limit: ROWS_PER_PAGE,
      offset: 0,
      count: "none",
      nulls: "kept",
      body: "rows",
    };
    const { json } = await readRows(room, request, { id: asker.id, address: asker.address, actor }, view);
    const rows: unknown = JSON.parse(json);
    return Array.isArray(rows) ? rows.filter(isRow) : [];
  });
}

const EVERY_FIELD = [{ field: "*", as: "*" }] as const;

function compare(field: string, by: "eq" | "gt", text: string): Condition {
  return { op: "compare", negated: false, field, by, text };
}

function isHidden(filter: Filter | undefined): boolean {
  return filter !== undefined && filter.op === "any" && filter.of.length === 0;
}

function isRow(value: unknown): value is JsonRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
