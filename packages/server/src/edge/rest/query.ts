import type { Condition, EmbedRequest, OrderBy, Select } from "../../data/index.ts";
import { type ConditionLimits, type ConditionReader, createConditionReader } from "./condition.ts";
import { embedRequests, type InnerParameter, innerParameter } from "./embed-query.ts";
import { readField, readFieldName, readFieldNames } from "./field-name.ts";
import type { SelectReader } from "./select.ts";
import { badQuery, createTextReader, notOffered } from "./text-reader.ts";

/** What the query of a URL asks for; nothing in it has been held against the plan yet. */
export interface RestQuery {
  readonly select: Select;
  readonly embeds: readonly EmbedRequest[] | undefined;
  readonly where: Condition;
  /** Whether the query names any condition at all. */
  readonly filtered: boolean;
  readonly order: readonly OrderBy[];
  readonly limit: string | undefined;
  readonly offset: string | undefined;
  readonly columns: readonly string[] | undefined;
  readonly onConflict: readonly string[] | undefined;
}

const PARAMETERS_MAX = 200;
const ORDER_FIELDS_MAX = 10;

/** The parameters that may come once, as text, and those that are not about the rows themselves. */
interface Single {
  select: string | undefined;
  order: string | undefined;
  limit: string | undefined;
  offset: string | undefined;
  columns: string | undefined;
  on_conflict: string | undefined;
  /** Those that lead into embedded collections; no list where there are none. */
  inner: InnerParameter[] | undefined;
}

export function readQuery(query: string, limits: ConditionLimits, selects: SelectReader): RestQuery {
  const single: Single = {
    select: undefined,
    order: undefined,
    limit: undefined,
    offset: undefined,
    columns: undefined,
    on_conflict: undefined,
    inner: undefined,
  };
  const of: Condition[] = [];
  const conditions = createConditionReader(limits);
  // By hand and with comparisons: this runs for every request, and each list or map made here would be paid by all of them.
  let parameters = 0;
  for (let from = 0; from < query.length; ) {
    const mark = query.indexOf("&", from);
    const end = mark === -1 ? query.length : mark;
    if (++parameters > PARAMETERS_MAX) throw badQuery("list", `More than ${PARAMETERS_MAX} parameters are not taken.`);
    if (end > from) readParameter(query.slice(from, end), single, of, conditions);
    from = end + 1;
  }
  const { order, columns, on_conflict: onConflict, inner } = single;
  const { select, embeds } = selects.read(single.select);
  return {
    select,
    embeds:
      embeds === undefined && inner === undefined ? undefined : embedRequests(embeds, inner ?? [], { conditions, readOrder, readFilter }),
    where: { op: "all", negated: false, of },
    filtered: of.length > 0,
    order: order === undefined || order === "" ? [] : readOrder(order),
    limit: single.limit,
    offset: single.offset,
    columns: columns === undefined ? undefined : readFieldNames(createTextReader("columns", columns)),
    onConflict: onConflict === undefined || onConflict === "" ? undefined : readFieldNames(createTextReader("on_conflict", onConflict)),
  };
}

function readParameter(part: string, single: Single, of: Condition[], conditions: ConditionReader): void {
  const at = part.indexOf("=");
  if (at < 0) throw badQuery("list", 'Each parameter is written as "name=value".');
  const name = decode(part.slice(0, at));
  const value = decode(part.slice(at + 1));
  switch (name) {
    case "select":
    case "order":
    case "limit":
    case "offset":
    case "columns":
    case "on_conflict":
      if (single[name] !== undefined) throw badQuery(name, "The parameter is given more than once.");
      single[name] = value;
      return;
    default: {
      const parameter = name.includes(".") ? innerParameter(name, value) : undefined;
      if (parameter === undefined) of.push(readFilter(name, value, conditions));
      else {
        single.inner ??= [];
        single.inner.push(parameter);
      }
    }
  }
}

/** Nothing in these has a meaning of its own. */
const PLAIN_NAME = /^\w+$/;

/** The condition that a parameter names: about a field, perhaps a path into it, or about several conditions together. */
function readFilter(name: string, value: string, conditions: ConditionReader): Condition {
  switch (name) {
    case "and":
    case "or":
      return conditions.logic(name, false, value);
    case "not.and":
      return conditions.logic("and", true, value);
    case "not.or":
      return conditions.logic("or", true, value);
  }
  if (PLAIN_NAME.test(name)) return conditions.field(name, value);
  const reader = createTextReader("name of a filter", name);
  const { field, path } = readField(reader);
  if (!reader.isDone()) reader.fail("Nothing more is expected in the name of a filter.");
  return conditions.field(field, value, path);
}

function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw badQuery("list", `The percent-encoding is not UTF-8 (${cause instanceof Error ? cause.name : "error"}).`);
  }
}

/** `a,b.desc,c.asc.nullsfirst`: where nothing is said, nulls stand as if they were larger than any value. */
function readOrder(text: string): readonly OrderBy[] {
  const reader = createTextReader("order", text);
  const order: OrderBy[] = [];
  do {
    if (order.length >= ORDER_FIELDS_MAX) reader.fail(`Rows are ordered by at most ${ORDER_FIELDS_MAX} fields.`);
    const field = readFieldName(reader);
    if (reader.peek() === "(")
      throw notOffered("An order by embedded collections is not offered yet.", "Order by the fields of this collection.");
    const direction = reader.take(".desc") ? "desc" : "asc";
    if (direction === "asc") reader.take(".asc");
    const nulls = reader.take(".nullsfirst") ? "first" : reader.take(".nullslast") ? "last" : direction === "asc" ? "last" : "first";
    order.push({ field, direction, nulls });
    reader.skipBlanks();
  } while (reader.take(","));
  if (!reader.isDone()) reader.fail('"asc", "desc", "nullsfirst", "nullslast" or "," is expected here.');
  return order;
}
