// Rules over the detectors: for the head of a request (phase 1) and for its body (phase 2), a gate that reads every value once, and
// behind it one rule for each class and paranoia level.

import {
  addTo,
  type Marker,
  marker,
  type Rule,
  type RuleInput,
  rule,
  type Severity,
  setVariable,
  type TargetInput,
} from "../rule/index.ts";
import { type AttackClass, CLASSES } from "./classes.ts";
import { ANSWER_HEADERS, classId, type Level, lenientId, SCORES, tagsOf } from "./numbers.ts";

interface Place {
  readonly phase: 1 | 2;
  readonly name: string;
  readonly targets: readonly TargetInput[];
}

/** Everything that a sender chooses. Headers that are read as something else (cookies) or only say how to answer are left out. */
const HEAD: Place = {
  phase: 1,
  name: "head",
  targets: [
    "REQUEST_FILENAME",
    "ARGS_GET",
    "ARGS_GET_NAMES",
    "REQUEST_COOKIES",
    "REQUEST_COOKIES_NAMES",
    "REQUEST_HEADERS",
    "!REQUEST_HEADERS:Cookie",
    `!REQUEST_HEADERS:${ANSWER_HEADERS}`,
  ],
};

/**
 * Lines of an application's own source, which watchers of errors send with every error (the event payload of Sentry and of all that speak its
 * protocol: `exception.values[].stacktrace.frames[].context_line`). No other application has a field of such a name.
 */
const SOURCE_LINES =
  "/^json\\.(?:line_\\d+\\.)?(?:exception|threads|stacktrace)(?:\\.values\\.array_\\d+\\.stacktrace)?\\.frames\\.array_\\d+\\.(?:context_line|pre_context\\.array_\\d+|post_context\\.array_\\d+)$/";

/** Classes of which source is full, and which harm only whoever runs, shows or asks a base with such a field. A logger acts on every field. */
const SOURCE_CLASSES: ReadonlySet<string> = new Set(["sql", "command", "code", "script", "template", "path"]);

const BODY: Place = {
  phase: 2,
  name: "body",
  targets: ["ARGS_POST", "BODY_NAMES", "FILES", "FILES_NAMES", "XML://text()", "XML://mixed()", "XML://@*", "BODY_UNREAD"],
};

/** All text of a document, as if no element ended in it: an attack may be spread over several that the application reads as one. */
const JOINED: readonly TargetInput[] = ["XML:/*"];
/** Classes that are told from what accident joins; a word behind a mark and a path with a mark are made by any two fields. */
const JOINED_CLASSES: ReadonlySet<string> = new Set(["sql", "script", "template", "lookup", "include"]);

/** The lowest weight that counts at each paranoia level, and what a finding of it adds to the score. */
const LEVELS: readonly { readonly level: Level; readonly weights: string; readonly weightMin: number; readonly severity: Severity }[] = [
  { level: 1, weights: "4 5", weightMin: 4, severity: "critical" },
  { level: 2, weights: "3 3", weightMin: 3, severity: "critical" },
  { level: 3, weights: "2 2", weightMin: 2, severity: "warning" },
  { level: 4, weights: "1 1", weightMin: 1, severity: "notice" },
];

/** The rules of detection up to a paranoia level. */
export function detectionRules(paranoia: Level): (Rule | Marker)[] {
  return [HEAD, BODY].flatMap((place) => placeRules(place, paranoia));
}

/** Says whether any detector has seen anything that is more than a hint, for rule sets beside ours. */
export function hintRules(): Rule[] {
  return [HEAD, BODY].map((place) =>
    rule({
      id: classId(0, place.phase, 3),
      phase: place.phase,
      targets: place.targets,
      operator: { name: "detect", argument: `any ${HINT_WEIGHT}` },
      actions: [setVariable("tx.builtin_hint")],
      log: false,
      tags: ["builtin", "builtin/control"],
    }),
  );
}

/** From this weight on a finding confirms what another rule set has found. */
const HINT_WEIGHT = 3;

function placeRules(place: Place, paranoia: Level): (Rule | Marker)[] {
  const levels = LEVELS.filter(({ level }) => level <= paranoia);
  const weightMin = Math.min(...levels.map((each) => each.weightMin));
  const end = `builtin-${place.name}-end`;
  const found = `builtin_${place.name}_found` as const;
  return [
    rule({
      id: classId(0, place.phase, 1),
      phase: place.phase,
      targets: [...place.targets, ...(place === BODY ? JOINED : [])],
      operator: { name: "detect", argument: `any ${weightMin}` },
      actions: [setVariable(`tx.${found}`)],
      log: false,
      tags: ["builtin", "builtin/control"],
    }),
    rule({
      id: classId(0, place.phase, 2),
      phase: place.phase,
      targets: [`&TX:${found}`],
      operator: { name: "eq", argument: "0" },
      skipAfter: end,
      log: false,
      tags: ["builtin", "builtin/control"],
    }),
    ...CLASSES.flatMap((attack) => levels.map((level) => classRule(attack, place, level, levels.length > 1))),
    ...(place === BODY && levels.length === 1 ? CLASSES.flatMap(lenientRules) : []),
    marker(end),
  ];
}

function classRule(attack: AttackClass, place: Place, { level, weights, severity }: (typeof LEVELS)[number], isStrict: boolean): Rule {
  const { except, lenient } = attack;
  const spared: TargetInput[] = place === BODY && SOURCE_CLASSES.has(attack.detector) ? [`!ARGS_POST:${SOURCE_LINES}`] : [];
  if (place === BODY && !isStrict && lenient !== undefined) spared.push(`!ARGS_POST:/${lenient.names}/`);
  return rule({
    ...reportOf(attack, level, severity),
    id: classId(attack.number, place.phase, level),
    phase: place.phase,
    targets: [...place.targets, ...(place === HEAD ? except : JOINED_CLASSES.has(attack.detector) ? JOINED : []), ...spared],
    operator: { name: "detect", argument: `${attack.detector} ${weights}` },
  });
}

/** What is spared by a rule of level 1, by the measure of its own. */
function lenientRules(attack: AttackClass): Rule[] {
  const { lenient } = attack;
  if (lenient === undefined) return [];
  return [
    rule({
      ...reportOf(attack, 1, "critical"),
      id: lenientId(attack.number),
      phase: BODY.phase,
      targets: [`ARGS_POST:/${lenient.names}/`],
      operator: { name: "detect", argument: lenient.argument },
    }),
  ];
}

function reportOf(
  attack: AttackClass,
  level: Level,
  severity: Severity,
): Pick<RuleInput, "capture" | "message" | "logData" | "severity" | "tags" | "actions"> {
  return {
    capture: true,
    message: attack.message,
    logData: "%{TX.0} in %{MATCHED_VAR_NAME}: %{TX.1}",
    severity,
    tags: tagsOf(level, attack.cwe, attack.tags),
    actions: [addTo("tx.builtin_score", SCORES[severity] ?? 0)],
  };
}
