// Path traversal and file inclusion: steps up, sensitive files of POSIX and Windows, stream wrappers, network shares.
import { byteSet, WORD } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { isSetting } from "../setting.ts";
import { ABSOLUTE_WORDS, findAbsolute } from "./absolute.ts";
import { FILES, LONE_FILES } from "./files.ts";
import { findGarbled, findSqueezed, GARBLED_WORDS } from "./garbled.ts";
import { type Climb, findClimb } from "./walk.ts";
import { findRemote, findWrapper, WRAPPER_WORDS } from "./wrapper.ts";

const CWE_TRAVERSAL = 22;
const CWE_SHARE = 40;

/** Longest value that can be a path and nothing else, in bytes. */
const PATH_BYTES_MAX = 4_096;

/** Separators spelled as numbers. */
const SPELLED = ["0x2e", "0x2f", "0x5c"];
const IDLE = "/./";
const SHARE = "\\\\";
/** What Windows shares for administration alone. */
const ADMINISTRATIVE_NAMES = [..."abcdefghijklmnopqrstuvwxyz", "admin", "ipc", "print"].flatMap((name) => [`/${name}$`, `\\${name}$`]);
const SEPARATED = [...FILES.keys(), ...LONE_FILES.keys()].flatMap((name) => [`/${name}`, `\\${name}`]);
const needs = byteSet("/\\:.xX");

export const pathDetector: Detector = {
  name: "path",
  sparesDocuments: true,
  needs,
  words: [IDLE, SHARE, ...ADMINISTRATIVE_NAMES, ...SPELLED, ...SEPARATED, ...WRAPPER_WORDS, ...ABSOLUTE_WORDS, ...GARBLED_WORDS],
  find: findPath,
};

/** `etc/passwd`: a value may begin with a name of the tables; everywhere else a separator stands before it, and the two are a word. */
export const pathStartDetector: Detector = {
  name: "path",
  sparesDocuments: true,
  needs,
  find: (value) => (fileAt(value, 0) === undefined ? undefined : findPath(value)),
};

/** Finds a value that leads to a file it should not; linear in its length. */
export function findPath(value: string): Finding | undefined {
  const climb = findClimb(value);
  let best = climb === undefined ? findIdle(value) : judgeClimb(value, climb);
  if (best?.weight === 5) return best;
  best = surer(best, findFile(value, climb));
  if (best?.weight === 5) return best;
  best = surer(surer(best, findWrapper(value)), findSpelled(value));
  if ((best?.weight ?? 0) < 4) best = surer(best, findAbsolute(value) ?? findGarbled(value) ?? findSqueezed(value) ?? findRemote(value));
  if (value.indexOf("$") > 2 && ADMINISTRATIVE.test(value.slice(0, SHARE_BYTES_MAX)))
    best = surer(best, finding("path.share", 4, CWE_SHARE, value));
  return value.indexOf(SHARE) < 0 ? best : surer(best, findShare(value));
}

/** `/./\\/././`: steps that go nowhere, many of them, to tire a filter that takes off a few. */
function findIdle(value: string): Finding | undefined {
  const at = value.indexOf(IDLE);
  return at >= 0 && /(?:[\\/]\.(?=[\\/])){4}/.test(value.slice(at, at + 64))
    ? finding("path.idle-steps", 4, CWE_TRAVERSAL, value, at)
    : undefined;
}

/** One step is a relative link; three of them leave every tree that people link in. */
function judgeClimb(value: string, climb: Climb): Finding {
  const isPath = isWholePath(value);
  let weight = climb.isDisguised ? 4 : climb.steps >= 3 && isPath ? 4 : climb.steps >= 2 ? 3 : 2;
  if (climb.steps >= 2 && climb.isDisguised) weight = 5;
  if (climb.steps >= 4 && isPath) weight = 5;
  // `/static/img/../../x`: a path that first goes down is made by hand.
  if (isPath && climb.steps >= 2 && climb.start > 0 && isSeparator(value.charCodeAt(climb.start - 1))) weight = Math.max(weight, 4);
  if (climb.steps <= 2 && isPath && (SETTINGS.test(value) || (climb.start <= 1 && SOURCE.test(value)) || INNER.test(value)))
    weight = Math.max(weight, 4);
  if (value.indexOf("\0", climb.end) >= 0) weight = 5;
  return finding("path.traversal", weight as Finding["weight"], CWE_TRAVERSAL, value, climb.start);
}

/** What one step up may lead to that no page links to. */
const SETTINGS =
  /(?:config|settings?|database|secrets?|passwords?|passwd|credentials?|users?|admin|log|db)\.(?:asp|inc|cfg|ini|conf|config|log|bak|old|sql|mdb|ya?ml|env|php|xml|json|txt)$/i;

/** A server's own programs and settings, one step up from where the value begins. */
const SOURCE =
  /^\/?(?:\.\.\/){1,2}[\w./-]{1,120}\.(?:php\d?|jspx?|aspx?|ashx|properties|conf|ini|cfg|class|java|cgi|pl|db|sqlite3?|bak|log|env|key|pem|war|jar)(?:\0|\s{0,4}$)/i;
const INNER = /\.\.[\\/](?:web-inf|meta-inf)(?:[\\/]|$)/i;

function isSeparator(code: number): boolean {
  return code === 0x2f || code === 0x5c;
}

/** No blanks but in the names of folders behind steps up: the value is a path, not a sentence with one in it. */
function isWholePath(value: string): boolean {
  if (value.length > PATH_BYTES_MAX) return false;
  const path = value.trim();
  return path.indexOf("\n") < 0 && (path.indexOf(" ") < 0 || BLANKS.test(path));
}

/** `../../Program Files/Apache Group/x.conf`: the last name has no blanks, and the others have few. */
const BLANKS = /^[\\/]?(?:\.\.[\\/]{1,4}){1,64}(?:[\w.()~-]{1,64}(?: [\w.()~-]{1,64}){0,3}[\\/]{1,4}){1,16}[\w.-]{1,64}\0?$/;

/** Sensitive files behind a separator. */
function findFile(value: string, climb: Climb | undefined): Finding | undefined {
  let best: Finding | undefined;
  let named = 0;
  let shape: Shape | undefined;
  let slash = placeOf(value, "/", 0);
  let backslash = placeOf(value, "\\", 0);
  for (let start = isSeparator(value.charCodeAt(0)) ? 1 : 0; start < value.length; start = Math.min(slash, backslash) + 1) {
    if (slash < start) slash = placeOf(value, "/", start);
    if (backslash < start) backslash = placeOf(value, "\\", start);
    const found = fileAt(value, start);
    if (found === undefined) continue;
    named++;
    shape ??= shapeOf(value);
    const weight = found === "folder" ? 1 : weighFile(value, start, found, climb, shape);
    if (weight > (best?.weight ?? 0)) best = finding("path.sensitive-file", weight, CWE_TRAVERSAL, value, Math.max(0, start - 1));
    if (best?.weight === 5) return best;
    // A list of all the files there are, to find out which one is let through.
    if (named >= FILES_NAMED_MAX) return finding("path.sensitive-file", 4, CWE_TRAVERSAL, value, start);
  }
  return best;
}

/** Where the next of these bytes stands; behind the value where there is none. */
function placeOf(value: string, mark: string, from: number): number {
  const at = value.indexOf(mark, from);
  return at < 0 ? value.length : at;
}

/** Sensitive files named in one value; no text names more of them. */
const FILES_NAMED_MAX = 1_000;

interface FoundFile {
  readonly weight: 3 | 4;
  /** Was it the last segment alone, without the folders that make it certain? */
  readonly isLone: boolean;
}

/** Longest segment of the tables, in bytes. */
const SEGMENT_BYTES_MAX = 31;

/** How long the names of the tables are, a bit for each length, by their first byte: most segments need not be cut out to be none of them. */
const LENGTHS = new Uint32Array(256);
for (const name of [...FILES.keys(), ...LONE_FILES.keys()])
  for (const first of [name.charCodeAt(0), name.toUpperCase().charCodeAt(0)])
    LENGTHS[first] = (LENGTHS[first] ?? 0) | (1 << Math.min(name.length, SEGMENT_BYTES_MAX));

/** `folder`: one that holds such files, and none of them. */
function fileAt(value: string, start: number): FoundFile | "folder" | undefined {
  const lengths = LENGTHS[value.charCodeAt(start)];
  if (lengths === undefined || lengths === 0) return undefined;
  const end = endOfSegment(value, start);
  if (end - start > SEGMENT_BYTES_MAX || ((lengths >>> (end - start)) & 1) === 0) return undefined;
  const first = value.slice(start, end).toLowerCase();
  const files = FILES.get(first);
  if (files !== undefined) {
    const rest = foldRest(value, end);
    // Folders of a content server that pages link to.
    if (first === "etc" && /^(?:designs|clientlibs|segmentation|tags|workflow|cloudservices)\//.test(rest)) return "folder";
    for (const file of files) if (matches(rest, file.rest)) return { weight: file.weight, isLone: false };
    return "folder";
  }
  const lone = start === 0 ? undefined : LONE_FILES.get(first);
  return lone === undefined ? undefined : { weight: lone, isLone: true };
}

const SEGMENT_ENDS = byteSet("/\\?#&;:'\"`<>|(),[]{}*\0 \t\r\n%+=!");

function endOfSegment(value: string, start: number): number {
  let at = start;
  while (at < value.length && at - start <= SEGMENT_BYTES_MAX && SEGMENT_ENDS[value.charCodeAt(at)] !== 1) at++;
  return at;
}

/** Longest path behind a first segment that is compared. */
const REST_BYTES_MAX = 64;

/** What follows the first segment: one kind of separator, no `./` and no doubled ones, as a file system reads it. */
function foldRest(value: string, start: number): string {
  const raw = value.slice(start, start + REST_BYTES_MAX).toLowerCase();
  const text = raw.indexOf("\\") < 0 ? raw : raw.replaceAll("\\", "/");
  const straight = text.indexOf("//") < 0 && text.indexOf("/./") < 0 ? text : text.replace(/(?:\/\.?)+(?=\/)/g, "");
  return straight.startsWith("/") ? straight.slice(1) : straight;
}

function matches(rest: string, wanted: string): boolean {
  if (wanted === "*") return rest !== "" && SEGMENT_ENDS[rest.charCodeAt(0)] !== 1;
  if (wanted.endsWith("/*"))
    return rest.startsWith(wanted.slice(0, -1)) && rest.length >= wanted.length && SEGMENT_ENDS[rest.charCodeAt(wanted.length - 1)] !== 1;
  if (wanted.startsWith("*/")) {
    const slash = rest.indexOf("/");
    return slash > 0 && matches(rest.slice(slash + 1), wanted.slice(2));
  }
  if (!rest.startsWith(wanted)) return false;
  const next = rest.charCodeAt(wanted.length);
  return Number.isNaN(next) || SEGMENT_ENDS[next] === 1 || next === 0x2e;
}

/** A path and nothing else, or one that has climbed there, is sure; a name in a sentence is not. */
function weighFile(value: string, start: number, file: FoundFile, climb: Climb | undefined, shape: Shape): Finding["weight"] {
  if (climb !== undefined && leadsTo(value, start, shape.isWhole)) return file.isLone && climb.steps === 1 ? (shape.isWhole ? 4 : 3) : 5;
  if (file.isLone) return shape.isWhole && shape.isLocal ? file.weight : 2;
  if (!shape.isWhole) return file.weight === 4 ? 3 : 2;
  if (file.weight === 3 && (shape.isPage || shape.isSetting || (shape.isPlain && isFolder(value, start)))) return 3;
  return shape.isLocal ? (file.weight === 4 ? 5 : 4) : 3;
}

/** What a value is, however many files it names. */
interface Shape {
  readonly isWhole: boolean;
  readonly isLocal: boolean;
  /** Pages load scripts and pictures from folders of any name. */
  readonly isPage: boolean;
  /** `/docs/etc/readme`: it begins with an ordinary folder. */
  readonly isPlain: boolean;
  /** `log_file=/var/log/agent.log`: a line of a file of settings. */
  readonly isSetting: boolean;
}

const TEXT: Shape = { isWhole: false, isLocal: false, isPage: false, isPlain: false, isSetting: false };

function shapeOf(value: string): Shape {
  if (!isWholePath(value)) return TEXT;
  return {
    isWhole: true,
    isLocal: isLocal(value),
    isSetting: isSetting(value),
    isPage: /^[^\0]{1,200}\.(?:js|mjs|css|map|png|jpe?g|gif|svg|webp|ico|woff2?|html?)$/i.test(value),
    isPlain: /^[\w/(),~-]+$/.test(value) && !FILES.has(/^\/?(\w*)/.exec(value)?.[1]?.toLowerCase() ?? ""),
  };
}

/** Does an ordinary folder stand before `start`? */
function isFolder(value: string, start: number): boolean {
  return value.charCodeAt(start - 1) === 0x2f && WORD[value.charCodeAt(start - 2)] === 1;
}

/** Longest path between the steps up and the file they lead to, in bytes. */
const WAY_BYTES_MAX = 256;

/** Do steps up stand before the file, in the same path? */
function leadsTo(value: string, start: number, isWhole: boolean): boolean {
  for (let at = start - 1; at >= 2 && start - at < WAY_BYTES_MAX; at--) {
    const code = value.charCodeAt(at);
    if ((code <= 0x20 && !isWhole) || code === 0x29) return false;
    if (isSeparator(code) && value.charCodeAt(at - 1) === 0x2e && value.charCodeAt(at - 2) === 0x2e) return true;
  }
  return false;
}

/** Not a web address: there, a path names pages. */
function isLocal(value: string): boolean {
  return !/^[a-z]{2,10}:\/\/[\w-]/i.test(value.slice(0, 20)) || value.slice(0, 5).toLowerCase() === "file:";
}

/** `0x2e0x2e0x2f`: separators spelled as numbers. */
function findSpelled(value: string): Finding | undefined {
  if (!hasSpelled(value)) return undefined;
  const text = value.replace(/0x(2e|2f|5c)/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
  const climb = findClimb(text);
  return climb === undefined ? findGarbled(text) : surer(judgeClimb(text, climb), findFile(text, climb));
}

const ZERO = 0x30;

function hasSpelled(value: string): boolean {
  // The `x` is rarer than the digits around it.
  for (let at = value.indexOf("x", 1); at >= 0; at = value.indexOf("x", at + 1)) {
    if (value.charCodeAt(at - 1) !== ZERO) continue;
    for (const spelled of SPELLED) if (value.startsWith(spelled, at - 1)) return true;
  }
  return false;
}

/** `//host/c$/…`: the same with the slashes that libraries and browsers take for those of Windows. */
const ADMINISTRATIVE = /^["']?(?:(?:file|smb|cifs):)?[\\/]{2,5}[\w.:[\]-]{1,63}[\\/]{1,2}(?:[a-z]\$|admin\$|ipc\$|print\$)(?:[\\/]|$)/i;
const SHARE_BYTES_MAX = 120;

/** `\\host\c$\…`, `\\?\…`: a share, an administrative one above all. */
function findShare(value: string): Finding | undefined {
  const at = value.search(/\\\\[\w.:?[\]-]{1,64}\\[\w$-]{1,64}/);
  if (at < 0 || (at > 0 && value.charCodeAt(at - 1) > 0x20 && value.charCodeAt(at - 1) !== 0x22)) return undefined;
  const isAdministrative = /^\\\\[^\\]{1,64}\\(?:[a-z]\$|admin\$|ipc\$|c\b)/i.test(value.slice(at, at + 160));
  return finding("path.share", isAdministrative ? 4 : 2, CWE_SHARE, value, at);
}
