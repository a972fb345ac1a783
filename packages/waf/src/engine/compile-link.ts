import { type Rule, RuleProblem, type Target } from "../rule/index.ts";
import { compileAction, type Effect, isInnerAction } from "./actions.ts";
import type { ClassTable } from "./classes.ts";
import type { Heads } from "./heads.ts";
import type { Look } from "./program.ts";
import { compileSelector } from "./selector.ts";
import type { StepTable } from "./steps.ts";
import type { Asked, TestTable } from "./tests.ts";
import type { TxNames } from "./tx.ts";
import type { Side } from "./value.ts";
import { coveredBy, VARIABLES } from "./variables/index.ts";

/** The tables that compiling fills. */
export interface Tables {
  readonly names: TxNames;
  readonly heads: Heads;
  readonly classes: ClassTable;
  readonly steps: StepTable;
  readonly tests: TestTable;
}

/** A rule before the tables are closed: transformations are still numbers. */
export interface LinkDraft {
  readonly rule: Rule;
  readonly position: number;
  readonly looks: readonly Look[];
  readonly asked: Asked | undefined;
  readonly steps: readonly number[];
  readonly side: Side;
  readonly isInner: boolean;
  readonly effects: readonly Effect[];
  readonly lateEffects: readonly Effect[];
}

/** Request phases have one sieve, response phases the other. */
export function sideOf(rule: Rule): Side {
  return rule.phase <= 2 ? 0 : 1;
}

/** Compiles one rule of a chain; throws RuleProblem on a name that means nothing. */
export function draftLink(rule: Rule, position: number, tables: Tables): LinkDraft {
  const side = sideOf(rule);
  const compiling = { rule, names: tables.names, heads: tables.heads };
  const looks = rule.operator === undefined ? [] : looksOf(rule, tables);
  const use = looks.some(({ isLive, isCount }) => !isLive && !isCount) ? "sieved" : "live";
  const isLate = (kind: string): boolean => kind === "ctl";
  return {
    rule,
    position,
    looks,
    asked: rule.operator && tables.tests.add(rule, rule.operator, side, use),
    steps: tables.steps.numbers(rule.transforms, rule.source),
    side,
    isInner: rule.actions.every((action) => isInnerAction(action, compiling)),
    effects: rule.actions.filter(({ kind }) => !isLate(kind)).map((action) => compileAction(action, compiling)),
    lateEffects: rule.actions.filter(({ kind }) => isLate(kind)).map((action) => compileAction(action, compiling)),
  };
}

function looksOf(rule: Rule, tables: Tables): Look[] {
  const excluded = rule.targets.filter(({ exclude }) => exclude);
  const isWhollyExcluded = (target: Target): boolean =>
    excluded.some(({ variable, select }) => select === undefined && coveredBy(variable).includes(target.variable));
  return rule.targets
    .filter((target) => !target.exclude && !isWhollyExcluded(target))
    .map((target) => lookOf(target, excluded, rule, tables));
}

function lookOf(target: Target, excluded: readonly Target[], rule: Rule, { classes, names }: Tables): Look {
  const variable = VARIABLES.get(target.variable);
  if (variable === undefined)
    throw new RuleProblem(`unknown variable ${target.variable}; expected one of the reference manual`, rule.source);
  if (target.select !== undefined && !variable.isCollection)
    throw new RuleProblem(`${target.variable} has no members; expected it without a name behind a colon`, rule.source);
  const own = excluded.filter((other) => coveredBy(other.variable).includes(target.variable));
  const isTxName = target.variable === "TX" && target.select?.kind === "name";
  return {
    shown: shownAs(target),
    entries: classes.add(target, variable, rule),
    isCount: target.count,
    isLive: variable.since === "always",
    txPlace: isTxName && target.select?.kind === "name" ? names.place(target.select.name) : -1,
    excepted: own.flatMap(({ select }) => (select === undefined ? [] : [compileSelector(select, rule.source)])),
  };
}

/** As in logs: the variable, behind it the member where one was named for a count or in TX. */
function shownAs({ variable, count, select }: Target): string {
  return select?.kind === "name" && (count || variable === "TX") ? `${variable}:${select.name}` : variable;
}
