import { EVERY_ROW, type Filter, holdsScope, NO_ROW, type Rule } from "../model/index.ts";
import type { Asking } from "./asking.ts";
import { compileCompare, compileIn, compileNull } from "./compile-compare.ts";
import { type Compiled, decide, type RuleOf, type Site, type Tree } from "./compiled.ts";
import { member } from "./member.ts";

type Compile<O extends Rule["op"]> = <U>(rule: RuleOf<O>, site: Site<U>) => Compiled<U>;

/** Pushes negations down to the leaves and turns each rule into a closure, once; nothing of the rule is looked at again afterwards. */
export function compileRule<U>(rule: Rule, site: Site<U>): Compiled<U> {
  // Each row of the table takes the rules of its own op, which is the key that it is found by.
  const compile = COMPILERS[rule.op] as <T>(rule: Rule, site: Site<T>) => Compiled<T>;
  return compile(rule, site);
}

const COMPILERS: { readonly [O in Rule["op"]]: Compile<O> } = {
  all: ({ of }, site) => (site.wanted ? allOf : anyOf)(compileParts(of, site)),
  any: ({ of }, site) => (site.wanted ? anyOf : allOf)(compileParts(of, site)),
  not: ({ of }, site) => compileRule(of, { ...site, wanted: !site.wanted }),
  always: (_rule, site) => decide(site, () => true),
  signedIn: (_rule, site) => decide(site, ({ signedIn }) => signedIn),
  role: ({ role }, site) => decide(site, ({ roles }) => roles.includes(role)),
  level: (rule, site) => decide(site, ({ level }) => level === rule.level),
  scope: ({ scope }, site) => decide(site, ({ scopes }) => holdsScope(scopes, scope)),
  mfaWithin: ({ ms }, site) => decide(site, ({ mfaAt, now }) => mfaAt !== null && mfaAt <= now && now - mfaAt <= ms),
  compare: compileCompare,
  in: compileIn,
  null: compileNull,
  unchanged: ({ field }, site) => {
    const leaf = site.unchanged(field, site.wanted ? "is" : "isNot");
    return () => leaf;
  },
  exists: ({ collection, field, pick, where }, site) =>
    member({ field, collection, pick, where: compileFilter(where, collection, site) }, site),
};

/** A rule over stored rows: nothing in it can ask what a row was before. */
export function compileFilter(
  rule: Rule,
  collection: string,
  { refOf, isTenant }: Pick<Site<never>, "refOf" | "isTenant">,
): (asking: Asking) => Filter {
  return compileRule<never>(rule, { wanted: true, collection, refOf, isTenant, unchanged: noUnchanged });
}

function noUnchanged(field: string): never {
  throw new TypeError(`unchanged(${field}) stands in a rule that has no row before.`);
}

function compileParts<U>(rules: readonly Rule[], site: Site<U>): readonly Compiled<U>[] {
  return [...rules].sort(actorFirst).map((rule) => compileRule(rule, site));
}

/** What knows only the actor is asked first: it is cheapest, and often settles the rest. */
function actorFirst(a: Rule, b: Rule): number {
  return Number(asksRow(a)) - Number(asksRow(b));
}

function asksRow(rule: Rule): boolean {
  if (rule.op === "all" || rule.op === "any") return rule.of.some(asksRow);
  if (rule.op === "not") return asksRow(rule.of);
  if (rule.op === "compare") return rule.left.from === "row" || rule.right.from === "row";
  if (rule.op === "in") return rule.left.from === "row";
  if (rule.op === "null") return rule.operand.from === "row";
  return rule.op === "unchanged" || rule.op === "exists";
}

export function allOf<U>(parts: readonly Compiled<U>[]): Compiled<U> {
  return combine("all", parts, EVERY_ROW, NO_ROW);
}

function anyOf<U>(parts: readonly Compiled<U>[]): Compiled<U> {
  return combine("any", parts, NO_ROW, EVERY_ROW);
}

/** `neutral` parts change nothing and are left out; one `deciding` part settles the whole. */
function combine<U>(op: "all" | "any", parts: readonly Compiled<U>[], neutral: Filter, deciding: Filter): Compiled<U> {
  const [first] = parts;
  if (first !== undefined && parts.length === 1) return first;
  return (asking) => {
    let only: Tree<U> = neutral;
    let many: Tree<U>[] | undefined;
    for (const part of parts) {
      const tree = part(asking);
      if (tree === deciding) return deciding;
      if (tree === neutral) continue;
      if (many !== undefined) many.push(tree);
      else if (only === neutral) only = tree;
      else many = [only, tree];
    }
    return many === undefined ? only : { op, of: many };
  };
}
