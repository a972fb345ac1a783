import { utf8 } from "../kit/index.ts";
import type { Limits, Rate } from "../model/plan.ts";
import type { Facts, LimitState, Verdict } from "./contract.ts";
import type { KeyHash } from "./half-siphash.ts";
import { type KeyKind, LIMITS, type RateName } from "./limits.ts";
import { createRateTable } from "./rate-table.ts";
import type { Sender } from "./senders.ts";

/** The plan's rates: one table a limit. */
export interface Rates {
  /** Asks all limits that these facts meet before taking from any: a refusal by one must not use up another. */
  judge(facts: Facts, sender: Sender, now: number): Verdict | undefined;
  /** What a look of the rules has cost. */
  charge(steps: number, sender: Sender, now: number): void;
  /** Of the limits that every request meets, the one with the least left. */
  state(sender: Sender | undefined, account: string | undefined, now: number): LimitState;
}

interface RatesNeeds {
  readonly limits: Limits;
  readonly hash: (bytes: Uint8Array) => KeyHash;
}

/** Floating point: a level of 3 may come as 3.0000000001. */
const ROUNDING = 1e-6;
const STEPS_PER_KILOSTEP = 1_000;
/** Under a MiB; whoever floods this only makes us hash again. */
const ACCOUNTS_CACHED_MAX = 8_192;
/** What stands in the `RateLimit` headers. */
const REPORTED: readonly RateName[] = ["requestsPerAddress", "requestsPerPrefix", "requestsPerAccount"];

export function createRates({ limits, hash }: RatesNeeds): Rates {
  const rows = LIMITS.map((row) => ({ ...row, table: createRateTable(limits[row.name]) }));
  const nothing = { name: "requestsPerAddress", limit: limits.requestsPerAddress.burst, remaining: 0, resetMs: 0 };
  const reported = rows.filter(({ name }) => REPORTED.includes(name));
  const atStage = (stage: Facts["stage"]) => rows.filter((row) => row.stage === stage);
  const byStage: Readonly<Record<Facts["stage"], typeof rows>> = {
    address: atStage("address"),
    stream: atStage("stream"),
    head: atStage("head"),
    actor: atStage("actor"),
    body: atStage("body"),
    identifier: atStage("identifier"),
  };
  const accountKeys = new Map<string, KeyHash>();

  /** One request asks twice about one account. */
  function accountKey(account: string): KeyHash {
    const cached = accountKeys.get(account);
    if (cached !== undefined) return cached;
    const key = hash(utf8(account));
    if (accountKeys.size >= ACCOUNTS_CACHED_MAX) accountKeys.clear();
    accountKeys.set(account, key);
    return key;
  }

  const keyOf: Readonly<Record<KeyKind, (sender: Sender, account: string | undefined) => KeyHash | undefined>> = {
    address: ({ hostKey }) => hostKey,
    prefix: ({ prefixKey }) => prefixKey,
    account: (_sender, account) => (account === undefined ? undefined : accountKey(account)),
  };

  return {
    judge(facts, sender, now) {
      const account = facts.stage === "actor" ? facts.account : undefined;
      const met = byStage[facts.stage];
      let refusal: Refusal | undefined;
      for (const { name, key, when, table } of met) {
        const found = when(facts) ? keyOf[key](sender, account) : undefined;
        if (found !== undefined) refusal = longerWait(refusal, name, table.waitMs(found, now), table.rate);
      }
      if (refusal !== undefined) return refusal;
      for (const { key, when, table } of met) {
        const found = when(facts) ? keyOf[key](sender, account) : undefined;
        if (found !== undefined) table.take(found, now);
      }
      return undefined;
    },
    charge(steps, { hostKey }, now) {
      for (const { name, table } of rows)
        if (name === "inspectionKilostepsPerAddress") table.take(hostKey, now, steps / STEPS_PER_KILOSTEP);
    },
    state(sender, account, now) {
      if (sender === undefined) return nothing;
      let tightest: LimitState | undefined;
      for (const { name, key, table } of reported) {
        const found = keyOf[key](sender, account);
        if (found === undefined) continue;
        const { burst } = table.rate;
        const remaining = Math.max(0, Math.floor(burst - table.level(found, now) + ROUNDING));
        if (tightest === undefined || remaining < tightest.remaining)
          tightest = { name, limit: burst, remaining, resetMs: table.resetMs(found, now) };
      }
      return tightest ?? nothing;
    },
  };
}

export type Refusal = Verdict & { readonly act: "refuse" };

/** The refusal by the limit that wants to wait longest. Only a wait of exactly 0 passes: a broken clock refuses. */
export function longerWait(worst: Refusal | undefined, rule: string, afterMs: number, { burst }: Rate): Refusal | undefined {
  if (afterMs === 0) return worst;
  return worst?.afterMs !== undefined && worst.afterMs >= afterMs ? worst : { act: "refuse", rule, afterMs, burst };
}
