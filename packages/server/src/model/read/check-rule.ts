import { parseDuration } from "../../kit/index.ts";
import type { Draft, DraftOperand } from "../record/draft.ts";
import { NEVER, type Rule } from "../rule.ts";
import { checkCompare, checkIn, checkNull, checkUnchanged, mayMeet } from "./check-compare.ts";
import { checkOperand } from "./check-operand.ts";
import type { RuleContext } from "./rule-context.ts";

/** `exists` inside `exists`: each is one more query around the row. */
const EXISTS_DEPTH_MAX = 2;
const MFA_MS_MAX = parseDuration("30d") ?? 0;

type DraftOf<O extends Draft["op"]> = Extract<Draft, { readonly op: O }>;
type Check<O extends Draft["op"]> = (draft: DraftOf<O>, context: RuleContext) => Rule;

/** Turns a draft into a rule whose names and types are known to be right; tells the place of all that is wrong. */
export function checkRule(draft: Draft, context: RuleContext): Rule {
  // Each row of the table takes the drafts of its own op, which is the key that it is found by.
  const check = CHECKS[draft.op] as (draft: Draft, context: RuleContext) => Rule;
  return check(draft, context);
}

const CHECKS: { readonly [O in Draft["op"]]: Check<O> } = {
  all: (draft, context) => list(draft, context),
  any: (draft, context) => list(draft, context),
  not: ({ of }, context) => ({ op: "not", of: checkRule(of, context) }),
  always: () => ({ op: "always" }),
  signedIn: () => ({ op: "signedIn" }),
  compare: checkCompare,
  in: ({ left, values }, context) => checkIn(left, values, context),
  null: ({ operand }, context) => checkNull(operand, context),
  unchanged: ({ operand }, context) => checkUnchanged(operand, context),
  role: ({ role }, { roles, place }) => {
    if (typeof role === "string" && roles.includes(role)) return { op: "role", role };
    return refuse(place, `actor.role ${said(role)} is not among the roles of the plan: ${roles.join(", ") || "there are none"}.`);
  },
  mfaWithin: ({ duration }, { place }) => {
    const ms = typeof duration === "string" ? parseDuration(duration) : undefined;
    if (ms !== undefined && ms > 0 && ms <= MFA_MS_MAX) return { op: "mfaWithin", ms };
    return refuse(place, 'actor.mfa.within needs a duration of at most "30d", such as "10m".');
  },
  level: ({ level }, { place }) => (level === 1 || level === 2 ? { op: "level", level } : refuse(place, "actor.level is 1 or 2.")),
  scope: ({ scope }, { scopes, place }) => {
    if (typeof scope === "string" && scopes.includes(scope)) return { op: "scope", scope };
    return refuse(
      place,
      `actor.scope ${said(scope)} is no scope; write a collection and read, create, update, delete or write: "patients:read".`,
    );
  },
  exists: checkExists,
  wrong: ({ sentence }, { place }) => refuse(place, sentence),
};

function said(input: unknown): string {
  return typeof input === "string" ? `"${input}"` : "(not a text)";
}

function refuse(place: RuleContext["place"], sentence: string): Rule {
  place.problem(sentence);
  return NEVER;
}

function list({ op, of }: DraftOf<"all" | "any">, context: RuleContext): Rule {
  const empty =
    op === "all"
      ? "all() of nothing would let everybody in; for that, write public()."
      : "any() of nothing lets nobody in; for that, leave the rule out.";
  if (of.length === 0) return refuse(context.place, empty);
  return { op, of: of.map((draft) => checkRule(draft, context)) };
}

function checkExists({ target, scope, where }: DraftOf<"exists">, context: RuleContext): Rule {
  const { place, shapes } = context;
  if (context.depth >= EXISTS_DEPTH_MAX) return refuse(place, `exists can stand in at most ${EXISTS_DEPTH_MAX - 1} other exists.`);
  const name = context.resolve(target, place);
  const collection = name === undefined ? undefined : shapes.get(name);
  if (collection === undefined)
    return name === "accounts" ? refuse(place, "exists cannot look into accounts: a rule sees nothing of an account but its id.") : NEVER;
  const inner: RuleContext = { ...context, scope, collection, mayAskUnchanged: false, depth: context.depth + 1 };
  const conditions = where.op === "all" ? where.of : [where];
  const joins = conditions.flatMap((draft) => joinOf(draft, inner, context) ?? []);
  const [join] = joins;
  if (join === undefined || joins.length > 1) {
    return refuse(
      place,
      "exists needs exactly one condition that joins the other row with this one: other.field.is(row.field), alone or directly in all(…).",
    );
  }
  const rest = conditions.filter((draft) => draft !== join.draft).map((draft) => checkRule(draft, inner));
  return { op: "exists", collection: collection.name, field: join.field, pick: join.pick, where: { op: "all", of: rest } };
}

interface Join {
  readonly draft: Draft;
  readonly field: string;
  readonly pick: string;
}

function joinOf(draft: Draft, inner: RuleContext, outer: RuleContext): Join | undefined {
  if (draft.op !== "compare" || draft.by !== "eq") return undefined;
  const [other, row] = isOf(draft.left, inner) ? [draft.left, draft.right] : [draft.right, draft.left];
  if (!isOf(other, inner) || !isOf(row, outer)) return undefined;
  const pick = checkOperand(other, inner);
  const field = checkOperand(row, outer);
  if (pick?.field === undefined || field?.field === undefined || !mayMeet(pick, field, outer)) return undefined;
  return { draft, field: field.field.name, pick: pick.field.name };
}

function isOf(operand: DraftOperand, context: RuleContext): operand is Extract<DraftOperand, { from: "row" }> {
  return operand.from === "row" && operand.scope === context.scope;
}
