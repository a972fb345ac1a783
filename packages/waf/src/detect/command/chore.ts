import type { Place } from "./weigh.ts";
import { type CommandWord, isWordByte } from "./word.ts";

// Commands of everyday work on a program's own files: builds and package scripts are full of them, and they tell an intruder nothing.

const CHORES = new Set(
  "npm yarn pnpm npx bun make cmake node git tsc mkdir rmdir cp mv rm cd echo touch export cargo go composer pip bundle rake gradle mvn docker bash sh exit eslint prettier jest mocha sudo apt apt-get brew dpkg rpm chmod umask tar unzip zip sed ls".split(
    " ",
  ),
);

/** Tools of administration that only speak to a service of one's own, or to a server of packages: what they say tells an intruder little. */
const TOOLS = new Set(
  "kubectl helm minikube terraform ansible ansible-playbook journalctl crontab ssh-keygen ssh-agent mysqldump pg_dump virsh strace ltrace valgrind perf dstat ispell restorecon yum dnf zypper snap flatpak adb exiftool ghc gdb npm yarn pnpm git cargo go composer pip bundle gradle mvn docker brew".split(
    " ",
  ),
);
/** Of what they do, what reaches further. */
const REACHING =
  /\b(?:exec|run|secrets?|cp|copy|nc|passwd|shadow|socket|export)\b|\b(?:ba|z|k|da)?sh\b|\bconfig\s+view\b|--all-databases|\s-[ceEx]\b|ext::|core\.|command=|-pack\b|\.ssh|\.\.\/\.\.\/|[@$`\\]|:\/\//i;
/** Several commands, or one that writes into a file. */
const SEPARATED = /[;|&<>\n\r]/;

/** Longest command that is looked at, in bytes. */
const COMMAND_BYTES_MAX = 200;
/** How far back a line is looked for, in bytes. */
const LINE_BYTES_MAX = 400;
/** Options, names and relative paths; no path from the root, no expansion, no address. */
const PLAIN =
  /^(?:\s+(?:-{1,2}\w[\w=:,./*@-]*|\.{1,2}|(?!\/)[\w.*@+:,=~{}^\\-][\w./*@+:,={}^-]*|"[\w ./*@:,=-]*"|'[\w ./*@:,=-]*'|\\"[\w ./*@:,=-]*\\"))+\s*(?:$|&&|\|\|\s|\| ?(?:tee|grep|head|tail|less|sort|wc|uniq)\s|[;\n"']|<\/[a-z]+>)/;
const TELLING = /-rf? (?:[/~]|\*(?:\s|$))|\.\.\/\.\.\/\.\.|passwd|shadow|\.ssh|https?:|\bnc\b|\s-c\b|(?:^|\s)-la\b|-l\b|\+s\b|0?777/;
const DRIVE = /[a-z]:\\/i;

/** `tsc && npm run lint`, `rm -rf dist`: at the beginning of a value, or joined by `&&` to another command of the kind. */
export function isChore(value: string, place: Place, word: CommandWord): boolean {
  if (word.isHidden || word.path !== "") return false;
  if (TOOLS.has(word.name) && isSaid(value, place, word)) return true;
  if (!CHORES.has(word.name)) return false;
  if (place.mark !== 0 && !isJoined(value, place)) return false;
  const text = value.slice(word.end, word.end + COMMAND_BYTES_MAX);
  if (DRIVE.test(text)) return false;
  const command = PLAIN.exec(text);
  if (command === null) return place.mark === 0 && INSTALLS.test(value) && SENTENCE.test(text);
  return !TELLING.test(command[0]);
}

/** By `&&` to any command; by `;`, or on a line of its own, only what fetches or builds a program's parts. */
function isJoined(value: string, { mark, separator, at }: Place): boolean {
  if (mark === 0x26) return value.charCodeAt(separator - 1) === 0x26 && startsAsCommand(value, separator);
  if (!installs(value, at)) return false;
  return mark === 0x0a || (mark === 0x3b && installs(value, startOfLine(value, separator)));
}

/** What fetches or builds a program's parts. */
const INSTALLS =
  /^(?:sudo )?(?:apt|apt-get|npm|yarn|pnpm|pip3?|brew|dnf|yum|apk|composer|bundle|gem|cargo|go|git|make|docker) (?:update|upgrade|install|add|remove|build|ci|run|get|pull|push|fetch|clone|test|dist-upgrade|autoremove|clean|init|up|compose|mod|tidy)\b/;
const INSTALLS_BYTES = 40;

function installs(value: string, at: number): boolean {
  return INSTALLS.test(value.slice(at, at + INSTALLS_BYTES));
}

/** In a text of settings, the command begins behind its quote, in a page behind a tag. */
function startOfLine(value: string, before: number): number {
  const from = Math.max(0, before - LINE_BYTES_MAX);
  const line = value.slice(from, before + 1);
  return from + Math.max(line.lastIndexOf('"'), line.lastIndexOf("\n"), line.lastIndexOf(">")) + 1;
}

/** `… fails behind the proxy, what now?`: words to the end of the value. */
const SENTENCE = /^(?: [A-Za-z'-]{1,20}[,:;]?){5,40}[.?!]{0,3}$/;

/** A log as a file of its own: nobody reads anything by writing it. */
const LOG = /^ (?:-a )?(?:\/var\/log\/|\/tmp\/|\.\/)?(?:[\w-][\w.-]{0,40}\/){0,3}[\w-][\w.-]{0,40}\.(?:log|out)(?:$|[\s;"',.])/;

/** `npm install | tee npm.log`: behind something that installs, what it says is kept. */
export function isLogged(value: string, { mark, separator }: Place, word: CommandWord): boolean {
  if (mark !== 0x7c || word.name !== "tee" || word.isHidden || word.path !== "") return false;
  return LOG.test(value.slice(word.end, word.end + COMMAND_BYTES_MAX)) && installs(value, startOfLine(value, separator));
}

/** `$(node -e "console.log(require('./package.json').version)")`: a package's own version, as scripts of packages ask for it. */
const OWN_VERSION = /^node -[ep] \\?["'](?:console\.log\()?require\(\\?['"]\.\/package(?:\.json)?\\?['"]\)\.(?:version|name)\)?;?\\?["']\)/;

export function isOwnVersion(value: string, { mark, at }: Place): boolean {
  return mark === 0x28 && OWN_VERSION.test(value.slice(at, at + COMMAND_BYTES_MAX));
}

/** The value is the command, alone or between two back-quotes, and no more than one; and it is an ordinary one. */
function isSaid(value: string, place: Place, word: CommandWord): boolean {
  if (value.length > COMMAND_BYTES_MAX || place.separator !== 0) return false;
  const text = value.trimEnd();
  const isSpan = place.mark === 0x60 && text.endsWith("`");
  if (!isSpan && place.mark !== 0) return false;
  const behind = text.slice(word.end, isSpan ? -1 : undefined);
  return !SEPARATED.test(behind) && !REACHING.test(behind) && PLAIN.test(behind);
}

/** A word in lower case, or a path to a program of one's own, with something behind it: no host, no number, no file. */
function startsAsCommand(value: string, separator: number): boolean {
  const from = startOfLine(value, separator);
  let at = value.startsWith("./", from) ? from + 2 : from;
  const start = at;
  while (at - start < 40 && (isWordByte(value.charCodeAt(at)) || value.charCodeAt(at) === 0x2d)) at++;
  const first = value.charCodeAt(start);
  return at > start + 1 && first >= 0x61 && first <= 0x7a && value.charCodeAt(at) === 0x20 && value.charCodeAt(at + 1) !== 0x3d;
}
