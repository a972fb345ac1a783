import { isCall, peek } from "./lex.ts";
import { type Lexer, Token } from "./token.ts";
import { Call, callOf, Word } from "./words.ts";

// What may stand behind the first word of a statement. Words of a statement are words of prose as well; two of them in a row are less often.

interface Shape {
  /** Words that may come second. */
  readonly words?: string;
  /** Kinds of tokens that may come second. */
  readonly kinds?: readonly number[];
  /** Names that may come second, told by their looks. */
  readonly looks?: RegExp;
  /** Calls of functions that are known may come second. */
  readonly calls?: boolean;
  /** Nobody writes this by accident. */
  readonly sure: boolean;
}

/** How far `from` is looked for behind `select`. */
const SELECT_TOKENS_MAX = 12;

const OBJECTS = new Set(
  "table database user function procedure proc view index schema login trigger role extension sequence server aggregate tablespace assembly alias".split(
    " ",
  ),
);

const ADJECTIVES = new Set("or replace temp temporary unique global external materialized".split(" "));
const CONTINUATIONS = new Set(
  "cascade restrict identified with as add modify rename returns returning like using password authorization drop set disable enable purge select".split(
    " ",
  ),
);

const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["insert", { words: "into ignore", sure: true }],
  ["delete", { words: "from", sure: false }],
  ["exec", { kinds: [Token.variable, Token.string], looks: /^(?:xp|sp)_|^master$|^immediate$|^msdb$/, sure: true }],
  ["execute", { kinds: [Token.variable, Token.string], looks: /^(?:xp|sp)_|^master$|^immediate$/, sure: true }],
  ["declare", { kinds: [Token.variable], looks: /^[a-z]\w{0,40}$/, sure: true }],
  ["set", { kinds: [Token.variable], sure: true }],
  ["waitfor", { words: "delay time", sure: true }],
  ["shutdown", { words: "with immediate abort", kinds: [Token.comment, Token.end, Token.semicolon], sure: true }],
  ["backup", { words: "database log", sure: true }],
  ["restore", { words: "database log headeronly verifyonly labelonly filelistonly rewindonly", sure: true }],
  ["load", { words: "data", sure: true }],
  ["attach", { words: "database", sure: true }],
  ["pragma", { looks: /_(?:list|info|version|schema)$|^(?:writable_schema|table_info|database_list)$/, sure: true }],
  ["vacuum", { kinds: [Token.end, Token.semicolon, Token.comment], sure: true }],
  ["analyze", { kinds: [Token.end, Token.semicolon, Token.comment], sure: true }],
  ["commit", { kinds: [Token.end, Token.semicolon, Token.comment], sure: true }],
  ["rollback", { kinds: [Token.end, Token.semicolon, Token.comment], sure: true }],
  ["bulk", { words: "insert", sure: true }],
  ["call", { looks: /^(?:dbms|utl|sys|mysql)/, calls: true, sure: true }],
  ["rename", { words: "table", sure: true }],
  ["lock", { words: "table tables", sure: false }],
  ["show", { words: "tables databases columns grants variables processlist", sure: false }],
  ["begin", { words: "declare if dbms_lock user_lock execute", looks: /^(?:dbms|utl|sys)_/, sure: true }],
  ["prepare", { looks: /^[a-z]\w*$/, sure: false }],
  [
    "select",
    {
      kinds: [Token.number, Token.string, Token.openString, Token.variable, Token.open, Token.arithmetic],
      words: "null case distinct top all",
      calls: true,
      sure: false,
    },
  ],
  ["desc", { looks: /^[a-z]\w*$/, sure: false }],
  ["describe", { looks: /^[a-z]\w*$/, sure: false }],
  ["if", { kinds: [Token.open], words: "not exists", calls: true, sure: false }],
  ["with", { looks: /^[a-z]\w*$/, sure: false }],
  ["use", { looks: /^(?:master|mysql|information_schema|msdb)$/, sure: false }],
  ["do", { looks: /sleep$|^benchmark$/, sure: true }],
  ["perform", { looks: /sleep$/, sure: true }],
  ["reconfigure", { kinds: [Token.end, Token.semicolon, Token.comment], words: "with", sure: true }],
  ["print", { kinds: [Token.variable, Token.string], sure: false }],
  ["dbcc", { looks: /^[a-z]/, sure: true }],
]);

const words = new Map<string, ReadonlySet<string>>();
for (const [first, shape] of SHAPES) words.set(first, new Set((shape.words ?? "").split(" ").filter((word) => word !== "")));

/** With the first word of a statement just read: 0 no statement stands here, 1 it may, 2 nothing else can be meant. */
export function statementAt(lexer: Lexer): 0 | 1 | 2 {
  const first = lexer.word;
  const next = peek(lexer);
  if (first === "drop" || first === "create" || first === "alter" || first === "truncate") return definitionAt(first, next);
  if (first === "grant" || first === "revoke") return rightsAt(next);
  const shape = SHAPES.get(first);
  if (shape === undefined) return LONG.has(first) ? longStatement(first, next) : 0;
  if (first === "do" && next.kind === Token.string) return lexer.text.charCodeAt(next.start) === 0x24 ? 2 : 0;
  if (first === "vacuum" && next.word === "into") return isText(peek(next)) ? 2 : 0;
  if (first.startsWith("exec") && next.kind === Token.open) return isText(peek(next)) ? 2 : 0;
  const isKind = shape.kinds?.includes(next.kind) === true;
  const isWord = next.kind === Token.word && (words.get(first)?.has(next.word) === true || shape.looks?.test(next.word) === true);
  const isKnownCall = shape.calls === true && next.kind === Token.word && isCall(next) && callOf(next.word) !== Call.plain;
  if (!isKind && !isWord && !isKnownCall) return first === "select" && readsTable(next) ? 1 : 0;
  if (first === "with" && !isCommonTable(next)) return 0;
  // `declare x cursor for`.
  if (first === "declare" && next.kind === Token.word) return peek(next).word === "cursor" ? 2 : 0;
  return shape.sure ? 2 : 1;
}

const LONG = new Set(["update", "copy", "replace", "handler", "merge"]);

/** `update x set y =`, `copy x from|to '…'`, `replace into x`, `handler x open`. */
function longStatement(first: string, name: Lexer): 0 | 1 | 2 {
  if (first === "copy" && name.kind === Token.open) return copiesQuery(name);
  if (name.kind !== Token.word) return 0;
  if (first === "merge") return name.word === "into" && mergesInto(name) ? 2 : 0;
  if (first === "replace") return name.word === "into" ? 2 : 0;
  let next = peek(name);
  for (let parts = 0; parts < 4 && (next.kind === Token.dot || next.kind === Token.open); parts++) next = peek(peek(next));
  if (next.kind !== Token.word) return 0;
  if (first === "update") return next.word === "set" && peek(peek(next)).kind === Token.compare ? 2 : 0;
  if (first === "handler") return next.word === "open" || next.word === "read" ? 2 : 0;
  if (next.word !== "from" && next.word !== "to") return 0;
  const place = peek(next);
  return place.kind === Token.string ||
    place.word === "program" ||
    place.word === "stdin" ||
    place.kind === Token.openString ||
    place.kind === Token.arithmetic
    ? 2
    : 1;
}

/** `copy (select …) to program '…'`: a query in parentheses, then where it goes. */
function copiesQuery(open: Lexer): 0 | 2 {
  let next = peek(open);
  if (next.meaning !== Word.select) return 0;
  for (let tokens = 0; tokens < SELECT_TOKENS_MAX && next.kind !== Token.end && next.word !== "to"; tokens++) next = peek(next);
  const place = peek(next);
  return next.word === "to" && (isText(place) || place.word === "program" || place.word === "stdout") ? 2 : 0;
}

/** `merge into x [as y] using`. */
function mergesInto(into: Lexer): boolean {
  let next = peek(into);
  for (let tokens = 0; tokens < 6 && (next.kind === Token.word || next.kind === Token.dot); tokens++) {
    if (next.word === "using") return true;
    next = peek(next);
  }
  return false;
}

/** `drop table x`, `create or replace function x(`: titles of tasks start so as well, and go on in another way. */
function definitionAt(first: string, object: Lexer): 0 | 1 | 2 {
  let next = object;
  for (let words = 0; words < 3 && next.kind === Token.word && ADJECTIVES.has(next.word); words++) next = peek(next);
  // `;drop members --`: careless, and harmless to most servers.
  if (next.kind === Token.word && !OBJECTS.has(next.word))
    return (first === "drop" || first === "truncate") && isCut(peek(next)) ? (first === "drop" ? 1 : 2) : 0;
  if (next.kind !== Token.word) return 0;
  next = peek(next);
  for (let words = 0; words < 3 && next.kind === Token.word && /^(?:if|not|exists)$/.test(next.word); words++) next = peek(next);
  if (next.kind !== Token.word && next.kind !== Token.string) return 0;
  next = peek(next);
  for (let parts = 0; parts < 3 && next.kind === Token.dot; parts++) next = peek(peek(next));
  const isOver = next.kind === Token.end || next.kind === Token.comment || next.kind === Token.semicolon;
  if (isOver) return first === "drop" || first === "truncate" || next.kind !== Token.end ? 2 : 1;
  const goesOn = next.kind === Token.open || next.kind === Token.comma || next.kind === Token.string || next.kind === Token.openString;
  return goesOn || (next.kind === Token.word && CONTINUATIONS.has(next.word)) ? 2 : 0;
}

/** What stands behind is made a comment. */
function isCut(next: Lexer): boolean {
  return next.kind === Token.comment || (next.kind === Token.semicolon && peek(next).kind === Token.comment);
}

/** `grant select on x to y`, `grant dba to x`. */
function rightsAt(first: Lexer): 0 | 2 {
  let next = first;
  let isRight = false;
  for (
    let tokens = 0;
    tokens < SELECT_TOKENS_MAX &&
    (next.kind === Token.word || next.kind === Token.comma || next.kind === Token.dot || next.kind === Token.arithmetic);
    tokens++
  ) {
    if (next.word === "on" || next.word === "connect" || next.word === "dba" || next.word === "resource") isRight = true;
    if (isRight && (next.word === "to" || next.word === "from")) return 2;
    next = peek(next);
  }
  return 0;
}

/** The text of a statement to be run. */
function isText(lexer: Lexer): boolean {
  return lexer.kind === Token.string || lexer.kind === Token.variable || lexer.kind === Token.number || lexer.kind === Token.openString;
}

/** `select a, b.c from`: names and commas up to `from`. */
function readsTable(first: Lexer): boolean {
  let next = first;
  for (
    let tokens = 0;
    tokens < SELECT_TOKENS_MAX &&
    (next.kind === Token.word || next.kind === Token.comma || next.kind === Token.dot || next.kind === Token.number);
    tokens++
  ) {
    if (next.word === "from" && next.kind === Token.word) return tokens === 1 || tokens > 2;
    next = peek(next);
  }
  return false;
}

function isCommonTable(name: Lexer): boolean {
  let next = peek(name);
  if (next.kind === Token.open) next = peek(peek(peek(next)));
  return next.kind === Token.word && next.word === "as" && peek(next).kind === Token.open;
}
