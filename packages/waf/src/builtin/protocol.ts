// Requests that are no proper HTTP, or that say two things at once: each server behind us would take another one for true.
import { addTo, type Rule, rule } from "../rule/index.ts";
import { CONTENT_ROWS } from "./content-rows.ts";
import { type Level, PROTOCOL_ID, SCORES, tagsOf } from "./numbers.ts";
import type { ProtocolRow } from "./protocol-row.ts";
import { PROTOCOL_ROWS } from "./protocol-rows.ts";
import { SESSION_ROWS } from "./session-rows.ts";

/** By number, which is the order in which they are asked and told. */
const ROWS = [...PROTOCOL_ROWS, ...CONTENT_ROWS, ...SESSION_ROWS].toSorted((one, other) => one.number - other.number);

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
