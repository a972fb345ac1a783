import { DIGITS, UPPER } from "../../text/index.ts";
import { createBreaks } from "../breaks.ts";
import type { Detector, Finding } from "../contract.ts";
import { finding, surer } from "../finding.ts";
import { createTraceDetector, type TraceDetector } from "../trace.ts";

// Commands of SMTP (RFC 5321) and IMAP (RFC 9051), and headers of a mail (RFC 5322), behind a line end.

/** CWE-147: improper neutralization of input terminators. */
const CWE = 147;
/** CWE-93: improper neutralization of CRLF sequences. */
const CWE_HEADER = 93;
/** Line ends that are looked behind. */
const LINES_MAX = 500;
const WINDOW_BYTES = 96;

const needs = new Uint8Array(256);
needs[0x0a] = needs[0x0d] = 1;

export const mailDetector: Detector = { name: "mail", sparesDocuments: true, needs, find: findMail };

/** CWE-88: improper neutralization of argument delimiters. */
const CWE_ARGUMENT = 88;

/** Options of sendmail and Exim in the address that a program hands to them (CVE-2016-10033), and what Exim expands. */
export const mailArgumentDetector: TraceDetector = createTraceDetector({ name: "mail", sparesDocuments: true }, CWE_ARGUMENT, [
  {
    kind: "mail.argument",
    weight: 5,
    elsewhere: 5,
    words: ["-oqueuedirectory", "-oq/", "-oq.", "-oq~", "-oq /", "-oq\\"],
    pattern: /-oq(?:ueuedirectory)?\s?=?\s?["']?[/.~\\](?<=^[^\n]{0,160}[\s("'\\]-oq(?:ueuedirectory)?\s?=?\s?["']?.)/y,
  },
  {
    kind: "mail.argument",
    weight: 5,
    elsewhere: 5,
    words: ["-x/", "-x /", "-x./", "-x../", "-xc:"],
    pattern:
      /-x ?(?:\.{0,2}\/|[a-z]:\\)[\w./\\-](?<=^[^\n]{0,40}@[^\n]{0,120}[\s("'\\]-x ?.{1,5}|^(?:["'][^\n]{0,80}[\s(\\]|[\w.+-]{0,40}\()-x ?.{1,5}(?=[^\n]{0,120}@))/y,
  },
  {
    kind: "mail.argument",
    weight: 4,
    elsewhere: 4,
    words: ["-c/", "-c ./", "-c../", "-od", "-be", "-oi", "-f", "-ps", "-ox", "-oe"].map((option) => `" ${option}`),
    pattern: /" -(?:c ?[./]|o[dixe]|be|f ?[\w.]|ps)[^\n]{0,100}@(?<=^["']?[\w.+-]{0,40}(?:@[\w.-]{1,40})?\\?" -[^\n]{0,110}@)/y,
  },
  {
    kind: "mail.expansion",
    weight: 4,
    elsewhere: 4,
    words: ["${run{", "${run,", "${readsocket{", "${readfile{", "${dlfunc{", "${perl{"],
    pattern: /\$\{[a-z]{3,10}[{,]/y,
  },
]);

const SMTP = /^(?:rcpt to|mail from)\s?:\s?\S/i;
/** A word that is a whole line; in capitals, as clients send it. */
const LONE =
  /^(?:QUIT|DATA|NOOP|RSET|STARTTLS|CAPABILITY|LOGOUT|EXPUNGE|CHECK|VRFY \S+|EXPN \S+|HELO \S+|EHLO \S+|AUTH (?:LOGIN|PLAIN)\b.*|STAT|UIDL|TOP \d+ \d+|RETR \d+|DELE \d+)\s*(?:$|[\r\n])/;
const IMAP =
  /^[A-Za-z]{0,4}\d{1,6} (?:CAPABILITY|FETCH|LOGIN|SELECT|EXAMINE|LIST|LSUB|STATUS|SEARCH|STORE|COPY|CREATE|DELETE|RENAME|SUBSCRIBE|APPEND|LOGOUT|NOOP|EXPUNGE|AUTHENTICATE|UID|STARTTLS|CLOSE|IDLE)\b(?! [a-z]{2,} [a-z]{2,} )/;
const HEADER =
  /^(?:bcc|cc|to|from|subject|reply-to|return-path|sender|content-type|content-transfer-encoding|content-disposition(?!\s?:\s?form-data)|mime-version|x-mailer|x-priority|disposition-notification-to|received|message-id)\s?:\s?\S/i;
const ADDRESS = /^[^\s@]{1,64}@[^\s@]{1,80}$/;

/** A line that a mail server would obey, or read as a header. Linear: a bounded window behind each line end. */
export function findMail(value: string): Finding | undefined {
  let best: Finding | undefined;
  let lines = 0;
  const breaks = createBreaks(value);
  for (let end = breaks.next(0); end < value.length && lines < LINES_MAX && best?.weight !== 5; lines++) {
    let start = end + 1;
    while (start < value.length && value.charCodeAt(start) <= 0x20) start++;
    if (mayBegin(value, start)) best = surer(best, lineAt(value, end, start));
    end = breaks.next(start);
  }
  return best;
}

/** What the lines below begin with: two bytes each. */
const BEGINNINGS: ReadonlySet<number> = new Set(
  "rc ma qu da no rs st ca lo ex ch vr he eh au ui to re de bc cc fr su se co mi x- di me".split(" ").map((pair) => pairOf(pair.charCodeAt(0), pair.charCodeAt(1))),
); // biome-ignore format: one table

function pairOf(one: number, two: number): number {
  return ((one | 0x20) << 8) | (two | 0x20);
}

/** Tells most lines of prose from commands before they are cut out; those of IMAP stand behind a tag that ends in a number. */
function mayBegin(value: string, start: number): boolean {
  if (BEGINNINGS.has(pairOf(value.charCodeAt(start), value.charCodeAt(start + 1)))) return true;
  let at = start;
  while (at - start < TAG_LETTERS_MAX && isLetter(value.charCodeAt(at))) at++;
  if (DIGITS[value.charCodeAt(at)] !== 1) return false;
  while (DIGITS[value.charCodeAt(at)] === 1) at++;
  return value.charCodeAt(at) === 0x20 && UPPER[value.charCodeAt(at + 1)] === 1;
}

const TAG_LETTERS_MAX = 4;

function isLetter(code: number): boolean {
  return UPPER[code & 0xdf] === 1;
}

function lineAt(value: string, end: number, start: number): Finding | undefined {
  const line = value.slice(start, start + WINDOW_BYTES);
  if (SMTP.test(line)) return finding("mail.command", 5, CWE, value, start);
  if (IMAP.test(line)) return finding("mail.command", 5, CWE, value, start);
  if (LONE.test(line)) return finding("mail.command", isShortHead(value, end) ? 4 : 2, CWE, value, start);
  return HEADER.test(line) ? headerAt(value, end, line, start) : undefined;
}

/** A header behind an address or a bare word was put there; in a longer text somebody quotes a mail. */
function headerAt(value: string, end: number, line: string, start: number): Finding {
  const head = value.slice(0, Math.min(end, WINDOW_BYTES)).trim();
  const isHidden = /^bcc/i.test(line);
  if (end <= WINDOW_BYTES && ADDRESS.test(head)) return finding("mail.header", 5, CWE_HEADER, value, start);
  if (isShortHead(value, end)) return finding("mail.header", isHidden ? 5 : 4, CWE_HEADER, value, start);
  return finding("mail.header", isHidden ? 3 : 2, CWE_HEADER, value, start);
}

/** Nothing, or one word, stands before the line end. */
function isShortHead(value: string, end: number): boolean {
  return end <= WINDOW_BYTES && !/\S\s+\S/.test(value.slice(0, end)) && !/:/.test(value.slice(0, end));
}
