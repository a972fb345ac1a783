import { Fault } from "../kit/index.ts";
import type { Wanted } from "../store/contract.ts";
import type { CollectionPlan } from "./collection-plan.ts";
import type { EmbedRequest } from "./embed-contract.ts";
import type { Branch, Level } from "./embed-plan.ts";
import type { Relation } from "./relations.ts";
import { isId, type Shape } from "./shape.ts";

type Columns = Pick<Level, "columns" | "wanted">;

/** By the shape, which is kept by what was asked: the store knows a question by its list of columns. */
const columnLists = new WeakMap<Shape, Map<string, Columns>>();

export function columnsOf(plan: CollectionPlan, shape: Shape, branches: readonly Branch[], incoming: Relation | undefined): Columns {
  const columns = new Set(shape.columns);
  for (const { relation } of branches) columns.add(relation.from);
  if (incoming !== undefined) columns.add(incoming.to);
  // What a rule of a field asks about is not known here: the plain fields are all that it can be.
  const hasRules = branches.some(({ fromRule }) => fromRule !== undefined);
  if (hasRules) for (const { name, encrypted } of plan.fields.values()) if (!encrypted) columns.add(name);
  if (columns.size === 0) columns.add("id");
  const key = `${hasRules} ${[...columns].join()}`;
  const lists = columnLists.get(shape) ?? new Map<string, Columns>();
  columnLists.set(shape, lists);
  const known = lists.get(key);
  if (known !== undefined) return known;
  const isText = shape.isPlain && !hasRules;
  const wanted = [...columns].map((name): Wanted => (isText && isId(plan.fields.get(name)) ? { hex: name } : name));
  const list = { columns: [...columns], wanted };
  lists.set(key, list);
  return list;
}

/** Every name that a row of the level is answered with, as it is printed. */
export function printedKeys({ shape, branches }: Level): readonly string[] {
  const embedded = branches.flatMap(({ embed, level }) => {
    if (!isPrinted(embed)) return [];
    return embed.form === "spread" ? printedKeys(level) : [`${JSON.stringify(embed.as)}:`];
  });
  return [...shape.cells.map(({ key }) => key), ...embedded];
}

export function isPrinted({ select, embeds }: EmbedRequest): boolean {
  return select.length > 0 || embeds.length > 0;
}

export function refuseSharedNames(level: Level): void {
  const seen = new Set<string>();
  for (const key of printedKeys(level)) {
    if (seen.has(key)) throw sharedName(key);
    seen.add(key);
  }
}

function sharedName(key: string): Fault {
  const message = `Two things are asked for under the name ${key.slice(0, -1).slice(0, 65)}. Give one of them another: "other:…".`;
  return new Fault("data.invalid", message, { detail: { because: "question" } });
}
