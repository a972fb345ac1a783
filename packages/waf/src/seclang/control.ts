import { type Action, didYouMean } from "../rule/index.ts";
import { OTHER_NAMES } from "./foreign-variables.ts";
import { parseTargets, type Reading, splitTargets } from "./target.ts";
import { excerpt } from "./words.ts";

/** A setting of `ctl:`. */
export interface Control {
  readonly name: string;
  /** What its value has to be, for whoever wrote another. */
  readonly expected: string;
  readonly accepts: (value: string, reading: Reading) => boolean;
  /** A value for many is one for each of them. */
  readonly isForTargets?: true;
  /** Why it does nothing here; such a setting is remarked on and left out. */
  readonly remark?: string;
}

const OWN_LOG = "matches are handed to the server, which writes them where it likes";
const NO_LOG_PARTS = "the parts of an audit log are not chosen here";
const PROCESSORS: readonly string[] = ["URLENCODED", "MULTIPART", "XML", "JSON", "GRAPHQL", "NDJSON"];
/** Coraza's: the body is what it is, and stands in REQUEST_BODY. */
const RAW = "RAW";
const AS_IT_CAME: readonly Action[] = [
  { kind: "ctl", setting: "requestBodyProcessor", value: "NONE" },
  { kind: "ctl", setting: "forceRequestBodyVariable", value: "On" },
];
const isAny = (value: string): boolean => value !== "";
const isOnOff = (value: string): boolean => /^(?:on|off)$/i.test(value);
const isBytes = (value: string): boolean => /^\d{1,12}$/.test(value);

/** The settings that rules may change for one request (reference manual, ctl). */
export const CONTROLS: readonly Control[] = [
  {
    name: "auditEngine",
    expected: "On, Off or RelevantOnly",
    accepts: (value) => /^(?:on|off|relevantonly)$/i.test(value),
    remark: OWN_LOG,
  },
  {
    name: "auditLogParts",
    expected: "letters, + or - before them",
    accepts: (value) => /^[+-]?[a-z]+$/i.test(value),
    remark: NO_LOG_PARTS,
  },
  { name: "debugLogLevel", expected: "a number from 0 to 9", accepts: (value) => /^\d$/.test(value), remark: "there is no debug log" },
  { name: "forceRequestBodyVariable", expected: "On or Off", accepts: isOnOff },
  {
    name: "forceResponseBodyVariable",
    expected: "On or Off",
    accepts: isOnOff,
    remark: "RESPONSE_BODY is there whenever answers are read",
  },
  { name: "hashEnforcement", expected: "On or Off", accepts: isOnOff, remark: "links are not signed here" },
  { name: "hashEngine", expected: "On or Off", accepts: isOnOff, remark: "links are not signed here" },
  {
    name: "parseXmlIntoArgs",
    expected: "On, Off or OnlyArgs",
    accepts: (value) => /^(?:on|off|onlyargs)$/i.test(value),
  },
  { name: "requestBodyAccess", expected: "On or Off", accepts: isOnOff },
  { name: "requestBodyLimit", expected: "a number of bytes", accepts: isBytes },
  {
    name: "requestBodyProcessor",
    expected: `one of ${PROCESSORS.join(", ")}`,
    accepts: (value) => PROCESSORS.includes(value.toUpperCase()) || /^(?:RAW|NONE)$/i.test(value),
  },
  { name: "responseBodyAccess", expected: "On or Off", accepts: isOnOff },
  { name: "responseBodyProcessor", expected: "a processor", accepts: isAny, remark: "answers are read as text" },
  { name: "responseBodyLimit", expected: "a number of bytes", accepts: isBytes },
  { name: "ruleEngine", expected: "On, Off or DetectionOnly", accepts: (value) => /^(?:on|off|detectiononly)$/i.test(value) },
  { name: "ruleRemoveById", expected: "an id or a range of ids", accepts: isIdRange },
  { name: "ruleRemoveByMsg", expected: "a pattern", accepts: isAny },
  { name: "ruleRemoveByTag", expected: "a pattern", accepts: isAny },
  {
    isForTargets: true,
    name: "ruleRemoveTargetById",
    expected: "id;VARIABLE",
    accepts: (value, reading) => hasTargets(value, reading, isIdRange),
  },
  {
    isForTargets: true,
    name: "ruleRemoveTargetByMsg",
    expected: "message;VARIABLE",
    accepts: (value, reading) => hasTargets(value, reading, isAny),
  },
  {
    isForTargets: true,
    name: "ruleRemoveTargetByTag",
    expected: "tag;VARIABLE",
    accepts: (value, reading) => hasTargets(value, reading, isAny),
  },
];

const BY_NAME: ReadonlyMap<string, Control> = new Map(CONTROLS.map((control) => [control.name.toLowerCase(), control]));

/** `ruleRemoveById=942100`. Nothing, and remarked on, where the setting has no meaning in a process. */
export function readControl(text: string, reading: Reading): readonly Action[] | { readonly problem: string } {
  const equals = text.indexOf("=");
  const name = text.slice(0, Math.max(equals, 0)).trim();
  if (equals < 0) return { problem: `found ${excerpt(text)}; expected setting=value` };
  const control = BY_NAME.get(name.toLowerCase());
  if (control === undefined)
    return { problem: `unknown setting ${excerpt(name)}${didYouMean(name, CONTROLS.map(({ name }) => name))}` }; // biome-ignore format: one line
  const value = text.slice(equals + 1).trim();
  const before = reading.problems.count;
  const isAccepted = control.accepts(value, reading);
  if (reading.problems.count > before) return [];
  if (!isAccepted) return { problem: `${control.name}=${excerpt(value)}; expected ${control.expected}` };
  if (control.name === "requestBodyProcessor" && value.toUpperCase() === RAW) return AS_IT_CAME;
  if (control.remark === undefined) return valuesOf(control, value).map((one) => ({ kind: "ctl", setting: control.name, value: one }));
  reading.problems.remark(reading.source, `ctl:${control.name} does nothing: ${control.remark}`);
  return [];
}

/** ModSecurity 2 takes a list of variables behind the semicolon; the engine takes one at a time. */
function valuesOf({ isForTargets }: Control, value: string): string[] {
  const semicolon = value.indexOf(";");
  if (isForTargets !== true) return [value];
  return splitTargets(value.slice(semicolon + 1)).map((target) => `${value.slice(0, semicolon).trim()};${byItsName(target)}`);
}

function byItsName(target: string): string {
  return target.replace(/^\w+/, (name) => OTHER_NAMES.get(name.toUpperCase()) ?? name);
}

function isIdRange(value: string): boolean {
  return /^\d{1,15}(?:-\d{1,15})?$/.test(value.trim());
}

function hasTargets(value: string, reading: Reading, isKey: (key: string) => boolean): boolean {
  const semicolon = value.indexOf(";");
  if (semicolon < 0 || !isKey(value.slice(0, semicolon).trim())) return false;
  return parseTargets(value.slice(semicolon + 1).trim(), reading).length > 0;
}
