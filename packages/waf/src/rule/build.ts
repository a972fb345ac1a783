import { toByteString } from "../text/index.ts";
import { checkRule } from "./check.ts";
import { SEVERITIES, type Severity } from "./meta.ts";
import type { OperatorName, TransformName, VariableName } from "./names.ts";
import { RuleProblem, RuleProblems } from "./problem.ts";
import type { Action, Disruptive, Marker, Meta, Namespaces, OperatorCall, Phase, Rule, Source, Target } from "./rule.ts";
import { cutTargetText, toTarget } from "./target.ts";

/** `ARGS`, `&REQUEST_HEADERS:Host`, `!ARGS:/^x-/`, as SecLang writes them. */
export type TargetInput = `${"" | "&" | "!"}${VariableName}` | `${"" | "&" | "!"}${VariableName}:${string}`;

/** What a rule of TypeScript may say of one test: the whole of a rule behind a chain, and a part of every other. Texts are JavaScript's; they are matched as UTF-8. */
export interface TestInput {
  readonly targets?: readonly TargetInput[];
  readonly operator?: { readonly name: OperatorName; readonly argument?: string; readonly negated?: boolean };
  readonly transforms?: readonly TransformName[];
  /** What the prefixes in paths of `XML:` mean: `{ soap: "http://schemas.xmlsoap.org/soap/envelope/" }`. */
  readonly namespaces?: Namespaces;
  readonly multiMatch?: boolean;
  readonly capture?: boolean;
  readonly actions?: readonly Action[];
  readonly message?: string;
  readonly logData?: string;
  readonly severity?: Severity;
  readonly tags?: readonly string[];
  readonly revision?: string;
  readonly version?: string;
  readonly maturity?: number;
  readonly accuracy?: number;
  /** Absent: yes. */
  readonly log?: boolean;
  /** Absent: as `log` says. */
  readonly auditLog?: boolean;
}

export interface RuleInput extends TestInput {
  readonly id: number;
  readonly phase: Phase;
  /** What a match ends. `deny` answers 403. Absent: `pass`. */
  readonly disruptive?: Disruptive | "pass" | "block" | "deny" | "drop" | "allow";
  readonly skip?: number;
  readonly skipAfter?: string;
  /** Tests that have to be true as well. */
  readonly chain?: readonly TestInput[];
  readonly source?: Source;
}

const DENIED_STATUS = 403;
const SKIP_MAX = 1_000_000;

/** A rule written in TypeScript, in the same form as one read from SecLang. Throws RuleProblems where it cannot be meant. */
export function rule(input: RuleInput): Rule {
  const source = input.source ?? { file: `rule ${input.id}`, line: 1 };
  const problems: RuleProblem[] = [];
  const head = { id: input.id, phase: input.phase, source };
  const chain = (input.chain ?? []).map((link) => makeTest(link, head, problems));
  const made: Rule = {
    ...makeTest(input, head, problems),
    disruptive: toDisruptive(input.disruptive ?? "pass"),
    skip: input.skip ?? 0,
    skipAfter: input.skipAfter,
    chain,
  };
  if (![1, 2, 3, 4, 5].includes(made.phase))
    problems.push(new RuleProblem(`rule ${made.id}: found the phase ${made.phase}; expected 1 to 5`, source));
  if (!Number.isInteger(made.skip) || made.skip < 0 || made.skip > SKIP_MAX)
    problems.push(new RuleProblem(`rule ${made.id}: found skip ${made.skip}; expected a whole number up to ${SKIP_MAX}`, source));
  problems.push(...checkRule(made));
  if (problems.length > 0) throw new RuleProblems(problems);
  return made;
}

/** A place that `skipAfter` can name. */
export function marker(name: string, source: Source = { file: `marker ${name}`, line: 1 }): Marker {
  return { marker: toByteString(name), source };
}

function makeTest(
  input: TestInput,
  head: { readonly id: number; readonly phase: Phase; readonly source: Source },
  problems: RuleProblem[],
): Rule {
  return {
    ...head,
    targets: (input.targets ?? []).flatMap((text) => makeTarget(text, head, problems)),
    operator: makeOperator(input.operator),
    ...(input.namespaces === undefined ? {} : { namespaces: input.namespaces }),
    transforms: input.transforms ?? [],
    multiMatch: input.multiMatch ?? false,
    capture: input.capture ?? false,
    disruptive: { kind: "pass" },
    actions: (input.actions ?? []).map(toByteStrings),
    skip: 0,
    skipAfter: undefined,
    meta: makeMeta(input),
    log: input.log ?? true,
    auditLog: input.auditLog ?? input.log ?? true,
    chain: [],
  };
}

function makeTarget(text: string, { id, source }: { readonly id: number; readonly source: Source }, problems: RuleProblem[]): Target[] {
  const cut = cutTargetText(toByteString(text));
  const target = cut === undefined ? undefined : toTarget(cut);
  if (target !== undefined && target.variable !== "") return [target];
  problems.push(
    new RuleProblem(
      `rule ${id}: found the target "${text}"; expected VARIABLE, VARIABLE:name or VARIABLE:/pattern/ with at most one of ! and & before it`,
      source,
    ),
  );
  return [];
}

function makeOperator(operator: TestInput["operator"]): OperatorCall | undefined {
  if (operator === undefined) return undefined;
  return { name: operator.name, negated: operator.negated ?? false, argument: toByteString(operator.argument ?? "") };
}

function makeMeta(input: TestInput): Meta {
  return {
    message: toByteString(input.message ?? ""),
    logData: toByteString(input.logData ?? ""),
    severity: input.severity === undefined ? undefined : SEVERITIES.indexOf(input.severity),
    tags: (input.tags ?? []).map(toByteString),
    revision: toByteString(input.revision ?? ""),
    version: toByteString(input.version ?? ""),
    maturity: input.maturity,
    accuracy: input.accuracy,
  };
}

function toDisruptive(input: NonNullable<RuleInput["disruptive"]>): Disruptive {
  if (typeof input !== "string") return input;
  return input === "deny" ? { kind: "deny", status: DENIED_STATUS } : { kind: input };
}

function toByteStrings(action: Action): Action {
  switch (action.kind) {
    case "setvar":
      return { ...action, name: toByteString(action.name), value: toByteString(action.value) };
    case "expirevar":
    case "mask":
      return { ...action, name: toByteString(action.name) };
    case "initcol":
      return { ...action, key: toByteString(action.key) };
    case "setenv":
      return { ...action, name: toByteString(action.name), value: toByteString(action.value) };
    default:
      return { ...action, value: toByteString(action.value) };
  }
}
