import { createTraceDetector, type Trace } from "../trace.ts";

// What is said to other stores than those of SQL, and to the programs of a server of PostgreSQL: Cypher, N1QL, SPARQL, Gremlin, LINQ.

/** CWE-943: improper neutralization of special elements in data query logic. */
const CWE = 943;

const WORDS_OF_LOGIC = String.raw`(?:\bor|\band|\bxor|\|\||&&)`;

const TRACES: readonly Trace[] = [
  {
    kind: "sql.program",
    weight: 5,
    elsewhere: 3,
    isBehindBreak: true,
    words: ["to program ", "from program ", "to program'", "from program'", "to program$", "from program$"],
    pattern: /(?:to|from) program\s{0,4}(?:e?'|\$\w{0,10}\$)(?<=copy\s?[^;]{1,200})/y,
  },
  {
    kind: "sql.procedure",
    weight: 5,
    elsewhere: 3,
    isBehindBreak: true,
    words: ["call dbms.", "call db.", "call apoc."],
    pattern: /call (?:dbms|db|apoc)\.[\w.]{2,60}\s?\(/y,
  },
  { kind: "sql.graph", weight: 5, elsewhere: 3, isBehindBreak: true, words: ["detach delete "], pattern: /detach delete \w{1,20}/y },
  {
    kind: "sql.graph",
    weight: 5,
    elsewhere: 3,
    isBehindBreak: true,
    words: ["match (", "match("],
    pattern: /match ?\(\w{0,20}(?::\w{1,30})?\s?(?:\{[^{}\n]{0,60}\})?\)[^\n]{0,120}?\b(?:return|delete|set|remove|merge|create)\b/y,
  },
  {
    kind: "sql.graph",
    weight: 4,
    elsewhere: 2,
    isBehindBreak: true,
    words: [" return "],
    pattern:
      / return (?:distinct )?[\w*'"]{1,20}(?:\.\w{1,20})?(?: as \w{1,20})?\s{0,4}(?:\/\/\s?$|union (?:all )?(?:match|call|load|unwind|return))/y,
  },
  {
    kind: "sql.graph",
    weight: 5,
    elsewhere: 3,
    isBehindBreak: true,
    words: ["load csv "],
    pattern: /load csv (?:with headers )?from ['"](?:https?|file|ftp|\/)/y,
  },
  // `' or 1=1 //`: the comment of Cypher and AQL.
  {
    kind: "sql.tautology",
    weight: 4,
    elsewhere: 2,
    isBehindBreak: true,
    words: ["' //", "'//", '" //', '"//', ..."0123456789".split("").flatMap((digit) => [`${digit} //`, `${digit}//`]), "true //", "true//"],
    pattern: new RegExp(
      `(?<=${WORDS_OF_LOGIC}[\\s(]{0,4}(?:not )?(?:['"]?[\\w.]{1,20}['"]?\\s?(?:=|<>|<|>|=~|starts with|contains)\\s?['"]?[\\w.]{0,20}|))(?:['"\\d]|true) ?\\/\\/ ?$`,
      "y",
    ),
  },
  {
    kind: "sql.catalogue",
    weight: 5,
    elsewhere: 3,
    isBehindBreak: true,
    words: [
      "system:keyspaces",
      "system:datastores",
      "system:namespaces",
      "system:user_info",
      "system:my_user_info",
      "system:indexes",
      "system:prepareds",
    ],
    pattern: /system:\w{7,12}/y,
  },
  {
    kind: "sql.fetch",
    weight: 5,
    elsewhere: 2,
    isBehindBreak: true,
    words: ["curl('", 'curl("'],
    pattern: /(?<=[\s=(<>])curl\(['"](?:https?|file|ftp|gopher):/y,
  },
  {
    kind: "sql.pattern",
    weight: 4,
    elsewhere: 4,
    words: ["} union {", "}union{", "}union {", "} union{"],
    pattern: /\} ?union ?\{\s{0,4}(?:\?|service|<|graph)(?<=^[^{\n]{0,120}\} ?union ?\{\s{0,4}\w{0,7}[?<]?)/y,
  },
  {
    kind: "sql.pattern",
    weight: 5,
    elsewhere: 2,
    isBehindBreak: true,
    words: [
      "drop all",
      "clear all",
      "drop graph",
      "clear graph",
      "insert data",
      "delete data",
      "delete where",
      "drop silent",
      "service <http",
    ],
    pattern: /(?<=[;}]\s{0,4}|\bunion \{\s{0,4})(?:drop|clear|insert|delete|service)\s(?:all|graph|data|where|silent|<http)/y,
  },
  {
    kind: "sql.traversal",
    weight: 4,
    elsewhere: 4,
    words: [".drop()"],
    pattern:
      /\.drop\(\)(?<=(?:^|[\s;'"(])g\.[ve]\([^()\n]{0,40}\)(?:\.\w{1,20}\([^()\n]{0,40}\)){0,4}\.drop\(\)|^[^'"\n]{0,40}['"]\).{0,60}\.drop\(\)(?=\s?[;.]\s?g\.))/y,
  },
  {
    kind: "sql.expression",
    weight: 4,
    elsewhere: 4,
    words: [".startswith(", ".endswith(", ".contains("],
    pattern: new RegExp(`(?<=^[^'"\\n]{0,40}['"]\\)?\\s?${WORDS_OF_LOGIC}\\s{0,2}[\\w.]{1,40})\\.\\w{8,10}\\(\\s?['"]`, "y"),
  },
];

export const dialectDetector = createTraceDetector({ name: "sql", sparesDocuments: true }, CWE, TRACES);
