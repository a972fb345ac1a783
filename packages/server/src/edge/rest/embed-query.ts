import type { Condition, EmbedRequest, OrderBy } from "../../data/index.ts";
import { Fault } from "../../kit/index.ts";
import type { ConditionReader } from "./condition.ts";
import { readField } from "./field-name.ts";
import { readRange } from "./range.ts";
import type { SelectedEmbed } from "./select.ts";
import { badQuery, createTextReader } from "./text-reader.ts";

/** A parameter whose name leads into an embedded collection: `visits.notes.order`. */
export interface InnerParameter {
  readonly path: readonly string[];
  /** `order`, `or`, or a field with its path into JSON. */
  readonly name: string;
  readonly value: string;
}

/** Splits `visits.notes.order`; `undefined` for a name that leads nowhere. */
export function innerParameter(name: string, value: string): InnerParameter | undefined {
  const reader = createTextReader("name of a filter", name);
  const path: string[] = [];
  let rest = name;
  for (;;) {
    const { field, path: inJson } = readField(reader);
    if (inJson !== undefined || field === "not" || !reader.take(".")) break;
    path.push(field);
    rest = reader.rest();
    reader.back(rest.length);
  }
  return path.length === 0 ? undefined : { path, name: rest, value };
}

export interface EmbedParameters {
  readonly conditions: ConditionReader;
  readonly readOrder: (text: string) => readonly OrderBy[];
  readonly readFilter: (name: string, value: string, conditions: ConditionReader) => Condition;
}

/** What `select` says, with the conditions, order and limits that the other parameters say of each embedded collection. */
export function embedRequests(
  embeds: readonly SelectedEmbed[] | undefined,
  parameters: readonly InnerParameter[],
  readers: EmbedParameters,
): readonly EmbedRequest[] | undefined {
  const [stray] = parameters.filter(({ path }) => !embeds?.some(({ as }) => as === path[0]));
  if (stray !== undefined) throw notEmbedded(stray.path[0] ?? "");
  return embeds?.map((embed): EmbedRequest => {
    const mine = parameters.filter(({ path }) => path[0] === embed.as);
    const own = mine.filter(({ path }) => path.length === 1);
    const inner = mine.filter(({ path }) => path.length > 1).map((each) => ({ ...each, path: each.path.slice(1) }));
    const single = (name: string): string | undefined => {
      const [first, second] = own.filter((each) => each.name === name);
      if (second !== undefined) throw badQuery(name, "The parameter is given more than once.");
      return first?.value;
    };
    const order = single("order");
    const range = readRange(single("limit"), single("offset"), undefined);
    const of = own.filter(({ name }) => !PAGING.has(name)).map(({ name, value }) => readers.readFilter(name, value, readers.conditions));
    return {
      ...embed,
      embeds: embedRequests(embed.embeds, inner, readers) ?? [],
      where: { op: "all", negated: false, of },
      order: order === undefined || order === "" ? [] : readers.readOrder(order),
      limit: range.limit,
      offset: range.offset,
    };
  });
}

const PAGING = new Set(["order", "limit", "offset"]);

function notEmbedded(name: string): Fault {
  const shown = name.slice(0, 63);
  return new Fault("request.malformed", `'${shown}' is not an embedded resource in this request`, {
    detail: { rest: "PGRST108", hint: `Verify that '${shown}' is included in the 'select' query parameter.` },
  });
}
