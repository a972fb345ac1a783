import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";

// Filters of LDAP (RFC 4515) that a value would add to, or close, when it is written into one.

/** CWE-90: improper neutralization of special elements used in an LDAP query. */
const CWE = 90;
const PLACES_MAX = 1000;
const WINDOW_BYTES = 64;

const ATTRIBUTES = new Set(
  "uid cn sn dn ou dc mail objectclass objectcategory samaccountname userpassword password givenname displayname memberof member uniquemember userprincipalname telephonenumber surname commonname name description uidnumber gidnumber homedirectory loginshell employeenumber title o c l st user username login".split(
    " ",
  ),
);

/** What joins filters, behind the parenthesis. */
const JOINTS = "&|!";
const BLANKS = "\t\n\v\f\r \xa0";
const IS_JOINT = byteSet(JOINTS);
const IS_BLANK = byteSet(BLANKS);
/** What any attribute that is known is compared with. */
const ANYTHING = "=*";

export const ldapDetector: Detector = {
  name: "ldap",
  sparesDocuments: true,
  needs: byteSet("(*:"),
  // A filter that is joined, one behind the end of another, a comparison with anything, the end of a filter, a rule by its number.
  words: [...[...JOINTS].flatMap((joint) => ["", ...BLANKS].map((blank) => `(${blank}${joint}`)), ")(", ANYTHING, "*)", "*()", ":="],
  find: findLdap,
};

/** A filter, or the end of one, in a value. Linear: a bounded window at each parenthesis. */
export function findLdap(value: string): Finding | undefined {
  let best = matchingRule(value);
  let at = value.indexOf("(");
  const hasAnything = value.indexOf(ANYTHING) >= 0;
  for (let places = 0; at >= 0 && places < PLACES_MAX && best?.weight !== 5; places++) {
    if (hasAnything || mayBeFilter(value, at)) best = surer(best, filterAt(value, at));
    at = value.indexOf("(", at + 1);
  }
  if (best?.weight === 5) return best;
  const star = value.indexOf("*)");
  if (star >= 0) best = surer(best, starAt(value, star));
  return /(?:^|^\w{1,40}=)\*\(\)[|&]/.test(value) ? surer(best, finding("ldap.close", 4, CWE, value, 0)) : best;
}

/** Joined, or behind the end of another: calls and remarks in parentheses are neither. */
function mayBeFilter(value: string, at: number): boolean {
  const next = value.charCodeAt(at + 1);
  return IS_JOINT[next] === 1 || value.charCodeAt(at - 1) === CLOSE || (IS_BLANK[next] === 1 && IS_JOINT[value.charCodeAt(at + 2)] === 1);
}

const CLOSE = 0x29;

function filterAt(value: string, at: number): Finding | undefined {
  const text = value.slice(at, at + WINDOW_BYTES);
  const before = at > 0 ? value.charCodeAt(at - 1) : 0;
  const item = /^\(\s?([&|!])?\s?\(?\s?([&|!])?\s?\(?([a-z\d][\w;.-]{0,40})\s?([~<>]|:[\w.]{0,30}:)?=(.?)/i.exec(text);
  if (item === null && before === 0x29 && /^\(\s?[&|!]\s?\(\s?[&|!]/.test(text)) return finding("ldap.filter", 5, CWE, value, at - 1);
  if (item === null) return /^\([&|]\)/.test(text) && before === 0x29 ? finding("ldap.filter", 5, CWE, value, at - 1) : undefined;
  const [, first = "", , attribute = "", rule = "", behind = ""] = item;
  if (behind === "=" || behind === ">" || behind === "~") return undefined;
  const isKnown = ATTRIBUTES.has(attribute.toLowerCase());
  const isStar = behind === "*" || behind === ")";
  const isComposed = first !== "" && /^\(\s?[&|!]\s?\(/.test(text);
  if (isComposed && (isKnown || isStar || first !== "!")) return finding("ldap.filter", isKnown || isStar ? 5 : 4, CWE, value, at);
  if (before === 0x29 && (isKnown || isStar || rule.startsWith(":"))) return finding("ldap.filter", 5, CWE, value, at - 1);
  if (before === 0x29 && startsClosed(value, at)) return finding("ldap.filter", isComposed ? 4 : 3, CWE, value, at - 1);
  return isKnown && behind === "*" ? finding("ldap.filter", 4, CWE, value, at) : undefined;
}

/** Is the parenthesis that closes before `at` one that the value did not open? */
function startsClosed(value: string, at: number): boolean {
  let depth = 0;
  for (let index = Math.max(0, at - WINDOW_BYTES); index < at; index++) {
    const code = value.charCodeAt(index);
    if (code === 0x28) depth++;
    else if (code === 0x29 && --depth < 0) return true;
  }
  return false;
}

/** A list of filters, or an attribute with a comparison of its own: `*)(u=Z!8` is as likely a password. */
const OPENS_FILTER = /^\s?\((?:[&|!(]|[a-z][\w;.-]{1,40}\s?(?:[~<>]|:[\w.]{0,30}:)?=|[a-z]\w{0,40}$|[a-z]\s?[~<>]?=(?:\*|\w{0,40}\)|$))/i;

/** `*)(`, `*))` with nothing opened: the end of a filter that is not the value's own. */
function starAt(value: string, at: number): Finding | undefined {
  const behind = value.slice(at + 2, at + 6);
  if (!startsClosed(value, at + 2)) return undefined;
  if (OPENS_FILTER.test(value.slice(at + 2, at + 2 + WINDOW_BYTES))) return finding("ldap.close", 5, CWE, value, at);
  return /^(?:[()|&](?=$|[()&|!*\s%\0'"])|%00|\0|$)/.test(behind)
    ? finding("ldap.close", behind === "" ? 2 : 4, CWE, value, at)
    : undefined;
}

/** `userPassword:2.5.13.18:=…`: an extensible match by the number of its rule. */
function matchingRule(value: string): Finding | undefined {
  const end = value.indexOf(":=");
  if (end < 0) return undefined;
  const rule = /[a-z]{1,40}:(?:dn:)?(?:\d{1,6}\.){2,12}\d{1,6}$/i.exec(value.slice(Math.max(0, end - WINDOW_BYTES), end));
  return rule === null ? undefined : finding("ldap.rule", 5, CWE, value, Math.max(0, end - rule[0].length));
}
