// The location paths of XPath 1.0 that rules are written with: child, descendant and attribute steps, names with prefixes, `*`, `text()`,
// and predicates on places, names and values.

/** Why a path cannot be read: what was found, and what was expected. */
export class XmlPathProblem extends Error {}

/** `*`, `node()`, or a name: `*` for its local part is any of that name space. */
export type XmlTest = "any" | "node" | { readonly local: string; readonly address: string };

export interface XmlStep {
  readonly axis: "child" | "descendant" | "descendant-or-self";
  readonly test: XmlTest;
  readonly predicates: readonly XmlPredicate[];
}

/** What the path gives of the elements that its steps lead to. */
export type XmlLeaf = { readonly kind: "self" } | { readonly kind: "text" } | { readonly kind: "attribute"; readonly test: XmlTest };

export type XmlOperand =
  | { readonly kind: "self" | "text" }
  | { readonly kind: "attribute" | "child"; readonly test: XmlTest }
  | { readonly kind: "name"; readonly part: "local" | "name" | "address" };

export type XmlPredicate =
  | { readonly kind: "place"; readonly place: number | "last" }
  | { readonly kind: "value"; readonly operand: XmlOperand; readonly isTrue: (values: readonly string[]) => boolean };

export interface XmlPathParts {
  readonly steps: readonly XmlStep[];
  readonly leaf: XmlLeaf;
}

const PATH_CHARACTERS_MAX = 1_000;
const STEPS_MAX = 32;
const FOUND_CHARACTERS_MAX = 20;

const NAME = /(?:[A-Za-z_\x80-\xff][\w.\x80-\xff-]*:)?(?:\*|[A-Za-z_\x80-\xff][\w.\x80-\xff-]*)/y;
const AXIS = /(child|descendant-or-self|descendant|attribute)\s*::/y;
const LITERAL = /'[^']*'|"[^"]*"/y;
const NUMBER = /-?\d+(?:\.\d*)?/y;
const PLACE = /\d+(?=\s*\])/y;
const SELF = /\.(?!\.)/y;
const AXES: ReadonlyMap<string, XmlStep["axis"] | "attribute"> = new Map([
  ["child", "child"],
  ["descendant", "descendant"],
  ["descendant-or-self", "descendant-or-self"],
  ["attribute", "attribute"],
]);
const NAME_PARTS: ReadonlyMap<string, "local" | "name" | "address"> = new Map([
  ["local-name()", "local"],
  ["name()", "name"],
  ["namespace-uri()", "address"],
]);
const DESCEND: XmlStep = { axis: "descendant-or-self", test: "node", predicates: [] };

/** Reads a path; throws XmlPathProblem. Limits: 1,000 characters, 32 steps. */
export function readXmlPath(source: string, namespaces: ReadonlyMap<string, string>): XmlPathParts {
  if (source.length > PATH_CHARACTERS_MAX) throw new XmlPathProblem(`a path of more than ${PATH_CHARACTERS_MAX} characters`);
  const reader = createReader(source);
  const steps: XmlStep[] = [];
  if (reader.take("//")) steps.push(DESCEND);
  else reader.take("/");
  let leaf = readStep(reader, namespaces, steps);
  while (!reader.isAtEnd()) {
    if (leaf.kind !== "self") reader.fail(`the end of the path behind ${leaf.kind === "text" ? "text()" : "an attribute"}`);
    if (reader.take("//")) steps.push(DESCEND);
    else reader.expect("/");
    leaf = readStep(reader, namespaces, steps);
    if (steps.length > STEPS_MAX) throw new XmlPathProblem(`a path of more than ${STEPS_MAX} steps`);
  }
  return { steps, leaf };
}

type Namespaces = ReadonlyMap<string, string>;

/** One step; what it gives instead of elements ends the path. */
function readStep(reader: Reader, namespaces: Namespaces, steps: XmlStep[]): XmlLeaf {
  if (reader.take("text()")) return { kind: "text" };
  if (reader.take("@")) return { kind: "attribute", test: readTest(reader, namespaces) };
  if (reader.match(SELF) !== undefined) return { kind: "self" };
  const axis = AXES.get(reader.match(AXIS)?.replace(/[\s:]+$/, "") ?? "child") ?? "child";
  if (axis === "attribute") return { kind: "attribute", test: readTest(reader, namespaces) };
  if (axis === "child" && reader.take("text()")) return { kind: "text" };
  const test = readTest(reader, namespaces);
  const predicates: XmlPredicate[] = [];
  while (reader.take("[")) {
    const predicate = readPredicate(reader, namespaces);
    if (axis !== "child" && predicate.kind === "place") reader.fail("no place behind descendant::");
    if (!reader.take("]")) reader.fail("] behind a place, a comparison with = or !=, contains() or starts-with()");
    predicates.push(predicate);
  }
  steps.push({ axis, test, predicates });
  return { kind: "self" };
}

function readTest(reader: Reader, namespaces: Namespaces): XmlTest {
  const name = reader.match(NAME) ?? reader.fail("a name or *");
  if (reader.take("(")) reader.fail("a name, *, text() or @name: no other function stands here");
  if (name === "*") return "any";
  const colon = name.indexOf(":");
  if (colon < 0) return { local: name, address: "" };
  const prefix = name.slice(0, colon);
  const address = namespaces.get(prefix);
  if (address !== undefined) return { local: name.slice(colon + 1), address };
  throw new XmlPathProblem(`found the prefix "${prefix}"; expected the action xmlns:${prefix}=address in the same rule`);
}

function readPredicate(reader: Reader, namespaces: Namespaces): XmlPredicate {
  const place = reader.match(PLACE);
  if (place !== undefined) return { kind: "place", place: Number(place) };
  if (reader.take("last()")) return { kind: "place", place: "last" };
  if (reader.take("position()")) {
    reader.expect("=");
    return { kind: "place", place: reader.take("last()") ? "last" : Number(reader.match(PLACE) ?? reader.fail("a number or last()")) };
  }
  for (const [word, isTrue] of TEXT_TESTS) if (reader.take(word)) return readTextTest(reader, namespaces, isTrue);
  const operand = readOperand(reader, namespaces);
  if (reader.take("!=")) return { kind: "value", operand, isTrue: compare(readLiteral(reader), "differs") };
  if (reader.take("=")) return { kind: "value", operand, isTrue: compare(readLiteral(reader), "equals") };
  return { kind: "value", operand, isTrue: (values) => values.length > 0 };
}

function readTextTest(reader: Reader, namespaces: Namespaces, isTrue: (value: string, text: string) => boolean): XmlPredicate {
  const operand = readOperand(reader, namespaces);
  reader.expect(",");
  const text = String(readLiteral(reader));
  reader.expect(")");
  return { kind: "value", operand, isTrue: ([first = ""]) => isTrue(first, text) };
}

function readOperand(reader: Reader, namespaces: Namespaces): XmlOperand {
  for (const [word, part] of NAME_PARTS) if (reader.take(word)) return { kind: "name", part };
  if (reader.take("text()")) return { kind: "text" };
  if (reader.take("@")) return { kind: "attribute", test: readTest(reader, namespaces) };
  return reader.match(SELF) === undefined ? { kind: "child", test: readTest(reader, namespaces) } : { kind: "self" };
}

function readLiteral(reader: Reader): string | number {
  const text = reader.match(LITERAL);
  return text === undefined ? Number(reader.match(NUMBER) ?? reader.fail("a text in quotes or a number")) : text.slice(1, -1);
}

/** Blanks may stand between any two words. */
interface Reader {
  take(word: string): boolean;
  match(pattern: RegExp): string | undefined;
  expect(word: string): void;
  fail(expected: string): never;
  isAtEnd(): boolean;
}

function createReader(source: string): Reader {
  let at = 0;
  const passBlanks = (): void => {
    while (source[at] === " ") at++;
  };
  const reader: Reader = {
    take(word) {
      passBlanks();
      if (!source.startsWith(word, at)) return false;
      at += word.length;
      return true;
    },
    match(pattern) {
      passBlanks();
      pattern.lastIndex = at;
      const found = pattern.exec(source)?.[0];
      at += found?.length ?? 0;
      return found;
    },
    expect(word) {
      if (!reader.take(word)) reader.fail(`"${word}"`);
    },
    fail(expected) {
      const found = source.slice(at, at + FOUND_CHARACTERS_MAX);
      throw new XmlPathProblem(`found ${found === "" ? "the end of the path" : `"${found}"`} at character ${at + 1}; expected ${expected}`);
    },
    isAtEnd() {
      passBlanks();
      return at >= source.length;
    },
  };
  return reader;
}

const TEXT_TESTS: readonly (readonly [string, (value: string, text: string) => boolean])[] = [
  ["contains(", (value, text) => value.includes(text)],
  ["starts-with(", (value, text) => value.startsWith(text)],
];

/** True where it is true of one value (XPath 1.0, section 3.4): a number is compared as a number. */
function compare(wanted: string | number, how: "equals" | "differs"): (values: readonly string[]) => boolean {
  const isEqual = (value: string): boolean =>
    typeof wanted === "string" ? value === wanted : /^\s*-?(?:\d+(?:\.\d*)?|\.\d+)\s*$/.test(value) && Number(value) === wanted;
  return (values) => values.some((value) => isEqual(value) === (how === "equals"));
}
