import { byteSet } from "../../text/index.ts";
import type { Finding } from "../contract.ts";
import { findWord } from "../find-word.ts";
import { finding } from "../finding.ts";

const CWE_INCLUSION = 98;

/** Schemes that read files, archives or processes; 5: in no honest value, 4: at its very beginning. */
const WRAPPERS: ReadonlyMap<string, 3 | 4 | 5> = new Map<string, 3 | 4 | 5>([
  ["php", 5], ["phar", 5], ["expect", 5], ["zip", 4], ["zlib", 4], ["bzip2", 4], ["glob", 4], ["ogg", 4], ["rar", 4], ["ssh2", 4], ["data", 4],
  ["file", 3], ["netdoc", 5], ["jar", 4], ["dict", 4], ["gopher", 5], ["tftp", 4], ["sftp", 4], ["ldap", 4], ["ldaps", 4], ["rmi", 4], ["iiop", 4], ["local_file", 5], ["view-source", 4], ["smb", 3], ["cifs", 3], ["nfs", 3], ["afp", 3],
]); // biome-ignore format: one table

const SCHEME_BYTES_MAX = 16;
/** Longest name of a parameter in front of an address that came with it, in bytes. */
const NAME_BYTES_MAX = 40;

/** What can stand behind the colon of one: a slash, or the first letter of the scheme inside `jar:`. */
const OPENINGS = byteSet("/hfjHFJ$");

/** The last three bytes of each scheme, as a number; others have the same one now and then, and are looked up. */
const ENDING_NUMBERS = 1_024;
const ENDINGS = new Uint8Array(ENDING_NUMBERS);
for (const scheme of WRAPPERS.keys()) ENDINGS[endingOf(scheme, scheme.length)] = 1;

/** Without regard to case; the last three bytes in front of `end`. */
function endingOf(text: string, end: number): number {
  const last = text.charCodeAt(end - 1) | 0x20;
  const middle = text.charCodeAt(end - 2) | 0x20;
  const first = text.charCodeAt(end - 3) | 0x20;
  return ((first * 31 + middle) * 31 + last) & (ENDING_NUMBERS - 1);
}

/** A share on a host that has no name but its number, or on the server itself. */
const SHARE =
  /^(?:smb|cifs|nfs|afp):\/\/(?:[^\s@/]{1,40}@)?(?:\d{1,3}(?:\.\d{1,3}){3}|\[[\da-f:.]{2,40}\]|0x[\da-f]{8}|localhost)(?:[:/]|$)/i;
const SHARE_BYTES_MAX = 100;

/** Finds `php://filter…` and its kin. */
export function findWrapper(value: string): Finding | undefined {
  let best = findFilter(value);
  for (let colon = value.indexOf(":"); colon >= 0; colon = value.indexOf(":", colon + 1)) {
    if (OPENINGS[value.charCodeAt(colon + 1)] !== 1) continue;
    let start = colon;
    while (start > 0 && colon - start < SCHEME_BYTES_MAX && isSchemeByte(value.charCodeAt(start - 1))) start--;
    if (start === colon || ENDINGS[endingOf(value, colon)] !== 1) continue;
    const scheme = value.slice(start, colon).toLowerCase();
    const weight = WRAPPERS.get(scheme) ?? WRAPPERS.get(scheme.slice(scheme.lastIndexOf(".") + 1));
    if (weight === undefined || !isAddress(value, colon, scheme)) continue;
    const isStart = start === 0 || (value.charCodeAt(start - 1) === 0x3d && start <= NAME_BYTES_MAX && value.indexOf(" ") < 0);
    const sure = isStart || weight === 5 ? weight : 3;
    const isShare = start === 0 && SHARE.test(value.slice(0, SHARE_BYTES_MAX));
    const isCertain = (sure === 4 || scheme === "file") && start === 0 && isTelling(value, colon);
    const found = finding("path.wrapper", isCertain ? 5 : isShare ? 4 : sure, CWE_INCLUSION, value, start);
    if (best === undefined || found.weight > best.weight) best = found;
  }
  return best;
}

const SHELLS = "c99 r57 wso b374k shell webshell cmd backdoor evil malicious exploit rfi payload".split(" ");
const SHELL = new RegExp(
  String.raw`^(?:https?|ftp):\/\/[^\s?#]{3,120}\/(?:${SHELLS.join("|")})\w{0,12}\.(?:php\d?|txt|jsp|aspx?|pl|cgi|gif|jpe?g|png)\??(?:\0|$)`,
  "i",
);

/** What PHP's filters that convert are called. */
const FILTER = "convert.";

/** One of these stands in whatever is found here. */
export const WRAPPER_WORDS: readonly string[] = [
  FILTER,
  ...[...WRAPPERS.keys()].map((scheme) => `${scheme}:`),
  ...SHELLS.map((name) => `/${name}`),
];

/** `http://host/c99.txt?`: a program on another server that is called what it is. */
export function findRemote(value: string): Finding | undefined {
  const first = value.charCodeAt(0) | 0x20;
  return (first === 0x68 || first === 0x66) && value.length < 200 && SHELL.test(value)
    ? finding("path.remote", 4, CWE_INCLUSION, value)
    : undefined;
}

/** The conversions of PHP's filters: with enough of them, code is made of nothing. */
function findFilter(value: string): Finding | undefined {
  const at = findWord(value, FILTER);
  return at >= 0 && /^convert\.(?:iconv\.|base64-(?:en|de)code|quoted-printable)/.test(value.slice(at, at + 32))
    ? finding("path.filter", 4, CWE_INCLUSION, value, at)
    : undefined;
}

function isSchemeByte(code: number): boolean {
  const lower = code | 0x20;
  return (lower >= 0x61 && lower <= 0x7a) || (code >= 0x30 && code <= 0x39) || code === 0x2e || code === 0x2d || code === 0x5f;
}

/** Two slashes, or for schemes that need none, a slash or another scheme. */
function isAddress(value: string, colon: number, scheme: string): boolean {
  if (value.charCodeAt(colon + 1) === 0x2f && value.charCodeAt(colon + 2) === 0x2f) return value.length > colon + 3;
  if (scheme === "file" && /^:\$\{\w{1,8}\}\//.test(value.slice(colon, colon + 14))) return true;
  if (scheme === "netdoc" || scheme === "file" || scheme === "local_file") return value.charCodeAt(colon + 1) === 0x2f;
  if (scheme === "jar" || scheme === "view-source") return /^(?:https?|file|ftp|javascript):/i.test(value.slice(colon + 1, colon + 12));
  return false;
}

/** `file:///etc`, `file:///c:/`, `data://text/plain`: what follows names a file or a program. */
function isTelling(value: string, colon: number): boolean {
  return /^:\/{1,4}(?:\.{0,2}\/{0,2})?(?:etc|proc|var|root|home|usr|windows|winnt|boot|[a-z][:|](?:[\\/]{0,2}$|[\\/](?:windows|winnt|boot|inetpub|program))|text\/|localhost\/)/i.test(
    value.slice(colon, colon + 32),
  );
}
