// A value that ends the call it was written into, calls something itself, and makes a comment of the rest: `500); alert(1);//`.
import type { Finding } from "../contract.ts";
import { finding } from "../finding.ts";

const CWE_SCRIPT = 79;
/** Longest value that is looked at, in bytes. */
const VALUE_BYTES_MAX = 400;
/** Nothing opens the first parenthesis or brace that is closed, and the comment at the end has no text. */
const EXIT =
  /^[^()[\]{};\s]{0,60}['"`]?\s{0,4}[)\]}]{1,8}\s{0,4};{1,4}\s{0,4}(?:(?:window|self|top|parent|this)\s{0,2}\.\s{0,2})?(?:alert|confirm|prompt|eval|fetch|atob|open|print|import|setTimeout|document\.\w{2,20}|location\.\w{2,20}|\$\.getScript)\s{0,4}[(`][^\n]{0,200}[)`]\s{0,4};{0,2}\s{0,4}(?:\/\/|\/\*|<!--)\s{0,4}$/;

/** A number and the end of its statement, or an expression of a template from the first byte on: what follows was put there to run. */
const OPENED =
  /^(?:(?:-?[\d.]{1,12}(?:e\d{1,3})?|0x[\da-f]{1,8}|null|true|false|this|self|name|\[\]|\{\}|''|"")\s?(?:[;,\n]|\|\||&&|[-*^|&%])|\w{0,12}`?\$\{)\s?/;
/** What a page does when it is told to, called or set; reading a member alone shows nothing to anybody. */
const ACTS = [
  /\b(?:fetch|print|open|alert|confirm|prompt|eval|import|atob|set(?:Timeout|Interval)|postMessage|sendBeacon|stop|queueMicrotask|request(?:AnimationFrame|IdleCallback)|addEventListener)[(`]/,
  /\b(?:document|(?:local|session)Storage|navigator|history|location|opener|window|console|Reflect|Object)\s?(?:\?\.|\.|\[)[^\n;]{1,80}(?:`|\((?!\s?['"`][\w-]{0,40}['"`]\s?\)\s?\}?$)|[^=!<>]=(?![=>]))/,
  /\bnew\s{1,4}(?:Image|WebSocket|EventSource|XMLHttpRequest|Worker|Function|Promise|Proxy|class|function)\b|\(\s?new\s{1,4}Image\s?\)/,
  /[[(,:{]\s?(?:alert|confirm|prompt|eval|print)\s?(?:[)\]]|\}.)/,
  /\bon[a-z]{3,16}\s?=(?!=)|\bclass\s?\w{0,12}\s?\{|\bfunction\s?\w{0,12}\s?\(/,
];
/** Two words of a sentence. */
const SENTENCE = /[a-z]{2,}[,.]? (?!instanceof|new|function|of|in|class)[a-z]{2,}/i;

/** `1;fetch('//host')`, `${localStorage.clear()}`. */
function isOpened(value: string): boolean {
  const opened = OPENED.exec(value);
  if (opened === null) return false;
  const code = value.slice(opened[0].length);
  return (
    ACTS.some((act) => act.test(code)) &&
    !SENTENCE.test(code.replace(/\b(?:new|void|typeof|async|await|throw|try|do|var|let|const|static|return|class|function)\s/g, ""))
  );
}

const COOKIE = "document.cookie";
/** Names of what sends something somewhere, and another host. */
const SENDS =
  /(?:fetch|open|assign|replace|sendBeacon|getScript|import)\s?[(`]|(?:src|href|location)\s?=|XMLHttpRequest|WebSocket|EventSource/;
const ELSEWHERE = /['"`](?:https?:|wss?:)?\/\//i;

/** What a visitor is known by, sent to another host: in one line, and no text about it. */
function isTheft(value: string): boolean {
  return (
    value.indexOf(COOKIE) >= 0 &&
    value.indexOf("\n") < 0 &&
    ELSEWHERE.test(value) &&
    SENDS.test(value) &&
    !SENTENCE.test(value.replace(/\b(?:new|var|let|const)\s/g, ""))
  );
}

/** Bounded: longer values are not looked at. */
export function findExit(value: string): Finding | undefined {
  if (value.length > VALUE_BYTES_MAX) return undefined;
  return EXIT.test(value) || isOpened(value) || isTheft(value) ? finding("script.exit", 4, CWE_SCRIPT, value) : undefined;
}
