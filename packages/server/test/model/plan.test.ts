import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import * as face from "../../src/index.ts";
import { loadConfig } from "../../src/load-config.ts";
import {
  accounts,
  adviseOn,
  type Collection,
  collection,
  DEFAULT_LIMITS,
  define,
  integer,
  type Plan,
  planFrom,
  type RowWords,
  type RuleWords,
  ref,
  text,
} from "../../src/model/index.ts";

const CLINIC = fileURLToPath(new URL("../../../../examples/clinic/holdfast.config.ts", import.meta.url));

function onlyCollection(plan: Plan): Collection {
  const [first] = plan.collections;
  assert.ok(first);
  return first;
}

test("Holdfast reads the example's config as it stands in the design", async () => {
  const plan = planFrom(await loadConfig(CLINIC));
  const { access, indexes, fields } = onlyCollection(plan);
  assert.equal(plan.name, "Clinic");
  assert.deepEqual(plan.roles, ["doctor", "auditor", "supervisor"]);
  assert.deepEqual(
    fields.map(({ name }) => name),
    ["id", "name", "national_id", "status", "doctor", "created_at", "updated_at"],
  );
  assert.deepEqual(
    fields.map(({ secrecy }) => secrecy),
    ["plain", "encrypted", "lookup", "plain", "plain", "plain", "plain"],
  );
  assert.deepEqual(indexes, [["doctor", "status"]]);
  const isMine = { op: "compare", left: { from: "row", path: ["doctor"] }, by: "eq", right: { from: "actor", attribute: "id" } };
  assert.deepEqual(access, {
    read: { op: "any", of: [isMine, { op: "role", role: "auditor" }] },
    create: { op: "all", of: [{ op: "role", role: "doctor" }, isMine] },
    updateOld: isMine,
    updateNew: { op: "unchanged", field: "doctor" },
    delete: {
      op: "all",
      of: [
        { op: "role", role: "supervisor" },
        { op: "mfaWithin", ms: 600_000 },
      ],
    },
  });
  assert.deepEqual(adviseOn(plan), []);
});

test("Holdfast gives a config every word that the design names, and nothing that opens a room", () => {
  const words = Object.keys(face).sort();
  assert.deepEqual(words, [
    "accounts",
    "boolean",
    "bytes",
    "collection",
    "dateTime",
    "define",
    "integer",
    "json",
    "number",
    "oneOf",
    "ref",
    "text",
  ]);
});

test("Holdfast fills in what a config does not say, safely", () => {
  const plan = planFrom(define({ name: "App", collections: { notes: collection({ fields: { title: text() } }) } }));
  const { fields: _fields, access, ...notes } = onlyCollection(plan);
  const { collections: _collections, limits, ...rest } = plan;
  assert.deepEqual(rest, {
    name: "App",
    roles: [],
    accounts: {
      signUp: "open",
      secondFactor: "optional",
      sessionIdleMs: 604_800_000,
      sessionMaxMs: 2_592_000_000,
      accessTokenMs: 600_000,
      deletionGraceMs: 2_592_000_000,
      factorResetMs: 86_400_000,
    },
    origins: [],
    pages: [],
    mail: { from: undefined, replyTo: undefined, language: "en", pages: [] },
    networks: { allow: [], deny: [], trustedProxies: [] },
    firewall: { mode: "on", paranoia: 1, rules: undefined, setup: undefined, exclusions: [] },
    cipher: "aegis",
    backups: { everyMs: 86_400_000, drillEveryMs: 604_800_000, keep: { newest: 3, days: 7, weeks: 5, months: 12 } },
  });
  assert.deepEqual(limits, DEFAULT_LIMITS);
  assert.deepEqual(notes, { name: "notes", was: undefined, indexes: [], uniques: [], tenant: false, subject: undefined });
  const never = { op: "any", of: [] };
  assert.deepEqual(access, { read: never, create: never, updateOld: never, updateNew: never, delete: never });
});

test("Holdfast takes what a config says of limits, sessions, networks, origins and pages", () => {
  const plan = planFrom(
    define({
      name: "App",
      collections: { notes: collection({ fields: { title: text() } }) },
      accounts: {
        signUp: "closed",
        secondFactor: "required",
        session: { accessToken: "5m" },
        deletionGrace: "7d",
        factorReset: "0s",
      },
      limits: { signInsPerAddress: { perMinute: 600 }, rowsPerInsertMax: 500 },
      networks: { allow: ["10.0.0.0/8", "2001:db8::/32"], trustedProxies: ["127.0.0.1"] },
      origins: ["https://app.example.com", "http://localhost:5173", "capacitor://localhost"],
      pages: { "/": "file:///srv/index.html" },
      cipher: "chacha20",
      backups: { every: "6h", keep: { days: 30, months: 0 } },
    }),
  );
  assert.deepEqual(plan.accounts, {
    signUp: "closed",
    secondFactor: "required",
    sessionIdleMs: 3_600_000,
    sessionMaxMs: 86_400_000,
    accessTokenMs: 300_000,
    deletionGraceMs: 604_800_000,
    factorResetMs: 0,
  });
  assert.deepEqual(plan.limits.signInsPerAddress, { perMinute: 600, burst: DEFAULT_LIMITS.signInsPerAddress.burst });
  assert.deepEqual(plan.limits, { ...DEFAULT_LIMITS, signInsPerAddress: plan.limits.signInsPerAddress, rowsPerInsertMax: 500 });
  assert.deepEqual(plan.networks, { allow: ["10.0.0.0/8", "2001:db8::/32"], deny: [], trustedProxies: ["127.0.0.1"] });
  assert.deepEqual(plan.origins, ["https://app.example.com", "http://localhost:5173", "capacitor://localhost"]);
  assert.deepEqual(plan.pages, [{ path: "/", file: "file:///srv/index.html" }]);
  assert.equal(plan.cipher, "chacha20");
  const keep = { newest: 3, days: 30, weeks: 5, months: 0 };
  assert.deepEqual(plan.backups, { everyMs: 21_600_000, drillEveryMs: 604_800_000, keep });
});

test("Holdfast keeps a copy of the config that nobody can change", () => {
  const roles = ["clerk"];
  const plan = planFrom(define({ name: "App", roles, collections: { notes: collection({ fields: { title: text() } }) } }));
  roles.push("boss");
  assert.deepEqual(plan.roles, ["clerk"]);
  const thaw = (value: unknown): boolean =>
    typeof value === "object" && value !== null && (!Object.isFrozen(value) || Object.values(value).some(thaw));
  assert.equal(thaw(plan), false);
});

test("Holdfast puts the tenant into every key of a tenant's collection, where only the server fills it", () => {
  const tasks = collection({ fields: { code: text().unique(), rank: integer(), owner: ref(accounts) }, indexes: [["rank"]] }).tenant();
  const { fields, uniques, indexes, tenant } = onlyCollection(planFrom(define({ name: "App", collections: { tasks } })));
  assert.equal(tenant, true);
  assert.deepEqual(
    fields.filter(({ system }) => system).map(({ name }) => name),
    ["id", "tenant", "created_at", "updated_at"],
  );
  assert.deepEqual(uniques, [{ fields: ["tenant", "code"], reveals: false }]);
  assert.deepEqual(indexes, [["tenant", "rank"], ["owner"]]);
});

type Notes = RuleWords<RowWords<{ owner: ReturnType<typeof owner>; code: ReturnType<typeof text> }>>;
const owner = () => ref(accounts);

const FIXED: readonly (readonly [says: string, create: (words: Notes) => ReturnType<Notes["all"]>, isAccepted: boolean])[] = [
  ["fixes the owner", ({ row, actor }) => row.owner.is(actor.id), true],
  ["fixes the owner among others", ({ row, actor, all }) => all(actor.signedIn(), row.owner.is(actor.id)), true],
  [
    "fixes the owner either way",
    ({ row, actor, all, any }) => any(row.owner.is(actor.id), all(actor.signedIn(), row.owner.is(actor.id))),
    true,
  ],
  ["fixes the owner for some", ({ row, actor, any }) => any(row.owner.is(actor.id), actor.signedIn()), false],
  ["fixes another owner", ({ row, actor }) => row.owner.isNot(actor.id), false],
  ["fixes nothing", ({ actor }) => actor.signedIn(), false],
  ["fixes not", ({ row, actor, not }) => not(row.owner.is(actor.id)), false],
];

for (const [says, create, isAccepted] of FIXED) {
  test(`Holdfast ${isAccepted ? "takes" : "refuses"} a unique rule over the owner where the create rule ${says}`, () => {
    const notes = collection({
      fields: { owner: owner(), code: text() },
      uniques: [["owner", "code"]],
      access: (words) => ({ create: create(words) }),
    });
    const make = (): Plan => planFrom(define({ name: "App", collections: { notes } }));
    if (isAccepted) assert.deepEqual(onlyCollection(make()).uniques, [{ fields: ["owner", "code"], reveals: false }]);
    else assert.throws(make, /reveals: true/);
  });
}

test("Holdfast takes a unique rule that openly reveals", () => {
  const notes = collection({
    fields: { slug: text().unique({ reveals: true }), code: text() },
    uniques: [{ fields: ["code"], reveals: true }],
  });
  const { uniques } = onlyCollection(planFrom(define({ name: "App", collections: { notes } })));
  assert.deepEqual(uniques, [
    { fields: ["slug"], reveals: true },
    { fields: ["code"], reveals: true },
  ]);
});

test("Holdfast lets one condition stand in several rules", () => {
  const notes = collection({
    fields: { owner: owner() },
    access: ({ row, actor }) => {
      const isMine = row.owner.is(actor.id);
      return { read: isMine, create: isMine, update: isMine, delete: isMine };
    },
  });
  const { access } = onlyCollection(planFrom(define({ name: "App", collections: { notes } })));
  assert.equal(access.updateOld.op, "compare");
  assert.deepEqual(access.updateNew, access.updateOld);
});

test("Holdfast reads public() from the words as one", () => {
  const notes = collection({ fields: { title: text() }, access: (words) => ({ read: words.public() }) });
  assert.deepEqual(onlyCollection(planFrom(define({ name: "App", collections: { notes } }))).access.read, { op: "always" });
});

type Team = RuleWords<RowWords<{ team: ReturnType<typeof owner>; owner: ReturnType<typeof owner> }>>;
const members = collection({ fields: { team: ref(accounts), account: ref(accounts), level: integer() } });

const ADVICE: readonly (readonly [says: string, read: (words: Team) => ReturnType<Team["all"]>, count: number])[] = [
  ["not() over the actor", ({ row, actor, not }) => not(row.owner.is(actor.id)), 1],
  ["not() over the actor beside signedIn()", ({ row, actor, not, all }) => all(actor.signedIn(), not(row.owner.is(actor.id))), 0],
  ["not() over the actor beside a role", ({ row, actor, not, all }) => all(not(row.owner.is(actor.id)), actor.role.is("clerk")), 0],
  ["not() over the actor or a role", ({ row, actor, not, any }) => any(not(row.owner.is(actor.id)), actor.role.is("clerk")), 1],
  ["not() over the row", ({ row, not }) => not(row.owner.isNull()), 0],
  [
    "not() over a relation of the actor",
    ({ row, actor, not, all, exists }) => not(exists(members, (m) => all(m.team.is(row.team), m.account.is(actor.id)))),
    1,
  ],
  ["an indexed relation", ({ row, exists }) => exists(members, (m) => m.team.is(row.team)), 0],
  ["a relation without an index", ({ row, exists }) => exists("levels", (m) => m["rank"]?.is(row.owner) ?? assert.fail()), 0],
];

for (const [says, read, count] of ADVICE) {
  test(`Holdfast ${count === 0 ? "says nothing" : "warns"} about ${says}`, () => {
    const levels = collection({ fields: { rank: ref(accounts) } });
    const notes = collection({ fields: { team: ref(accounts), owner: owner() }, access: (words) => ({ read: read(words) }) });
    const advice = adviseOn(planFrom(define({ name: "App", roles: ["clerk"], collections: { notes, members, levels } })));
    assert.deepEqual(
      advice.map(({ place }) => place),
      Array.from({ length: count }, () => "collections.notes.access.read"),
    );
  });
}

test("Holdfast warns about a relation that is looked up without an index", () => {
  const scores = collection({ fields: { level: integer(), points: integer() } });
  const notes = collection({
    fields: { level: integer() },
    access: ({ row, exists }) => ({ read: exists(scores, (score) => score.level.is(row.level)) }),
  });
  const advice = adviseOn(planFrom(define({ name: "App", collections: { notes, scores } })));
  assert.match(advice.map(({ sentence }) => sentence).join(), /looks through all of scores/);
});
