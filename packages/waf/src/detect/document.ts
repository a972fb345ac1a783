// Is a text a whole program, script or file of settings? Such a text is shown or kept; an injection stands behind a value, in one line.

/** Lines that are read to tell, and how many of them there have to be. */
const LINES_MAX = 60;
const LINES_MIN = 3;
/** Bytes of a line that are looked at. */
const LINE_BYTES_MAX = 200;
/** How many of a hundred lines have to look like lines of code. */
const PER_CENT_MIN = 60;

/** A line as programs and settings have them: a comment, an indented one, or one that ends or begins with marks of a language. */
const CODE_LINE =
  /^(?:\s{2}|\t|#|\/\/|\/?\*|--|;|%|\}|\]|\)|<[?!/a-z]|[\w$.@"'-]{1,60}\s?[:=]|\$\s?\w|(?:import|from|use|using|package|module|require|include|export|const|let|var|def|class|public|private|protected|static|func|fn|function|if|else|elif|for|while|case|esac|fi|done|do|then|end|return|set|select|create|insert|update|delete|alter|drop|grant|revoke|comment|begin|commit|with|from|where|and|or|order|group|limit|join|left|inner|values|git|npm|yarn|pnpm|npx|cd|mkdir|cp|mv|rm|echo|export|sudo|apt|apt-get|docker|curl|wget|make|cmake|pip|python\d?|node|go|cargo|bundle|gem|brew|systemctl|chmod|chown|tar|unzip|source|test|local|readonly|trap|exit|cat|grep|sed|awk|printf)\b)|(?:[{}();,\\[\]:|&]|=>|->|\*\/|do|then|end)\s*$/i;

/** What a program may begin with: a comment, a declaration, a setting, a command; a value, an end of one or a separator is none of them. */
const FIRST_LINE =
  /^\s*(?:#!|#|\/\/|\/\*|--\s|%|;\s|<\?(?:php|xml)|<[!a-z]|"use |'use |[[{]|@\w|\[\w|package|import|from\s|use\s|using|module|require|include|export|const|let|var|def|class|public|private|protected|static|abstract|func|fn|function|if|for|while|case|try|switch|return|namespace|declare|struct|enum|interface|type\s|select|create|insert|update|delete|alter|drop|grant|revoke|begin|with\s|set\s|set$|commit|comment|explain|pragma|exec\s|git\s|npm\s|yarn\s|pnpm\s|npx\s|cd\s|mkdir\s|cp\s|mv\s|rm\s|echo\s|sudo\s|apt|docker\s|curl\s|wget\s|make|cmake|pip|python|node\s|go\s|cargo|bundle|gem\s|brew\s|systemctl|chmod|chown|tar\s|unzip|source\s|\$\s|local\s|[\w$.-]{1,60}(?:\s?[:=]|\s?\(|\s\{)|[\w.$]+;$|\s{2,}\S|\t)/i;

/** What nothing but a program begins with; comments may fill most of it then. */
const SURE_LINE =
  /^\s{0,8}(?:#!\/|#include|<\?php\s|"""|'''|=(?:head|pod)|package\s[\w:.]+;|import\s[\w{*."']|from\s[\w.]+\simport|#\s-\*-|#\s{1,4}[A-Z][\w ]|\/\*\*?\s|\/\/\s|using\s[\w.]+;|namespace\s[\w.\\]+)/;
const SURE_PER_CENT_MIN = 25;

/** A line that is one word, or a piece of an expression: whoever has put line ends in the place of blanks has nothing else. */
const PIECE = /^[^\s{};:#/]{1,24}$/;

/** Linear; reads at most some sixty lines. Only asked where something was found, so that other values pay nothing. Blocks of code in a text of another kind are told by `splitFences`. */
export function isDocument(value: string): boolean {
  // A line end at the very beginning is there to end somebody else's line.
  const begin = value.charCodeAt(0);
  if (value.indexOf("\n") < 0 || begin === 0x0a || begin === 0x0d) return false;
  const first = behindFence(value, behindQuestion(value));
  const head = value.slice(first, first + LINE_BYTES_MAX);
  if (!FIRST_LINE.test(head)) return false;
  let lines = 0;
  let code = 0;
  let pieces = 0;
  for (let at = first; at < value.length && lines < LINES_MAX; ) {
    const next = value.indexOf("\n", at);
    const end = next < 0 ? value.length : next;
    const line = value.slice(at, Math.min(end, at + LINE_BYTES_MAX)).trimEnd();
    at = end + 1;
    if (line === "") continue;
    lines++;
    if (CODE_LINE.test(line)) code++;
    if (PIECE.test(line)) pieces++;
  }
  return lines >= LINES_MIN && pieces * 2 <= lines && code * 100 >= lines * (SURE_LINE.test(head) ? SURE_PER_CENT_MIN : PER_CENT_MIN);
}

/** The opening of a block of code that nobody has closed, and ends of blocks that were cut off with what they end. */
const FENCE = /^```[ \t]?[\w+#.-]{0,20}[ \t]{0,4}\r?\n(?:[ \t]{0,20}[})\];]{1,4}[ \t]{0,4}\r?\n){0,2}/;

/** A fence says no more than its lines do: what stands behind it is held to be a program where it looks like one. */
function behindFence(value: string, at: number): number {
  return value.startsWith("```", at) ? at + (FENCE.exec(value.slice(at, at + LINE_BYTES_MAX))?.[0].length ?? 0) : at;
}

const QUESTION = /^[A-Z][A-Za-z,'`() -]{8,160}[.:?!]?\s{0,4}\n/;

/** Where the code begins that a sentence of its own line leads to: "Why does this fail?". */
function behindQuestion(value: string): number {
  const question = QUESTION.exec(value.slice(0, LINE_BYTES_MAX));
  if (question === null) return 0;
  let at = question[0].length;
  while (value.charCodeAt(at) === 0x0a || value.charCodeAt(at) === 0x0d) at++;
  return at;
}
