import type { Condition, OrderBy, Select } from "../../data/index.ts";
import { type ConditionLimits, createConditionReader } from "./condition.ts";
import { readFieldName, readFieldNames } from "./field-name.ts";
import type { SelectReader } from "./select.ts";
import { badQuery, createTextReader, notOffered } from "./text-reader.ts";

/** What the query of a URL asks for; nothing in it has been held against the plan yet. */
export interface RestQuery {
  readonly select: Select;
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

const LOGIC: ReadonlyMap<string, { readonly op: "and" | "or"; readonly negated: boolean }> = new Map([
  ["and", { op: "and", negated: false }],
  ["or", { op: "or", negated: false }],
  ["not.and", { op: "and", negated: true }],
  ["not.or", { op: "or", negated: true }],
]);

const SINGLE = new Set(["select", "order", "limit", "offset", "columns", "on_conflict"]);

export function readQuery(query: string, limits: ConditionLimits, selects: SelectReader): RestQuery {
  const conditions = createConditionReader(limits);
  const single = new Map<string, string>();
  const of: Condition[] = [];
  for (const [name, value] of parameters(query)) {
    const logic = LOGIC.get(name);
    if (SINGLE.has(name)) setOnce(single, name, value);
    else if (logic !== undefined) of.push(conditions.logic(logic.op, logic.negated, value));
    else of.push(conditions.field(filterField(name), value));
  }
  const order = single.get("order");
  const columns = single.get("columns");
  const onConflict = single.get("on_conflict");
  return {
    select: selects.read(single.get("select")),
    where: { op: "all", negated: false, of },
    filtered: of.length > 0,
    order: order === undefined || order === "" ? [] : readOrder(order),
    limit: single.get("limit"),
    offset: single.get("offset"),
    columns: columns === undefined ? undefined : readFieldNames(createTextReader("columns", columns)),
    onConflict: onConflict === undefined || onConflict === "" ? undefined : readFieldNames(createTextReader("on_conflict", onConflict)),
  };
}

function setOnce(single: Map<string, string>, name: string, value: string): void {
  if (single.has(name)) throw badQuery(name, "The parameter is given more than once.");
  single.set(name, value);
}

function parameters(query: string): readonly (readonly [string, string])[] {
  if (query === "") return [];
  const parts = query.split("&");
  if (parts.length > PARAMETERS_MAX) throw badQuery("list", `More than ${PARAMETERS_MAX} parameters are not taken.`);
  return parts.filter((part) => part !== "").map(readParameter);
}

function readParameter(part: string): readonly [string, string] {
  const at = part.indexOf("=");
  if (at < 0) throw badQuery("list", 'Each parameter is written as "name=value".');
  return [decode(part.slice(0, at)), decode(part.slice(at + 1))];
}

function decode(text: string): string {
  if (!text.includes("%") && !text.includes("+")) return text;
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    throw badQuery("list", `The percent-encoding is not UTF-8 (${cause instanceof Error ? cause.name : "error"}).`);
  }
}

/** Nothing in these has a meaning of its own. */
const PLAIN_NAME = /^\w+$/;

/** The field that a parameter filters by. A dot leads into an embedded collection. */
function filterField(name: string): string {
  if (PLAIN_NAME.test(name)) return name;
  const reader = createTextReader("name of a filter", name);
  const field = readFieldName(reader);
  if (reader.peek() === ".") {
    throw notOffered("Parameters of embedded collections are not offered yet.", "Ask for each collection in a request of its own.");
  }
  if (!reader.isDone()) reader.fail("Nothing more is expected in the name of a filter.");
  return field;
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
