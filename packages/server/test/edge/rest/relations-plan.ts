import { accounts, boolean, collection, dateTime, define, integer, json, oneOf, ref, text } from "../../../src/model/index.ts";

/** Collections that name each other in every way that embedding must get right. */
const patients = collection({
  fields: {
    name: text({ max: 200 }).encrypted(),
    national_id: text({ max: 20 }).encrypted({ lookup: true }),
    ward: ref("wards"),
    doctor: ref(accounts, { required: true }),
    score: integer(),
    data: json(),
    closed: json().encrypted(),
    guardian: ref(accounts),
  },
  access: ({ row, actor, any }) => ({
    read: any(row.doctor.is(actor.id), actor.role.is("auditor")),
    create: actor.signedIn(),
    update: row.doctor.is(actor.id),
    delete: row.doctor.is(actor.id),
    // Whom to call is seen by the doctor, not by those who check the books.
    fields: { guardian: { read: row.doctor.is(actor.id) } },
  }),
});

const visits = collection({
  fields: {
    patient: ref(patients, { required: true }),
    doctor: ref(accounts, { required: true }),
    at: dateTime(),
    notes: text().encrypted(),
    kind: oneOf("first", "again"),
    cost: integer(),
    billed_to: ref("wards"),
  },
  access: ({ row, actor }) => ({
    read: row.doctor.is(actor.id),
    create: row.doctor.is(actor.id),
    update: row.doctor.is(actor.id),
    delete: row.doctor.is(actor.id),
    fields: { cost: { read: actor.role.is("supervisor") }, billed_to: { read: actor.role.is("supervisor") } },
  }),
});

/** One for each patient. */
const charts = collection({
  fields: { patient: ref(patients).unique({ reveals: true }), colour: text() },
  access: ({ actor }) => ({ read: actor.signedIn(), create: actor.signedIn() }),
});

/** Two ways to the same collection. */
const transfers = collection({
  fields: { source: ref("wards"), target: ref("wards"), reason: text() },
  access: ({ actor }) => ({ read: actor.signedIn(), create: actor.signedIn() }),
});

const wards = collection({
  fields: { title: text(), part_of: ref("wards") },
  access: (words) => ({ read: words.public(), create: words.actor.signedIn(), update: words.actor.signedIn() }),
});

/** Teams are seen through what lies in another collection, which names them. */
const members = collection({
  fields: { team: ref("teams", { required: true }), account: ref(accounts, { required: true }), active: boolean() },
  indexes: [["account", "team"]],
  access: ({ row, actor }) => ({ read: row.account.is(actor.id), create: actor.signedIn(), update: row.account.is(actor.id) }),
});

const teams = collection({
  fields: { title: text() },
  access: ({ row, actor, any, all, exists }) => ({
    read: any(
      actor.role.is("auditor"),
      exists(members, (member) => all(member.team.is(row.id), member.account.is(actor.id), member.active.is(true))),
    ),
    create: actor.role.is("auditor"),
  }),
});

/** No rule at all: nobody. */
const secrets = collection({ fields: { patient: ref(patients), ward: ref("wards"), words: text() } });

export const relations = define({
  name: "Relations",
  roles: ["auditor", "supervisor"],
  collections: { patients, visits, charts, transfers, wards, members, teams, secrets },
  limits: { rowsPerAnswerMax: 100 },
});
