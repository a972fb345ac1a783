// What a parameter alone tells: a path that climbs where a name is asked for, and a program of another server to be included. In a document
// such texts are links; a query or a form has no use for them.
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";
import { findClimb } from "./walk.ts";

const CWE_TRAVERSAL = 22;
const CWE_INCLUSION = 98;
/** Longest parameter that is looked at, in bytes. */
const VALUE_BYTES_MAX = 1_024;
/** Steps up that no sentence has. */
const STEPS_MANY = 4;

/** For the parameters of a query or a form. */
export const climbDetector: Detector = { name: "climb", needs: undefined, words: ["..", ":/", ":\\", "\\\\"], find: findParameterClimb };
/** The same. */
export const remoteDetector: Detector = { name: "remote", needs: undefined, words: ["//"], find: findRemoteProgram };

/** What pages load and link to, from wherever they lie. */
const ASSET = /\.(?:png|jpe?g|gif|svg|webp|avif|ico|css|scss|less|js|mjs|map|woff2?|ttf|mp[34]|html?|md|pdf)(?:[?#].{0,80})?$/i;
/** What nobody links to: programs of servers and of systems, settings, data bases. */
const TELLING =
  /\.(?:php\d?|phtml|jspx?|aspx?|ashx|asmx|asa|cgi|pl|jar|war|class|properties|config|conf|cfg|ini|inf|env|key|pem|p12|jks|pfx|bak|old|log|mdb|accdb|sqlite3?|db|bat|cmd|bas|ncf|nlm|exe|dll)(?:[\0\s?#].{0,80})?$/i;
/** A server's own program or settings by the letter of their drive. */
const DRIVE = /^[a-z]:[\\/][^\n]{1,300}\.(?:php\d?|jspx?|aspx?|ashx|asmx|asa|properties|config|ini|inc|mdb)\s{0,2}$/i;
/** The same on a share of another host. */
const SHARE = /^\\\\[\w.-]{3,80}\\[^\n]{1,300}\.(?:php\d?|phtml|jspx?|aspx?|ashx|exe|dll|bat|cmd|ps1|vbs|hta|inc|config)$/i;
const ADDRESS = /^(?:[a-z][a-z\d+.-]{1,20}:)?\/\//i;

/** Steps up in a parameter's value. Linear: longer values are not looked at. */
function findParameterClimb(raw: string): Finding | undefined {
  if (raw.length > VALUE_BYTES_MAX) return undefined;
  if (raw.indexOf("..") < 0) return DRIVE.test(raw) || SHARE.test(raw) ? finding("path.drive", 4, CWE_TRAVERSAL, raw) : undefined;
  const value = raw.trim();
  const climb = findClimb(value);
  if (climb === undefined || value.indexOf("\n") >= 0 || ADDRESS.test(value)) return undefined;
  const isAlone = value.indexOf(" ") < 0;
  const isSure =
    climb.steps >= STEPS_MANY
      ? isAlone || isJoined(value, climb.start) || climb.start <= 1
      : isAlone && !ASSET.test(value) && isOdd(value, climb.start, climb.end, climb.steps);
  return finding("path.climb", isSure ? 4 : 2, CWE_TRAVERSAL, value, climb.start);
}

/** Behind a folder, or with nothing but the steps before a program or settings, or in the spelling of Windows, or twice. */
function isOdd(value: string, start: number, end: number, steps: number): boolean {
  if (end >= value.length) return start > 1 && isJoined(value, start);
  return steps > 1 || value.charCodeAt(end - 1) === 0x5c || isJoined(value, start) || TELLING.test(value);
}

/** `folder/../x`: a separator behind a name. */
function isJoined(value: string, start: number): boolean {
  const before = value.charCodeAt(start - 1);
  return start > 1 && (before === 0x2f || before === 0x5c);
}

/** `http://host/x.txt??`, `.inc?`: what the application adds becomes a query of the other server; pictures are asked for with one mark. */
const CUT =
  /^:\/\/[^\s?#]{3,300}\.(?:(?:txt|inc|dat|log|phtml)\?(?:$|[?&=])|(?:txt|inc|dat|log|phtml|php\d?|gif|jpe?g|png|html?|js|pl|cgi|asp|jsp)\?\?)/i;
/** `http://host//e.php`: the shortest program there is, behind a doubled slash. */
const SHORT = /^:\/\/[\w.:-]{3,120}\/\/\w{1,3}\.(?:php\d?|txt)\??$/i;

/** An address whose only sense is to be included. Linear: longer values are not looked at. */
function findRemoteProgram(value: string): Finding | undefined {
  if (value.length > VALUE_BYTES_MAX) return undefined;
  if (value.startsWith("//")) return CUT.test(`:${value}`) ? finding("path.remote", 4, CWE_INCLUSION, value) : undefined;
  const at = value.indexOf("://");
  if (at < 3 || !/(?:https?|ftps?)$/i.test(value.slice(Math.max(0, at - 5), at))) return undefined;
  // A sentence that names a file may end in a question mark.
  if (value.lastIndexOf(" ", at) > 0) return undefined;
  const text = value.slice(at);
  return CUT.test(text) || SHORT.test(text) ? finding("path.remote", 4, CWE_INCLUSION, value) : undefined;
}
