import { didYouMean, type OverLimit, type Source } from "../rule/index.ts";
import type { Draft, WritableSettings } from "./draft.ts";

/** Reads a directive's value into the settings; says what was expected where it cannot be meant. */
type SetSetting = (settings: WritableSettings, value: string, values: readonly string[]) => string | undefined;

export interface SettingRow {
  readonly name: string;
  readonly isList?: true;
  readonly set: SetSetting;
}

const BYTES_MAX = 0x7fff_ffff;
const COUNT_MAX = 1_000_000;
const SECONDS_MAX = 30 * 366 * 86_400;
const LIMIT_ACTIONS: ReadonlyMap<string, OverLimit> = new Map([
  ["reject", "reject"],
  ["processpartial", "process-partial"],
]);

export const SETTING_ROWS: readonly SettingRow[] = [
  { name: "SecRuleEngine", set: setEngine },
  { name: "SecRequestBodyAccess", set: (settings, value) => onOff(value, (isOn) => (settings.requestBodyAccess = isOn)) },
  { name: "SecResponseBodyAccess", set: (settings, value) => onOff(value, (isOn) => (settings.responseBodyAccess = isOn)) },
  { name: "SecRequestBodyLimit", set: (settings, value) => whole(value, 1, BYTES_MAX, (bytes) => (settings.requestBodyBytesMax = bytes)) },
  {
    name: "SecRequestBodyNoFilesLimit",
    set: (settings, value) => whole(value, 1, BYTES_MAX, (bytes) => (settings.requestBodyNoFilesBytesMax = bytes)),
  },
  { name: "SecRequestBodyLimitAction", set: (settings, value) => overLimit(value, (over) => (settings.requestBodyOverLimit = over)) },
  {
    name: "SecRequestBodyJsonDepthLimit",
    set: (settings, value) => whole(value, 1, COUNT_MAX, (depth) => (settings.requestBodyJsonDepthMax = depth)),
  },
  {
    name: "SecResponseBodyLimit",
    set: (settings, value) => whole(value, 0, BYTES_MAX, (bytes) => (settings.responseBodyBytesMax = bytes)),
  },
  { name: "SecResponseBodyLimitAction", set: (settings, value) => overLimit(value, (over) => (settings.responseBodyOverLimit = over)) },
  { name: "SecResponseBodyMimeType", isList: true, set: addTypes },
  { name: "SecResponseBodyMimeTypesClear", isList: true, set: clearTypes },
  { name: "SecArgumentSeparator", set: setSeparator },
  { name: "SecArgumentsLimit", set: (settings, value) => whole(value, 1, COUNT_MAX, (count) => (settings.argumentsMax = count)) },
  {
    name: "SecCollectionTimeout",
    set: (settings, value) => whole(value, 1, SECONDS_MAX, (seconds) => (settings.collectionTimeoutSeconds = seconds)),
  },
  {
    name: "SecComponentSignature",
    set: (settings, value) => void (settings.componentSignatures = [...settings.componentSignatures, value]),
  },
];

/** Obeys a directive that is a setting of the engine. */
export function applySetting(draft: Draft, row: SettingRow, values: readonly string[], source: Source): void {
  if (row.isList !== true && values.length !== 1) {
    draft.problems.add(source, `${row.name} has ${values.length} values; expected one`);
    return;
  }
  const problem = row.set(draft.settings, values[0] ?? "", values);
  if (problem !== undefined) draft.problems.add(source, `${row.name}: ${problem}`);
}

function setEngine(settings: WritableSettings, value: string): string | undefined {
  const mode = value.toLowerCase();
  if (mode === "on" || mode === "off") settings.engine = mode;
  else if (mode === "detectiononly") settings.engine = "detection-only";
  else return `found "${value}"; expected On, Off or DetectionOnly${didYouMean(value, ["On", "Off", "DetectionOnly"])}`;
  return undefined;
}

function onOff(value: string, set: (isOn: boolean) => void): string | undefined {
  const word = value.toLowerCase();
  if (word !== "on" && word !== "off") return `found "${value}"; expected On or Off`;
  set(word === "on");
  return undefined;
}

function whole(value: string, least: number, most: number, set: (count: number) => void): string | undefined {
  const count = /^\d{1,15}$/.test(value) ? Number(value) : -1;
  if (count < least || count > most) return `found "${value}"; expected a whole number from ${least} to ${most}`;
  set(count);
  return undefined;
}

function overLimit(value: string, set: (over: OverLimit) => void): string | undefined {
  const over = LIMIT_ACTIONS.get(value.toLowerCase());
  if (over === undefined) return `found "${value}"; expected Reject or ProcessPartial${didYouMean(value, ["Reject", "ProcessPartial"])}`;
  set(over);
  return undefined;
}

function addTypes(settings: WritableSettings, _value: string, values: readonly string[]): string | undefined {
  if (values.length === 0) return "found nothing; expected media types such as text/html";
  const types = values.map((type) => (type === "(null)" ? "" : type.toLowerCase()));
  settings.responseBodyTypes = [...new Set([...settings.responseBodyTypes, ...types])];
  return undefined;
}

function clearTypes(settings: WritableSettings, _value: string, values: readonly string[]): string | undefined {
  if (values.length > 0) return `found "${values[0]}"; expected no value`;
  settings.responseBodyTypes = [];
  return undefined;
}

function setSeparator(settings: WritableSettings, value: string): string | undefined {
  if (value.length !== 1) return `found "${value}"; expected one character`;
  settings.argumentSeparator = value;
  return undefined;
}
