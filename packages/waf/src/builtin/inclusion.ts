// Files and programs that a parameter makes the server read: what only the place tells. In a text or in JSON the same values are links.
import { addTo, type Rule, type RuleInput, rule, type TargetInput, type TestInput } from "../rule/index.ts";
import { INCLUSION_ID, SCORES, tagsOf } from "./numbers.ts";

interface InclusionRow extends Pick<RuleInput, "targets" | "operator"> {
  readonly chain?: readonly TestInput[];
  readonly number: number;
  readonly phase: 1 | 2;
  readonly message: string;
  readonly cwe: number;
  readonly tags: readonly string[];
}

/** Parameters that hold the way to another page, relative ones as well. */
const LINKS =
  "/^(?i:next|prev|back|from|to|return|returnto|return_?ur[il]|redirect|redirect_?(?:to|ur[il])|goto|continue|target|dest|destination|href|link|ur[il]|ref|referr?er|callback|path_?info|location|src)$/";
/** Where members of JSON come to be. */
const JSON_MEMBERS = "!ARGS_POST:/^json\\b/";

/** Parameters with which PHP applications of old say where their own parts lie: the word, and what of it. */
const PARTS = "(?:inc|include|includes|abs|absolute|lib|libs|library|class|classes|smarty|phpbb|mosconfig|doc|document|globals?|_server)";
const PLACES = "(?:path|dir|root|root_path|absolute_path|prefix)";
const OWN_PLACES = `(?i)^ARGS_(?:GET|POST):\\w{0,24}${PARTS}[\\[_-]{0,2}${PLACES}\\]?$`;

const QUERY: readonly TargetInput[] = ["ARGS_GET", "ARGS_GET_NAMES"];
const FORM: readonly TargetInput[] = ["ARGS_POST", "BODY_NAMES", JSON_MEMBERS, "!BODY_NAMES:/^json\\b/"];

const climb = {
  message: "Steps up in a parameter",
  cwe: 22,
  tags: ["attack-lfi"],
  operator: { name: "detect", argument: "climb 4" },
} as const;
const remote = { message: "Program of another server in a parameter", cwe: 98, tags: ["attack-rfi"], operator: { name: "detect", argument: "remote 4" } } as const; // biome-ignore format: one line
const place = {
  message: "Address in the place of a folder",
  cwe: 98,
  tags: ["attack-rfi"],
  operator: { name: "rx", argument: "^\\s{0,4}(?i:https?|ftps?)://" },
  chain: [{ targets: ["MATCHED_VARS_NAMES"], operator: { name: "rx", argument: OWN_PLACES } }],
} as const;

const ROWS: readonly InclusionRow[] = [
  {
    number: 1,
    phase: 1,
    message: "Steps up in the address of a request",
    cwe: 22,
    tags: ["attack-lfi"],
    targets: ["REQUEST_URI_RAW"],
    operator: { name: "detect", argument: "target 4" },
  },
  { number: 11, phase: 1, targets: [...QUERY, `!ARGS_GET:${LINKS}`], ...climb },
  { number: 12, phase: 2, targets: [...FORM, `!ARGS_POST:${LINKS}`], ...climb },
  { number: 21, phase: 1, targets: QUERY, ...remote },
  { number: 22, phase: 2, targets: FORM, ...remote },
  { number: 31, phase: 1, targets: ["ARGS_GET"], ...place },
  { number: 32, phase: 2, targets: ["ARGS_POST", JSON_MEMBERS], ...place },
];

/** The rules on files in parameters and in the address; all of them count at the default paranoia. */
export function inclusionRules(): Rule[] {
  return ROWS.map(({ number, cwe, tags, chain = [], ...row }) => {
    const actions = [addTo("tx.builtin_score", SCORES.critical ?? 0)];
    return rule({
      ...row,
      id: INCLUSION_ID + number,
      capture: true,
      logData: "%{MATCHED_VAR_NAME}: %{MATCHED_VAR}",
      severity: "critical",
      tags: tagsOf(1, cwe, tags),
      // What a link of a chain sets stays set where the chain breaks behind it: only the last one may score.
      ...(chain.length === 0 ? { actions } : { chain: chain.map((link) => ({ ...link, actions })) }),
    });
  });
}
