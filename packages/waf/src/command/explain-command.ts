import { readFileSync } from "node:fs";
import { loadRuleFiles } from "../disk/index.ts";
import { createWaf } from "../engine/index.ts";
import { type Explanation, explain } from "../guard/index.ts";
import { parseRawRequest } from "../http/index.ts";
import type { RuleSet } from "../rule/index.ts";
import { excerpt } from "../text/index.ts";
import type { Command, Console } from "./contract.ts";
import { BUILTIN, JSON_OUT, oneWord, PARANOIA, paranoiaOf, RULES, ruleSourceOf, SETUP } from "./options.ts";
import { table } from "./table.ts";

const CELL_CHARACTERS = 60;
const NOBODY = { remoteAddress: "127.0.0.1", remotePort: 0, serverAddress: "127.0.0.1", serverPort: 80 };

export const explainCommand: Command = {
  name: "explain",
  words: "FILE|-",
  summary: "Say why a raw request would be let through or refused: values, transformations, matches, score.",
  options: [RULES, SETUP, PARANOIA, BUILTIN, JSON_OUT],
  run: async (given, console) => {
    const file = oneWord(given, "a file with a raw request, or - for standard input");
    const bytes = file === "-" ? await console.readInput() : readFileSync(file);
    const paranoia = paranoiaOf(given);
    const rules = loadRuleFiles(ruleSourceOf(given));
    const waf = createWaf({ rules, now: Date.now, newId: () => "explain", ...(paranoia === undefined ? {} : { paranoia }) });
    const { head, body } = parseRawRequest(bytes, NOBODY);
    const explanation = explain(waf, { head, body });
    if (given.has("json")) console.print(JSON.stringify(explanation, undefined, 2));
    else printText(explanation, rules, console);
    return explanation.verdict.act === "allow" ? 0 : 1;
  },
};

function printText(explanation: Explanation, set: RuleSet, console: Console): void {
  const { held, matches, changes, score, steps } = explanation;
  const logged = new Set(matches.filter((match) => !match.isQuiet).map((match) => match.ruleId));
  const rows = held
    .filter((match) => logged.has(match.ruleId))
    .map((match) => [match.ruleId, match.phase, cut(match.variable), cut(match.value), match.transforms.join(" "), cut(match.transformed), excerpt(match.message)]); // biome-ignore format: one line
  if (rows.length > 0) console.print(table([["rule", "phase", "variable", "value", "transformations", "after them", "message"], ...rows]));
  for (const change of changes.filter(({ ruleId }) => logged.has(ruleId)))
    console.print(`rule ${change.ruleId} sets ${cut(change.variable)} to ${cut(change.value ?? "nothing")}`);
  for (const line of exceptionsOf(set, new Set(matches.map((match) => match.ruleId)))) console.print(line);
  console.print(`${logged.size === 1 ? "1 rule" : `${logged.size} rules`} matched, score ${score}, ${steps} steps: ${endOf(explanation)}.`);
}

/** What the rules that matched have taken away: they are not logged as a rule, and whoever asks why nothing was found wants to know. */
function exceptionsOf({ items }: RuleSet, matched: ReadonlySet<number>): readonly string[] {
  const heads = items.flatMap((item) => ("marker" in item || !matched.has(item.id) ? [] : [item]));
  return heads.flatMap(({ id, actions, chain }) => {
    const taken = [actions, ...chain.map((link) => link.actions)].flat().flatMap((action) => (action.kind === "ctl" && EXCEPTION.test(action.setting) ? [`${action.setting}=${action.value}`] : [])); // biome-ignore format: one line
    const more = taken.length > EXCEPTIONS_SHOWN ? `, and ${taken.length - EXCEPTIONS_SHOWN} more` : "";
    return taken.length === 0 ? [] : [`rule ${id} makes exceptions: ${taken.slice(0, EXCEPTIONS_SHOWN).join(", ")}${more}`];
  });
}

const EXCEPTION = /^rule(?:Remove|Engine)/i;
const EXCEPTIONS_SHOWN = 5;

function endOf({ verdict, wouldRefuse, matches }: Explanation): string {
  if (verdict.act === "refuse") return `refused with ${refusal(verdict, matches)}`;
  return wouldRefuse?.act === "refuse" ? `let through, because of detection only; else ${refusal(wouldRefuse, matches)}` : "let through";
}

/** The message of the match has its macros filled in. */
function refusal({ status, ruleId, reason }: Extract<Explanation["verdict"], { act: "refuse" }>, matches: Explanation["matches"]): string {
  return `${status} by rule ${ruleId}: ${excerpt(matches.find((match) => match.ruleId === ruleId)?.message ?? reason)}`;
}

function cut(text: string): string {
  return excerpt(text, CELL_CHARACTERS);
}
