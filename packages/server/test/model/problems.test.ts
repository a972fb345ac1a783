import assert from "node:assert/strict";
import { test } from "node:test";
import { isFault } from "../../src/kit/index.ts";
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
  planFrom,
  readPlan,
  ref,
  text,
} from "../../src/model/index.ts";

/** A mistake, the place that is named, and words that the sentence must have. */
type Mistake = readonly [says: string, definition: unknown, place: string, sentence: RegExp];

const notes = collection({ fields: { title: text(), owner: ref(accounts) } });

/** Calls a word with what its types would not let through, as a config in plain JavaScript can. */
function loosely(word: (...given: never[]) => unknown, ...given: readonly unknown[]): unknown {
  return Reflect.apply(word, undefined, given);
}

function app(more: Readonly<Record<string, unknown>>): unknown {
  return loosely(define, { name: "App", roles: ["clerk"], collections: { notes }, ...more });
}

function fieldIs(field: unknown): unknown {
  return app({ collections: { notes: loosely(collection, { fields: { title: field } }) } });
}

function collectionIs(options: unknown): unknown {
  return app({ collections: { notes: loosely(collection, options) } });
}

const FIELDS = {
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
const teams = collection({ fields: { name: text(), owner: ref(accounts), parent: ref("teams") } });
const people = collection({ fields: { account: ref(accounts), team: ref("teams"), level: integer(), badge: text().encrypted() } });

function accessIs(access: unknown): unknown {
  return app({ collections: { notes: loosely(collection, { fields: FIELDS, access }), teams, people } });
}

function readIs(rule: (words: Words) => unknown): unknown {
  return accessIs((words: Words) => ({ read: rule(words) }));
}

// Wrong names are the point of most rows: the words are taken as they come.
// biome-ignore lint/suspicious/noExplicitAny: a config in plain JavaScript has no types
type Words = any;

const READ = "collections.notes.access.read";

const MISTAKES: readonly Mistake[] = [
  ["no definition", {}, "export default", /export default define\(/],
  ["no name", loosely(define, { collections: { notes } }), "name", /Give the app a name/],
  ["a name with a line break", app({ name: "a\nb" }), "name", /printable characters/],
  ["an unknown option", app({ colections: {} }), "colections", /no option of this name here; there are: name, roles, collections/],
  ["no collections", loosely(define, { name: "App" }), "collections", /between 1 and 200 collections/],
  ["collections that are a list", app({ collections: [notes] }), "collections", /Write an object here/],
  ["a collection that is none", app({ collections: { notes: {} } }), "collections.notes", /Write a collection here/],
  ["a collection with capitals", app({ collections: { Notes: notes } }), "collections.Notes", /lower-case letters/],
  ["a collection named __proto__", app({ collections: JSON.parse('{"__proto__":1}') }), "collections.__proto__", /lower-case letters/],
  ["a collection named accounts", app({ collections: { accounts: notes } }), "collections.accounts", /Choose another name than "accounts"/],
  [
    "an unknown option of a collection",
    collectionIs({ fields: { a: text() }, index: [] }),
    "collections.notes.index",
    /no option of this name/,
  ],
  ["no fields", collectionIs({}), "collections.notes.fields", /between 1 and 200 fields/],
  ["a field that is none", fieldIs("text"), "collections.notes.fields.title", /Write a field here: text\(\)/],
  ["a field that calls no word", fieldIs(text), "collections.notes.fields.title", /Write a field here/],
  [
    "a field with a long name",
    collectionIs({ fields: { ["a".repeat(64)]: text() } }),
    `collections.notes.fields.${"a".repeat(64)}`,
    /at most 63 characters/,
  ],
  ["a field named id", collectionIs({ fields: { id: text() } }), "collections.notes.fields.id", /the server keeps a field of this name/],
  ["a field named tenant", collectionIs({ fields: { tenant: text() } }), "collections.notes.fields.tenant", /\.tenant\(\)/],
  ["a field named select", collectionIs({ fields: { select: text() } }), "collections.notes.fields.select", /word of the query dialect/],
  ["a field named in", collectionIs({ fields: { in: text() } }), "collections.notes.fields.in", /word of the rules/],
  [
    "a field named constructor",
    collectionIs({ fields: { constructor: text() } }),
    "collections.notes.fields.constructor",
    /every JavaScript object/,
  ],
  ["an unknown option of a field", fieldIs(loosely(text, { maximum: 3 })), "collections.notes.fields.title.maximum", /there are: .*max/],
  ["an option of another kind", fieldIs(loosely(boolean, { max: 3 })), "collections.notes.fields.title.max", /no option of this name/],
  ["a bound that is no number", fieldIs(loosely(text, { max: "3" })), "collections.notes.fields.title.max", /whole number of characters/],
  ["a bound of bytes below 0", fieldIs(bytes({ max: -1 })), "collections.notes.fields.title.max", /whole number of bytes/],
  [
    "a bound of another kind",
    fieldIs(loosely(dateTime, { max: 3 })),
    "collections.notes.fields.title.max",
    /must be a date and time with its zone/,
  ],
  ["bounds that leave nothing", fieldIs(text({ min: 3, max: 2 })), "collections.notes.fields.title", /Make min smaller than max/],
  [
    "required that is not said with true",
    fieldIs(loosely(text, { required: "yes" })),
    "collections.notes.fields.title.required",
    /Write true or false/,
  ],
  [
    "a pattern that RE2 does not know",
    fieldIs(text({ pattern: "(?=a)" })),
    "collections.notes.fields.title.pattern",
    /RE2 syntax: it has no look-around/,
  ],
  [
    "a pattern that is a RegExp",
    fieldIs(loosely(text, { pattern: /a/ })),
    "collections.notes.fields.title.pattern",
    /as text in RE2 syntax/,
  ],
  [
    "a pattern without an end",
    fieldIs(text({ pattern: "a".repeat(1_001) })),
    "collections.notes.fields.title.pattern",
    /at most 1000 characters/,
  ],
  [
    "a default that does not fit",
    fieldIs(oneOf("a", "b", loosely(Object, { default: "c" }) as { default: "a" })),
    "collections.notes.fields.title.default",
    /does not fit: title must be one of a, b/,
  ],
  ["a default of null", fieldIs(loosely(text, { default: null })), "collections.notes.fields.title.default", /null anyway/],
  [
    "a default owner",
    fieldIs(ref(accounts, { default: "00000000-0000-0000-0000-000000000000" })),
    "collections.notes.fields.title.default",
    /never filled in/,
  ],
  ["oneOf of nothing", fieldIs(oneOf()), "collections.notes.fields.title", /between 1 and 200 words/],
  ["oneOf of the same", fieldIs(oneOf("a", "a")), "collections.notes.fields.title", /each word once/],
  ["oneOf of numbers", fieldIs(loosely(oneOf, 1, 2)), "collections.notes.fields.title.oneOf[0]", /text of 1 to 200 characters/],
  [
    "a lookup of a boolean",
    fieldIs(boolean().encrypted({ lookup: true })),
    "collections.notes.fields.title.encrypted",
    /Leave lookup out: a boolean/,
  ],
  [
    "a lookup of oneOf",
    fieldIs(oneOf("a", "b").encrypted({ lookup: true })),
    "collections.notes.fields.title.encrypted",
    /Leave lookup out: a oneOf/,
  ],
  ["a lookup of json", fieldIs(json().encrypted({ lookup: true })), "collections.notes.fields.title.encrypted", /Leave lookup out: a json/],
  [
    "a misspelt lookup",
    fieldIs(loosely(text().encrypted, { look: true })),
    "collections.notes.fields.title.encrypted.look",
    /there are: lookup/,
  ],
  ["an encrypted ref", fieldIs(ref(accounts).encrypted()), "collections.notes.fields.title.encrypted", /Leave \.encrypted\(\) out/],
  [
    "a ref to nothing",
    fieldIs(ref("nobody")),
    "collections.notes.fields.title",
    /"nobody" is not among the collections of the plan: notes/,
  ],
  ["a ref to a collection of another plan", fieldIs(ref(teams)), "collections.notes.fields.title", /This collection is not among/],
  ["a rename to itself", fieldIs(text().was("title")), "collections.notes.fields.title", /Leave \.was\(\) out/],
  [
    "a rename from a field that is there",
    collectionIs({ fields: { a: text(), b: text().was("a") } }),
    "collections.notes.fields.b",
    /"a" cannot be the old name/,
  ],
  ["a rename from a bad name", fieldIs(text().was("Title")), "collections.notes.fields.title.was", /lower-case letters/],
  [
    "two collections of one old name",
    app({ collections: { a: notes.was("c"), b: notes.was("c") } }),
    "collections.a",
    /"c" cannot be the old name/,
  ],
  ["an index over nothing", collectionIs({ fields: FIELDS, indexes: [[]] }), "collections.notes.indexes[0]", /between 1 and 8 fields/],
  [
    "an index that is no list",
    collectionIs({ fields: FIELDS, indexes: ["title"] }),
    "collections.notes.indexes[0]",
    /Write a list of fields/,
  ],
  [
    "an index over an unknown field",
    collectionIs({ fields: FIELDS, indexes: [["titel"]] }),
    "collections.notes.indexes[0]",
    /no field "titel"/,
  ],
  [
    "an index over an encrypted field",
    collectionIs({ fields: FIELDS, indexes: [["secret"]] }),
    "collections.notes.indexes[0]",
    /lookup: true/,
  ],
  [
    "an index over json",
    collectionIs({ fields: FIELDS, indexes: [["data"]] }),
    "collections.notes.indexes[0]",
    /is json, which has no index/,
  ],
  [
    "an index with a field twice",
    collectionIs({ fields: FIELDS, indexes: [["title", "title"]] }),
    "collections.notes.indexes[0]",
    /each field once/,
  ],
  ["a unique field that tells of others", fieldIs(text().unique()), "collections.notes.fields.title.unique", /reveals: true/],
  [
    "a unique encrypted field",
    fieldIs(text().encrypted().unique({ reveals: true })),
    "collections.notes.fields.title.unique[0]",
    /lookup: true/,
  ],
  [
    "a unique pair that tells of others",
    collectionIs({ fields: FIELDS, uniques: [["title", "count"]] }),
    "collections.notes.uniques",
    /reveals: true/,
  ],
  [
    "a unique rule without fields",
    collectionIs({ fields: FIELDS, uniques: [{ reveals: true }] }),
    "collections.notes.uniques[0]",
    /Name the fields/,
  ],
  ["a subject that is no account", collectionIs({ fields: FIELDS, subject: "team" }), "collections.notes.subject", /ref\(accounts\) field/],
  ["roles that are no list", app({ roles: "clerk" }), "roles", /Write a list of roles/],
  ["a role that means everybody", app({ roles: ["authenticated"] }), "roles[0]", /actor\.signedIn\(\)/],
  ["a role twice", app({ roles: ["a", "a"] }), "roles", /each role once/],
  ["a sign-up that there is not", app({ accounts: { signUp: "free" } }), "accounts.signUp", /"open", "invited", "closed"/],
  ["a second factor that there is not", app({ accounts: { secondFactor: true } }), "accounts.secondFactor", /"optional", "required"/],
  ["a duration without a unit", app({ accounts: { session: { idle: 60 } } }), "accounts.session.idle", /such as "10m"/],
  ["a session without an end", app({ accounts: { session: { max: "9999d" } } }), "accounts.session.max", /between "5m" and "365d"/],
  ["idle beyond the end", app({ accounts: { session: { idle: "2d", max: "1d" } } }), "accounts.session", /idle at most as long as max/],
  ["an origin with a path", app({ origins: ["https://a.example/x"] }), "origins[0]", /without a path/],
  ["an origin with its default port", app({ origins: ["https://a.example:443"] }), "origins[0]", /as a browser sends it/],
  ["an origin of everybody", app({ origins: ["*"] }), "origins[0]", /as a browser sends it/],
  ["an origin on plain http", app({ origins: ["http://a.example"] }), "origins[0]", /Use https/],
  ["a network that is none", app({ networks: { allow: ["10.0.0.0/33"] } }), "networks.allow[0]", /an address or a network/],
  ["a page at the place of an API", app({ pages: { "/rest/v1/x": "file:///a" } }), 'pages."/rest/v1/x"', /Choose another path/],
  ["a page without a file", app({ pages: { "/": "./index.html" } }), 'pages."/"', /import\.meta\.resolve/],
  ["a page above its folder", app({ pages: { "/../a": "file:///a" } }), 'pages."/../a"', /as it stands in the address/],
  ["an unknown limit", app({ limits: { requests: 1 } }), "limits.requests", /no option of this name/],
  ["a limit of nothing", app({ limits: { rowsPerInsertMax: 0 } }), "limits.rowsPerInsertMax", /whole number of rows between 1 and 100000/],
  ["a rate that is a number", app({ limits: { requestsPerAddress: 10 } }), "limits.requestsPerAddress", /Write an object here/],
  [
    "half a rate that is wrong",
    app({ limits: { requestsPerAddress: { burst: "many" } } }),
    "limits.requestsPerAddress.burst",
    /whole number of events/,
  ],
  ["a cipher that there is not", app({ cipher: "aes" }), "cipher", /"aegis", "chacha20"/],

  ["access that is no function", accessIs({ read: true }), "collections.notes.access", /Write a function/],
  [
    "access that returns a condition",
    accessIs(({ row, actor }: Words) => row.owner.is(actor.id)),
    "collections.notes.access",
    /Return an object of rules/,
  ],
  ["access that throws", accessIs(() => assert.fail("on purpose")), "collections.notes.access", /The function threw: on purpose/],
  [
    "an action that there is not",
    accessIs(({ public: everybody }: Words) => ({ list: everybody() })),
    "collections.notes.access.list",
    /there are: read, create, update, delete, fields/,
  ],
  ["true as a rule", readIs(() => true), READ, /For everybody, write public\(\)/],
  ["! in front of a condition", readIs(({ actor }: Words) => !actor.signedIn()), READ, /write not\(…\) instead of "!"/],
  ["a field as a rule", readIs(({ row }: Words) => row.done), READ, /row\.done\.is\(true\)/],
  ["a word that is not called", readIs(({ actor }: Words) => actor.signedIn), READ, /must be a condition/],
  [
    "&& between conditions",
    readIs(({ row, actor }: Words) => actor.signedIn() && row.owner.is(actor.id)),
    "collections.notes.access",
    /&& and \|\| do not work/,
  ],
  [
    "a field that there is not",
    readIs(({ row, actor }: Words) => row.ownr.is(actor.id)),
    READ,
    /row\.ownr does not exist; notes has id, title/,
  ],
  [
    "a word that there is not",
    readIs(({ row, actor }: Words) => row.owner.equals(actor.id)),
    READ,
    /row\.owner\.equals\(…\) is not a word of the rules; after a field there are is, isNot/,
  ],
  [
    "a word that text does not have",
    readIs(({ row }: Words) => row.title.startsWith("a")),
    READ,
    /row\.title\.startsWith\(…\) is not a word/,
  ],
  ["a field behind text", readIs(({ row }: Words) => row.title.name.is("a")), READ, /row\.title is not a ref/],
  ["a field behind an account", readIs(({ row, actor }: Words) => row.owner.id.is(actor.id)), READ, /row\.owner\.id cannot be used/],
  ["a word after actor.id", readIs(({ actor }: Words) => actor.id.endsWith("a")), READ, /endsWith is not a word that can follow actor\.id/],
  [
    "a role that there is not",
    readIs(({ actor }: Words) => actor.role.is("boss")),
    READ,
    /"boss" is not among the roles of the plan: clerk/,
  ],
  ["roles that are no list", readIs(({ actor }: Words) => actor.role.in("clerk")), READ, /needs a list of roles/],
  ["user_metadata", readIs(({ actor }: Words) => actor.user_metadata.boss.is(true)), READ, /user_metadata is written by its user/],
  ["app_metadata", readIs(({ actor }: Words) => actor.app_metadata.roles.in(["boss"])), READ, /use actor\.role/],
  ["an attribute that there is not", readIs(({ actor }: Words) => actor.email.is("a@b.example")), READ, /actor\.email is not a word/],
  ["text compared with a number", readIs(({ row }: Words) => row.title.is(3)), READ, /title must be text/],
  ["a number compared with text", readIs(({ row }: Words) => row.count.gt("3")), READ, /count must be a whole number/],
  ["text compared with a number field", readIs(({ row }: Words) => row.title.is(row.count)), READ, /one is text, the other number/],
  [
    "a ref compared with an id of others",
    readIs(({ row, actor }: Words) => row.team.is(actor.id)),
    READ,
    /one is an id of teams, the other of accounts/,
  ],
  [
    "an account compared with a tenant",
    readIs(({ row, actor }: Words) => row.owner.is(actor.tenant)),
    READ,
    /one is an id of accounts, the other of tenants/,
  ],
  ["the actor compared with the actor", readIs(({ actor }: Words) => actor.id.is(actor.tenant)), READ, /both of the actor/],
  [
    "an id that is before another",
    readIs(({ row, actor }: Words) => row.owner.lt(actor.id)),
    READ,
    /ref: it can be equal, and has no order/,
  ],
  ["an actor before a row", readIs(({ actor }: Words) => actor.id.lt("00000000-0000-0000-0000-000000000000")), READ, /ids can be equal/],
  ["json that is equal", readIs(({ row }: Words) => row.data.is("{}")), READ, /is json and cannot be compared/],
  ["oneOf compared with what it cannot be", readIs(({ row }: Words) => row.status.is("done")), READ, /must be one of open, closed/],
  ["a moment without its zone", readIs(({ row }: Words) => row.at.lt("2026-01-01")), READ, /with its zone/],
  ["a comparison with null", readIs(({ row }: Words) => row.owner.is(null)), READ, /row\.owner\.isNull\(\)/],
  ["a comparison with undefined", readIs(({ row }: Words) => row.owner.is(undefined)), READ, /is a name misspelt/],
  ["in nothing", readIs(({ row }: Words) => row.title.in([])), READ, /list of 1 to 200 values/],
  ["in something that is no list", readIs(({ row }: Words) => row.title.in("a")), READ, /list of 1 to 200 values/],
  ["all of nothing", readIs(({ all }: Words) => all()), READ, /let everybody in; for that, write public/],
  ["any of nothing", readIs(({ any }: Words) => any()), READ, /lets nobody in/],
  ["an encrypted field", readIs(({ row }: Words) => row.secret.is("a")), READ, /is encrypted: a rule can only ask/],
  ["an encrypted field with a lookup", readIs(({ row }: Words) => row.code.is("a")), READ, /is encrypted: a rule can only ask/],
  ["too many refs", readIs(({ row, actor }: Words) => row.team.parent.parent.parent.owner.is(actor.id)), READ, /more than 3 refs/],
  [
    "two fields of which one lies elsewhere",
    readIs(({ row }: Words) => row.team.owner.is(row.owner)),
    READ,
    /both must be fields of the row itself/,
  ],
  ["a factor at any time", readIs(({ actor }: Words) => actor.mfa.within(10)), READ, /such as "10m"/],
  ["a level that there is not", readIs(({ actor }: Words) => actor.level.is(3)), READ, /actor\.level is 1 or 2/],
  ["a scope that there is not", readIs(({ actor }: Words) => actor.scope.has("notes:list")), READ, /"notes:list" is no scope/],
  ["unchanged in read", readIs(({ row }: Words) => row.owner.unchanged()), READ, /use it in update/],
  [
    "unchanged of the old row",
    accessIs(({ row }: Words) => ({ update: { old: row.owner.unchanged(), new: row.owner.unchanged() } })),
    "collections.notes.access.update.old",
    /in new/,
  ],
  [
    "unchanged in a rule for both rows",
    accessIs(({ row }: Words) => ({ update: row.owner.unchanged() })),
    "collections.notes.access.update",
    /in new/,
  ],
  [
    "unchanged behind a ref",
    accessIs(({ row, actor }: Words) => ({ update: { old: actor.signedIn(), new: row.team.name.unchanged() } })),
    "collections.notes.access.update.new",
    /the row itself/,
  ],
  [
    "an update without its new row",
    accessIs(({ actor }: Words) => ({ update: { old: actor.signedIn() } })),
    "collections.notes.access.update",
    /after the change, too/,
  ],
  [
    "a rule for a field that there is not",
    accessIs(({ actor }: Words) => ({ fields: { salary: { read: actor.signedIn() } } })),
    "collections.notes.access.fields.salary",
    /no field "salary"/,
  ],
  [
    "a rule for a field that the server keeps",
    accessIs(({ actor }: Words) => ({ fields: { id: { read: actor.signedIn() } } })),
    "collections.notes.access.fields.id",
    /kept by the server/,
  ],
  [
    "a field rule for an action that there is not",
    accessIs(({ actor }: Words) => ({ fields: { title: { delete: actor.signedIn() } } })),
    "collections.notes.access.fields.title.delete",
    /there are: read, write/,
  ],
  ["exists without a function", readIs(({ exists }: Words) => exists(people, true)), READ, /exists needs a function/],
  [
    "exists in what is not there",
    readIs(({ exists, row }: Words) => exists("staff", (other: Words) => other.account.is(row.owner))),
    READ,
    /"staff" is not among the collections/,
  ],
  [
    "exists in accounts",
    readIs(({ exists, row }: Words) => exists(accounts, (other: Words) => other.id.is(row.owner))),
    READ,
    /cannot look into accounts/,
  ],
  [
    "exists that joins nothing",
    readIs(({ exists, actor }: Words) => exists(people, (other: Words) => other.account.is(actor.id))),
    READ,
    /exactly one condition that joins/,
  ],
  [
    "exists that joins twice",
    readIs(({ exists, all, row }: Words) => exists(people, (other: Words) => all(other.team.is(row.team), other.account.is(row.owner)))),
    READ,
    /exactly one condition that joins/,
  ],
  [
    "exists that joins different things",
    readIs(({ exists, row }: Words) => exists(people, (other: Words) => other.team.is(row.owner))),
    READ,
    /one is an id of teams, the other of accounts/,
  ],
  [
    "exists that joins by what is encrypted",
    readIs(({ exists, row }: Words) => exists(people, (other: Words) => other.badge.is(row.secret))),
    READ,
    /one is encrypted/,
  ],
  [
    "exists that names the outer row elsewhere",
    readIs(({ exists, all, row }: Words) => exists(people, (other: Words) => all(other.team.is(row.team), other.level.gt(row.count)))),
    READ,
    /field of another row/,
  ],
  [
    "too many exists in one another",
    readIs(({ exists, all, row }: Words) =>
      exists(people, (a: Words) =>
        all(
          a.team.is(row.team),
          exists(people, (b: Words) =>
            all(
              b.team.is(a.team),
              exists(people, (c: Words) => c.team.is(b.team)),
            ),
          ),
        ),
      ),
    ),
    READ,
    /at most 1 other exists/,
  ],
];

for (const [says, definition, place, sentence] of MISTAKES) {
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

test("Holdfast tells all problems of a config at once, each once", () => {
  const definition = loosely(define, {
    name: "",
    roles: ["Bad"],
    collections: { notes: loosely(collection, { fields: { id: text() } }) },
    cipher: "x",
  });
  const reading = readPlan(definition);
  assert.deepEqual("problems" in reading && reading.problems.map(({ place }) => place), [
    "name",
    "roles[0]",
    "cipher",
    "collections.notes.fields.id",
  ]);
});

test("Holdfast refuses to go on without a plan, with every problem in the fault", () => {
  assert.throws(
    () => planFrom({}),
    (error) => isFault(error, "plan.invalid") && Array.isArray(error.detail["problems"]) && error.detail["problems"].length === 1,
  );
});
