import type { Data, Returning, Written } from "../../data/index.ts";
import { Fault, formatId } from "../../kit/index.ts";
import type { Limits } from "../../model/plan.ts";
import type { Answer, Exchange } from "../contract.ts";
import { readRows, readSet } from "./body.ts";
import { type Form, readAccept } from "./media.ts";
import { appliedPreferences, type Preferences, readPreferences } from "./prefer.ts";
import { requireProfile } from "./profile.ts";
import { type RestQuery, readQuery } from "./query.ts";
import { contentRange } from "./range.ts";
import type { SelectReader } from "./select.ts";
import { notOffered } from "./text-reader.ts";

export interface WritesNeeds {
  readonly data: Data;
  readonly limits: Limits;
  readonly selects: SelectReader;
  readonly prefix: string;
}

export interface Writes {
  insert(exchange: Exchange): Promise<Answer>;
  update(exchange: Exchange): Promise<Answer>;
  delete(exchange: Exchange): Promise<Answer>;
}

interface Asked {
  readonly collection: string;
  readonly form: Form;
  readonly preferences: Preferences;
  readonly query: RestQuery;
  readonly returning: Returning;
}

/** POST, PATCH and DELETE of a collection. */
export function createWrites({ data, limits, selects, prefix }: WritesNeeds): Writes {
  const askedBy = (exchange: Exchange): Asked => {
    const { headers, params } = exchange;
    requireProfile(headers.get("content-profile"));
    const form = readAccept(headers.get("accept"));
    const preferences = readPreferences(headers.get("prefer"));
    const query = readQuery(exchange.query, limits, selects);
    refusePaging(query);
    const select = preferences.return === "representation" ? query.select : undefined;
    return {
      collection: params["collection"] ?? "",
      form,
      preferences,
      query,
      returning: { select, nulls: form.nulls, single: form.single, embeds: select === undefined ? undefined : query.embeds },
    };
  };
  return {
    async insert(exchange) {
      const asked = askedBy(exchange);
      const { collection, preferences, query, returning } = asked;
      if (query.filtered)
        throw notOffered("Conditions on an insert are not offered.", "Leave them out: an insert is about the rows in its body.");
      const rows = readRows(exchange.body, limits, query.columns);
      const onConflict = onConflictOf(preferences, query);
      const written = await data.insert(
        {
          collection,
          rows,
          fields: query.columns,
          missing: preferences.missing ?? "null",
          onConflict,
          returning,
          fingerprint: [exchange.query, exchange.body],
        },
        exchange,
      );
      const status = written.inserted === 0 && preferences.resolution === "merge-duplicates" ? 200 : 201;
      return answer(asked, written, "POST", status, locationOf(prefix, collection, preferences, written));
    },
    async update(exchange) {
      const asked = askedBy(exchange);
      const { collection, preferences, query, returning } = asked;
      requireConditions(query);
      const set = readSet(exchange.body, limits);
      const rowsMax = preferences.maxAffected;
      const written = await data.update({ collection, where: query.where, set, fields: query.columns, rowsMax, returning }, exchange);
      return answer(asked, written, "PATCH", asked.returning.select === undefined ? 204 : 200, {});
    },
    async delete(exchange) {
      const asked = askedBy(exchange);
      const { collection, preferences, query, returning } = asked;
      requireConditions(query);
      const written = await data.delete({ collection, where: query.where, rowsMax: preferences.maxAffected, returning }, exchange);
      return answer(asked, written, "DELETE", asked.returning.select === undefined ? 204 : 200, {});
    },
  };
}

/** A write of every row is more often a slip than a wish. */
function requireConditions({ filtered }: RestQuery): void {
  if (filtered) return;
  throw new Fault("request.malformed", "An update or delete needs a condition that says which rows it is about.", {
    detail: { rest: "21000", hint: "To mean every row, say so with a condition that every row passes, such as id=not.is.null." },
  });
}

/** In the dialect they cut the answer and not the write; who reads them otherwise would write too many rows. */
function refusePaging({ limit, offset, order }: RestQuery): void {
  if (limit === undefined && offset === undefined && order.length === 0) return;
  throw notOffered("limit, offset and order are not offered on writes.", "Say with conditions which rows the write is about.");
}

function onConflictOf(preferences: Preferences, query: RestQuery) {
  if (preferences.resolution === undefined) return "refuse";
  return { columns: query.onConflict ?? [], resolve: preferences.resolution === "merge-duplicates" ? "merge" : "ignore" } as const;
}

function locationOf(prefix: string, collection: string, preferences: Preferences, { ids }: Written): Readonly<Record<string, string>> {
  const [id] = ids;
  if (preferences.return !== "headers-only" || id === undefined || ids.length !== 1) return {};
  return { location: `${prefix}/${collection}?id=eq.${formatId(id)}` };
}

function answer(asked: Asked, written: Written, method: string, status: number, more: Readonly<Record<string, string>>): Answer {
  const { preferences, form } = asked;
  const total = preferences.count === "exact" || preferences.count === "estimated" ? written.affected : undefined;
  const rows = method === "PATCH" ? written.affected : 0;
  const headers: Record<string, string> = { "content-range": contentRange(0, rows, total), ...more };
  const applied = appliedPreferences(preferences, method);
  if (applied !== "") headers["preference-applied"] = applied;
  if (asked.returning.select === undefined) return { status, headers };
  headers["content-type"] = form.contentType;
  const { json } = written.returned;
  return { status, headers, body: form.single ? json.slice(1, -1) : json };
}
