import { notOffered, type TextReader } from "./text-reader.ts";

const NAME_STOPS = ".,:()!-> \t\"'";

/** A field's name, plain or quoted. What stands behind it is the caller's to read. */
export function readFieldName(reader: TextReader): string {
  reader.skipBlanks();
  const name = reader.quoted() ?? reader.until(NAME_STOPS);
  if (name === "") reader.fail("The name of a field is expected here.");
  if (reader.peek() === "-" || reader.peek() === ">") refusePath(reader);
  return name;
}

/** `a->b`, `a->>b`: paths into JSON. A dash that is no arrow belongs to no name that a plan can give. */
function refusePath(reader: TextReader): never {
  if (reader.take("->"))
    throw notOffered("Paths into JSON fields are not offered yet.", "Select the whole field and pick from it in the client.");
  return reader.fail("This character does not belong to the name of a field.");
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
