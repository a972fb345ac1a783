import type { RequestText } from "./contract.ts";

/**
 * What rules need not see where it has its ordinary form: credentials, which are checked where they belong and told to nobody, lengths, and the
 * types that routes take. Written in another way, it is looked at like any header.
 */
const ORDINARY: ReadonlyMap<string, RegExp> = new Map([
  ["host", /^/],
  ["authorization", /^Bearer [\w.~+/=-]*$/],
  ["apikey", /^[\w.-]*$/],
  ["content-length", /^\d*$/],
  ["content-type", /^application\/(?:json|x-www-form-urlencoded|vnd\.pgrst\.[\w.+-]+)(?:; ?charset=utf-8)?$/i],
]);

export function isSeen(name: string, value: string): boolean {
  const ordinary = ORDINARY.get(name);
  return ordinary === undefined || !ordinary.test(value);
}

/** Another value with each request, by their nature. One of this form can hold no attack. */
const TRACING: ReadonlySet<string> = new Set(["traceparent", "x-request-id", "x-correlation-id", "idempotency-key"]);
const PLAIN = /^[\w-]{1,128}$/;
const HEADS_MAX = 4_096;
const CHARACTERS_MAX = 2_048;

/** Heads in which nothing was found: a client sends the same with nearly every request, and one look at a set is less than a look with rules. */
export interface CleanHeads {
  /** `undefined` for one too long to be remembered. */
  keyOf(text: RequestText): string | undefined;
  has(key: string): boolean;
  add(key: string): void;
}

export function createCleanHeads(): CleanHeads {
  const known = new Set<string>();
  return {
    keyOf({ method, target, host, headers }) {
      let key = `${method} ${target}\n${host}`;
      for (const [name, value] of headers) {
        if (!isSeen(name, value)) continue;
        key += TRACING.has(name) && PLAIN.test(value) ? `\n${name}` : `\n${name}:${value}`;
      }
      return key.length <= CHARACTERS_MAX ? key : undefined;
    },
    has: (key) => known.has(key),
    add(key) {
      // The oldest goes: those who still send it are looked at once more.
      for (const oldest of known) {
        if (known.size < HEADS_MAX) break;
        known.delete(oldest);
      }
      known.add(key);
    },
  };
}
