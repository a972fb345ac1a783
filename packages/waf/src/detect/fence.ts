// Blocks of code between fences (CommonMark 0.31 section 4.5), as tickets, chats and wikis show them; also where an editor has written its line
// ends as `<br>`, or JSON as `\n`. A fence that is never closed fences nothing.

export interface Fenced {
  /** The text without the blocks. */
  readonly outside: string;
  /** The blocks, each between fences of its own. */
  readonly inside: string;
}

/** Fences that are looked at; behind them everything is outside. */
const FENCES_MAX = 64;
/** Bytes before and behind a fence by which it is known. */
const BEFORE_BYTES = 16;
const BEHIND_BYTES = 48;

const MARK = "```";
const LINE_START = /(?:^|\n|\\n|<br ?\/?>|<(?:p|div|pre|code|li)>|["'])[ >]{0,4}$/i;
/** The name of a language stands behind the mark that opens. */
const OPENS = /^```[ \t]?[\w+#.-]{0,20}[ \t]{0,4}(?:\r?\n|\\r?\\?n|<br ?\/?>)/i;
const CLOSES = /^```[ \t]{0,4}(?:\r?\n|\\r?\\?n|<(?:br|\/)|["']|\r?$)/i;

/** The blocks of code of a text and what stands around them; undefined where it has none. Linear. */
export function splitFences(text: string): Fenced | undefined {
  let outside = "";
  let inside = "";
  let from = 0;
  let open = -1;
  let at = text.indexOf(MARK);
  for (let fences = 0; at >= 0 && fences < FENCES_MAX; fences++) {
    const isStart = LINE_START.test(text.slice(Math.max(0, at - BEFORE_BYTES), at));
    const behind = text.slice(at, at + BEHIND_BYTES);
    if (isStart && open < 0 && OPENS.test(behind)) open = at;
    else if (isStart && open >= 0 && CLOSES.test(behind)) {
      outside += `${text.slice(from, open)}\n`;
      inside += `${text.slice(open, at)}\n${MARK}\n`;
      from = at + MARK.length;
      open = -1;
    }
    at = text.indexOf(MARK, at + MARK.length);
  }
  return inside === "" ? undefined : { outside: outside + text.slice(from), inside };
}

/** A quote that closes what the line has not begun, with something of a statement behind it. */
const FRAGMENT = /^[^'"]{0,80}['"][\s)]{0,8}(?:[;|&,+]|--|#|\/\*)/;
const FRAGMENT_OF_SQL = /^[^'"]{0,80}['"][\s)]{0,8}\b(?:or|and|union|where|having|like|order|group|limit|procedure)\b/i;

/** Lines of a block that begin by ending somebody else's text: nobody shows such a thing as a program. */
export function fragmentsOf(inside: string): readonly string[] {
  const lines = inside.split(/\r?\n|\\r?\\?n|<br ?\/?>/i);
  return lines.filter((line) => FRAGMENT_OF_SQL.test(line) || (FRAGMENT.test(line) && isOdd(line)));
}

function isOdd(line: string): boolean {
  const quote = /['"]/.exec(line)?.[0] ?? "'";
  return line.split(quote).length % 2 === 0;
}

/** Addresses of scripts in lessons: a page's own, names that are nobody's (RFC 2606), and libraries that are served to everyone. */
const SCRIPT_ADDRESS = String.raw`(?:(?:\.{0,2}/)?(?:[\w@-][\w@.-]{0,60}/){0,8}[\w@.-]{1,60}\.m?js|(?:https?:)?//(?:(?:[\w-]{1,40}\.){0,3}example\.(?:com|org|net)|localhost(?::\d{1,5})?|cdnjs\.cloudflare\.com|code\.jquery\.com|ajax\.googleapis\.com|maps\.googleapis\.com|js\.stripe\.com|(?:stackpath|maxcdn)\.bootstrapcdn\.com|(?:cdn\.jsdelivr\.net/npm|unpkg\.com)/(?:bootstrap|jquery|vue|react|react-dom|preact|alpinejs|htmx\.org|chart\.js|axios|lodash|d3|three|leaflet|swiper|moment|dayjs|marked|highlight\.js|mermaid)(?:@[\w.^~-]{1,20})?)(?:/[\w@./-]{0,160})?)`;
/** `<script src="…"></script>` and nothing in it. */
const LIBRARY = new RegExp(
  String.raw`<script(?:\s{1,8}(?:async|defer|nomodule|type=["'](?:module|text/javascript)["']|crossorigin(?:=["'][\w-]{0,20}["'])?|integrity=["']sha\d{3}-[\w+/=]{20,100}["']|charset=["']utf-8["']|src=["']${SCRIPT_ADDRESS}["'])){1,6}\s{0,4}>\s{0,4}</script>`,
  "gi",
);
/** A handler that calls one of the page's own functions without anything, or sets a picture's address: `onclick="save()"`. */
const OWN_HANDLER =
  /\son[a-z]{4,20}\s?=\s?(?:"(?:return )?(?:this\.(?:src|value|hidden|disabled)\s?=\s?'?[\w./-]{0,60}'?|this\.form\.submit\(\)|(?!(?:alert|confirm|prompt|eval|print|open|atob|fetch|import)\b)[a-z]\w{2,30}\((?:this|event)?\));?"|'(?:return )?(?:this\.form\.submit\(\)|(?!(?:alert|confirm|prompt|eval|print|open|atob|fetch|import)\b)[a-z]\w{2,30}\((?:this|event)?\));?')(?=[\s/>])/gi;
/** Where an expression of a template runs although text stands around it. */
const EXPRESSION = /[$#%@*~]\{|\{\{|\{%|<%|\bT\s?\(/;
const STARTER = /\bRuntime\s?\.\s?getRuntime\s?\(\s?\)\s?\.\s?exec\s?\(/gi;

/** The blocks without what lessons are full of and what does no harm where they are shown as code, nor where they are not. */
export function withoutLessons(detector: string, inside: string): string {
  if (detector === "script") return inside.replace(LIBRARY, "").replace(OWN_HANDLER, "");
  // Java that stands among lines of Java is run by nobody who is not asked to compile it.
  if ((detector === "code" || detector === "object") && !EXPRESSION.test(inside)) return inside.replace(STARTER, "start(");
  return inside;
}
