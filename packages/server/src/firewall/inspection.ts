import { createFirewall as createWaf, type Guard, type RequestHead, type RuleSet } from "@holdfast/waf/core";
import type { Id } from "../kit/index.ts";
import { formatId } from "../kit/index.ts";
import type { RequestRules } from "../model/plan.ts";
import { createCleanHeads, isSeen } from "./clean-heads.ts";
import type { Inspection, RequestText, Suspicion } from "./contract.ts";

export interface InspectionNeeds {
  /** The built-in ones, and those of the plan's folder. */
  readonly rules: RuleSet;
  readonly plan: Pick<RequestRules, "mode" | "paranoia" | "exclusions">;
  readonly now: () => number;
  readonly newId: () => Id;
}

/** An inspection that can say what it is made of. */
export interface RuleInspection extends Inspection {
  readonly rules: number;
  /** Of each exclusion of the plan, in its order: whether it was of use to any request so far. */
  exclusionsMet(): readonly boolean[];
}

const RULES_TOLD_MAX = 8;
/** Each is a value of its own to look at, and no page is sent more; what lies behind them is looked at as one. */
const ARGUMENTS_MAX = 100;
const COOKIES_MAX = 100;
/** Ports are not told to rules: none of them has a use for them here. */
const NO_PORT = 0;

/**
 * Looks at requests with rules before anybody reads them. Throws RuleProblem on rules that cannot be meant. A look that fails is a no: the
 * engine refuses what it could not decide.
 */
export function createInspection({ rules, plan, now, newId }: InspectionNeeds): RuleInspection {
  const guard = createWaf({
    rules: { ...rules, settings: { ...rules.settings, argumentsMax: ARGUMENTS_MAX } },
    paranoia: plan.paranoia,
    now,
    newId: () => formatId(newId()),
    policy: {
      exclusions: plan.exclusions.map(({ route, target, expiresAt, ...rest }) => ({
        ...rest,
        ...(route === undefined ? {} : { route }),
        ...(target === undefined ? {} : { target }),
        expires: new Date(expiresAt),
      })),
    },
  });
  const clean = createCleanHeads();
  return {
    rules: rules.items.filter((item) => !("marker" in item)).length,
    exclusionsMet: () => guard.review().map(({ requests }) => requests > 0),
    inspect(text, spent) {
      const key = text.values === "declared" ? clean.keyOf(text) : undefined;
      if (key !== undefined && clean.has(key)) return undefined;
      const found = hasTooManyCookies(text) ? TOO_MANY_COOKIES : look(guard, headOf(text), spent);
      if (found === undefined) {
        if (key !== undefined) clean.add(key);
        return undefined;
      }
      return { ...found, act: plan.mode === "on" ? "block" : "let through" };
    },
  };
}

const TOO_MANY_COOKIES: Omit<Suspicion, "act"> = { rule: "cookies", score: 0 };

function hasTooManyCookies({ headers }: RequestText): boolean {
  const cookies = headers.get("cookie");
  let count = 1;
  for (let at = cookies?.indexOf(";") ?? -1; at !== -1; at = cookies?.indexOf(";", at + 1) ?? -1) count += 1;
  return count > COOKIES_MAX;
}

function look(guard: Guard, head: RequestHead, spent: (steps: number) => void): Omit<Suspicion, "act"> | undefined {
  const transaction = guard.open(head);
  try {
    const first = transaction.head();
    const verdict = first.act === "allow" ? transaction.body() : first;
    if (verdict.act === "allow") return undefined;
    const loud = transaction.matches.filter(({ isQuiet }) => !isQuiet).map(({ ruleId }) => ruleId);
    const told = [...new Set(loud.length === 0 ? [verdict.ruleId] : loud)].slice(0, RULES_TOLD_MAX);
    return { rule: told.join(","), score: transaction.score };
  } finally {
    spent(transaction.steps);
    transaction.close();
  }
}

/** Without what the edge has checked and the rules have no business with: credentials are told to nobody, bodies are read elsewhere. */
function headOf({ method, target, host, headers, address }: RequestText): RequestHead {
  const pairs: [string, string][] = [["host", host]];
  for (const [name, value] of headers) if (isSeen(name, value)) pairs.push([name, value]);
  if (method !== "GET" && method !== "HEAD") pairs.push(["content-length", "0"]);
  return {
    method,
    target,
    protocol: "HTTP/1.1",
    headers: pairs,
    remoteAddress: address,
    remotePort: NO_PORT,
    serverAddress: "",
    serverPort: NO_PORT,
  };
}
