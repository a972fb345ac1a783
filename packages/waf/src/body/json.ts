import type { Pair } from "../http/index.ts";
import type { BodyFault, BodyLimits, BodyProblem, ProcessorContext, Reading } from "./contract.ts";
import { readGraphqlMembers } from "./graphql.ts";
import { addName, createNames, EMPTY_KEY, itemOf, memberOf, type Names, type Shape, shapeAt } from "./json-shape.ts";
import { readJsonString, skipNumber, skipWhitespace, skipWord } from "./json-token.ts";

/** Names repeat the keys above them: without this, deep nesting and many leaves make far more text than was sent. */
const NAME_CHARACTERS_MAX = 1_048_576;

/** An object or array that is still open. `name` is the name of its values without their own part. */
interface Container {
  readonly isArray: boolean;
  readonly name: string;
  readonly shape: Shape;
  /** Which container it is among all with these names. */
  readonly number: number;
  count: number;
}

interface Walk {
  readonly text: string;
  readonly args: Pair[];
  readonly depthMax: number;
  readonly leavesMax: number;
  readonly open: Container[];
  readonly names: Names;
  nameCharacters: number;
  hasDuplicateKey: boolean;
  position: number;
}

class JsonFault extends Error {
  readonly fault: BodyFault;
  constructor(fault: BodyFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * Reads a JSON text as JSON.parse does (RFC 8259), and names its leaves as ModSecurity 3 does: `json.a.b`, `json.list.array_0`,
 * `json.list.array_0.c`, `json` for a bare value, `empty-key` for a key that is empty; null is empty, numbers stay as written.
 *
 * Linear; `depthMax` containers, `leavesMax` leaves. Of keys that occur twice both values are given, and it is reported.
 * What was read before a fault is given too.
 */
export function readJson(text: string, context: ProcessorContext): Reading {
  const names = createNames();
  const { args, problem, hasDuplicateKey } = readJsonText(text, "json", context, shapeAt("json"), names);
  const more = readGraphqlMembers(args, { ...context.limits, argumentsMax: leavesMaxOf(context.limits) });
  return {
    args: more.length === 0 ? args : [...args, ...more],
    names: more.length === 0 ? names.all : [...names.all, ...new Set(more.map(([name]) => name))],
    ...(hasDuplicateKey ? { flags: { JSON_DUPLICATE_KEYS: "1" } } : {}),
    problem: problem ?? (context.isUtf8 || hasLatinCharset(context) ? undefined : NOT_UTF8),
  };
}

/** How many leaves a JSON text may have. */
export function leavesMaxOf({ argumentsMax, leavesMax = argumentsMax }: Pick<BodyLimits, "argumentsMax" | "leavesMax">): number {
  return leavesMax;
}

const NOT_UTF8: BodyProblem = { fault: "charset", message: "The JSON text is not valid UTF-8." };

function hasLatinCharset({ contentType }: ProcessorContext): boolean {
  return /charset[\t ]*=[\t ]*"?(?:iso-8859-|latin1|windows-1252)/i.test(contentType);
}

/** What a form that sends files to GraphQL holds besides them (GraphQL multipart request specification). */
const OPERATIONS = "operations";

/** The documents among the fields of a form, by themselves or within its operations, taken apart. */
export function readOperations(args: readonly Pair[], limits: BodyLimits): readonly Pair[] {
  const found: Pair[] = [...readGraphqlMembers(args, limits)];
  for (const [name, value] of args) {
    if (name !== OPERATIONS) continue;
    const argumentsMax = limits.argumentsMax - args.length - found.length;
    if (argumentsMax <= 0) break;
    found.push(...readGraphqlMembers(readJsonText(value, "json", { limits: { ...limits, argumentsMax } }).args, limits));
  }
  return found;
}

export interface JsonLeaves {
  readonly args: Pair[];
  readonly hasDuplicateKey: boolean;
  readonly problem: BodyProblem | undefined;
}

/** One JSON text whose leaves are named under `root`. What names it has besides is added to those of the texts that have the same shape. */
export function readJsonText(
  text: string,
  root: string,
  { limits }: Pick<ProcessorContext, "limits">,
  shape: Shape = shapeAt(root),
  names: Names = createNames(),
): JsonLeaves {
  const { depthMax } = limits;
  const walk: Walk = {
    text,
    args: [],
    depthMax,
    leavesMax: leavesMaxOf(limits),
    open: [],
    names,
    nameCharacters: 0,
    hasDuplicateKey: false,
    position: 0,
  };
  try {
    // RFC 8259 section 8.1 lets a reader ignore a byte order mark; the parsers in front of JSON.parse do.
    walk.position = skipWhitespace(text, text.startsWith("\xef\xbb\xbf") ? 3 : 0);
    readValue(walk, root, shape);
    while (walk.open.length > 0) readNext(walk, walk.open[walk.open.length - 1]);
    if (skipWhitespace(text, walk.position) !== text.length) throw new JsonFault("syntax", "Something follows the JSON text.");
  } catch (error) {
    if (!(error instanceof JsonFault)) throw error;
    return { args: walk.args, hasDuplicateKey: walk.hasDuplicateKey, problem: { fault: error.fault, message: error.message } };
  }
  return { args: walk.args, hasDuplicateKey: walk.hasDuplicateKey, problem: undefined };
}

/** What the names of operators of a document database begin with. */
const OPERATOR = /\.\$[a-z]{2}/i;

/** The next member of an open container, or its end. */
function readNext(walk: Walk, container: Container | undefined): void {
  if (container === undefined) return;
  walk.position = skipWhitespace(walk.text, walk.position);
  if (walk.text.charCodeAt(walk.position) === (container.isArray ? 0x5d : 0x7d)) {
    walk.position++;
    walk.open.pop();
    // `{"$nin":[]}` of a query holds nothing, and chooses everything: its name is told with an empty value.
    if (container.count === 0 && OPERATOR.test(container.name)) addLeaf(walk, container.name, "", container.shape);
    return;
  }
  if (container.count > 0) {
    expect(walk, 0x2c);
    walk.position = skipWhitespace(walk.text, walk.position);
  }
  if (container.isArray) readValue(walk, `${container.name}.array_${container.count++}`, itemOf(container.shape, walk.names));
  else readMember(walk, container);
}

function readMember(walk: Walk, container: Container): void {
  const { value: key, next } = readString(walk);
  const shape = memberOf(container.shape, key);
  if (shape.lastIn === container.number) walk.hasDuplicateKey = true;
  shape.lastIn = container.number;
  walk.position = skipWhitespace(walk.text, next);
  expect(walk, 0x3a);
  container.count++;
  readValue(walk, `${container.name}.${key === "" ? EMPTY_KEY : key}`, shape);
}

function readValue(walk: Walk, name: string, shape: Shape): void {
  walk.position = skipWhitespace(walk.text, walk.position);
  const code = walk.text.charCodeAt(walk.position);
  if (code === 0x7b || code === 0x5b) {
    if (walk.open.length >= walk.depthMax) throw new JsonFault("limit", "The JSON text is nested too deeply.");
    const isArray = code === 0x5b;
    walk.open.push({ isArray, name, shape, number: walk.names.containers++, count: 0 });
    walk.position++;
    return;
  }
  if (code === 0x22) {
    const { value, next } = readString(walk);
    walk.position = next;
    addLeaf(walk, name, value, shape);
    return;
  }
  const start = walk.position;
  const word = skipWord(walk.text, start);
  const end = word === -1 ? skipNumber(walk.text, start) : word;
  if (end === -1) throw new JsonFault("syntax", "The body is not a JSON text.");
  walk.position = end;
  addLeaf(walk, name, code === 0x6e ? "" : walk.text.slice(start, end), shape);
}

function readString(walk: Walk): { value: string; next: number } {
  const read = readJsonString(walk.text, walk.position);
  if (read === undefined) throw new JsonFault("syntax", "A string of the JSON text is broken.");
  return read;
}

function addLeaf(walk: Walk, name: string, value: string, shape: Shape): void {
  walk.nameCharacters += name.length;
  if (walk.args.length >= walk.leavesMax || walk.nameCharacters > NAME_CHARACTERS_MAX) {
    throw new JsonFault("limit", "The JSON text has too many values.");
  }
  addName(shape, walk.names);
  walk.args.push([name, value]);
}

function expect(walk: Walk, code: number): void {
  if (walk.text.charCodeAt(walk.position) !== code) throw new JsonFault("syntax", "The body is not a JSON text.");
  walk.position++;
}
