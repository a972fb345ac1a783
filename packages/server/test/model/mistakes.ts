import assert from "node:assert/strict";
import { test } from "node:test";
import {
  accounts,
  boolean,
  bytes,
  collection,
  dateTime,
  define,
  integer,
  json,
  oneOf,
  readPlan,
  ref,
  text,
} from "../../src/model/index.ts";

/** A mistake, the place that is named, and words that the sentence must have. */
export type Mistake = readonly [says: string, definition: unknown, place: string, sentence: RegExp];

export const notes = collection({ fields: { title: text(), owner: ref(accounts) } });

/** Calls a word with what its types would not let through, as a config in plain JavaScript can. */
export function loosely(word: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown {
  return Reflect.apply(word, undefined, given);
}

export function app(more: Readonly<Record<string, unknown>>): unknown {
  return loosely(define, { name: "App", roles: ["clerk"], collections: { notes }, ...more });
}

export function fieldIs(field: unknown): unknown {
  return app({ collections: { notes: loosely(collection, { fields: { title: field } }) } });
}

export function collectionIs(options: unknown): unknown {
  return app({ collections: { notes: loosely(collection, options) } });
}

export const FIELDS = {
  title: text(),
  count: integer(),
  owner: ref(accounts),
  team: ref("teams"),
  done: boolean(),
  data: json(),
  status: oneOf("open", "closed"),
  at: dateTime(),
  content: bytes(),
  secret: text().encrypted(),
  code: text().encrypted({ lookup: true }),
};
export const teams = collection({ fields: { name: text(), owner: ref(accounts), parent: ref("teams") } });
export const people = collection({ fields: { account: ref(accounts), team: ref("teams"), level: integer(), badge: text().encrypted() } });

export function accessIs(access: unknown): unknown {
  return app({ collections: { notes: loosely(collection, { fields: FIELDS, access }), teams, people } });
}

export function readIs(rule: (words: Words) => unknown): unknown {
  return accessIs((words: Words) => ({ read: rule(words) }));
}

// Wrong names are the point of most rows: the words are taken as they come.
// biome-ignore lint/suspicious/noExplicitAny: a config in plain JavaScript has no types
export type Words = any;

export const READ = "collections.notes.access.read";

/** One test for each row. */
export function testMistakes(mistakes: readonly Mistake[]): void {
  for (const [says, definition, place, sentence] of mistakes) {
    test(`Holdfast tells where and how to mend ${says}`, () => {
      const reading = readPlan(definition);
      assert.ok("problems" in reading, "a plan was made of it");
      const there = reading.problems.filter((problem) => problem.place === place);
      assert.ok(
        there.some((problem) => sentence.test(problem.sentence)),
        `nothing at ${place} says ${sentence}: ${JSON.stringify(reading.problems)}`,
      );
    });
  }
}
