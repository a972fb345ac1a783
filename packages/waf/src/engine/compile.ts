import { type Marker, type Phase, type Rule, RuleProblem, RuleProblems, type RuleSet } from "../rule/index.ts";
import { createAlphabet } from "./alphabet.ts";
import { createClassTable } from "./classes.ts";
import { draftLink, type LinkDraft, type Tables } from "./compile-link.ts";
import { gateOf } from "./gate.ts";
import { movesBlanks } from "./gives.ts";
import { createHeads } from "./heads.ts";
import { compileTemplate, type Template } from "./macro.ts";
import { type Planning, planPhase } from "./plan.ts";
import { type EntryClass, type Head, type Link, NO_SEVERITY, type PhaseProgram, type Program } from "./program.ts";
import { createSieve } from "./sieve.ts";
import { createStepTable } from "./steps.ts";
import { createTestTable, type FindOperator } from "./tests.ts";
import { createTxNames } from "./tx.ts";
import type { Chain, Step } from "./value.ts";
import { createValues } from "./values.ts";
import type { Since } from "./variables/index.ts";

interface HeadDraft {
  readonly rule: Rule;
  readonly number: number;
  readonly links: readonly LinkDraft[];
  readonly location: Template | undefined;
  readonly message: Template;
  readonly data: Template;
  readonly tags: readonly Template[] | undefined;
}

const PHASES: readonly Phase[] = [1, 2, 3, 4, 5];

/** Compiles a rule set once; throws RuleProblems with all that cannot be compiled. Rules above the paranoia level are left out. */
export function compileProgram(rules: RuleSet, findOperator: FindOperator, paranoia: number | undefined): Program {
  const items = rules.items.filter((item) => "marker" in item || paranoia === undefined || levelOf(item) <= paranoia);
  const own = items.flatMap((item) => ("marker" in item ? [] : [item]));
  const names = createTxNames();
  const tables: Tables = {
    names,
    heads: createHeads(own),
    classes: createClassTable(names),
    steps: createStepTable(),
    tests: createTestTable(names, findOperator, rules.readData),
  };
  const drafts = draftAll(own, tables);
  const needs = [...tables.tests.needs(0), ...tables.tests.needs(1)];
  const sets = [...needs.flatMap((need) => (need?.kind === "bytes" ? [need.bytes] : [])), ...needs.flatMap((need) => need?.also ?? [])];
  const alphabet = createAlphabet([...tables.steps.sets, ...sets]);
  const { steps, chain } = tables.steps.build(alphabet);
  const moved = testsBehindBlanks([...drafts.values()], steps);
  const request = createSieve(tables.tests.needs(0), alphabet, moved[0]);
  const response = createSieve(tables.tests.needs(1), alphabet, moved[1]);
  const phases: PhaseProgram[] = [];
  for (const phase of PHASES) {
    const plans = phases.reduce((sum, built) => sum + built.plans.length, 0);
    phases.push(buildPhase(phase, items, drafts, chain, { steps, sieve: phase <= 2 ? request : response, firstNumber: plans }));
  }
  const [first, second, third, fourth, fifth] = phases;
  if (first === undefined || second === undefined || third === undefined || fourth === undefined || fifth === undefined)
    throw new Error("There are five phases.");
  return {
    settings: rules.settings,
    names,
    classes: tables.classes.all,
    phases: { 1: first, 2: second, 3: third, 4: fourth, 5: fifth },
    classesSince: classesSince(tables.classes.all),
    openValues: createValues({ alphabet, steps, request, response }),
  };
}

/** The tests of either side that are asked of values in which a transformation may have moved the blanks, and no more than that. */
function testsBehindBlanks(drafts: readonly HeadDraft[], steps: readonly Step[]): readonly [ReadonlySet<number>, ReadonlySet<number>] {
  const sides: [Set<number>, Set<number>] = [new Set(), new Set()];
  for (const link of drafts.flatMap(({ links }) => links)) {
    if (link.asked !== undefined && link.steps.some((step) => steps[step] !== undefined && movesBlanks(steps[step].name)))
      sides[link.side].add(link.asked.number);
  }
  return sides;
}

function classesSince(classes: readonly EntryClass[]): Program["classesSince"] {
  const since = (wanted: Since): readonly number[] =>
    classes.filter(({ variable }) => variable.since === wanted).map(({ number }) => number);
  return { head: since("head"), body: since("body"), response: since("response"), "response-body": since("response-body"), always: [] };
}

/** The level that a rule's tags name: `paranoia-level/3`; 0 where they name none. */
function levelOf(rule: Rule): number {
  for (const tag of rule.meta.tags) {
    const found = /^paranoia-level\/([1-4])$/.exec(tag);
    if (found !== null) return Number(found[1]);
  }
  return 0;
}

function draftAll(rules: readonly Rule[], tables: Tables): Map<Rule, HeadDraft> {
  const drafts = new Map<Rule, HeadDraft>();
  const problems: RuleProblem[] = [];
  for (const [number, rule] of rules.entries()) {
    try {
      drafts.set(rule, draftHead(rule, number, tables));
    } catch (error) {
      if (!(error instanceof RuleProblem)) throw error;
      problems.push(error);
    }
  }
  if (problems.length > 0) throw new RuleProblems(problems);
  return drafts;
}

function draftHead(rule: Rule, number: number, tables: Tables): HeadDraft {
  const tags = rule.meta.tags.map((tag) => compileTemplate(tag, tables.names, rule.source, "literal"));
  return {
    tags: tags.some(({ constant }) => constant === undefined) ? tags : undefined,
    rule,
    number,
    links: [rule, ...rule.chain].map((link, position) => draftLink(link, position, tables)),
    location:
      rule.disruptive.kind === "redirect" ? compileTemplate(rule.disruptive.location, tables.names, rule.source, "problem") : undefined,
    message: compileTemplate(rule.meta.message, tables.names, rule.source, "literal"),
    data: compileTemplate(rule.meta.logData, tables.names, rule.source, "literal"),
  };
}

function buildPhase(
  phase: Phase,
  items: readonly (Rule | Marker)[],
  drafts: ReadonlyMap<Rule, HeadDraft>,
  chain: (numbers: readonly number[]) => Chain,
  planning: Planning,
): PhaseProgram {
  const inPhase = items.filter((item) => "marker" in item || item.phase === phase);
  const places = placesOf(inPhase);
  const heads: Head[] = [];
  for (const item of inPhase) {
    if ("marker" in item) continue;
    const draft = drafts.get(item);
    if (draft === undefined) continue;
    const links = draft.links.map((link) => finishLink(link, chain));
    heads.push(finishHead(draft, links, jumpOf(item, heads.length, places)));
  }
  const side = phase <= 2 ? 0 : 1;
  return {
    phase,
    side,
    heads,
    sieved: Int32Array.from(heads, (head) => head.sieved),
    plans: planPhase(heads, planning),
    words: planning.sieve.words,
  };
}

function finishHead(draft: HeadDraft, links: readonly Link[], jump: number | undefined): Head {
  const [first] = links;
  const sieved = sievedBy(links);
  return {
    ...draft,
    links: links.map((link) => ({ ...link, isSieved: link.position === 0 && sieved >= 0 })),
    jump,
    sieved,
    gate: first && gateOf(first, draft.number),
    isMereJump: isMereJump(links),
    isInner: isInner(links),
    severity: draft.rule.meta.severity ?? NO_SEVERITY,
    isTested: links.some(({ asked }) => asked !== undefined),
  };
}

function finishLink({ steps, ...link }: LinkDraft, chain: (numbers: readonly number[]) => Chain): Link {
  const stages = link.rule.multiMatch ? [...steps.keys(), steps.length].map((end) => chain(steps.slice(0, end))) : [chain(steps)];
  return { ...link, stages, isSieved: false };
}

function isInner([link, ...others]: readonly Link[]): boolean {
  if (link === undefined || others.length > 0 || !link.isInner || link.lateEffects.length > 0) return false;
  const isAskedOfTx = link.asked === undefined || gateOf(link, 0) !== undefined;
  return isAskedOfTx && !link.rule.log && link.rule.meta.severity === undefined && link.rule.disruptive.kind === "pass";
}

function isMereJump([link, ...others]: readonly Link[]): boolean {
  if (link === undefined || others.length > 0 || link.effects.length + link.lateEffects.length > 0) return false;
  return !link.rule.log && link.rule.meta.severity === undefined && link.rule.disruptive.kind === "pass";
}

/**
 * A rule may be passed over when its head looks at nothing but sieved values. Where a transformation makes something else of every value
 * (a hash, a length), the sieve would do the rule's whole work ahead, even for a rule that is jumped over.
 */
function sievedBy([head]: readonly Link[]): number {
  if (head?.asked === undefined || head.asked.number < 0) return -1;
  if (head.stages.some(({ isAlways }) => isAlways)) return -1;
  return head.looks.every(({ isLive, isCount }) => !isLive && !isCount) ? head.asked.number : -1;
}

/** Where each marker, or rule that is jumped to by its id, stands: all places, in order, counted in heads of the phase. */
function placesOf(items: readonly (Rule | Marker)[]): Map<string, number[]> {
  const places = new Map<string, number[]>();
  let index = 0;
  for (const item of items) {
    const isMarker = "marker" in item;
    if (!isMarker) index += 1;
    const name = isMarker ? item.marker : String(item.id);
    places.set(name, [...(places.get(name) ?? []), index]);
  }
  return places;
}

/** The first place of that name behind the rule; the end of the phase where there is none, as in ModSecurity. */
function jumpOf({ skip, skipAfter }: Rule, index: number, places: ReadonlyMap<string, readonly number[]>): number | undefined {
  if (skipAfter !== undefined) return places.get(skipAfter)?.find((place) => place > index) ?? Number.MAX_SAFE_INTEGER;
  return skip > 0 ? index + 1 + skip : undefined;
}
