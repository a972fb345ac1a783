import { createWaf, type Match, type Transaction, type Verdict, type Waf, type WafNeeds } from "../engine/index.ts";
import { type RequestHead, type ResponseHead, readTarget } from "../http/index.ts";
import { mergeRules, ruleSet } from "../rule/index.ts";
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

export interface GuardNeeds extends WafNeeds {
  readonly policy: Policy;
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
      return counts.size === 0 || options?.isRehearsal === true ? transaction : watched(transaction, counts);
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
    // What the rules do not look at may still have a shape.
    watchesBody: () => isBlocking || (transaction.watchesBody ?? true),
  });
}

interface Changes {
  readonly head?: () => Verdict;
  readonly feed?: (chunk: Uint8Array) => Verdict;
  readonly body?: () => Verdict;
  readonly close?: () => void;
  readonly wouldRefuse?: () => Verdict | undefined;
  readonly watchesBody?: () => boolean;
}

function delegate(inner: Transaction, changes: Changes): Transaction {
  return new Delegate(inner, changes);
}

/** A class for its getters: in a literal they would be new functions for every request. */
class Delegate implements Transaction {
  readonly id: string;
  readonly #inner: Transaction;
  readonly #changes: Changes;

  constructor(inner: Transaction, changes: Changes) {
    this.id = inner.id;
    this.#inner = inner;
    this.#changes = changes;
  }

  head(): Verdict {
    return this.#changes.head === undefined ? this.#inner.head() : this.#changes.head();
  }

  feed(chunk: Uint8Array): Verdict {
    return this.#changes.feed === undefined ? this.#inner.feed(chunk) : this.#changes.feed(chunk);
  }

  body(): Verdict {
    return this.#changes.body === undefined ? this.#inner.body() : this.#changes.body();
  }

  response(head: ResponseHead): Verdict {
    return this.#inner.response(head);
  }

  feedResponse(chunk: Uint8Array): Verdict {
    return this.#inner.feedResponse(chunk);
  }

  responseBody(): Verdict {
    return this.#inner.responseBody();
  }

  close(): void {
    if (this.#changes.close === undefined) this.#inner.close();
    else this.#changes.close();
  }

  get matches(): readonly Match[] {
    return this.#inner.matches;
  }

  get logged(): readonly Match[] {
    return this.#inner.logged;
  }

  get wouldRefuse(): Verdict | undefined {
    return this.#changes.wouldRefuse === undefined ? this.#inner.wouldRefuse : this.#changes.wouldRefuse();
  }

  get bodyFacts(): Transaction["bodyFacts"] {
    return this.#inner.bodyFacts;
  }

  get score(): number {
    return this.#inner.score;
  }

  get watchesBody(): boolean {
    return this.#changes.watchesBody === undefined ? (this.#inner.watchesBody ?? true) : this.#changes.watchesBody();
  }

  get watchesResponseBody(): boolean {
    return this.#inner.watchesResponseBody;
  }

  get steps(): number {
    return this.#inner.steps;
  }
}
