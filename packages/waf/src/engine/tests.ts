import type { BuiltOperator, Operator, OperatorContext, Test } from "../operator/index.ts";
import { type Company, createCompany } from "../pattern/index.ts";
import { type OperatorCall, type Rule, RuleProblem, type RuleSet } from "../rule/index.ts";
import type { Needs } from "../text/index.ts";
import { compileTemplate, type Template } from "./macro.ts";
import type { State } from "./state.ts";
import type { TxNames } from "./tx.ts";
import type { Side } from "./value.ts";

/** What a rule asks of a value. */
export interface Asked {
  /** Its bit in the sieve; -1 where it is built for each transaction, or asked of nothing that is sieved. */
  readonly number: number;
  /** The argument holds no macros: the answer depends on the value alone. */
  readonly isFixed: boolean;
  readonly isMatch: (value: string, state: State) => boolean;
}

/** The distinct tests of the loaded rules. Rules that ask the same share one. */
export interface TestTable {
  /** `sieved`: asked of values that stay, so that it gets a bit in the sieve of that side. */
  add(rule: Rule, call: OperatorCall, side: Side, use: "sieved" | "live"): Asked;
  /** What each sieved test of a side needs, by its number. */
  needs(side: Side): readonly Needs[];
}

export type FindOperator = (name: string) => Operator | undefined;

interface Sieved {
  readonly asked: Asked;
  readonly needs: Needs;
}

/** They ask a list that changes while the process runs, and tell what they have found: no answer of theirs is kept. */
const LOOKUPS: ReadonlySet<string> = new Set(["geoLookup", "rbl"]);
/** Built operators kept for each argument that macros have given. */
const FILLED_MAX = 32;
/** An argument made by macros may not be longer: it is compiled while a request waits. */
const FILLED_BYTES_MAX = 16_384;
/** What building costs of the budget for each byte of the argument. */
const STEPS_PER_BUILT_BYTE = 50;

/** An empty table. */
export function createTestTable(names: TxNames, findOperator: FindOperator, readData: RuleSet["readData"]): TestTable {
  const sides: readonly [Sieved[], Sieved[]] = [[], []];
  // Request rules and response rules look at different values: their patterns do not sit at one table.
  const companies: readonly [Company, Company] = [createCompany(), createCompany()];
  const built = new Map<string, BuiltOperator>();
  const places = new Map<string, Asked>();

  function contextFor(rule: Rule, side: Side, use: "sieved" | "live"): OperatorContext {
    const context = contextOf(rule, readData);
    return use === "live" ? context : { ...context, company: companies[side] };
  }

  /** Rules that ask the same share what was built for it. */
  function fixed(rule: Rule, call: OperatorCall, operator: Operator, side: Side, use: "sieved" | "live"): Asked {
    const key = JSON.stringify([operator.name, rule.capture, call.argument, folderOf(rule)]);
    const known = built.get(key) ?? operator.build(call.argument, contextFor(rule, side, use));
    built.set(key, known);
    const isMatch = matcher(known.test, rule.capture, call.negated);
    const isFixed = !LOOKUPS.has(operator.name);
    if (use === "live" || !isFixed) return { number: -1, isFixed, isMatch };
    const sievedKey = JSON.stringify([key, call.negated, side]);
    const asked = places.get(sievedKey) ?? { number: sides[side].length, isFixed: true, isMatch };
    if (places.has(sievedKey)) return asked;
    places.set(sievedKey, asked);
    sides[side].push({ asked, needs: call.negated ? { kind: "anything" } : known.needs });
    return asked;
  }

  return {
    add(rule, call, side, use) {
      const operator = findOperator(call.name);
      if (operator === undefined)
        throw new RuleProblem(`unknown operator @${call.name}; expected one of the reference manual`, rule.source);
      const template = compileTemplate(call.argument, names, rule.source, "literal");
      return template.constant === undefined ? filled(rule, call, operator, template, readData) : fixed(rule, call, operator, side, use);
    },
    needs: (side) => sides[side].map(({ needs }) => needs),
  };
}

/** Data files lie beside the rule: the same argument may mean another file in another folder. */
function folderOf(rule: Rule): string {
  return rule.source.file.slice(0, rule.source.file.lastIndexOf("/") + 1);
}

function contextOf(rule: Rule, readData: RuleSet["readData"]): OperatorContext {
  return { source: rule.source, capture: rule.capture, readData: (name) => readData(name, rule.source) };
}

function matcher(test: Test, capture: boolean, negated: boolean): (value: string, state: State) => boolean {
  if (capture) {
    return (value, state) => {
      state.captured.length = 0;
      return test(value, state.capturingTrial) !== negated;
    };
  }
  return negated ? (value, state) => !test(value, state.plainTrial) : (value, state) => test(value, state.plainTrial);
}

/** An argument with macros: built once for each text they give, and kept. */
function filled(rule: Rule, call: OperatorCall, operator: Operator, template: Template, readData: RuleSet["readData"]): Asked {
  const context: OperatorContext = { ...contextOf(rule, readData), isFilled: true };
  const built = new Map<string, (value: string, state: State) => boolean>();
  return {
    number: -1,
    isFixed: false,
    isMatch(value, state) {
      const argument = template.fill(state);
      let isMatch = built.get(argument);
      if (isMatch === undefined) {
        if (argument.length > FILLED_BYTES_MAX)
          throw new RuleProblem(`the argument of @${call.name} grew beyond ${FILLED_BYTES_MAX} bytes`, rule.source);
        state.budget.spend(argument.length * STEPS_PER_BUILT_BYTE);
        isMatch = matcher(operator.build(argument, context).test, rule.capture, call.negated);
        if (built.size >= FILLED_MAX) built.clear();
        built.set(argument, isMatch);
      }
      return isMatch(value, state);
    },
  };
}
