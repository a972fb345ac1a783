import { byteSet } from "../../text/index.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding } from "../finding.ts";

// JavaScript that a document database runs (`$where`), behind the end of a text of the application's: `'||!0//`, `x'&&this.b||'`.

/** CWE-943: improper neutralization of special elements in data query logic. */
const CWE = 943;
/** Longest value that is looked at, in bytes. */
const CUT_BYTES_MAX = 120;

/** What the application has put behind is made a comment. No address ends so. */
const CUT = /^[\w.@-]{0,30}(['"`])[\s)]{0,4}(?:\|\|?|&&?|[?,+<>=!;-])[^\n]{1,100}?(?:(?<![:/])\/\/|<!--)\s{0,2}$/;
/** Prose has a word in front of the comment's mark that is none of JavaScript. */
const ENDS_AS_CODE = /(?:[\d)\]}'"`]|\b(?:true|this(?:\.\w{1,30})?|[a-z]))\s{0,2}(?:\/\/|<!--)\s{0,2}$/i;
/** What only JavaScript holds true, or knows, between the application's quotes. */
const BETWEEN =
  /^[\w.@-]{0,30}(['"`])[\s)]{0,4}(?:\|\||&&|\?\?)\s{0,3}(?:[!~]{1,2}[\w'"`({[]|\(?\{\}\)?|\[\]|\/[\w^.*]{1,20}\/|(?:this|typeof|new|void|Object|String|Date|Infinity|isNaN)\b)[^\n]{0,80}\1[\w.]{0,10}$/;

function cutIn(value: string): Finding | undefined {
  if (value.length > CUT_BYTES_MAX) return undefined;
  if (BETWEEN.test(value)) return finding("nosql.script", 4, CWE, value, 0);
  const isCut = value.includes("//", value.length - 4) || value.includes("<!--", value.length - 6);
  return isCut && CUT.test(value) && ENDS_AS_CODE.test(value) ? finding("nosql.script", 4, CWE, value, 0) : undefined;
}

/** Bytes of code in front of a comment that is no end of an address. */
const BEFORE_CUT = "0123456789)]}'\"` e";

/** Asked only where a comment's mark or an operator of JavaScript stands, and a quote. Bounded. */
export const nosqlCutDetector: Detector = {
  name: "nosql",
  sparesDocuments: true,
  needs: byteSet("'\"`"),
  words: [...[...BEFORE_CUT].map((byte) => `${byte}//`), "<!--", "||", "&&", "??"],
  find: cutIn,
};
