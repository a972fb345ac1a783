import { didYouMean, type EngineMode, type OverLimit, type Settings, type Source, type XmlArguments } from "../rule/index.ts";
import type { Draft } from "./draft.ts";
import { excerpt } from "./words.ts";

/** A directive's value as a change of the settings, or what was expected instead. */
type ReadSetting = (value: string, settings: Settings, values: readonly string[]) => Partial<Settings> | string;

/** A directive that says something of the engine itself. */
export interface SettingRow {
  readonly name: string;
  /** Takes none, one or many values; the others take one. */
  readonly isList?: true;
  readonly read: ReadSetting;
}

const BYTES_MAX = 0x7fff_ffff;
const COUNT_MAX = 1_000_000;
const SECONDS_MAX = 30 * 366 * 86_400;
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
const LIMIT_ACTIONS: ReadonlyMap<string, OverLimit> = new Map([
  ["reject", "reject"],
  ["processpartial", "process-partial"],
]);

export const SETTING_ROWS: readonly SettingRow[] = [
  { name: "SecRuleEngine", read: oneOf("engine", ENGINE_MODES, "On, Off or DetectionOnly") },
  { name: "SecRequestBodyAccess", read: onOff("requestBodyAccess") },
  { name: "SecResponseBodyAccess", read: onOff("responseBodyAccess") },
  { name: "SecRequestBodyLimit", read: whole("requestBodyBytesMax", 1, BYTES_MAX) },
  { name: "SecRequestBodyNoFilesLimit", read: whole("requestBodyNoFilesBytesMax", 1, BYTES_MAX) },
  { name: "SecRequestBodyLimitAction", read: oneOf("requestBodyOverLimit", LIMIT_ACTIONS, "Reject or ProcessPartial") },
  { name: "SecRequestBodyJsonDepthLimit", read: whole("requestBodyJsonDepthMax", 1, COUNT_MAX) },
  { name: "SecParseXmlIntoArgs", read: oneOf("xmlArguments", XML_ARGUMENTS, "On, Off or OnlyArgs") },
  { name: "SecResponseBodyLimit", read: whole("responseBodyBytesMax", 0, BYTES_MAX) },
  { name: "SecResponseBodyLimitAction", read: oneOf("responseBodyOverLimit", LIMIT_ACTIONS, "Reject or ProcessPartial") },
  { name: "SecResponseBodyMimeType", isList: true, read: addTypes },
  { name: "SecResponseBodyMimeTypesClear", isList: true, read: clearTypes },
  { name: "SecArgumentSeparator", read: readSeparator },
  { name: "SecArgumentsLimit", read: whole("argumentsMax", 1, COUNT_MAX) },
  { name: "SecCollectionTimeout", read: whole("collectionTimeoutSeconds", 1, SECONDS_MAX) },
  { name: "SecWebAppId", read: (webApplication) => ({ webApplication }) },
  { name: "SecComponentSignature", read: (value, settings) => ({ componentSignatures: [...settings.componentSignatures, value] }) },
];

/** Obeys a directive that is a setting of the engine. */
export function applySetting(draft: Draft, row: SettingRow, values: readonly string[], source: Source): void {
  if (row.isList !== true && values.length !== 1) {
    draft.problems.add(source, `${row.name} has ${values.length} values; expected one`);
    return;
  }
  const change = row.read(values[0] ?? "", draft.settings, values);
  if (typeof change === "string") draft.problems.add(source, `${row.name}: ${change}`);
  else draft.settings = { ...draft.settings, ...change };
}

type KeyOf<Value> = {
  [Key in keyof Settings]: Settings[Key] extends Value ? (Value extends Settings[Key] ? Key : never) : never;
}[keyof Settings];

function oneOf<Value extends EngineMode | OverLimit | XmlArguments>(
  key: KeyOf<Value>,
  words: ReadonlyMap<string, Value>,
  expected: string,
): ReadSetting {
  return (value) => {
    const meant = words.get(value.toLowerCase());
    return meant === undefined ? `found ${excerpt(value)}; expected ${expected}${didYouMean(value, words.keys())}` : { [key]: meant };
  };
}

function onOff(key: KeyOf<boolean>): ReadSetting {
  return (value) => {
    const word = value.toLowerCase();
    return word === "on" || word === "off" ? { [key]: word === "on" } : `found ${excerpt(value)}; expected On or Off`;
  };
}

function whole(key: KeyOf<number>, least: number, most: number): ReadSetting {
  return (value) => {
    const count = /^\d{1,15}$/.test(value) ? Number(value) : -1;
    return count < least || count > most ? `found ${excerpt(value)}; expected a whole number from ${least} to ${most}` : { [key]: count };
  };
}

/** More types; `(null)` is an answer that names none (reference manual). */
function addTypes(_value: string, settings: Settings, values: readonly string[]): Partial<Settings> | string {
  if (values.length === 0) return "found nothing; expected media types such as text/html";
  const types = values.flatMap((value) => value.split(/\s+/)).map((type) => (type === "(null)" ? "" : type.toLowerCase()));
  return { responseBodyTypes: [...new Set([...settings.responseBodyTypes, ...types])] };
}

function clearTypes(_value: string, _settings: Settings, values: readonly string[]): Partial<Settings> | string {
  return values.length > 0 ? `found ${excerpt(values[0] ?? "")}; expected no value` : { responseBodyTypes: [] };
}

function readSeparator(value: string): Partial<Settings> | string {
  return value.length === 1 ? { argumentSeparator: value } : `found ${excerpt(value)}; expected one character`;
}
