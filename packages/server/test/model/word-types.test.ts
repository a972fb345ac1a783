import assert from "node:assert/strict";
import { test } from "node:test";
import { accounts, collection, define, integer, oneOf, readPlan, ref, text } from "../../src/model/index.ts";

const teams = collection({ fields: { name: text(), owner: ref(accounts) } });

/** What an editor underlines while the config is written; the type check of the house fails when it no longer does. */
const misspelt = collection({
  fields: { title: text(), count: integer(), owner: ref(accounts), team: ref(teams), status: oneOf("open", "closed") },
  access: ({ row, actor, any, ...words }) => ({
    read: any(
      // @ts-expect-error: text is no number
      row.title.is(3),
      // @ts-expect-error: text is no id
      row.title.is(actor.id),
      // @ts-expect-error: numbers are not text
      row.count.gt(row.title),
      // @ts-expect-error: not among the words of the field
      row.status.is("done"),
      // @ts-expect-error: no such field behind the ref
      row.team.titel.is("a"),
      // @ts-expect-error: levels are 1 and 2
      actor.level.is(3),
      // @ts-expect-error: a field alone is no condition
      row.count,
      row.team.owner.is(actor.id),
      words.public(),
    ),
  }),
});

test("Holdfast refuses at start what the types of the words refuse in an editor", () => {
  const reading = readPlan(define({ name: "App", collections: { misspelt, teams } }));
  assert.ok("problems" in reading);
  const places = reading.problems.map(({ place }) => place);
  assert.deepEqual(
    places,
    Array.from({ length: 7 }, () => "collections.misspelt.access.read"),
  );
});
