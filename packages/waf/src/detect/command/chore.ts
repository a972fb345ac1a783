import type { Place } from "./weigh.ts";
import { type CommandWord, isWordByte } from "./word.ts";

// Commands of everyday work on a program's own files: builds and package scripts are full of them, and they tell an intruder nothing.

const CHORES = new Set(
  "npm yarn pnpm npx bun make cmake node git tsc mkdir rmdir cp mv rm cd echo touch export cargo go composer pip bundle rake gradle mvn docker bash sh exit eslint prettier jest mocha sudo apt apt-get brew dpkg rpm chmod umask tar unzip zip sed ls".split(
    " ",
  ),
);

/** Longest command that is looked at, in bytes. */
const COMMAND_BYTES_MAX = 200;
/** Options, names and relative paths; no path from the root, no expansion, no address. */
const PLAIN =
  /^(?:\s+(?:-{1,2}\w[\w=:,./*@-]*|\.{1,2}|(?!\/)[\w.*@+:,=~{}^\\-][\w./*@+:,={}^-]*|"[\w ./*@:,=-]*"|'[\w ./*@:,=-]*'|\\"[\w ./*@:,=-]*\\"))+\s*(?:$|&&|\|\|\s|[;\n"'])/;
const TELLING = /-rf? (?:[/~]|\*(?:\s|$))|\.\.\/\.\.\/\.\.|passwd|shadow|\.ssh|https?:|\bnc\b|\s-c\b|(?:^|\s)-la\b|-l\b|\+s\b|0?777/;
const DRIVE = /[a-z]:\\/i;

/** `tsc && npm run lint`, `rm -rf dist`: at the beginning of a value, or joined by `&&` to another command of the kind. */
export function isChore(value: string, place: Place, word: CommandWord): boolean {
  if (!CHORES.has(word.name) || word.isHidden || word.path !== "") return false;
  if (
    place.mark !== 0 &&
    !(place.mark === 0x26 && value.charCodeAt(place.separator - 1) === 0x26 && startsAsCommand(value, place.separator))
  )
    return false;
  const text = value.slice(word.end, word.end + COMMAND_BYTES_MAX);
  if (DRIVE.test(text)) return false;
  const command = PLAIN.exec(text);
  return command !== null && !TELLING.test(command[0]);
}

/** A word in lower case, or a path to a program of one's own, with something behind it: no host, no number, no file. */
function startsAsCommand(value: string, separator: number): boolean {
  // In a text of settings, the command begins behind its quote.
  const from = Math.max(value.lastIndexOf('"', separator), value.lastIndexOf("\n", separator)) + 1;
  let at = value.startsWith("./", from) ? from + 2 : from;
  const start = at;
  while (at - start < 40 && (isWordByte(value.charCodeAt(at)) || value.charCodeAt(at) === 0x2d)) at++;
  const first = value.charCodeAt(start);
  return at > start + 1 && first >= 0x61 && first <= 0x7a && value.charCodeAt(at) === 0x20 && value.charCodeAt(at + 1) !== 0x3d;
}
