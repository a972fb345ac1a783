import { type Lexer, peek, Token } from "./lex.ts";

// What may stand behind the first word of a statement. Words of a statement are words of prose as well; two of them in a row are less often.

interface Shape {
  /** Words that may come second. */
  readonly words?: string;
  /** Kinds of tokens that may come second. */
  readonly kinds?: readonly number[];
  /** Names that may come second, told by their looks. */
  readonly looks?: RegExp;
  /** Nobody writes this by accident. */
  readonly sure: boolean;
}

const OBJECTS =
  "table database user function procedure proc view index schema login trigger role extension temp temporary or column sequence server external type aggregate unique global sequence tablespace assembly alias";

const SHAPES: ReadonlyMap<string, Shape> = new Map<string, Shape>([
  ["drop", { words: OBJECTS, sure: true }],
  ["create", { words: OBJECTS, sure: true }],
  ["alter", { words: `${OBJECTS} session system`, sure: true }],
  ["truncate", { words: "table", sure: true }],
  ["insert", { words: "into ignore", sure: true }],
  ["delete", { words: "from", sure: false }],
  ["merge", { words: "into", sure: false }],
  [
    "exec",
    { kinds: [Token.open, Token.variable, Token.string, Token.openString], looks: /^(?:xp|sp)_|^master$|^immediate$|^msdb$/, sure: true },
  ],
  [
    "execute",
    { kinds: [Token.open, Token.variable, Token.string, Token.openString], looks: /^(?:xp|sp)_|^master$|^immediate$/, sure: true },
  ],
  ["declare", { kinds: [Token.variable], sure: true }],
  ["set", { kinds: [Token.variable], sure: true }],
  ["waitfor", { words: "delay time", sure: true }],
  ["shutdown", { words: "with immediate abort", kinds: [Token.comment, Token.end, Token.semicolon], sure: true }],
  ["backup", { words: "database log", sure: true }],
  ["restore", { words: "database", sure: true }],
  ["grant", { words: "select all insert update execute connect dba create resource", sure: true }],
  ["revoke", { words: "select all insert update execute connect", sure: true }],
  ["load", { words: "data", sure: true }],
  ["attach", { words: "database", sure: true }],
  ["pragma", { looks: /_(?:list|info|version|schema)$|^(?:writable_schema|table_info|database_list)$/, sure: true }],
  ["bulk", { words: "insert", sure: true }],
  ["call", { looks: /^(?:dbms|utl|sys|mysql)/, sure: true }],
  ["rename", { words: "table", sure: true }],
  ["lock", { words: "table tables", sure: false }],
  ["show", { words: "tables databases columns grants variables processlist", sure: false }],
  ["begin", { words: "declare if dbms_lock execute", sure: true }],
  ["prepare", { looks: /^[a-z]\w*$/, sure: false }],
  [
    "select",
    {
      kinds: [Token.number, Token.string, Token.openString, Token.variable, Token.open, Token.arithmetic],
      words: "null case distinct top all count concat",
      sure: false,
    },
  ],
  ["if", { kinds: [Token.open], sure: false }],
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
  const shape = SHAPES.get(first);
  if (shape === undefined)
    return first === "update" || first === "copy" || first === "replace" || first === "handler" ? longStatement(first, next) : 0;
  const isKind = shape.kinds?.includes(next.kind) === true;
  const isWord = next.kind === Token.word && (words.get(first)?.has(next.word) === true || shape.looks?.test(next.word) === true);
  if (!isKind && !isWord) return 0;
  if (first === "with" && !isCommonTable(next)) return 0;
  return shape.sure ? 2 : 1;
}

/** `update x set y =`, `copy x from|to '…'`, `replace into x`, `handler x open`. */
function longStatement(first: string, name: Lexer): 0 | 1 | 2 {
  if (name.kind !== Token.word) return 0;
  if (first === "replace") return name.word === "into" ? 2 : 0;
  let next = peek(name);
  for (let parts = 0; parts < 4 && (next.kind === Token.dot || next.kind === Token.open); parts++) next = peek(peek(next));
  if (next.kind !== Token.word) return 0;
  if (first === "update") return next.word === "set" && peek(peek(next)).kind === Token.compare ? 2 : 0;
  if (first === "handler") return next.word === "open" || next.word === "read" ? 2 : 0;
  if (next.word !== "from" && next.word !== "to") return 0;
  const place = peek(next);
  return place.kind === Token.string || place.word === "program" || place.word === "stdin" || place.kind === Token.openString ? 2 : 1;
}

function isCommonTable(name: Lexer): boolean {
  let next = peek(name);
  if (next.kind === Token.open) next = peek(peek(peek(next)));
  return next.kind === Token.word && next.word === "as" && peek(next).kind === Token.open;
}
