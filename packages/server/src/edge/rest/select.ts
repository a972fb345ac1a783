import type { Select, Selected } from "../../data/index.ts";
import { readFieldName } from "./field-name.ts";
import { createTextReader, notOffered, type TextReader } from "./text-reader.ts";

/** Different words for `select` whose meaning is kept: a client's program uses a handful. */
const KEPT_SELECTS_MAX = 500;
const SELECT_FIELDS_MAX = 200;

const EVERYTHING: Select = [{ field: "*", as: "*" }];
const EMBEDDING_HINT = "Ask for each collection in a request of its own.";

export interface SelectReader {
  /** The same words give the same list object, so that data can plan the columns of an answer once. */
  read(text: string | undefined): Select;
}

export function createSelectReader(): SelectReader {
  const kept = new Map<string, Select>();
  return {
    read(text) {
      if (text === undefined || text.trim() === "" || text === "*") return EVERYTHING;
      const known = kept.get(text);
      if (known !== undefined) return known;
      const select = parseSelect(text);
      const oldest = kept.keys().next();
      if (kept.size >= KEPT_SELECTS_MAX && oldest.done !== true) kept.delete(oldest.value);
      kept.set(text, select);
      return select;
    },
  };
}

/** `id,alias:name,*`. What the dialect knows and Holdfast does not offer yet is said by name. */
export function parseSelect(text: string): Select {
  const reader = createTextReader("select", text);
  const selected: Selected[] = [];
  do {
    selected.push(readItem(reader));
    reader.skipBlanks();
    if (selected.length > SELECT_FIELDS_MAX) reader.fail(`More than ${SELECT_FIELDS_MAX} fields are not answered at once.`);
  } while (reader.take(","));
  if (!reader.isDone()) reader.fail('"," is expected here.');
  return selected;
}

function readItem(reader: TextReader): Selected {
  reader.skipBlanks();
  if (reader.take("...")) throw notOffered("Spreading an embedded collection is not offered yet.", EMBEDDING_HINT);
  if (reader.take("*")) return { field: "*", as: "*" };
  const first = readFieldName(reader);
  refuseCast(reader);
  if (!reader.take(":")) return finished(reader, { field: first, as: first });
  return finished(reader, { field: readFieldName(reader), as: first });
}

function refuseCast(reader: TextReader): void {
  if (reader.take("::")) throw notOffered("Casts are not offered.", "Convert the value in the client.");
}

/** Everything that may follow a field in the dialect and is not offered. */
function finished(reader: TextReader, selected: Selected): Selected {
  refuseCast(reader);
  const next = reader.peek();
  if (next === "(" || next === "!") {
    if (reader.take("()")) throw notOffered("Aggregates are not offered yet.", 'Ask for a count with "Prefer: count=exact".');
    throw notOffered("Embedding other collections is not offered yet.", EMBEDDING_HINT);
  }
  if (next === ".") throw notOffered("Aggregates are not offered yet.", 'Ask for a count with "Prefer: count=exact".');
  return selected;
}
