import assert from "node:assert/strict";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { printWhoCan, whoCan } from "../../src/access/index.ts";
import { loadConfig } from "../../src/load-config.ts";
import { accounts, collection, define, planFrom, ref, text } from "../../src/model/index.ts";

const CLINIC = fileURLToPath(new URL("../../../../examples/clinic/holdfast.config.ts", import.meta.url));

test("Holdfast prints who can do what in the example", async () => {
  const printed = printWhoCan(whoCan(planFrom(await loadConfig(CLINIC))));
  assert.equal(
    printed,
    [
      "patients                read  create  update  delete",
      "not signed in           -     -       -       -",
      "signed in               some  -       some    -",
      "signed in + factor      some  -       some    -",
      "doctor                  some  some    some    -",
      "doctor + factor         some  some    some    -",
      "auditor                 ALL   -       some    -",
      "auditor + factor        ALL   -       some    -",
      "supervisor              some  -       some    -",
      "supervisor + factor     some  -       some    ALL",
      "secret key, all scopes  -     -       -       -",
      "",
      "visits                  read  create  update  delete",
      "not signed in           -     -       -       -",
      "signed in               some  some    some    some",
      "  .notes                some  some    some",
      "signed in + factor      some  some    some    some",
      "  .notes                some  some    some",
      "doctor                  some  some    some    some",
      "  .notes                some  some    some",
      "doctor + factor         some  some    some    some",
      "  .notes                some  some    some",
      "auditor                 ALL   some    some    some",
      "  .notes                some  some    some",
      "auditor + factor        ALL   some    some    some",
      "  .notes                some  some    some",
      "supervisor              some  some    some    some",
      "  .notes                some  some    some",
      "supervisor + factor     some  some    some    some",
      "  .notes                some  some    some",
      "secret key, all scopes  -     -       -       -",
      "",
    ].join("\n"),
  );
});

const BOSS = "01000000-0000-0000-0000-000000000001";
const plan = planFrom(
  define({
    name: "App",
    roles: ["clerk"],
    collections: {
      posts: collection({
        fields: { title: text(), pay: text(), owner: ref(accounts) },
        access: ({ row, actor, any, ...words }) => ({
          read: words.public(),
          create: any(actor.id.is(BOSS), actor.scope.has("posts:create")),
          update: { old: row.owner.is(actor.id), new: row.owner.unchanged() },
          fields: { pay: { read: actor.role.is("clerk"), write: actor.mfa.within("5m") } },
        }),
      }),
      tasks: collection({
        fields: { title: text() },
        access: (words) => ({ read: words.public(), delete: words.actor.role.is("clerk") }),
      }).tenant(),
    },
  }),
);

test("Holdfast shows public collections, tenants, named accounts, secret keys and guarded fields in the matrix", () => {
  assert.equal(
    printWhoCan(whoCan(plan)),
    [
      "posts                                                  read  create  update  delete",
      "not signed in                                          ALL   -       -       -",
      "  .pay                                                 -     -       -",
      "signed in                                              ALL   -       some    -",
      "  .pay                                                 -     -       -",
      "signed in + factor                                     ALL   -       some    -",
      "  .pay                                                 -     some    some",
      "clerk                                                  ALL   -       some    -",
      "  .pay                                                 ALL   -       -",
      "clerk + factor                                         ALL   -       some    -",
      "  .pay                                                 ALL   some    some",
      "account 01000000-0000-0000-0000-000000000001           ALL   ALL     some    -",
      "  .pay                                                 -     -       -",
      "account 01000000-0000-0000-0000-000000000001 + factor  ALL   ALL     some    -",
      "  .pay                                                 -     some    some",
      "secret key, all scopes                                 ALL   ALL     -       -",
      "  .pay                                                 -     -       -",
      "",
      "tasks                                                  read    create  update  delete",
      "not signed in                                          -       -       -       -",
      "signed in                                              tenant  -       -       -",
      "signed in + factor                                     tenant  -       -       -",
      "clerk                                                  tenant  -       -       tenant",
      "clerk + factor                                         tenant  -       -       tenant",
      "account 01000000-0000-0000-0000-000000000001           tenant  -       -       -",
      "account 01000000-0000-0000-0000-000000000001 + factor  tenant  -       -       -",
      "secret key, all scopes                                 -       -       -       -",
      "",
    ].join("\n"),
  );
});

test("Holdfast gives the matrix as data that survives JSON", () => {
  const rows = whoCan(plan);
  assert.deepEqual(JSON.parse(JSON.stringify(rows)), rows);
  assert.deepEqual(rows[0], {
    who: "not signed in",
    collection: "posts",
    read: "all",
    create: "none",
    update: "none",
    delete: "none",
    fields: [{ field: "pay", read: "none", write: "none" }],
  });
});
