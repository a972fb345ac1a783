import { createWaf, type Transaction, type Verdict, type Waf } from "../engine/index.ts";
import { type RequestHead, readTarget } from "../http/index.ts";
import { mergeRules, type RuleSet, ruleSet } from "../rule/index.ts";
import { checkRoute, type DeclaredRoute, type RouteCheck } from "./declared-route.ts";
import { type Exclusion, exclusionRules, type GuardRule, type Trial, trialRules, typedRule } from "./exclusion.ts";
import { readRoute } from "./route.ts";

/** What a site knows of itself and a rule set cannot know. */
export interface Policy {
  readonly exclusions?: readonly Exclusion[];
  /** Routes on which nothing is blocked yet. */
  readonly trials?: readonly Trial[];
  /** A request has to fit every route that matches it. */
  readonly routes?: readonly DeclaredRoute[];
}

export interface GuardNeeds {
  readonly rules: RuleSet;
  readonly policy: Policy;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly newId: () => string;
  readonly paranoia?: 1 | 2 | 3 | 4;
  readonly stepsMax?: number;
}

/** How an exclusion or a trial has fared since the guard was made. */
export interface Review {
  readonly kind: "exclusion" | "trial";
  readonly asked: Exclusion | Trial;
  readonly isExpired: boolean;
  /** Requests to which it applied; 0 for one that has expired, or that nobody needs. */
  readonly requests: number;
}

export interface Guard extends Waf {
  /** All exclusions and trials. Those that are expired, or that no request has met, are to be taken away. */
  review(): readonly Review[];
}

const REFUSED_STATUS = 403;

/** A firewall with the knowledge of its site. Throws RuleProblem where a rule or the policy cannot be meant. */
export function createGuard(needs: GuardNeeds): Guard {
  const { rules, policy, now } = needs;
  const exclusions = exclusionRules(policy.exclusions ?? [], rules);
  const guardRules = [...exclusions, ...trialRules(policy.trials ?? [], exclusions.length)];
  const checks = (policy.routes ?? []).map((route) => checkRoute(route, rules.settings));
  const typed = checks.flatMap((check, index) => (check.typed.length > 0 ? [typedRule(guardRules.length + index, check.route, check.typed)] : [])); // biome-ignore format: one line
  const own = ruleSet([...guardRules.map((one) => one.rule), ...typed], rules.settings);
  const waf = createWaf({ ...needs, rules: mergeRules(own, rules) });
  const trials = (policy.trials ?? []).map((trial) => ({ route: readRoute(trial.route), untilMs: trial.expires.getTime() }));
  const isBlocking = (method: string, path: string): boolean =>
    rules.settings.engine === "on" && !trials.some(({ route, untilMs }) => now() < untilMs && route.matches(method, path));
  const counts = new Map(guardRules.map((one) => [one.rule.id, 0]));
  return {
    open: (head, options) => {
      const path = readTarget(head.target, head.method).path;
      let transaction = waf.open(head, options);
      for (const check of checks) {
        if (check.route.matches(head.method, path))
          transaction = checked(transaction, { head, check, isBlocking: isBlocking(head.method, path) });
      }
      return counts.size === 0 ? transaction : watched(transaction, counts);
    },
    review: () => guardRules.map((one) => reviewOf(one, counts, now())),
  };
}

function reviewOf({ kind, asked, rule }: GuardRule, counts: ReadonlyMap<number, number>, nowMs: number): Review {
  return { kind, asked, isExpired: asked.expires.getTime() <= nowMs, requests: counts.get(rule.id) ?? 0 };
}

/** Counts at the end which of the guard's own rules have applied. */
function watched(transaction: Transaction, counts: Map<number, number>): Transaction {
  let isClosed = false;
  const count = (): void => {
    const applied = new Set(transaction.matches.map(({ ruleId }) => ruleId).filter((id) => counts.has(id)));
    for (const id of applied) counts.set(id, (counts.get(id) ?? 0) + 1);
  };
  return delegate(transaction, {
    close: () => {
      if (!isClosed) count();
      isClosed = true;
      transaction.close();
    },
  });
}

interface Checked {
  readonly head: RequestHead;
  readonly check: RouteCheck;
  readonly isBlocking: boolean;
}

/** A transaction whose request has to fit a route first. In detection-only mode it need not, and is told of. */
function checked(transaction: Transaction, { head, check, isBlocking }: Checked): Transaction {
  const body = check.openBody(head);
  let misfit: Verdict | undefined;
  const judge = (reason: string | undefined, go: () => Verdict): Verdict => {
    if (reason !== undefined) misfit ??= { act: "refuse", status: REFUSED_STATUS, ruleId: 0, reason: `${check.route.text}: ${reason}` };
    return misfit !== undefined && isBlocking ? misfit : go();
  };
  return delegate(transaction, {
    head: () => judge(check.checkHead(head), () => transaction.head()),
    feed: (chunk) => {
      body.feed(chunk);
      return judge(undefined, () => transaction.feed(chunk));
    },
    body: () => judge(body.end(), () => transaction.body()),
    wouldRefuse: () => misfit ?? transaction.wouldRefuse,
  });
}

interface Changes {
  readonly head?: () => Verdict;
  readonly feed?: (chunk: Uint8Array) => Verdict;
  readonly body?: () => Verdict;
  readonly close?: () => void;
  readonly wouldRefuse?: () => Verdict | undefined;
}

function delegate(inner: Transaction, changes: Changes): Transaction {
  return {
    id: inner.id,
    head: changes.head ?? (() => inner.head()),
    feed: changes.feed ?? ((chunk) => inner.feed(chunk)),
    body: changes.body ?? (() => inner.body()),
    response: (head) => inner.response(head),
    feedResponse: (chunk) => inner.feedResponse(chunk),
    responseBody: () => inner.responseBody(),
    close: changes.close ?? (() => inner.close()),
    get matches() {
      return inner.matches;
    },
    get logged() {
      return inner.logged;
    },
    get wouldRefuse() {
      return changes.wouldRefuse === undefined ? inner.wouldRefuse : changes.wouldRefuse();
    },
    get bodyFacts() {
      return inner.bodyFacts;
    },
    get score() {
      return inner.score;
    },
    get watchesResponseBody() {
      return inner.watchesResponseBody;
    },
    get steps() {
      return inner.steps;
    },
  };
}
