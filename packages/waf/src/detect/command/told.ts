import type { Detector, Finding } from "../contract.ts";
import { createExaminer } from "../examine.ts";
import { surer } from "../finding.ts";
import { stringsOfJson } from "../layers/json.ts";
import { commandDetectors } from "./index.ts";
import { findMark } from "./marks.ts";
import { likelihoodOf, Name } from "./names.ts";

// The text of a node of an editor: people write about commands there, and a node may begin and end anywhere in a sentence or in a block of
// code. What is left as a sign of an intruder is what he would do, not that it is a command.

/** Kinds that stand in every text about a shell. */
const WRITTEN: ReadonlySet<string> = new Set([
  "command.run",
  "command.variable",
  "command.slice",
  "command.braces",
  "command.loop",
  "command.powershell",
]);

/** Files of secrets, shells that somebody far away talks to, and hosts that only take down who asks for them: wherever they stand. */
const INTRUDES =
  /\/etc\/+(?:passwd|shadow|gshadow|master\.passwd|sudoers)\b|\/proc\/self\/|\.ssh\/(?:id_|authorized)|win\.ini|boot\.ini|\b(?:ba|z|k|da)?sh -i\b.{0,40}[<>]&|(?:^|[\s;|&])(?:nc|ncat|netcat|socat)\b.{0,80}(?:\s-e\s?\S|\bexec:)|mkfifo\s.{0,80}\bnc\b|base64\s+(?:-d|-D|--decode)\b.{0,20}\|\s?(?:ba|z|da)?sh\b|downloadstring|frombase64string|\{echo,|powershell\b.{0,60}\s-e(?:nc\w*)?\s+[a-z\d+/=]{20}|\b(?:oast|oastify|interact|burpcollaborator|dnslog|requestbin|webhook)\.(?:\w{2,6})\b|\b(?:curl|wget)\b.{0,80}\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}/i;

/**
 * What is tried first to see whether anything runs, behind a separator, behind nothing or behind one word: `;id`, `x|whoami`, `$(sleep 5)`.
 * A word between two back-quotes alone is a word of code.
 */
const TRIED =
  /^[\w.@/'") =-]{0,40}?(?:[;|&]|\n|\$\(|<\(|`(?![\w-]{1,20}`\s{0,4}$))[\s;|&({]{0,8}(?:\/\w{1,8}){0,4}\/?(?:id|whoami|uname|cat|sleep|ping|nslookup|dig|curl|wget|nc|ncat|ifconfig|ipconfig|netstat|systeminfo|powershell|cmd|telnet|perl\s-e|python\d?\s-c|php\s-r|ruby\s-e|printenv|ps\s+-?[aefux]{2,3}|net\s+user|(?:dir|type)\s+[c-z]:|rm\s+-rf\s+[/~*]{1,2}(?=\s{0,4}(?:$|[;|&`)-]))|(?:ls\s+-la?|env|set)(?=[\s/]{0,4}(?:$|[;|&`)])))(?:\.exe)?(?![\w.-])/i;

/** `grep x | cat`, `kubectl get pods && sleep 5`: a command with its arguments goes before, and what follows belongs to it. */
const LINE = /^[\s#$]{0,8}([\w./-]{1,40}) +[^;|&\n`]{2,200}[;|&\n]/;

function isBehindCommand(text: string): boolean {
  const [, name = ""] = LINE.exec(text) ?? [];
  return likelihoodOf(name.toLowerCase()) > Name.none;
}

const examiner = createExaminer(commandDetectors);

/** Commands that only an intruder would leave in a text. Bounded repetitions at a bounded number of places: linear. */
export const toldDetector: Detector = { name: "told", needs: undefined, find: findTold };

function findTold(value: string, spend?: (steps: number) => void): Finding | undefined {
  // A whole document as one text, as some editors keep it.
  const pieces = stringsOfJson(value);
  if (pieces?.isWhole !== true) return findInPiece(value, spend);
  let best: Finding | undefined;
  for (const piece of pieces.texts) best = surer(best, findInPiece(piece, spend));
  return best;
}

function findInPiece(value: string, spend?: (steps: number) => void): Finding | undefined {
  const found = examiner.examine(value, spend).get("command");
  if (found === undefined || found.weight < 4 || !WRITTEN.has(found.kind)) return found;
  // Nobody writes about commands in Base64, or in percent signs.
  if (found.layers.some((layer) => layer !== "json" && layer !== "html")) return found;
  const text = found.layers.length === 0 ? value : found.excerpt;
  const isMeant = INTRUDES.test(text) || (TRIED.test(text) && !isBehindCommand(text)) || isMarked(text) || !isWritten(text);
  return isMeant ? found : { ...found, weight: 3 };
}

/** Begins as a line does: `$ tar -x`, `(cd a && make)`, a sentence; with a name alone only where it is a command. */
const BEGINS = /^[\s$#>`(]{0,8}([A-Za-z./~][\w./~+-]{0,60})(\s|$|`|[|;&])/;
/** Goes on where a mark of another node has ended: ` | grep x`, `&& make`; a blank is what tells it from a separator that somebody put in. */
const GOES_ON =
  /^\s{0,4}(?:&&?|\|\|?|;)\s(?!.{0,200}(?:\s\/(?:etc|home|proc)\b|:\/\/|\\\\\w|%\w{2,20}%|[a-z]:\\|\$\(\(|\bls\s+-\w+\s+\/|\bnet\s+(?:view|localgroup|share)\b|\bnetsh\b|\breg\s+add\b|\bwmic\b|\bset\s+\/a)|(?:dir|pwd|ls)\s*$)/i;
/** What a shell puts in: `$(date)`, `<(ls a)`, `${name}`, `$0`, a span of code. */
const EXPANDS = /^\s{0,4}["']?(?:\$(?!\(`)[\w({]|[<>]\(|`)/;
/** A prompt, an element, a line that is indented, a variable that is set. */
const OPENS = /^(?:[$#>] |<[a-z]{1,10}>|[ \t]{2}|[A-Z][A-Z\d_]{2,40}=["']?\$\((?!`)|\.{0,2}\/\$\()/;
/** What is hidden in the middle of a name. */
const HIDES = /[a-z](?:\$@|\$\(\)|\$\{?\*|''|"")[a-z]|\$\(`/i;

function isWritten(text: string): boolean {
  if (OPENS.test(text)) return true;
  if (HIDES.test(text)) return false;
  const [, name = "", next = ""] = BEGINS.exec(text) ?? [];
  if (name !== "") return !"|;&".includes(next) || next === "" || likelihoodOf(name.toLowerCase()) > Name.none;
  return GOES_ON.test(text) || EXPANDS.test(text);
}

/** What a command hides, where one stands in front of it: `() { :;}; id`. */
function isMarked(text: string): boolean {
  const mark = findMark(text)?.mark;
  return mark !== undefined && mark.weight >= 4 && !WRITTEN.has(mark.kind);
}
