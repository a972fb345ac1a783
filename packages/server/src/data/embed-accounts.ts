import { Fault } from "../kit/index.ts";
import type { Filter, Leaf } from "../model/index.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import type { EmbedRequest } from "./embed-contract.ts";
import { ACCOUNTS } from "./tables.ts";

/** By the collection that names them, whose `id` is of the same kind. */
const plans = new WeakMap<CollectionPlan, CollectionPlan>();

/**
 * Accounts as a collection with one field, which may be read by whoever may read the ref: it says the same. Nothing else of an account
 * is embedded, and nothing through it.
 */
export function accountsPlan(origin: CollectionPlan, { embeds: [inner] }: EmbedRequest): CollectionPlan {
  if (inner !== undefined) {
    const message = `Could not find a relationship between '${ACCOUNTS}' and '${inner.target.slice(0, 63)}' in the schema cache`;
    const hint = "Of accounts the id alone is embedded. Embed the other collection beside it.";
    throw new Fault("request.malformed", message, { detail: { rest: "PGRST200", hint } });
  }
  const known = plans.get(origin);
  if (known !== undefined) return known;
  const id = origin.fields.get("id");
  const fields: ReadonlyMap<string, FieldPlan> = new Map(id === undefined ? [] : [["id", id]]);
  const plan = { ...origin, name: ACCOUNTS, fields, encryptedFields: [], refs: [], columns: ["id"], numbers: [], placeFields: ["id"] };
  plans.set(origin, plan);
  return plan;
}

/** Whether a ref names an account that passes, as a filter of the rows that have the ref. */
export function namesAccount(ref: string, where: Filter, isThere: boolean): Filter {
  const known: Filter = { op: "null", sense: isThere ? "isNot" : "is", column: ref };
  return { op: isThere ? "all" : "any", of: [known, renamed(where, ref, !isThere)] };
}

/** Beside the question whether the ref is null nothing is unknown, and each leaf has an opposite. */
function renamed(filter: Filter, column: string, isNegated: boolean): Filter {
  if (filter.op !== "all" && filter.op !== "any") return renamedLeaf(filter, column, isNegated);
  const op = (filter.op === "all") === isNegated ? "any" : "all";
  return { op, of: filter.of.map((part) => renamed(part, column, isNegated)) };
}

function renamedLeaf(leaf: Leaf, column: string, isNegated: boolean): Leaf {
  if (leaf.op === "compareColumns") throw new Fault("internal", "An account has one field, which cannot be compared with another.");
  if (!isNegated) return { ...leaf, column };
  return { ...leaf, column, sense: leaf.sense === "is" ? "isNot" : "is" };
}
