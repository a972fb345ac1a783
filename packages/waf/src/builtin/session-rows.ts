// Tokens, sessions and sign-ins that somebody else has prepared: one row a rule, numbered for ever.
import type { TargetInput } from "../rule/index.ts";
import type { ProtocolRow } from "./protocol-row.ts";

/** Arguments that hold a token: it opens something there, and is not shown. */
const TOKEN_NAMES =
  "/(?:^|\\.)(?:(?:access|auth|bearer|id|refresh|session|subject|actor)_?)?(?:token|jwt|assertion|authorization)$|^client_assertion$/";
const TOKENS_OF_A_HEAD: readonly TargetInput[] = [
  "REQUEST_HEADERS:/auth|token|jwt|assertion/",
  "REQUEST_COOKIES",
  `ARGS_GET:${TOKEN_NAMES}`,
];

/** What containers and frameworks call their sessions: nobody else does. */
const SESSION_NAMES =
  "jsessionid(?:sso|version)?|jservsession(?:idroot)?|phpsessid|phpsessionid|asp\\.net_sessionid|aspsessionid[a-z]{0,12}|\\.aspnetcore\\.session|cfid|cftoken|connect\\.sid|koa\\.sess|sails\\.sid|express(?:\\.|:)sess(?:ion)?|laravel_session|ci_session|play_session|rack\\.session|_session_id|symfony|wlsessionid|weblogicsession|cakephp";
const SESSION_IN_ADDRESS = `(?i)[?&;](?:${SESSION_NAMES})=[^&#;]`;

export const SESSION_ROWS: readonly ProtocolRow[] = [
  {
    number: 29,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Token that tells how it is to be checked",
    cwe: 347,
    targets: TOKENS_OF_A_HEAD,
    operator: { name: "detect", argument: "token 4" },
  },
  {
    number: 30,
    level: 1,
    phase: 2,
    severity: "critical",
    message: "Token in a body that tells how it is to be checked",
    cwe: 347,
    targets: [`ARGS_POST:${TOKEN_NAMES}`],
    operator: { name: "detect", argument: "token 4" },
  },
  {
    number: 31,
    level: 2,
    phase: 1,
    severity: "critical",
    message: "Token whose key has an address for a name",
    cwe: 347,
    targets: TOKENS_OF_A_HEAD,
    operator: { name: "detect", argument: "token 3 3" },
  },
  {
    number: 32,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Settings of a server, which no page has asked for",
    cwe: 200,
    // Programs that run in a browser (Blazor) fetch settings of the same name, from a page.
    targets: ["REQUEST_FILENAME"],
    operator: { name: "rx", argument: "(?i)/appsettings(?:\\.[\\w-]{1,30})?\\.json$" },
    chain: [{ targets: ["&REQUEST_HEADERS:Referer"], operator: { name: "eq", argument: "0" } }],
  },
  {
    number: 33,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Session from another site's link",
    cwe: 384,
    targets: ["REQUEST_HEADERS:Referer"],
    operator: { name: "rx", argument: "^(?i)https?://([^/?#]{1,255})" },
    capture: true,
    // A container writes sessions into addresses of its own pages, where a browser takes no cookies.
    chain: [
      { targets: ["TX:1"], operator: { name: "streq", argument: "%{REQUEST_HEADERS.Host}", negated: true }, transforms: ["lowercase"] },
      { targets: ["REQUEST_URI_RAW"], operator: { name: "rx", argument: SESSION_IN_ADDRESS } },
    ],
  },
  {
    number: 34,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "Session in an argument, which no page has asked for",
    cwe: 384,
    targets: ["&REQUEST_HEADERS:Referer"],
    operator: { name: "eq", argument: "0" },
    chain: [{ targets: ["ARGS_GET_NAMES"], operator: { name: "rx", argument: `^(?i)(?:${SESSION_NAMES})$` } }],
  },
  {
    number: 35,
    level: 1,
    phase: 1,
    severity: "critical",
    message: "End of a sign-in that hides where it leads",
    cwe: 601,
    // It may lead to a program of the user's, so that the rules on forged requests leave it alone.
    targets: ["ARGS_GET:redirect_uri"],
    operator: { name: "detect", argument: "ssrf 4" },
    capture: true,
    chain: [{ targets: ["TX:0"], operator: { name: "streq", argument: "ssrf.disguise" } }],
  },
];
