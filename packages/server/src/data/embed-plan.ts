import { Fault } from "../kit/index.ts";
import { EVERY_ROW, type Filter, NO_ROW } from "../model/index.ts";
import type { Order, Wanted } from "../store/contract.ts";
import { type Asked, type DataRoom, requireGrant, tenantOf } from "./asked.ts";
import type { CollectionPlan, FieldPlan } from "./collection-plan.ts";
import { compileCondition } from "./conditions.ts";
import type { ReadRequest } from "./contract.ts";
import { accountsPlan, namesAccount } from "./embed-accounts.ts";
import { columnsOf, refuseSharedNames } from "./embed-columns.ts";
import type { EmbedRequest } from "./embed-contract.ts";
import { orderOf } from "./page.ts";
import { findRelation, type Relation } from "./relations.ts";
import type { Shape } from "./shape.ts";
import { isNever, type Visibility, visibilityOf } from "./visibility.ts";

/** What is asked of one collection and of those embedded in it, held against the plan and the rules for one caller. */
export interface Level {
  readonly plan: CollectionPlan;
  /** Of accounts nothing is read: their ids are what the refs say. */
  readonly source: "rows" | "accounts";
  readonly visibility: Visibility;
  readonly shape: Shape;
  /** The read rule alone. */
  readonly rule: Filter;
  /** The read rule, the conditions, the rules of the fields that are used, and the inner joins. */
  readonly where: Filter;
  readonly lookups: readonly FieldPlan[];
  readonly order: readonly Order[];
  /** Those of the shape, then what the embedding needs besides. The same list for the same question. */
  readonly columns: readonly string[];
  /** The same as the store is asked for it: where nothing else is done with them, ids come as text. */
  readonly wanted: readonly Wanted[];
  readonly branches: readonly Branch[];
}

export interface Branch {
  readonly embed: EmbedRequest;
  readonly relation: Relation;
  readonly level: Level;
  /** What a row of the origin must pass for the field that leads from it to be seen. */
  readonly fromRule: Filter | undefined;
}

export interface EmbedNeeds {
  readonly room: DataRoom;
  readonly asked: Asked;
  /** What a rule is to be asked as; itself, but for answers of a write. */
  readonly asAsked: (rule: Filter) => Promise<Filter>;
}

type Question = Pick<ReadRequest, "select" | "where" | "order" | "embeds">;

/** Fault `access.denied` (or what a plain read answers) for a collection on the way that the caller may read no row of. */
export async function planLevel(
  needs: EmbedNeeds,
  plan: CollectionPlan,
  question: Question,
  incoming: Relation | undefined,
): Promise<Level> {
  const { room, asked } = needs;
  const grant = requireGrant(room, asked, "read", plan);
  const rule = await needs.asAsked(grant.old);
  const rules = new Map<string, Filter>();
  for (const [name, filter] of grant.read) rules.set(name, await needs.asAsked(filter));
  const visibility = visibilityOf(plan, rules);
  const branches: Branch[] = [];
  for (const embed of question.embeds ?? []) branches.push(await planBranch(needs, plan, visibility, embed));
  return levelOf(needs, { plan, source: "rows", visibility, rule, branches, question, incoming });
}

interface LevelNeeds extends Pick<Level, "plan" | "source" | "visibility" | "rule" | "branches"> {
  readonly question: Question;
  readonly incoming: Relation | undefined;
}

function levelOf({ room, asked }: EmbedNeeds, { plan, source, visibility, rule, branches, question, incoming }: LevelNeeds): Level {
  const related = (name: string): ((isThere: boolean) => Filter) | undefined => {
    const branch = branches.find(({ embed }) => embed.as === name);
    return branch === undefined ? undefined : (isThere) => presence(branch, isThere);
  };
  const wanted = compileCondition({ plan, visibility, cipher: room.cipher, tenant: tenantOf(plan, asked.actor), related }, question.where);
  const order = orderOf(question.order, visibility);
  const shape = room.shapes.of(plan, question.select, visibility);
  const joins = branches.filter(({ embed }) => embed.join === "inner").map((branch) => presence(branch, true));
  const toField = incoming === undefined ? undefined : plan.fields.get(incoming.to);
  const toRule = toField === undefined ? undefined : visibility.onlyWhere(toField);
  const where: Filter = { op: "all", of: [rule, wanted.filter, ...order.rules, ...joins, ...(toRule === undefined ? [] : [toRule])] };
  const columns = columnsOf(plan, shape, branches, incoming);
  const level: Level = { plan, source, visibility, shape, rule, where, lookups: wanted.lookups, order: order.by, ...columns, branches };
  refuseSharedNames(level);
  return level;
}

async function planBranch(needs: EmbedNeeds, origin: CollectionPlan, visibility: Visibility, embed: EmbedRequest): Promise<Branch> {
  const { room, asked } = needs;
  const mayKnow = ({ from, to, target }: Relation): boolean => {
    if (!isVisible(origin, from, visibility)) return false;
    return target === undefined || isVisible(target, to, visibilityOf(target, requireGrant(room, asked, "read", target).read));
  };
  const relation = findRelation(room.plans, origin, embed, mayKnow);
  if (embed.form === "spread" && relation.cardinality === "many") throw unspreadable(origin, embed);
  const level =
    relation.target === undefined ? accountsLevel(needs, origin, embed) : await planLevel(needs, relation.target, embed, relation);
  const from = origin.fields.get(relation.from);
  return { embed, relation, level, fromRule: from === undefined ? NO_ROW : visibility.onlyWhere(from) };
}

function isVisible(plan: CollectionPlan, name: string, visibility: Visibility): boolean {
  const field = plan.fields.get(name);
  if (field === undefined) return false;
  const rule = visibility.onlyWhere(field);
  return rule === undefined || !isNever(rule);
}

const UNRULED: ReadonlyMap<string, Filter> = new Map();

function accountsLevel(needs: EmbedNeeds, origin: CollectionPlan, embed: EmbedRequest): Level {
  const plan = accountsPlan(origin, embed);
  const visibility = visibilityOf(plan, UNRULED);
  return levelOf(needs, { plan, source: "accounts", visibility, rule: EVERY_ROW, branches: [], question: embed, incoming: undefined });
}

/** Whether anything is embedded through a branch, as a filter of the origin's rows: it pages and counts like every other. */
function presence({ embed, relation, level, fromRule }: Branch, isThere: boolean): Filter {
  if (embed.offset > 0) {
    const hint = `Leave out ${embed.as}.offset, or the join.`;
    throw new Fault("request.unsupported", "An offset is not offered where it would decide whether a row is answered.", {
      detail: { hint },
    });
  }
  const filter = embed.limit === 0 ? (isThere ? NO_ROW : EVERY_ROW) : joined(relation, level, isThere);
  return fromRule === undefined ? filter : { op: "all", of: [filter, fromRule] };
}

function joined({ from, to }: Relation, { plan, source, where }: Level, isThere: boolean): Filter {
  if (source === "accounts") return namesAccount(from, where, isThere);
  return { op: "member", sense: isThere ? "is" : "isNotTrue", column: from, table: plan.name, pick: to, where };
}

function unspreadable(origin: CollectionPlan, { as }: EmbedRequest): Fault {
  const name = as.slice(0, 63);
  return new Fault("request.malformed", `A spread operation on '${name}' is not possible`, {
    detail: {
      rest: "PGRST119",
      details: `'${origin.name}' and '${name}' do not form a many-to-one or one-to-one relationship`,
      hint: "Leave out the three dots: rows of which there can be several are answered as a list.",
    },
  });
}
