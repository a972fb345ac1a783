// A value that ends the call it was written into, calls something itself, and makes a comment of the rest: `500); alert(1);//`.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_SCRIPT = 79;
/** Longest value that is looked at, in bytes. */
const VALUE_BYTES_MAX = 400;
/** Nothing opens the first parenthesis or brace that is closed, and the comment at the end has no text. */
const EXIT =
  /^[^()[\]{};\s]{0,60}['"`]?\s{0,4}[)\]}]{1,8}\s{0,4};{1,4}\s{0,4}(?:(?:window|self|top|parent|this)\s{0,2}\.\s{0,2})?(?:alert|confirm|prompt|eval|fetch|atob|open|print|import|setTimeout|document\.\w{2,20}|location\.\w{2,20}|\$\.getScript)\s{0,4}[(`][^\n]{0,200}[)`]\s{0,4};{0,2}\s{0,4}(?:\/\/|\/\*|<!--)\s{0,4}$/;

/** Bounded: longer values are not looked at. */
export function findExit(value: string): Finding | undefined {
  return value.length <= VALUE_BYTES_MAX && EXIT.test(value) ? finding("script.exit", 4, CWE_SCRIPT, value) : undefined;
}
