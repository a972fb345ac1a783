import { concatBytes, utf8 } from "../kit/index.ts";
import type { Rate } from "../model/plan.ts";
import type { Verdict } from "./contract.ts";
import type { KeyHash } from "./half-siphash.ts";
import { createPlaceMemory } from "./place-memory.ts";
import { createRateTable } from "./rate-table.ts";
import type { Sender } from "./senders.ts";

/**
 * Slows guessing down without giving strangers a way to lock anybody out:
 * - a place (address and identifier) that fails is slowed, then refused for a minute at most: that harms this place alone;
 * - an address that fails for many identifiers is refused, except at places from which a sign-in went well before;
 * - an identifier that is tried from many addresses is only ever delayed, by a bounded time, and not at known places;
 * - failures everywhere together (spraying from many addresses) delay all places that are not known.
 * A success makes its own place known and forgives nothing else: failures fade with time, so an attacker's own success resets
 * nobody's counters.
 */
export interface SignInGuard {
  judge(attempt: Attempt, now: number): Verdict;
  learn(attempt: Attempt, ok: boolean, now: number): void;
}

export interface Attempt {
  readonly sender: Sender;
  readonly identifier: string;
}

/** Failures, not requests: people who mistype are well below these. */
export const FAILURES = {
  perPlace: { perMinute: 1, burst: 8 },
  perAddress: { perMinute: 10, burst: 60 },
  everywhere: { perMinute: 600, burst: 1_200 },
} as const satisfies Readonly<Record<string, Rate>>;

/** The first few are free; each further failure at a place doubles its delay. */
export const FREE_FAILURES = 3;
export const FIRST_DELAY_MS = 500;
/** Longer than this nobody waits for an answer; also what a stranger can cost somebody at most. */
export const DELAY_MS_MAX = 10_000;
export const SPRAY_DELAY_MS = 2_000;

interface SignInGuardNeeds {
  readonly hash: (bytes: Uint8Array) => KeyHash;
  readonly perIdentifier: Rate;
}

const ALL_PLACES: KeyHash = { a: 0, b: 1 };

export function createSignInGuard({ hash, perIdentifier }: SignInGuardNeeds): SignInGuard {
  const places = createRateTable(FAILURES.perPlace);
  const addresses = createRateTable(FAILURES.perAddress);
  const everywhere = createRateTable(FAILURES.everywhere, 1);
  const identifiers = createRateTable(perIdentifier);
  const known = createPlaceMemory();

  // The host has 4 or 8 bytes, and its length stands before it: no two attempts give the same bytes.
  const placeOf = ({ sender, identifier }: Attempt): KeyHash =>
    hash(concatBytes([Uint8Array.of(sender.host.length), sender.host, utf8(identifier)]));

  function delayAtIdentifier(identifier: KeyHash, now: number): number {
    const waitMs = identifiers.waitMs(identifier, now);
    // Beyond the longest delay nothing is added, so that the delay ends soon after the attack does.
    if (waitMs < DELAY_MS_MAX) identifiers.take(identifier, now);
    return waitMs;
  }

  return {
    judge(attempt, now) {
      const place = placeOf(attempt);
      const atPlaceMs = places.waitMs(place, now);
      if (atPlaceMs !== 0) return { act: "refuse", rule: "failuresPerPlace", afterMs: atPlaceMs, burst: FAILURES.perPlace.burst };
      const isKnown = known.knows(place, now);
      const atAddressMs = addresses.waitMs(attempt.sender.hostKey, now);
      if (atAddressMs !== 0 && !isKnown)
        return { act: "refuse", rule: "failuresPerAddress", afterMs: atAddressMs, burst: FAILURES.perAddress.burst };

      const delays = [{ rule: "failuresPerPlace", ms: delayAfter(places.level(place, now)) }];
      if (!isKnown) {
        delays.push({ rule: "signInsPerIdentifier", ms: delayAtIdentifier(hash(utf8(attempt.identifier)), now) });
        delays.push({ rule: "failuresEverywhere", ms: everywhere.waitMs(ALL_PLACES, now) === 0 ? 0 : SPRAY_DELAY_MS });
      }
      const longest = delays.reduce((a, b) => (b.ms > a.ms ? b : a));
      if (longest.ms === 0) return { act: "allow" };
      return { act: "delay", rule: longest.rule, afterMs: Math.min(longest.ms, DELAY_MS_MAX) };
    },
    learn(attempt, ok, now) {
      const place = placeOf(attempt);
      if (ok) {
        known.remember(place, now);
        return;
      }
      if (places.waitMs(place, now) === 0) places.take(place, now);
      const { hostKey } = attempt.sender;
      if (addresses.waitMs(hostKey, now) === 0) addresses.take(hostKey, now);
      if (everywhere.waitMs(ALL_PLACES, now) === 0) everywhere.take(ALL_PLACES, now);
    },
  };
}

function delayAfter(failures: number): number {
  const beyond = Math.ceil(failures) - FREE_FAILURES;
  return beyond <= 0 ? 0 : FIRST_DELAY_MS * 2 ** (beyond - 1);
}
