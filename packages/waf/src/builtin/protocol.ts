// Requests that are no proper HTTP, or that say two things at once: each server behind us would take another one for true.
import { addTo, type Rule, type RuleInput, rule, type Severity, type TestInput } from "../rule/index.ts";
import { type Level, PROTOCOL_ID, SCORES, tagsOf } from "./numbers.ts";

interface ProtocolRow extends Pick<RuleInput, "targets" | "operator" | "transforms" | "phase"> {
  readonly number: number;
  readonly level: Level;
  readonly severity: Severity;
  readonly message: string;
  readonly cwe: number;
  readonly chain?: readonly TestInput[];
}

/** RFC 9110 §5.6.2. */
const NOT_A_TOKEN = "[^!#$%&'*+\\-.^_`|~0-9A-Za-z]";

const ROWS: readonly ProtocolRow[] = [
  {
    number: 1,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Method that serves no application",
    cwe: 650,
    targets: ["REQUEST_METHOD"],
    operator: { name: "rx", argument: "^(?i:trace|track|connect|debug|arbitrary|jeff)$" },
  },
  {
    number: 2,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Method that is no word",
    cwe: 20,
    targets: ["REQUEST_METHOD"],
    operator: { name: "rx", argument: `${NOT_A_TOKEN}|^$` },
  },
  {
    number: 3,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "NUL in the head of a request",
    cwe: 158,
    targets: ["REQUEST_FILENAME", "ARGS_GET", "ARGS_GET_NAMES", "REQUEST_COOKIES", "REQUEST_COOKIES_NAMES", "REQUEST_HEADERS"],
    operator: { name: "validateByteRange", argument: "1-255" },
  },
  {
    number: 4,
    level: 1,
    phase: 2,
    severity: "critical",
    message: "NUL in the body of a request",
    cwe: 158,
    targets: ["ARGS_POST", "ARGS_POST_NAMES", "FILES", "FILES_NAMES"],
    operator: { name: "validateByteRange", argument: "1-255" },
  },
  {
    number: 5,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Line break where none can be meant",
    cwe: 113,
    targets: ["REQUEST_FILENAME", "ARGS_GET_NAMES", "REQUEST_COOKIES_NAMES", "REQUEST_HEADERS"],
    operator: { name: "rx", argument: "[\\r\\n]" },
  },
  {
    number: 6,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Control character in the path",
    cwe: 20,
    targets: ["REQUEST_FILENAME"],
    operator: { name: "rx", argument: "[\\x01-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f]" },
  },
  {
    number: 7,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Length and transfer coding at once",
    cwe: 444,
    targets: ["&REQUEST_HEADERS:Content-Length"],
    operator: { name: "gt", argument: "0" },
    chain: [{ targets: ["&REQUEST_HEADERS:Transfer-Encoding"], operator: { name: "gt", argument: "0" } }],
  },
  {
    number: 8,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Header that must stand alone stands twice",
    cwe: 444,
    targets: ["&REQUEST_HEADERS:Host", "&REQUEST_HEADERS:Content-Length", "&REQUEST_HEADERS:Transfer-Encoding", "&REQUEST_HEADERS:Content-Type", "&REQUEST_HEADERS:Authorization"],
    operator: { name: "gt", argument: "1" },
  },
  {
    number: 9,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Length that is no number",
    cwe: 444,
    targets: ["REQUEST_HEADERS:Content-Length"],
    operator: { name: "rx", argument: "^\\d{1,15}$", negated: true },
  },
  {
    number: 10,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Transfer coding other than chunked",
    cwe: 444,
    targets: ["REQUEST_HEADERS:Transfer-Encoding"],
    operator: { name: "rx", argument: "^(?i:chunked)$", negated: true },
  },
  {
    number: 11,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Header that makes a server trust the sender",
    cwe: 290,
    targets: ["&REQUEST_HEADERS:Proxy", "&REQUEST_HEADERS:X-Middleware-Subrequest", "&REQUEST_HEADERS:X-Original-URL", "&REQUEST_HEADERS:X-Rewrite-URL"],
    operator: { name: "gt", argument: "0" },
  },
  {
    number: 12,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Host that is no host",
    cwe: 20,
    targets: ["REQUEST_HEADERS:Host"],
    operator: { name: "rx", argument: "[^A-Za-z0-9.:_\\[\\]-]" },
  },
  {
    number: 13,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "More ranges than anybody reads",
    cwe: 400,
    targets: ["REQUEST_HEADERS:Range", "REQUEST_HEADERS:Request-Range"],
    operator: { name: "rx", argument: "(?:,[^,]{0,40}){10}" },
  },
  {
    number: 14,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Content type with marks that no type has",
    cwe: 20,
    targets: ["REQUEST_HEADERS:Content-Type"],
    operator: { name: "rx", argument: "[%{}$()<>\\x00-\\x08\\x0a-\\x1f]|^[^/]{60}" },
  },
  {
    number: 15,
    level: 2,
    phase: 1,
    severity: "warning",
    message: "Percent sign that encodes nothing",
    cwe: 173,
    targets: ["REQUEST_URI_RAW"],
    operator: { name: "validateUrlEncoding" },
  },
  {
    number: 16,
    level: 2,
    phase: 2,
    severity: "warning",
    message: "Text that is no UTF-8",
    cwe: 176,
    targets: ["REQUEST_FILENAME", "ARGS", "ARGS_NAMES"],
    operator: { name: "validateUtf8Encoding" },
  },
  {
    number: 17,
    level: 2,
    phase: 1,
    severity: "critical",
    message: "Method outside of the common ones",
    cwe: 650,
    targets: ["REQUEST_METHOD"],
    operator: { name: "rx", argument: "^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|QUERY)$", negated: true },
  },
  {
    number: 18,
    level: 2,
    phase: 1,
    severity: "warning",
    message: "No Host, or an address instead of one",
    cwe: 20,
    targets: ["REQUEST_HEADERS:Host"],
    operator: { name: "rx", argument: "^[0-9.:]*$|^\\[" },
  },
  {
    number: 19,
    level: 2,
    phase: 1,
    severity: "notice",
    message: "No User-Agent",
    cwe: 20,
    targets: ["&REQUEST_HEADERS:User-Agent"],
    operator: { name: "eq", argument: "0" },
  },
  {
    number: 20,
    level: 2,
    phase: 1,
    severity: "warning",
    message: "Body where the method has none",
    cwe: 444,
    targets: ["REQUEST_METHOD"],
    operator: { name: "rx", argument: "^(?:GET|HEAD)$" },
    chain: [{ targets: ["REQUEST_HEADERS:Content-Length"], operator: { name: "rx", argument: "^0?$", negated: true } }],
  },
  {
    number: 21,
    level: 1,
    phase: 2,
    severity: "critical",
    message: "File name that servers run",
    cwe: 434,
    targets: ["FILES", "FILES_NAMES"],
    operator: { name: "rx", argument: "(?i)\\.(?:phtml|phar|php[0-9]|pht|shtml|jspx|ashx|asmx|cer|htaccess|user\\.ini)(?:$|[.;%:])|\\.(?:php|jsp|aspx?|cgi|pl|exe|sh)[.;%:\\x00]" },
  },
  {
    number: 22,
    level: 2,
    phase: 2,
    severity: "critical",
    message: "File name of a program",
    cwe: 434,
    targets: ["FILES", "FILES_NAMES"],
    operator: { name: "rx", argument: "(?i)\\.(?:php|jsp|aspx?|cfm|cgi|exe|bat|cmd|com|scr|ps1|vbs|hta|jar|war|sh)$" },
  },
  {
    number: 23,
    level: 2,
    phase: 2,
    severity: "critical",
    message: "Page code in an uploaded file",
    cwe: 434,
    targets: ["FILES_TMP_CONTENT"],
    operator: { name: "detect", argument: "include 5" },
  },
  {
    number: 25,
    level: 1,
    phase: 2,
    severity: "critical",
    message: "File name that leads to another folder",
    cwe: 22,
    targets: ["FILES"],
    operator: { name: "rx", argument: "(?:^|[\\\\/])\\.\\.(?:[\\\\/]|$)" },
  },
  {
    number: 24,
    level: 1,
    phase: 2,
    severity: "critical",
    message: "XML that declares, includes or fetches",
    cwe: 611,
    // Declarations and names of elements are no text of the document, so XML:/* does not hold them.
    targets: ["REQBODY_PROCESSOR"],
    operator: { name: "streq", argument: "XML" },
    chain: [{ targets: ["FULL_REQUEST"], operator: { name: "detect", argument: "document 4" } }],
  },
]; // biome-ignore format: one row each

/** The rules on the protocol up to a paranoia level. */
export function protocolRules(paranoia: Level): Rule[] {
  return ROWS.filter(({ level }) => level <= paranoia).map(protocolRule);
}

function protocolRule({ number, level, severity, message, cwe, chain = [], ...test }: ProtocolRow): Rule {
  const actions = [addTo("tx.builtin_score", SCORES[severity] ?? 0)];
  // What a link of a chain sets stays set where the chain breaks behind it: only the last one may score.
  const links = chain.map((link, index) => (index === chain.length - 1 ? { ...link, actions } : link));
  return rule({
    ...test,
    id: PROTOCOL_ID + number,
    message,
    logData: "%{MATCHED_VAR_NAME}",
    severity,
    tags: tagsOf(level, cwe, ["attack-protocol"]),
    ...(links.length === 0 ? { actions } : { chain: links }),
  });
}

/** A body that could not be read to its end: the application may read it otherwise than we do, so it goes no further. */
export function unreadableRules(): Rule[] {
  return [
    rule({
      id: PROTOCOL_ID + 501,
      phase: 2,
      targets: ["REQBODY_ERROR"],
      operator: { name: "eq", argument: "0", negated: true },
      disruptive: { kind: "deny", status: 400 },
      message: "Body that cannot be read",
      logData: "%{REQBODY_ERROR_MSG}",
      severity: "critical",
      tags: tagsOf(1, 20, ["attack-protocol"]),
    }),
    rule({
      id: PROTOCOL_ID + 502,
      phase: 2,
      targets: ["MULTIPART_STRICT_ERROR", "MULTIPART_UNMATCHED_BOUNDARY"],
      operator: { name: "eq", argument: "0", negated: true },
      disruptive: { kind: "deny", status: 400 },
      message: "Multipart body that two readers take for two different things",
      logData: "%{MATCHED_VAR_NAME}",
      severity: "critical",
      tags: tagsOf(1, 20, ["attack-protocol", "attack-multipart-header"]),
    }),
  ];
}
