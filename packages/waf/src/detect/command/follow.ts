import { byteSet } from "../../text/index.ts";
import { CARRIERS, isSystemFolder, likelihoodOf, Name, SUBCOMMANDS } from "./names.ts";
import { emptyExpansion, isWordByte, readWord } from "./word.ts";

/** What stands behind the name of a command. */
export const Behind = {
  /** Words as in a sentence. */
  prose: 0,
  /** Nothing. */
  nothing: 1,
  /** Another separator. */
  separator: 2,
  /** Something that may be an argument: a number, a name of a host or of a file, a word in quotes. */
  argument: 3,
  /** An option, a path, an expansion, a redirection. */
  shell: 4,
  /** A file or a device of the system, a shell to talk to, a folder to be wiped. */
  system: 5,
  /** `=`, `:`, a letter: the name was no word of its own. */
  other: 6,
} as const;

/** Bytes of arguments that are looked at. */
const ARGUMENT_BYTES_MAX = 160;
const SYSTEM_TARGET =
  /\/etc\/|\/bin\/|\/dev\/(?:tcp|udp|null)|\/proc\/self|\/var\/log|\/root\/|\.ssh\/|-rf? [/~*.]|win\.ini|[a-z]:\\+(?:windows|winnt|boot|inetpub)\b|boot\.ini|system32|%systemroot%|\bsh -c|>& ?\/|0[<>]&\d|(?:[|;] ?|-e ?|-c ?)(?:\/\w+\/)?(?:ba|z|k|da)?sh\b/i;
/** Bytes of which one stands in whatever `SYSTEM_TARGET` matches, with one of these behind it, in lower case. */
const TARGET_PAIRS: readonly (readonly [byte: string, next: string])[] = [
  ["/", "ebdpvr"],
  ["s", "hy"],
  ["-", "r"],
  [".", "i"],
  [":", "\\"],
  [">", "&"],
  ["<", "&"],
];
/** 0 where the byte begins no pair, else the number of the row behind it. */
const PAIR_ROWS = new Uint8Array(256);
const PAIR_NEXT = TARGET_PAIRS.map(([, next]) => byteSet(next + next.toUpperCase()));
for (const [row, [byte]] of TARGET_PAIRS.entries()) for (const each of [byte, byte.toUpperCase()]) PAIR_ROWS[each.charCodeAt(0)] = row + 1;

/** Where the next pair stands: arguments overlap, and no byte is looked at once more for each command before it. */
export interface Pairs {
  /** From here on the next one is known. */
  from: number;
  next: number;
}

export function createPairs(): Pairs {
  return { from: 0, next: -1 };
}

/** The place of the first pair in `value` from `from` on, or `end` where none stands before it. */
function pairIn(value: string, from: number, end: number): number {
  for (let at = from; at < end; at++) {
    const row = PAIR_ROWS[value.charCodeAt(at)] ?? 0;
    if (row !== 0 && PAIR_NEXT[row - 1]?.[value.charCodeAt(at + 1)] === 1) return at;
  }
  return end;
}

function nextPair(value: string, at: number, pairs: Pairs): number {
  if (at < pairs.from) {
    const before = pairIn(value, at, pairs.from);
    return before < pairs.from ? before : pairs.next;
  }
  if (pairs.next < at) pairs.next = pairIn(value, at, value.length);
  pairs.from = at;
  return pairs.next;
}

/** `text` is what stands in `value` from `at` on. For most, the pairs say no for much less than the pattern costs. */
function namesTarget(value: string, at: number, text: string, pairs: Pairs): boolean {
  return nextPair(value, at, pairs) < at + text.length - 1 && SYSTEM_TARGET.test(text);
}

/** Hidden files that hold settings and secrets, or the history of a shell: `.NET` is none of them. */
const HIDDEN_FILE =
  /^\.(?:env|git|ssh|ht(?:access|passwd)|bash(?:_|rc)|profile|zsh|viminfo|mysql_|psql_|aws|npmrc|netrc|pgpass|my\.cnf|svn|docker|kube|config|gnupg|secret|credential|boto|s3cfg|local|well-known|gitlab|travis|wgetrc|curlrc|pypirc|rhosts|history|python_|node_|DS_Store|cache|idea|vscode|netbeans|terraform|vault|azure|gem|hg|subversion|Xauthority)/;
/** The folder itself: `find .`. */
const FOLDER_ITSELF = /^\.(?:$|[\s;|&#)`])/;
/** A name with a wildcard within: `s*`, `*.txt`, `s?cret`; a question ends with a mark as well. */
const GLOB = /^[\w./-]{0,40}(?:\*|[?[][\w.*?[\]-]{0,20}[\w*])[\w.*?[\]-]{0,40}(?:$|[\s;|&#)`'"])/;

/** `{a,../b}`: one word for each of them. */
const BRACES = /^\{[\w./*~-]{0,40}(?:,[\w./*~-]{0,40}){1,6}\}/;

const HOST = /^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|[\w-]{1,63}(?:\.[\w-]{1,63}){0,7}\.[a-z]{2,12}|localhost)(?:[:/\s|;&)`#]|$)/i;

/** What follows the command `name` that ends at `end`. Reads a bounded number of bytes. */
export function follow(value: string, end: number, name: string, plusIsBlank: boolean, pairs: Pairs, depth = 0): number {
  let at = end;
  while (isBlank(value.charCodeAt(at), plusIsBlank)) at++;
  if (at >= value.length) return Behind.nothing;
  const code = value.charCodeAt(at);
  if (code === 0x3b || code === 0x7c || code === 0x26 || code === 0x0a || code === 0x0d || code === 0x29 || code === 0x60 || code === 0x23)
    return Behind.separator;
  const text = value.slice(at, at + ARGUMENT_BYTES_MAX);
  // `mysql> select …`: what a program shows when it waits.
  if (at === end && code === 0x3e && /^> [a-z]/i.test(text)) return Behind.other;
  if (code === 0x3e || code === 0x3c) return redirection(value, at, text, pairs);
  // `iex(…)`: PowerShell asks for no blank.
  if (at === end && code === 0x28 && name.startsWith("i") && (name === "iex" || name === "invoke-expression")) return Behind.shell;
  if (at === end && code !== 0x27 && code !== 0x22 && code !== 0x5c && code !== 0x2f) return Behind.other;
  // `p&ss'w0rd`: a quote right behind a word goes on with it, unless it ends somebody else's text.
  if (at === end && (code === 0x27 || code === 0x22) && isWordByte(value.charCodeAt(at + 1))) return Behind.other;
  const kind = carried(value, at, name, plusIsBlank, pairs, depth) ?? argument(value, at, code, text, name, plusIsBlank);
  if (kind === Behind.other || !namesTarget(value, at, text, pairs)) return kind;
  // A sentence may name a file of the system.
  const isSentence = kind === Behind.prose && likelihoodOf(name) === Name.everyday && !/[<>|] ?\/(?:etc|dev|tmp|var|proc)\//.test(text);
  return isSentence ? kind : Behind.system;
}

/** Commands that are carried by others, one within the other. */
const CARRIED_MAX = 3;

/** `nice cat .env`: what the carried command does, where it is a word of everyday language and does something. */
function carried(value: string, at: number, name: string, plusIsBlank: boolean, pairs: Pairs, depth: number): number | undefined {
  if (depth >= CARRIED_MAX || !CARRIERS.has(name)) return undefined;
  const word = readWord(value, at, plusIsBlank);
  if (likelihoodOf(word.name) !== Name.everyday) return undefined;
  const behind = follow(value, word.end, word.name, plusIsBlank, pairs, depth + 1);
  return behind >= Behind.argument && behind <= Behind.system ? behind : undefined;
}

function argument(value: string, at: number, code: number, text: string, name: string, plusIsBlank: boolean): number {
  const next = value.charCodeAt(at + 1);
  if (code === 0x2d) return isWordByte(next) || next === 0x2d ? Behind.shell : Behind.other;
  if (code === 0x2f && next === 0x20) return /^\/ {1,4}-{1,2}[a-z]/.test(text) ? Behind.shell : Behind.nothing;
  if (code === 0x2b && !plusIsBlank) return /^\+[a-z](?: |$)/i.test(text) && name === "attrib" ? Behind.shell : Behind.other;
  if (code === 0x2f) return isWordByte(next) || next === 0x3f || next === 0x2a || next === 0x5b ? Behind.shell : Behind.nothing;
  if (code === 0x7e || code === 0x2e) {
    if (next === 0x2f || next === 0x2e || next === 0x5c || (code === 0x7e && next === 0x2b)) return Behind.shell;
    return code === 0x2e && (HIDDEN_FILE.test(text) || (FOLDER_ITSELF.test(text) && WALKS.has(name))) ? Behind.argument : Behind.other;
  }
  if (code === 0x24)
    return next === 0x28 || next === 0x7b || isWordByte(next) || emptyExpansion(value, at) !== 0 ? Behind.shell : Behind.other;
  if (code === 0x25 && name === "printf" && /^%[sdbq](?:[\s\\;]|$)/.test(text)) return Behind.argument;
  if (code === 0x25) return /^%[a-z_]\w{2,30}(?::[^%]{1,30})?%/i.test(text) ? Behind.shell : Behind.other;
  if (code === 0x5c) return Behind.shell;
  if (code === 0x7b) return BRACES.test(text) ? Behind.argument : Behind.other;
  if (/^(?:env|hklm|hkcu|cert|variable|function):/i.test(text)) return Behind.shell;
  if (/^[a-z]:(?:[\\/]|[\s|&;]|$)/i.test(text) || /^[a-z]{3,6}:\/\//i.test(text)) return Behind.shell;
  if (code === 0x27 || code === 0x22 || code === 0x2a || HOST.test(text) || GLOB.test(text)) return Behind.argument;
  const word = readWord(value, at, plusIsBlank);
  if (word.isHidden || (word.hasGlob && isSystemFolder(word.path.split("/")[1] ?? ""))) return Behind.shell;
  if (SUBCOMMANDS.get(name)?.has(word.name) === true) return Behind.shell;
  if (CARRIERS.has(name) && likelihoodOf(word.name) > 1) return Behind.shell;
  if (/^\d+(?:\.\d+)?s?(?:[\s;|&)`#'"]|$)/.test(text))
    return name === "sleep" || name === "timeout" || name === "kill" ? Behind.shell : Behind.argument;
  if (
    /^[\w.-]+\.(?:txt|php|log|conf|cfg|sh|py|pl|ini|xml|json|sql|db|exe|dll|bat|ps1|html?|js|jsp|aspx?|key|pem|bak|cpp|rb|tar|tgz|gz|zip)\b/.test(
      text,
    )
  )
    return Behind.argument;
  if (/^[\w.+-]{1,64}@[\w.-]{1,64}/.test(text)) return Behind.argument;
  if (/^\w{2,10}:[\w.-]{1,60}:\d/.test(text)) return Behind.argument;
  // Words go into a file, or are looked for in many.
  if (
    WRITES.has(name) &&
    /^[^\n<>]{0,80}>{1,2} ?(?:[a-z]:[\\/]|\/\w|\.{1,2}\/|[\w-]{1,40}\.(?:php|aspx?|jsp|sh|py|pl|txt|html?|log|bat|ps1)\b)/i.test(text)
  )
    return Behind.shell;
  if (WRITES.has(name) && EXPANDS.test(text)) return Behind.shell;
  if (FINDS.has(name) && /^\S{1,40} {1,4}(?:\S{0,20}\*\.\w{1,8}|\/[\w/]{2})/.test(text)) return Behind.shell;
  // `tr A-Z a-z<<<ID`: a text in the place of a file.
  if (/^[^\n;|)`]{0,40}<<<\s?['"$\w]/.test(text)) return Behind.shell;
  return /^\w+(?:=\S|[|;&`>])/.test(text) ? Behind.argument : Behind.prose;
}

/** What a shell puts in the place of a name, among the words of an echo. */
const EXPANDS = /^[^\n"']{0,60}\$(?:\{\w|\(|\w)/;
const WRITES = new Set(["echo", "print", "printf", "cat", "type"]);
const WALKS = new Set(["find", "ls", "du", "dir", "grep", "egrep", "fgrep", "zgrep", "tree"]);
const FINDS = new Set(["findstr", "grep", "egrep", "fgrep", "find", "zgrep", "sed", "awk"]);

function redirection(value: string, at: number, text: string, pairs: Pairs): number {
  if (namesTarget(value, at, text, pairs)) return Behind.system;
  if (/^<<<|^(?:>{1,2}|<|>\||<>)&? ?(?:[/~$%\\&(]|\.{0,2}\/|[\w-]{1,40}\.[a-z]|\.[a-z]{2})/i.test(text)) return Behind.shell;
  return /^[<>]{1,2} ?[a-z'"]/i.test(text) ? Behind.argument : Behind.other;
}

export function isBlank(code: number, plusIsBlank: boolean): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0b || code === 0x0c || code === 0xa0 || (plusIsBlank && code === 0x2b);
}
