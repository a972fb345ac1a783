import type { EmbedRequest, Select, Selected } from "../../data/index.ts";
import type { JsonPath } from "../../model/json-path.ts";
import { readField } from "./field-name.ts";
import { createTextReader, notOffered, type TextReader } from "./text-reader.ts";

/** Different words for `select` whose meaning is kept: a client's program uses a handful. */
const KEPT_SELECTS_MAX = 500;
/** Fields of one answer, those of embedded collections included. */
const SELECT_FIELDS_MAX = 200;
/** Levels of collections inside one another, the first not counted. */
const EMBED_LEVELS_MAX = 5;
/** Embedded collections of one answer, on all levels. */
const EMBEDS_MAX = 20;

/** What `select` says of one collection. */
export interface Selection {
  readonly select: Select;
  /** `undefined` for none: the usual case, told by one comparison. */
  readonly embeds: readonly SelectedEmbed[] | undefined;
}

/** An embedded collection, as far as `select` says what is wanted of it. */
export interface SelectedEmbed extends Pick<EmbedRequest, "as" | "target" | "hint" | "join" | "form">, Selection {}

const EVERYTHING: Selection = { select: [{ field: "*", as: "*" }], embeds: undefined };

export interface SelectReader {
  /** The same words give the same list object, so that data can plan the columns of an answer once. */
  read(text: string | undefined): Selection;
}

export function createSelectReader(): SelectReader {
  const kept = new Map<string, Selection>();
  return {
    read(text) {
      if (text === undefined || text.trim() === "" || text === "*") return EVERYTHING;
      const known = kept.get(text);
      if (known !== undefined) return known;
      const selection = parseSelect(text);
      const oldest = kept.keys().next();
      if (kept.size >= KEPT_SELECTS_MAX && oldest.done !== true) kept.delete(oldest.value);
      kept.set(text, selection);
      return selection;
    },
  };
}

/** `id,alias:name,*,data->a->>b,other(id),alias:other!hint!inner(*),...other(name)`. */
export function parseSelect(text: string): Selection {
  const parse: Parse = { reader: createTextReader("select", text), fields: 0, embeds: 0 };
  const selection = readItems(parse, 0);
  if (!parse.reader.isDone()) parse.reader.fail('"," is expected here.');
  return selection;
}

interface Parse {
  readonly reader: TextReader;
  fields: number;
  embeds: number;
}

function readItems(parse: Parse, level: number): Selection {
  const { reader } = parse;
  const selected: Selected[] = [];
  const embeds: SelectedEmbed[] = [];
  do {
    const item = readItem(parse, level);
    if ("target" in item) embeds.push(item);
    else selected.push(item);
    reader.skipBlanks();
    if (++parse.fields > SELECT_FIELDS_MAX) reader.fail(`More than ${SELECT_FIELDS_MAX} fields are not answered at once.`);
  } while (reader.take(","));
  if (embeds.length === 0) return { select: selected, embeds: undefined };
  // `*` brings every field, and something embedded under the name of one of them stands in its place.
  const except = embeds.filter(({ form }) => form === "nested").map(({ as }) => as);
  return { select: selected.map((each) => (each.field === "*" ? { ...each, except } : each)), embeds };
}

function readItem(parse: Parse, level: number): Selected | SelectedEmbed {
  const { reader } = parse;
  reader.skipBlanks();
  if (reader.take("...")) {
    const { field } = readField(reader);
    return readEmbed(parse, level, field, field, "spread");
  }
  if (reader.take("*")) return { field: "*", as: "*" };
  const first = readField(reader);
  refuseCast(reader);
  if (reader.take(":")) {
    if (first.path !== undefined) reader.fail("A path into a json field is no name in an answer.");
    return readNamed(parse, level, readField(reader), first.field);
  }
  return readNamed(parse, level, first, undefined);
}

function readNamed(
  parse: Parse,
  level: number,
  { field, path }: ReturnType<typeof readField>,
  alias: string | undefined,
): Selected | SelectedEmbed {
  const { reader } = parse;
  refuseCast(reader);
  const next = reader.peek();
  if (next === "." || (field === "count" && reader.take("()"))) throw notOffered("Aggregates are not offered yet.", COUNT_HINT);
  if (next === "(" || next === "!") {
    if (path !== undefined) reader.fail("A path into a json field leads to no other collection.");
    return readEmbed(parse, level, field, alias ?? field, "nested");
  }
  if (path === undefined) return { field, as: alias ?? field };
  return { field, as: alias ?? lastName(field, path), path };
}

const COUNT_HINT = 'Ask for a count with "Prefer: count=exact".';

/** In the answer, part of a json field goes by the last name on its path. */
function lastName(field: string, { steps }: JsonPath): string {
  return steps.findLast((step) => typeof step === "string") ?? field;
}

function refuseCast(reader: TextReader): void {
  if (reader.take("::")) throw notOffered("Casts are not offered.", "Convert the value in the client.");
}

/** `!hint!inner(…)`, from behind the name. */
function readEmbed(parse: Parse, level: number, target: string, as: string, form: "nested" | "spread"): SelectedEmbed {
  const { reader } = parse;
  let hint: string | undefined;
  let join: "left" | "inner" | undefined;
  while (reader.take("!")) {
    const word = readField(reader).field;
    if ((word === "inner" || word === "left") && join === undefined) join = word;
    else if (hint === undefined) hint = word;
    else reader.fail("One hint and one kind of join are expected here.");
  }
  reader.expect("(");
  if (level >= EMBED_LEVELS_MAX) reader.fail(`Collections are embedded at most ${EMBED_LEVELS_MAX} levels deep.`);
  if (++parse.embeds > EMBEDS_MAX) reader.fail(`At most ${EMBEDS_MAX} collections are embedded in one answer.`);
  reader.skipBlanks();
  const inner: Selection = reader.peek() === ")" ? { select: [], embeds: undefined } : readItems(parse, level + 1);
  reader.expect(")");
  return { as, target, hint, join: join ?? "left", form, ...inner };
}
