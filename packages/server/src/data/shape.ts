import { dashed, Fault } from "../kit/index.ts";
import type { Filter } from "../model/filter.ts";
import { type JsonPath, samePath } from "../model/index.ts";
import type { Field } from "../model/plan.ts";
import type { Value } from "../model/value.ts";
import type { Wanted } from "../store/contract.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import type { Select } from "./contract.ts";
import { refusedQuestion, type Visibility } from "./visibility.ts";

/** One column of an answer. */
export interface Cell {
  readonly field: FieldPlan;
  /** `"name":` */
  readonly key: string;
  /** Where its value stands in a row. */
  readonly at: number;
  /** JSON of a value that is there. */
  readonly print: (value: Exclude<Value, null>) => string;
  readonly encrypted: boolean;
  /** May be read in some rows only. */
  readonly conditional: boolean;
  /** What is printed of a json value, where not all of it is. */
  readonly path: JsonPath | undefined;
}

/** The columns of an answer, worked out once for a select and what its callers may see. */
export interface Shape {
  readonly cells: readonly Cell[];
  /** What is read from the store, by name. */
  readonly columns: readonly string[];
  /** The same as the store is asked for it: ids that are only printed come as text. */
  readonly wanted: readonly Wanted[];
  /** Every cell is open and plain, and printed as a whole. */
  readonly isPlain: boolean;
  readonly hasEncrypted: boolean;
  readonly hasConditional: boolean;
}

/** Shapes of one select and collection (by visibility) that are kept. */
const SHAPES_KEPT_MAX = 200;

export interface Shapes {
  of(plan: CollectionPlan, select: Select, visibility: Visibility): Shape;
}

export function createShapes(): Shapes {
  const kept = new WeakMap<Select, Map<CollectionPlan, Map<string, Shape>>>();
  return {
    of(plan, select, visibility) {
      const known = kept.get(select)?.get(plan)?.get(visibility.signature);
      if (known !== undefined) return known;
      const shape = planShape(plan, select, visibility);
      const ofSelect = kept.get(select) ?? new Map<CollectionPlan, Map<string, Shape>>();
      const ofPlan = ofSelect.get(plan) ?? new Map<string, Shape>();
      if (ofPlan.size >= SHAPES_KEPT_MAX) ofPlan.clear();
      kept.set(select, ofSelect.set(plan, ofPlan.set(visibility.signature, shape)));
      return shape;
    },
  };
}

function planShape(plan: CollectionPlan, select: Select, visibility: Visibility): Shape {
  const names = new Map<string, Named>();
  for (const { field, as, path, except = [] } of select) {
    if (field !== "*") addName(names, as, { field: visibility.field(field), path });
    else for (const each of visibility.fields) if (!except.includes(each.name)) addName(names, each.name, { field: each, path });
  }
  const named = [...names.values()];
  const columns = new Set<string>(named.map(({ field }) => field.name));
  const hasEncrypted = named.some(({ field }) => field.encrypted);
  const conditional = named.filter(({ field }) => visibility.onlyWhere(field) !== undefined);
  if (hasEncrypted) for (const name of plan.placeFields) columns.add(name);
  // The filters differ between callers who share a shape; the plain fields are all that any of them can ask about.
  if (conditional.length > 0) for (const { name, encrypted } of plan.fields.values()) if (!encrypted) columns.add(name);
  const order = [...columns];
  const cells = [...names].map(([as, { field, path }]): Cell => {
    const print = printerOf(field);
    const isConditional = visibility.onlyWhere(field) !== undefined;
    return {
      field,
      key: `${JSON.stringify(as)}:`,
      at: order.indexOf(field.name),
      print,
      encrypted: field.encrypted,
      conditional: isConditional,
      path,
    };
  });
  const hasConditional = conditional.length > 0;
  const isPlain = !hasEncrypted && !hasConditional && named.every(({ path }) => path === undefined);
  const isPrintedId = (name: string): boolean => isPlain && isId(plan.fields.get(name));
  const wanted = order.map((name): Wanted => (isPrintedId(name) ? { hex: name } : name));
  return { cells, columns: order, wanted, isPlain, hasEncrypted, hasConditional };
}

interface Named {
  readonly field: FieldPlan;
  readonly path: JsonPath | undefined;
}

function addName(names: Map<string, Named>, as: string, named: Named): void {
  const before = names.get(as);
  const { field, path } = named;
  if (path !== undefined && field.field.kind !== "json") throw refusedQuestion(field, "only json fields have paths into them");
  if (before !== undefined && (before.field !== field || !samePath(before.path, path))) {
    throw new Fault("data.invalid", `Two different fields are asked for under the name "${as.slice(0, 63)}".`, {
      detail: { because: "question" },
    });
  }
  names.set(as, named);
}

/** Kinds whose JSON needs no escaping. Stored JSON is validated text: it is sent as it lies, and not parsed to be printed again. */
const BARE: ReadonlySet<Field["kind"]> = new Set<Field["kind"]>(["json", "integer"]);
const IDS: ReadonlySet<Field["kind"]> = new Set<Field["kind"]>(["id", "ref"]);

export function isId(field: FieldPlan | undefined): boolean {
  return field !== undefined && IDS.has(field.field.kind);
}

function printerOf({ field, kind }: FieldPlan): Cell["print"] {
  if (BARE.has(field.kind)) return (value) => String(value);
  if (IDS.has(field.kind)) return (value) => `"${typeof value === "string" ? dashed(value) : kind.toJson(value, field)}"`;
  if (field.kind === "dateTime") return (value) => `"${kind.toJson(value, field)}"`;
  return (value) => JSON.stringify(kind.toJson(value, field));
}

/** The conditions of a shape's conditional cells for one caller, in the order of the cells. */
export function cellFilters(shape: Shape, visibility: Visibility): readonly (Filter | undefined)[] {
  return shape.cells.map(({ field }) => visibility.onlyWhere(field));
}
