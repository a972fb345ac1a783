import type { JsonPath } from "../../model/json-path.ts";
import { notOffered, type TextReader } from "./text-reader.ts";

const NAME_STOPS = ".,:()!-> \t\"'";
/** Steps of one path into JSON. */
const PATH_STEPS_MAX = 32;
const INDEX = /^-?\d{1,9}$/;

/** A field's name, plain or quoted. What stands behind it is the caller's to read. */
export function readFieldName(reader: TextReader): string {
  const name = readWord(reader);
  if (reader.take("->")) throw notOffered("A path into a json field is not offered here.", "Select it, or use it in a condition.");
  if (reader.peek() === "-" || reader.peek() === ">") reader.fail("This character does not belong to the name of a field.");
  return name;
}

/** The same where a path into a json field may follow. */
export function readField(reader: TextReader): { readonly field: string; readonly path: JsonPath | undefined } {
  const field = readWord(reader);
  return { field, path: readPath(reader) };
}

function readWord(reader: TextReader): string {
  reader.skipBlanks();
  const name = reader.quoted() ?? reader.until(NAME_STOPS);
  return name === "" ? reader.fail("The name of a field is expected here.") : name;
}

/** `->a->0->>b`: the last arrow says whether JSON or its text is meant. */
function readPath(reader: TextReader): JsonPath | undefined {
  if (reader.peek() !== "-" && reader.peek() !== ">") return undefined;
  const steps: (string | number)[] = [];
  while (reader.take("->")) {
    const isText = reader.take(">");
    steps.push(readStep(reader));
    if (steps.length > PATH_STEPS_MAX) reader.fail(`A path has at most ${PATH_STEPS_MAX} steps.`);
    if (isText) return { steps, as: "text" };
  }
  return steps.length === 0 ? reader.fail("This character does not belong to the name of a field.") : { steps, as: "json" };
}

/** Digits count the members of a list; a quoted step is always a name. */
function readStep(reader: TextReader): string | number {
  const quoted = reader.quoted();
  if (quoted !== undefined) return quoted;
  const minus = reader.take("-") ? "-" : "";
  const word = minus + reader.until(NAME_STOPS);
  if (INDEX.test(word)) return Number(word);
  return word === "" || minus !== "" ? reader.fail("The name of a member, or its number in a list, is expected here.") : word;
}

/** `a,b,"c"`, as in `columns` and `on_conflict`. */
export function readFieldNames(reader: TextReader): readonly string[] {
  const names: string[] = [];
  do {
    names.push(readFieldName(reader));
    reader.skipBlanks();
  } while (reader.take(","));
  if (!reader.isDone()) reader.fail('"," is expected here.');
  return names;
}
