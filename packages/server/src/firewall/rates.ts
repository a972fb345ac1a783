import { utf8 } from "../kit/index.ts";
import type { Limits } from "../model/plan.ts";
import { type Address, hostBytes, prefixBytes } from "./address.ts";
import type { Facts, LimitState, Verdict } from "./contract.ts";
import type { KeyHash } from "./half-siphash.ts";
import { type KeyKind, LIMITS, type RateName } from "./limits.ts";
import { createRateTable, type RateTable } from "./rate-table.ts";

/** The plan's rates: one table a limit. */
export interface Rates {
  /** Asks all limits that these facts meet before taking from any: a refusal by one must not use up another. */
  judge(facts: Facts, address: Address, now: number): Verdict | undefined;
  /** Of the limits that every request meets, the one with the least left. */
  state(address: Address | undefined, account: string | undefined, now: number): LimitState;
}

interface RatesNeeds {
  readonly limits: Limits;
  readonly hash: (bytes: Uint8Array) => KeyHash;
}

/** What a key is counted by; `undefined` where these facts have none. */
const KEY_BYTES: Readonly<Record<KeyKind, (address: Address, account: string | undefined) => Uint8Array | undefined>> = {
  address: hostBytes,
  prefix: prefixBytes,
  account: (_address, account) => (account === undefined ? undefined : utf8(account)),
};
/** Floating point: a level of 3 may come as 3.0000000001. */
const ROUNDING = 1e-6;
/** What stands in the `RateLimit` headers. */
const REPORTED: readonly RateName[] = ["requestsPerAddress", "requestsPerPrefix", "requestsPerAccount"];

export function createRates({ limits, hash }: RatesNeeds): Rates {
  const rows = LIMITS.map((row) => ({ ...row, table: createRateTable(limits[row.name]) }));
  const reported = rows.filter(({ name }) => REPORTED.includes(name));
  return {
    judge(facts, address, now) {
      const account = facts.stage === "actor" ? facts.account : undefined;
      const met: Met[] = [];
      for (const { name, stage, key, when, table } of rows) {
        const bytes = stage === facts.stage && when(facts) ? KEY_BYTES[key](address, account) : undefined;
        if (bytes !== undefined) met.push({ name, table, key: hash(bytes) });
      }
      const refusal = longestWait(met, now);
      if (refusal === undefined) for (const { table, key } of met) table.take(key, now);
      return refusal;
    },
    state(address, account, now) {
      const states = reported.flatMap(({ name, key, table }) => {
        const bytes = address && KEY_BYTES[key](address, account);
        return bytes ? stateOf({ name, table, key: hash(bytes) }, now) : [];
      });
      const nothing = { name: "requestsPerAddress", limit: limits.requestsPerAddress.burst, remaining: 0, resetMs: 0 };
      return states.reduce((a, b) => (b.remaining < a.remaining ? b : a), states[0] ?? nothing);
    },
  };
}

/** A limit that applies, with the key that it counts by. */
export interface Met {
  readonly name: string;
  readonly table: RateTable;
  readonly key: KeyHash;
}

/** A refusal by the limit that wants to wait longest. Only a wait of exactly 0 passes: a broken clock refuses. */
export function longestWait(met: readonly Met[], now: number): Verdict | undefined {
  let worst: { readonly rule: string; readonly afterMs: number } | undefined;
  for (const { name, table, key } of met) {
    const afterMs = table.waitMs(key, now);
    if (afterMs !== 0 && !(worst !== undefined && worst.afterMs >= afterMs)) worst = { rule: name, afterMs };
  }
  return worst && { act: "refuse", ...worst };
}

function stateOf({ name, table, key }: Met, now: number): LimitState {
  const { burst } = table.rate;
  return {
    name,
    limit: burst,
    remaining: Math.max(0, Math.floor(burst - table.level(key, now) + ROUNDING)),
    resetMs: table.resetMs(key, now),
  };
}
