import { compilePattern, PatternProblem } from "../pattern/index.ts";
import { type EngineMode, type Rule, RuleProblem, type Source, type XmlArguments } from "../rule/index.ts";
import type { Heads } from "./heads.ts";
import type { Exception } from "./removals.ts";
import { compileSelector } from "./selector.ts";
import type { State } from "./state.ts";
import { coveredBy, VARIABLES } from "./variables/index.ts";

export type Effect = (state: State) => void;
type Control = (value: string, heads: Heads, source: Source) => Effect;

const ENGINE_MODES: ReadonlyMap<string, EngineMode> = new Map([
  ["on", "on"],
  ["off", "off"],
  ["detectiononly", "detection-only"],
]);

const XML_ARGUMENTS: ReadonlyMap<string, XmlArguments> = new Map([
  ["on", "on"],
  ["off", "off"],
  ["onlyargs", "only"],
]);

const CONTROLS: ReadonlyMap<string, Control> = new Map<string, Control>([
  ["auditengine", nothing],
  ["auditlogparts", nothing],
  ["debugloglevel", nothing],
  [
    "forcerequestbodyvariable",
    toggle((state, on) => {
      state.controls.forceRequestBodyVariable = on;
    }),
  ],
  ["parsexmlintoargs", xmlArguments],
  [
    "requestbodyaccess",
    toggle((state, on) => {
      state.controls.requestBodyAccess = on;
    }),
  ],
  [
    "requestbodylimit",
    bytes((state, count) => {
      state.controls.requestBodyBytesMax = count;
    }),
  ],
  [
    "requestbodyprocessor",
    (value) => (state) => {
      state.controls.bodyProcessor = value.toUpperCase();
    },
  ],
  [
    "responsebodyaccess",
    toggle((state, on) => {
      state.controls.responseBodyAccess = on;
    }),
  ],
  [
    "responsebodylimit",
    bytes((state, count) => {
      state.controls.responseBodyBytesMax = count;
    }),
  ],
  ["ruleengine", ruleEngine],
  ["ruleremovebyid", removeRules(byId)],
  ["ruleremovebymsg", removeRules(byMessage)],
  ["ruleremovebytag", removeRules(byTag)],
  ["ruleremovetargetbyid", removeTargets(byId)],
  ["ruleremovetargetbymsg", removeTargets(byMessage)],
  ["ruleremovetargetbytag", removeTargets(byTag)],
]);

/** Compiles `ctl:setting=value`; throws RuleProblem on a setting there is none of. */
export function compileControl(setting: string, value: string, heads: Heads, source: Source): Effect {
  const control = CONTROLS.get(setting.toLowerCase());
  if (control === undefined)
    throw new RuleProblem(`unknown setting ctl:${setting}; expected one of ${[...CONTROLS.keys()].join(", ")}`, source);
  return control(value, heads, source);
}

/** Accepted: there is no audit log or debug log of the engine's own to steer. */
function nothing(): Effect {
  return () => undefined;
}

function toggle(set: (state: State, on: boolean) => void): Control {
  return (value) => {
    const on = value.toLowerCase() === "on";
    return (state) => set(state, on);
  };
}

function bytes(set: (state: State, count: number) => void): Control {
  return (value, _, source) => {
    const count = Number(value);
    if (!Number.isSafeInteger(count) || count < 0) throw new RuleProblem(`${value} is no number of bytes`, source);
    return (state) => set(state, count);
  };
}

function ruleEngine(value: string, _: Heads, source: Source): Effect {
  const mode = ENGINE_MODES.get(value.toLowerCase());
  if (mode === undefined) throw new RuleProblem(`ctl:ruleEngine=${value}; expected On, Off or DetectionOnly`, source);
  return (state) => {
    state.controls.engine = mode;
  };
}

function xmlArguments(value: string, _: Heads, source: Source): Effect {
  const mode = XML_ARGUMENTS.get(value.toLowerCase());
  if (mode === undefined) throw new RuleProblem(`ctl:parseXmlIntoArgs=${value}; expected On, Off or OnlyArgs`, source);
  return (state) => {
    state.controls.xmlArguments = mode;
  };
}

type Wanted = (value: string, source: Source) => (rule: Rule) => boolean;

function removeRules(wanted: Wanted): Control {
  return (value, heads, source) => {
    const numbers = heads.where(wanted(value, source));
    return (state) => state.removals.remove(numbers());
  };
}

function removeTargets(wanted: Wanted): Control {
  return (value, heads, source) => {
    const semicolon = value.indexOf(";");
    const numbers = heads.where(wanted(value.slice(0, semicolon).trim(), source));
    const [name = "", ...rest] = value
      .slice(semicolon + 1)
      .trim()
      .split(":");
    const variable = name.toUpperCase();
    const key = rest.join(":");
    if (semicolon < 0 || !VARIABLES.has(variable))
      throw new RuleProblem(`${value} names no variable; expected rule;VARIABLE or rule;VARIABLE:name`, source);
    const isPattern = key.length > 1 && key.startsWith("/") && key.endsWith("/") && variable !== "XML";
    const select = isPattern ? ({ kind: "pattern", source: key.slice(1, -1) } as const) : ({ kind: "name", name: key } as const);
    const picks = key === "" ? undefined : compileSelector(select, source);
    let exception: Exception | undefined;
    return (state) => {
      exception ??= { heads: numbers(), variables: coveredBy(variable), picks };
      state.removals.except(exception);
    };
  };
}

function byId(value: string, source: Source): (rule: Rule) => boolean {
  const range = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(value);
  if (range === null) throw new RuleProblem(`${value} is no rule id; expected an id or a range such as 1-5`, source);
  const first = Number(range[1]);
  const last = Number(range[2] ?? range[1]);
  return ({ id }) => id >= first && id <= last;
}

function byTag(value: string, source: Source): (rule: Rule) => boolean {
  const isMeant = named(value, source);
  return ({ meta }) => meta.tags.some(isMeant);
}

function byMessage(value: string, source: Source): (rule: Rule) => boolean {
  const isMeant = named(value, source);
  return ({ meta }) => isMeant(meta.message);
}

/** ModSecurity 2 takes a pattern here, 3 the text itself: either will do. Asked once for each rule, at the first use. */
function named(value: string, source: Source): (text: string) => boolean {
  const text = value.length > 1 && value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : value;
  try {
    const pattern = compilePattern(text, { capture: false });
    return (candidate) => candidate === text || pattern.test(candidate, FREE);
  } catch (error) {
    if (!(error instanceof PatternProblem)) throw error;
    if (text.startsWith("/")) throw new RuleProblem(`${text}: ${error.message}`, source);
    return (candidate) => candidate === text;
  }
}

const FREE = { capture: () => undefined, spend: () => undefined };
