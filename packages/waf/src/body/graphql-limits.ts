/**
 * What no client writes, each in pieces of one document unless it says otherwise; ordinary clients stay at a fraction of it. Servers that
 * limit at all allow depths of 7 to 15, 15 to 30 aliases, batches of 10 and some thousand tokens.
 */
export const GRAPHQL_LIMITS = {
  /** Fields one within another, fragments written out. */
  depth: 20,
  /** Aliases of one field; each is answered anew. */
  aliases: 50,
  /** Aliases of one field in a mutation; each changes something. */
  "mutation aliases": 20,
  /** Aliases of one field in a subscription, which has one root field (§5.2.3.1). */
  "subscription aliases": 10,
  /** Times that one request asks for a field that checks a secret. */
  attempts: 5,
  /** Directives at one place. */
  directives: 10,
  /** Variables of one operation. */
  variables: 100,
  /** Lists and objects one within another in a value. */
  "value depth": 20,
  /** Sets of selections one within another, those of inline fragments among them. */
  "set depth": 60,
  /** Times that one field stands in a row. */
  repetitions: 20,
  /** Fields and names outside of values. */
  names: 10_000,
  /** Fields, fragments written out. */
  fields: 10_000,
  /** Fragments that spread one another. */
  "fragment chain": 100,
  /** Fragments that spread themselves: no document that has one is valid (§5.5.2.2). */
  "circular fragments": 0,
  /** Documents in one request. */
  documents: 25,
} as const;

export type CostName = keyof typeof GRAPHQL_LIMITS;

/** Says that a document passes a limit. */
export type Exceed = (name: CostName, count: number) => void;
