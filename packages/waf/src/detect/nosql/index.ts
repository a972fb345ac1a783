import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";

// Operators of document databases in names and values, and the JavaScript that `$where` runs.

/** CWE-943: improper neutralization of special elements in data query logic. */
const CWE = 943;
/** Dollar signs, and breaks of a text, that are looked at in one value. */
const PLACES_MAX = 1000;
const WINDOW_BYTES = 80;
/** How far into a value a break out of a text is looked for. */
const BREAK_BYTES_MAX = 40;

/** Operators that choose documents: the ones a form has no business with. */
const OPERATORS = new Set(
  "$ne $eq $gt $gte $lt $lte $in $nin $or $and $nor $not $where $regex $exists $expr $elemmatch $type $mod $all $size $function $accumulator $text $jsonschema $options $comment $func $lookup $merge $out $match $group $project $unionwith $near $geowithin $set $unset $push $inc $rename $slice $regexmatch $facet $graphlookup $nearsphere $geointersects $bitsallset $bitsallclear $bitsanyset $bitsanyclear $currentop $listsessions $allmatch $keymapmatch".split(
    " ",
  ),
);
/** Those that no other notation shares. */
const SURE = new Set(
  "$ne $gt $gte $lt $lte $in $all $mod $nin $nor $where $regex $exists $expr $elemmatch $jsonschema $func $function $accumulator $or $unionwith $regexmatch $graphlookup $nearsphere $geointersects $bitsallset $bitsallclear $bitsanyset $bitsanyclear $currentop $listsessions $allmatch $keymapmatch".split(
    " ",
  ),
);

/** Names that schemas and services of analytics have as well. */
const OWN = new Set(
  "$comment $set $unset $type $options $size $text $group $match $merge $out $push $inc $rename $slice $eq $not".split(" "),
);

/** Operators that are a whole query: no program calls anything so. */
const WHOLE = new Set(["$where", "$expr", "$jsonschema", "$nor"]);
/** Those of them that are followed by a list of queries, or by one. */
const LISTED = new Set([...WHOLE, "$or", "$and"]);

const BOUNDS = new Set(["$gt", "$gte", "$lt", "$lte"]);

/** The shell of MongoDB. */
const SHELL = "db.";
const BLANKS = "\t\n\v\f\r \xa0";

export const nosqlDetector: Detector = {
  name: "nosql",
  sparesDocuments: true,
  needs: byteSet("$;&|("),
  // What STATEMENT below looks for has one of the words behind the operators.
  words: [
    ...OPERATORS,
    SHELL,
    ..."return this. sleep while tojson throw emit ==".split(" "),
    ...[...BLANKS].map((blank) => `${blank}date`),
    ...["", ...BLANKS].flatMap((blank) => [`do${blank}{`, `for${blank}(`]),
  ],
  find: findNosql,
};

/** A query operator or code for a document database. Names of parameters are values too: `user[$ne]`. Linear: a bounded window at each mark. */
export function findNosql(value: string): Finding | undefined {
  let best: Finding | undefined;
  let at = value.indexOf("$");
  for (let places = 0; at >= 0 && places < PLACES_MAX && best?.weight !== 5; places++) {
    best = surer(best, operatorAt(value, at));
    at = value.indexOf("$", at + 1);
  }
  if (best?.weight === 5) return best;
  return surer(best, surer(commandIn(value), scriptIn(value)));
}

/** `$` and two letters. */
const OPERATOR_BYTES_MIN = 3;

function operatorAt(value: string, at: number): Finding | undefined {
  let end = at + 1;
  while (end < value.length && end - at < 20 && isLetter(value.charCodeAt(end))) end++;
  if (end - at < OPERATOR_BYTES_MIN) return undefined;
  const word = value.slice(at, end).toLowerCase();
  if (!OPERATORS.has(word) || isLetter(value.charCodeAt(end))) return undefined;
  const before = value.charCodeAt(at - 1);
  const behind = value.charCodeAt(end);
  // `a[$ne]`, and names as a JSON reader gives them: `json.a.$ne`.
  if (before === 0x5b && behind === 0x5d) return finding("nosql.operator", 5, CWE, value, at - 1);
  if (at === 0 && end === value.length) return finding("nosql.operator", WHOLE.has(word) ? 4 : 3, CWE, value, 0);
  // `$or[0][a]`: the name of a parameter that is a query by itself.
  if (at === 0 && behind === 0x5b && value.endsWith("]") && LISTED.has(word)) return finding("nosql.operator", 4, CWE, value, 0);
  if (before === 0x2e && (end === value.length || behind === 0x2e) && SURE.has(word) && !value.includes(" ")) return finding("nosql.operator", 4, CWE, value, at); // biome-ignore format: one line
  if (word === "$not" && before !== 0x7e && isNegated(value, at, end)) return finding("nosql.operator", 4, CWE, value, at);
  return keyAt(value, at, end, word);
}

/** `{"$not":{"$eq":"x"}}`, as a text or as the name that a reader of JSON gives it: everything but one value is asked for. */
function isNegated(value: string, at: number, end: number): boolean {
  if (value.charCodeAt(end) === 0x2e) return value.charCodeAt(end + 1) === 0x24 && value.indexOf(" ") < 0;
  return startsAsQuery(value, at) && /^['"]?\s{0,8}:\s{0,8}(?:\{\s{0,8}['"]?\$[a-z]|\/)/i.test(value.slice(end, end + 32));
}

/** `{"$gt": …`, `, $where: …`: the operator as a key. */
function keyAt(value: string, at: number, end: number, word: string): Finding | undefined {
  if (!/^['"]?\s{0,8}:/.test(value.slice(end, end + 12))) return undefined;
  const before = value
    .slice(Math.max(0, at - 12), at)
    .replace(/['"]$/, "")
    .trimEnd();
  // `{"age":{"$gte":21}}`: a bound in a filter, as public interfaces take it.
  const isBound = at > 4 && BOUNDS.has(word) && /^['"]?\s{0,8}:\s{0,8}(?:-?\d|"\d{4}-)/.test(value.slice(end, end + 28));
  const isKey = before === "" || before.endsWith("{") || before.endsWith(",");
  if (!isKey) return undefined;
  if (isBound) return finding("nosql.operator", 3, CWE, value, at);
  return finding(
    "nosql.operator",
    startsAsQuery(value, at) && SURE.has(word) ? 5 : startsAsQuery(value, at) && !(OWN.has(word) && isJson(value)) ? 4 : 3,
    CWE,
    value,
    at,
  );
}

/** A document of its own, not the end of another one. */
function isJson(value: string): boolean {
  const first = value.charCodeAt(0);
  return first === 0x7b || first === 0x5b;
}

/** Does the value start with the query, or break out of a text to get to it? In the middle of prose it is an example. */
function startsAsQuery(value: string, at: number): boolean {
  const head = value.slice(0, Math.min(at, WINDOW_BYTES)).trimStart();
  if (at > WINDOW_BYTES) return /^[[{]/.test(head);
  return /^(?:[[{'"},]|(?:\w{1,20}|\d{1,12})?['"]?\s{0,4},)/.test(head) || head === "";
}

/** `db.users.drop()`, from the shell of MongoDB. */
function commandIn(value: string): Finding | undefined {
  const at = value.indexOf(SHELL);
  if (at < 0 || (at > 0 && isLetter(value.charCodeAt(at - 1)))) return undefined;
  const call =
    /^db\.\w{1,40}\.(?:insert|insertone|insertmany|find|findone|remove|update|updateone|updatemany|deleteone|deletemany|drop|mapreduce|aggregate|group|save|count|eval|runcommand|createcollection)\s?\(/i;
  const own =
    /^db\.(?:dropdatabase|getcollectionnames|getcollection|eval|runcommand|version|stats|auth|createuser|adminCommand|injection)\s?\(/i;
  const text = value.slice(at, at + WINDOW_BYTES);
  if (!call.test(text) && !own.test(text)) return undefined;
  return finding("nosql.command", /^[\s;'"(){},\d]*$/.test(value.slice(Math.max(0, at - 40), at)) && at < 40 ? 5 : 3, CWE, value, at);
}

const STATEMENT =
  /^[;&|]{1,2}\s{0,8}(?:return\b\s{0,4}[\w(!'"]|this\.\w{1,40}\s?(?:\.|[=!<>[])|sleep\s?\(\s?\d|(?:var\s{1,4})?\w{1,20}\s?=\s?new\s{1,4}date\b|while\s?\(|do\s?\{|for\s?\(\s?;|tojson\s?\(|db\.\w|throw\s|emit\s?\(|(?:\d{1,9}|['"]\w{0,20}['"])\s?={2,3}\s?(?:\d|['"]))/i;

/** JavaScript behind the end of a text or a statement: `'; return true; var a='`. */
function scriptIn(value: string): Finding | undefined {
  // Injected code follows the value's first bytes: what is further in is prose or a program.
  const end = Math.min(value.length, BREAK_BYTES_MAX);
  for (let at = 0; at < end; at++) {
    const code = value.charCodeAt(at);
    if (code !== 0x3b && code !== 0x7c && code !== 0x26) continue;
    const text = value.slice(at, at + WINDOW_BYTES);
    if (!STATEMENT.test(text)) continue;
    const head = value.slice(Math.max(0, at - 40), at).trimEnd();
    const isBreak = /^(?:[\w.@-]{0,30}\s?['"]{0,2}\s?[)}\]]{0,4}|[\d.]{1,12})$/.test(head);
    if (isBreak)
      return finding(
        "nosql.script",
        /^.{0,3}(?:this\.|return|sleep)/i.test(text.replace(/^[;&|\s]+/, "")) || /new\s+date/i.test(text) ? 5 : 4,
        CWE,
        value,
        at,
      );
  }
  return undefined;
}

function isLetter(code: number): boolean {
  return ((code | 32) >= 0x61 && (code | 32) <= 0x7a) || code === 0x5f;
}
