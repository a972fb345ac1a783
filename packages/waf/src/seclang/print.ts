import { isDeepStrictEqual } from "node:util";
import { type Action, type Marker, type Rule, RuleProblem, RuleProblems, type RuleSet, SEVERITIES, type Target } from "../rule/index.ts";
import { assemble } from "./assemble.ts";
import type { KnownNames, RuleFiles } from "./contract.ts";
import { readSources } from "./load.ts";
import { isPatternOperator } from "./operator.ts";
import { printAction, printValue } from "./print-action.ts";
import { printSettings } from "./print-settings.ts";

/**
 * A rule set as SecLang: settings first, then rules and markers in order. Every rule is read back and compared; what SecLang cannot say
 * (an operator's argument that begins with a blank, a line break, a variable to be set to a text that begins with a plus) throws RuleProblems.
 * `block` is printed as it stands, below a SecDefaultAction that denies.
 */
export function printRules(set: RuleSet): string {
  const known = namesOf(set.items);
  const problems: RuleProblem[] = [];
  const parts = [printSettings(set.settings), printDefaults(set.items)];
  for (const item of set.items) {
    const text = "marker" in item ? `SecMarker ${quote(item.marker, "text")}` : printChain(item);
    if (!readsBack(item, text, known)) problems.push(new RuleProblem(`${nameOf(item)} holds a text that SecLang cannot say`, item.source));
    parts.push(text);
  }
  if (problems.length > 0) throw new RuleProblems(problems);
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function nameOf(item: Rule | Marker): string {
  return "marker" in item ? `the marker "${item.marker}"` : `rule ${item.id}`;
}

/** `block` means what the default action of its phase says: here, to refuse. */
function printDefaults(items: readonly (Rule | Marker)[]): string {
  const phases = new Set(items.flatMap((item) => ("marker" in item || item.disruptive.kind !== "block" ? [] : [item.phase])));
  return [...phases].sort().map((phase) => `SecDefaultAction "phase:${phase},log,auditlog,deny,status:403"`).join("\n"); // biome-ignore format: one line
}

function printChain(rule: Rule): string {
  return [rule, ...rule.chain].map((link, index, links) => printLink(link, index, links.length)).join("\n");
}

function printLink(rule: Rule, index: number, count: number): string {
  const actions = [...(index === 0 ? headActions(rule) : []), ...linkActions(rule), ...(index < count - 1 ? ["chain"] : [])];
  const indent = index === 0 ? "" : "  ";
  const list = quote(actions.join(",\n"), "text").replaceAll(",\n", `,\\\n${indent}  `);
  if (rule.operator === undefined) return `${indent}SecAction ${list}`;
  return `${indent}SecRule ${printTargets(rule.targets)} ${printOperator(rule.operator)} \\\n${indent}  ${list}`;
}

function headActions(rule: Rule): string[] {
  const { disruptive } = rule;
  return [
    `id:${rule.id}`,
    `phase:${rule.phase}`,
    disruptive.kind === "redirect" ? `redirect:${printValue(disruptive.location)}` : disruptive.kind,
    ...("status" in disruptive ? [`status:${disruptive.status}`] : []),
    ...(rule.skip === 0 ? [] : [`skip:${rule.skip}`]),
    ...(rule.skipAfter === undefined ? [] : [`skipAfter:${printValue(rule.skipAfter)}`]),
  ];
}

function linkActions({ meta, namespaces = {}, ...rule }: Rule): string[] {
  return [
    "t:none",
    ...rule.transforms.map((name) => `t:${name}`),
    ...Object.entries(namespaces).map(([prefix, address]) => `xmlns:${printValue(`${prefix}=${address}`)}`),
    ...(rule.capture ? ["capture"] : []),
    ...(rule.multiMatch ? ["multiMatch"] : []),
    ...text("msg", meta.message),
    ...text("logdata", meta.logData),
    ...(meta.severity === undefined ? [] : [`severity:${SEVERITIES[meta.severity] ?? meta.severity}`]),
    ...meta.tags.map((tag) => `tag:${printValue(tag)}`),
    ...text("rev", meta.revision),
    ...text("ver", meta.version),
    ...(meta.maturity === undefined ? [] : [`maturity:${meta.maturity}`]),
    ...(meta.accuracy === undefined ? [] : [`accuracy:${meta.accuracy}`]),
    rule.log ? "log" : "nolog",
    ...(rule.auditLog === rule.log ? [] : [rule.auditLog ? "auditlog" : "noauditlog"]),
    ...rule.actions.map(printAction),
  ];
}

function text(name: string, value: string): string[] {
  return value === "" ? [] : [`${name}:${printValue(value)}`];
}

function printTargets(targets: readonly Target[]): string {
  const list = targets.map(printTarget).join("|");
  return /^[\w|!&:./@*-]+$/.test(list) ? list : quote(list, "pattern");
}

function printTarget({ variable, select, count, exclude }: Target): string {
  const name = `${exclude ? "!" : ""}${count ? "&" : ""}${variable}`;
  if (select === undefined) return name;
  if (select.kind === "name")
    return `${name}:${/^[\w.:*/@$-]+$/.test(select.name) ? select.name : `'${select.name.replaceAll("'", "\\'")}'`}`;
  return /[|,]/.test(select.source) ? `${name}:'/${select.source.replaceAll("'", "\\'")}/'` : `${name}:/${select.source}/`;
}

function printOperator({ name, negated, argument }: NonNullable<Rule["operator"]>): string {
  const behind = argument === "" ? "" : ` ${argument}`;
  return quote(`${negated ? "!" : ""}@${name}${behind}`, isPatternOperator(name) ? "pattern" : "text");
}

/** The opposite of `unescapeWord`: a run of backslashes grows to the run that is read as it. */
function quote(value: string, reading: "pattern" | "text"): string {
  const escaped = value.replace(/(\\*)("|$)|\\+/g, (run: string, before: string | undefined, end: string | undefined) => {
    const count = before?.length ?? run.length;
    const isDoubled = reading === "text" || count % 4 === 0;
    return "\\".repeat(isDoubled ? count * 2 : count) + (end === '"' ? '\\"' : "");
  });
  return `"${escaped}"`;
}

function readsBack(item: Rule | Marker, printed: string, known: KnownNames): boolean {
  const files: RuleFiles = { readFile: () => printed, listFiles: () => [] };
  const draft = readSources({ sources: ["printed"], files, known });
  const [read, ...more] = assemble(draft);
  return (
    draft.problems.count === 0 && read !== undefined && more.length === 0 && isDeepStrictEqual(withoutSource(read), withoutSource(item))
  );
}

/** The names that the rules use are the names that they are read back with. */
function namesOf(items: readonly (Rule | Marker)[]): KnownNames {
  const links = items.flatMap((item) => ("marker" in item ? [] : [item, ...item.chain]));
  return {
    operators: new Set(links.flatMap(({ operator }) => operator?.name ?? [])),
    transforms: new Set(links.flatMap(({ transforms }) => transforms)),
    variables: new Set(
      links.flatMap(({ targets, actions }) => [...targets.map(({ variable }) => variable), ...actions.flatMap(variablesOf)]),
    ),
  };
}

/** `ctl:ruleRemoveTargetById=1;ARGS:a` names variables, too. */
function variablesOf(action: Action): string[] {
  const targets = action.kind === "ctl" && /target/i.test(action.setting) ? action.value.slice(action.value.indexOf(";") + 1) : "";
  return targets.split(/[|,]/).map((target) =>
    target
      .replace(/:.*/s, "")
      .replace(/^[\s!&]+/, "")
      .trim(),
  );
}

/** Where a rule was written is another place afterwards, and `block` has become what its default says. */
function withoutSource(item: Rule | Marker): unknown {
  if ("marker" in item) return item.marker;
  const { source: _source, chain, disruptive, ...rest } = item;
  return { ...rest, disruptive: disruptive.kind === "block" ? { kind: "pass" } : disruptive, chain: chain.map(withoutSource) };
}
