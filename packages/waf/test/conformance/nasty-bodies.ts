// Bodies of 128 KB that are made to cost as much as a body can. Each is within the default limits or has to be refused by one.

export interface NastyBody {
  readonly name: string;
  readonly type: string;
  /** A byte string. */
  readonly body: string;
}

export const BODY_BYTES = 131_072;

const FORM = "application/x-www-form-urlencoded";
const JSON_TYPE = "application/json";
const BOUNDARY = "x";
const MULTIPART = `multipart/form-data; boundary=${BOUNDARY}`;

/** Pieces that patterns and detectors stumble over when they are repeated: openings without an end, near misses, encodings. */
const SEEDS: readonly string[] = [
  ..."aA0 \t\n\0'\"`<>(){}[]&|;$%\\/.,:=+-*#@!?~^_\x7f\x80\xff",
  ...[
    "%25",
    "%u0041",
    "\\u0061",
    "&#x41;",
    "&lt",
    "\\x41",
    "../",
    "..\\",
    "<a ",
    "<!--",
    "/*",
    "*/",
    "--",
    "'or",
    "' or ",
    "select ",
    "union all ",
  ],
  ...[
    "select(",
    "((",
    "))",
    "${",
    "{{",
    "$(",
    "$((",
    "`a",
    "a=",
    "a:",
    "http://",
    "file:",
    "php:",
    "data:",
    "javascript:",
    "on",
    "onerror=",
    "<script",
  ],
  ...[
    "0x41",
    "1e1",
    "1.1.",
    "a.a.",
    "a-a-",
    "a_a_",
    "a a ",
    "a,b;",
    "'a'",
    '"a"',
    "\r\n",
    "\r\nA: b",
    "=?a?",
    "MII",
    "QUFB",
    "4141",
    '{"a":',
    "[1,",
    "(?:",
  ],
  ...[
    "cat ",
    ";cat /",
    "|sh",
    "&&a",
    "ping -c ",
    "c''at",
    "w\\h\\o",
    "c$@at",
    "concat(",
    "char(65)",
    "/**/",
    "/*!1",
    "sleep(1)",
    "waitfor ",
    "having ",
    "like '",
  ],
];

/** Text that asks many rules at once: what programmers write to each other, and all the pieces above one after the other. */
const MIXED: readonly { readonly name: string; readonly words: string }[] = [
  { name: "all pieces in turn", words: SEEDS.join("") },
  { name: "all pieces, apart", words: SEEDS.join(" a ") },
  {
    name: "notes on a server",
    words:
      "To select a user from the table, run `SELECT name FROM users WHERE id = 1 OR 1=1;` in the shell; then cat /etc/hosts | grep local && echo $HOME. " +
      'In HTML write <a href="https://example.org/?q=1" onclick="go()">here</a> or <script>alert(1)</script>. Use ../config.php, file:///tmp/x or C:\\temp\\a.exe; ' +
      "call system('id'), eval(x), $(user.name) and {{ 7*7 }} with care. ",
  },
];

/** All bodies: one long value of every seed in four wrappings, and shapes of many small parts. */
export function nastyBodies(bytes: number = BODY_BYTES): readonly NastyBody[] {
  return [...SEEDS.flatMap((seed) => wrapped(seed, bytes)), ...shapes(bytes)];
}

function wrapped(seed: string, bytes: number): readonly NastyBody[] {
  const shown = JSON.stringify(seed);
  const quoted = JSON.stringify(seed).slice(1, -1);
  return [
    { name: `form, one value of ${shown}`, type: FORM, body: `a=${fill(escaped(seed), bytes - 2)}` },
    { name: `JSON, one value of ${shown}`, type: JSON_TYPE, body: `{"a":"${fill(latin(quoted), bytes - 8)}"}` },
    { name: `multipart, one value of ${shown}`, type: MULTIPART, body: part("a", fill(seed.replaceAll("--", "-"), bytes - 100)) + END },
    { name: `no type, all of ${shown}`, type: "text/plain", body: fill(seed, bytes) },
  ];
}

function shapes(bytes: number): readonly NastyBody[] {
  const many = (piece: (at: number) => string, joint: string, count: number): string => {
    const pieces: string[] = [];
    for (let at = 0, length = 0; at < count && length < bytes - 200; at++) {
      const next = piece(at);
      pieces.push(next);
      length += next.length + joint.length;
    }
    return pieces.join(joint);
  };
  return [
    ...MIXED.flatMap(({ name, words }) =>
      wrapped(words, bytes).map((nasty) => ({ ...nasty, name: nasty.name.replace(JSON.stringify(words), name) })),
    ),
    { name: "form, 990 arguments", type: FORM, body: many((at) => `a${at}=${"x'or+1".repeat(20)}`, "&", 990) },
    { name: "form, arguments without end", type: FORM, body: many((at) => `${at}=`, "&", bytes) },
    { name: "form, one name again and again", type: FORM, body: many(() => "a=b", "&", bytes) },
    { name: "form, long names", type: FORM, body: many((at) => `${"select(".repeat(18)}${at}=1`, "&", 990) },
    { name: "form, only joints", type: FORM, body: "&".repeat(bytes) },
    { name: "form, every byte escaped", type: FORM, body: `a=${fill("%2525%2527", bytes - 2)}` },
    { name: "JSON, 500 levels", type: JSON_TYPE, body: `${'{"a":'.repeat(500)}1${"}".repeat(500)}` },
    { name: "JSON, levels without end", type: JSON_TYPE, body: '{"a":'.repeat(bytes / 5) },
    { name: "JSON, lists without end", type: JSON_TYPE, body: "[".repeat(bytes) },
    { name: "JSON, 990 leaves", type: JSON_TYPE, body: `[${many(() => `"${"<a b='c' ".repeat(12)}"`, ",", 990)}]` },
    { name: "JSON, leaves without end", type: JSON_TYPE, body: `[${many(() => "1", ",", bytes)}]` },
    { name: "JSON, one key again and again", type: JSON_TYPE, body: `{${many(() => '"a":1', ",", 990)}}` },
    {
      name: "JSON, long keys under long keys",
      type: JSON_TYPE,
      body: `${`{"${"k".repeat(1_000)}":`.repeat(60)}[${many(() => "1", ",", 900)}]${"}".repeat(60)}`,
    },
    { name: "JSON, escapes", type: JSON_TYPE, body: `["${fill("\\u0027\\u003c", bytes - 4)}"]` },
    { name: "multipart, parts without end", type: MULTIPART, body: many((at) => part(`a${at}`, "x"), "", bytes) + END },
    {
      name: "multipart, headers without end",
      type: MULTIPART,
      body: `--${BOUNDARY}\r\n${many((at) => `A${at}: b\r\n`, "", bytes)}\r\n${END}`,
    },
    { name: "multipart, boundaries that are none", type: MULTIPART, body: part("a", fill("\r\n--y", bytes - 100)) + END },
    { name: "multipart, one long header", type: MULTIPART, body: `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a${"\\\"".repeat(bytes / 2 - 100)}"\r\n\r\nx\r\n${END}` }, // biome-ignore format: one line
    { name: "XML, elements without end", type: "application/xml", body: "<a>".repeat(bytes / 3) },
    { name: "XML, siblings", type: "application/xml", body: `<r>${many((at) => `<a b="${at}">' or 1</a>`, "", bytes)}</r>` },
    { name: "XML, attributes", type: "application/xml", body: `<r ${many((at) => `a${at}="b"`, " ", bytes)}/>` },
    { name: "XML, entities", type: "application/xml", body: `<r>${fill("&#x27;&lt;", bytes - 20)}</r>` },
    { name: "GraphQL, braces", type: "application/graphql", body: "{a".repeat(bytes / 2) },
    { name: "NDJSON, lines", type: "application/x-ndjson", body: many((at) => `{"a":"${at}' or 1"}`, "\n", bytes) },
  ];
}

const END = `--${BOUNDARY}--\r\n`;

function part(name: string, value: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

function fill(piece: string, bytes: number): string {
  return piece.repeat(Math.ceil(bytes / piece.length)).slice(0, Math.max(0, bytes - (bytes % piece.length)));
}

function escaped(seed: string): string {
  return [...seed].map((byte) => (/[A-Za-z0-9]/.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).padStart(2, "0")}`)).join("");
}

/** JSON has to be UTF-8. */
function latin(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1");
}
