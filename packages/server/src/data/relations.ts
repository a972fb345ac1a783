import { Fault } from "../kit/index.ts";
import type { CollectionPlan, CollectionPlans, FieldPlan } from "./collection-plan.ts";
import type { EmbedRequest } from "./embed-contract.ts";
import { ACCOUNTS } from "./tables.ts";

/** A ref, seen from one of its two ends. */
export interface Relation {
  /** How many rows there can be for one row of the origin. */
  readonly cardinality: "one" | "many";
  /** Whether the origin's rows name the others, or are named by them. */
  readonly side: "names" | "named";
  readonly ref: FieldPlan;
  /** The collection that has the ref. */
  readonly holder: CollectionPlan;
  /** `undefined`: accounts. */
  readonly target: CollectionPlan | undefined;
  /** The fields whose values meet. */
  readonly from: string;
  readonly to: string;
}

const KEY = "id";

/** Every way from a collection to another. */
function relationsOf(plans: CollectionPlans, origin: CollectionPlan): readonly Relation[] {
  const names = origin.refs.map((ref): Relation => {
    const target = plans.get(ref.field.ref ?? "");
    return { cardinality: "one", side: "names", ref, holder: origin, target, from: ref.name, to: KEY };
  });
  const named = [...plans.values()].flatMap((holder) =>
    holder.refs
      .filter((ref) => ref.field.ref === origin.name)
      .map((ref): Relation => {
        const isUnique = holder.collection.uniques.some(({ fields }) => fields.length === 1 && fields[0] === ref.name);
        return { cardinality: isUnique ? "one" : "many", side: "named", ref, holder, target: holder, from: KEY, to: ref.name };
      }),
  );
  return [...names, ...named];
}

/**
 * The one relation that is meant: by the other collection's name, by the ref field of the origin, or, where several lead to the
 * same collection, by that name and the field as a hint. `mayKnow` leaves out those whose field the caller may never read: they look
 * like ones that are not there.
 */
export function findRelation(
  plans: CollectionPlans,
  origin: CollectionPlan,
  embed: EmbedRequest,
  mayKnow: (relation: Relation) => boolean,
): Relation {
  const meant = relationsOf(plans, origin).filter((relation) => isMeant(relation, origin, embed) && mayKnow(relation));
  const [first] = meant;
  if (first === undefined) throw noRelation(origin, embed);
  if (meant.length > 1) throw ambiguous(origin, embed, meant);
  return first;
}

function isMeant(relation: Relation, origin: CollectionPlan, { target, hint }: EmbedRequest): boolean {
  const names = [relation.ref.name, constraintOf(relation)];
  const isByName = target === targetName(relation);
  if (hint !== undefined && !names.includes(hint)) return false;
  // In a collection that names itself, its name leads down to those that name a row, and the field up to the one that is named.
  if (relation.target === origin && relation.side === "names") return hint === undefined && names.includes(target);
  return isByName || (hint === undefined && relation.side === "names" && names.includes(target));
}

function targetName({ target }: Relation): string {
  return target?.name ?? ACCOUNTS;
}

/** The name that such a constraint has by default, which programs that were written for PostgREST know. */
function constraintOf({ holder, ref }: Relation): string {
  return `${holder.name}_${ref.name}_fkey`;
}

/** Characters of a wrong name that are shown. */
const NAME_SHOWN_MAX = 63;

function noRelation(origin: CollectionPlan, { target, hint }: EmbedRequest): Fault {
  const name = target.slice(0, NAME_SHOWN_MAX);
  const using = hint === undefined ? "" : ` using the hint '${hint.slice(0, NAME_SHOWN_MAX)}'`;
  const details = `Searched for a ref between '${origin.name}' and '${name}'${using}, but none was found.`;
  const hinted =
    "A collection is embedded through a ref of one of the two. Rows on the other side of a third collection are embedded inside it.";
  return new Fault("request.malformed", `Could not find a relationship between '${origin.name}' and '${name}' in the schema cache`, {
    detail: { rest: "PGRST200", details, hint: hinted },
  });
}

function ambiguous(origin: CollectionPlan, { target }: EmbedRequest, meant: readonly Relation[]): Fault {
  const details = meant.map((relation) => ({
    cardinality: CARDINALITIES[relation.side][relation.cardinality],
    relationship: `${constraintOf(relation)} using ${relation.holder.name}(${relation.ref.name})`,
    embedding: `${origin.name} with ${targetName(relation)}`,
  }));
  const choices = meant.map(({ ref }) => `'${target}!${ref.name}'`).join(", ");
  const hint = `Try changing '${target}' to one of the following: ${choices}. Find the desired relationship in the 'details' key.`;
  const message = `Could not embed because more than one relationship was found for '${origin.name}' and '${target}'`;
  return new Fault("data.ambiguous", message, { detail: { details, hint } });
}

const CARDINALITIES = {
  names: { one: "many-to-one", many: "many-to-one" },
  named: { one: "one-to-one", many: "one-to-many" },
} as const;
