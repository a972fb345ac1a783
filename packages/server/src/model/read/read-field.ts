import { FIELD_KINDS, type Kind } from "../kinds/index.ts";
import { PATTERN_CHARACTERS_MAX, patternProblem } from "../pattern.ts";
import type { EraseRule, Field, FieldKind } from "../plan.ts";
import { isRecord, saidBy } from "../words/brand.ts";
import { readName } from "./names.ts";
import type { Place } from "./place.ts";
import { listOf, part, type Reader, readShape } from "./shape.ts";
import { flag, oneWordOf } from "./values.ts";

/** A field before its rules are read, and what the field itself says of uniqueness. */
export interface ReadField {
  readonly field: Field;
  readonly unique: { readonly reveals: boolean } | undefined;
}

/** Finds the name of the collection that a ref or an exists means. */
export type Resolve = (target: unknown, place: Place) => string | undefined;

const ONE_OF_MAX = 200;
const ONE_OF_CHARACTERS_MAX = 200;
const NO_FIELD = "Write a field here: text(), integer(), number(), boolean(), dateTime(), json(), oneOf(…), ref(…) or bytes().";

const OPTIONS_OF: Readonly<Record<Exclude<FieldKind, "id">, readonly string[]>> = {
  text: ["max", "min", "pattern"],
  integer: ["max", "min"],
  number: ["max", "min"],
  boolean: [],
  dateTime: ["max", "min"],
  json: ["max"],
  oneOf: [],
  ref: ["erase"],
  bytes: ["max", "min"],
};

export function readField(name: string, input: unknown, place: Place, resolve: Resolve): ReadField | undefined {
  const said = saidBy(input);
  const kind = said?.["kind"];
  if (said?.["word"] !== "field" || !isFieldKind(kind)) return place.problem(NO_FIELD);
  const bare = bareField(name, kind);
  const { erase, ...options } = readOptions(said["options"], place, bare);
  const target = kind === "ref" ? resolve(said["target"], place) : undefined;
  const field: Field = {
    ...bare,
    ...options,
    erase: target === undefined ? "keep" : readErase(erase, target, options.required, place.at("erase")),
    was: said["was"] === undefined ? undefined : readName(said["was"], place.at("was"), "field"),
    values: kind === "oneOf" ? readOneOf(said["values"], place) : undefined,
    ref: target,
    secrecy: said["encrypted"] === undefined ? "plain" : readSecrecy(said["encrypted"], place.at("encrypted"), kind),
  };
  if (field.max !== undefined && field.min !== undefined && field.min > field.max)
    place.problem("Make min smaller than max: no value passes both.");
  if (field.was === name) place.problem("Leave .was() out: it names the field itself.");
  const unique = said["unique"] === undefined ? undefined : readShape(said["unique"], place.at("unique"), { reveals: part(flag, false) });
  return { field: withDefault(field, said["options"], place), unique };
}

function isFieldKind(kind: unknown): kind is keyof typeof OPTIONS_OF {
  return typeof kind === "string" && Object.hasOwn(OPTIONS_OF, kind);
}

/** A field that the config says nothing more about. */
export function bareField(name: string, kind: FieldKind): Field {
  return {
    name,
    was: undefined,
    kind,
    system: false,
    required: false,
    default: undefined,
    max: undefined,
    min: undefined,
    pattern: undefined,
    values: undefined,
    ref: undefined,
    erase: "keep",
    personal: false,
    secrecy: "plain",
    read: undefined,
    write: undefined,
  };
}

/** A row can outlive an account that it names, whose bare id stays; a row that is gone can be named by nobody. */
function readErase(said: EraseRule | undefined, target: string, required: boolean, place: Place): EraseRule {
  if (said === "clear" && required) place.problem('Write "keep" or "remove", or leave required out: what is required cannot be cleared.');
  if (target === "accounts") return said ?? "keep";
  if (said === "keep") place.problem('Write "clear" or "remove": a row that was erased cannot be named any more.');
  return said ?? (required ? "remove" : "clear");
}

type ReadOptions = Pick<Field, "required" | "personal" | "max" | "min" | "pattern"> & { readonly erase: EraseRule | undefined };

function readOptions(input: unknown, place: Place, field: Field): ReadOptions {
  const bound = boundReader(field);
  const parts = {
    required: part(flag, false),
    personal: part(flag, false),
    default: part<unknown>((value) => value, undefined),
    max: part<number | undefined>(bound, undefined),
    min: part<number | undefined>(bound, undefined),
    pattern: part<string | undefined>(pattern, undefined),
    erase: part<EraseRule | undefined>(oneWordOf(["keep", "clear", "remove"]), undefined),
  };
  const own = OPTIONS_OF[field.kind === "id" ? "ref" : field.kind];
  const offered = Object.fromEntries(Object.entries(parts).filter(([key]) => own.includes(key) || key in COMMON));
  const { default: _default, ...options } = { ...NOTHING_SAID, ...readShape(input, place, offered as typeof parts) };
  return options;
}

const COMMON = { required: true, personal: true, default: true };
const NOTHING_SAID = { max: undefined, min: undefined, pattern: undefined, erase: undefined };

/** How `max` and `min` are written: as the field's own values where they bound those, as a count otherwise. */
function boundReader(field: Field): Reader<number> {
  const kind: Kind = FIELD_KINDS[field.kind];
  return (input, place) => {
    if (kind.bounds !== "value") {
      const isCount = typeof input === "number" && Number.isSafeInteger(input) && input >= 0;
      return isCount ? input : place.problem(`Write a whole number of ${kind.bounds ?? "characters"}, 0 or more.`);
    }
    const read = kind.fromJson(input, field);
    if (!read.ok) return place.problem(`The bound ${read.problem}`);
    return typeof read.value === "number" ? read.value : undefined;
  };
}

const pattern: Reader<string> = (input, place) => {
  if (typeof input !== "string") return place.problem('Write the pattern as text in RE2 syntax, such as "^[0-9]{6}$".');
  if (input.length > PATTERN_CHARACTERS_MAX) return place.problem(`Write a pattern of at most ${PATTERN_CHARACTERS_MAX} characters.`);
  if (patternProblem("match", input) === undefined) return input;
  return place.problem("Write the pattern in RE2 syntax: it has no look-around and no back-references, so that matching is always fast.");
};

const oneOfWord: Reader<string> = (input, place) => {
  const isWord =
    typeof input === "string" && input !== "" && input.length <= ONE_OF_CHARACTERS_MAX && input.isWellFormed() && !input.includes("\0");
  return isWord ? input : place.problem(`Write a text of 1 to ${ONE_OF_CHARACTERS_MAX} characters.`);
};

function readOneOf(input: unknown, place: Place): readonly string[] {
  const values = listOf(oneOfWord, "Write the words that the field can be.")(input, place.at("oneOf")) ?? [];
  if (values.length === 0 || values.length > ONE_OF_MAX) place.problem(`Name between 1 and ${ONE_OF_MAX} words: oneOf("open", "closed").`);
  if (new Set(values).size < values.length) place.problem("Name each word once.");
  return values;
}

function readSecrecy(input: unknown, place: Place, kind: FieldKind): Field["secrecy"] {
  const { lookup } = readShape(input, place, { lookup: part(flag, false) });
  if (kind === "ref") place.problem("Leave .encrypted() out: a ref must be open to the store, which checks that the row is there.");
  if (lookup && kind !== "ref" && !FIELD_KINDS[kind].asks.lookup) {
    place.problem(`Leave lookup out: a ${kind} field has so few or such large values that a blind index would tell them or be of no use.`);
  }
  return lookup ? "lookup" : "encrypted";
}

function withDefault(field: Field, options: unknown, place: Place): Field {
  const input = isRecord(options) ? options["default"] : undefined;
  if (input === undefined) return field;
  if (field.kind === "ref") {
    place.at("default").problem("Leave the default out: who or what a row belongs to is never filled in for somebody.");
    return field;
  }
  const read = input === null ? undefined : FIELD_KINDS[field.kind].fromJson(input, field);
  if (read === undefined) place.at("default").problem("Leave the default out: a field that is not given is null anyway.");
  else if (!read.ok) place.at("default").problem(`The default does not fit: ${read.problem}`);
  else return { ...field, default: read.value };
  return field;
}
