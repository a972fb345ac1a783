import { accounts, boolean, bytes, collection, dateTime, define, integer, json, number, oneOf, ref, text } from "../../src/model/index.ts";

/** A plan with one of everything that this room must get right. */
const patients = collection({
  fields: {
    name: text({ max: 200, personal: true, required: true }).encrypted(),
    national_id: text({ max: 20, personal: true }).encrypted({ lookup: true }).unique({ reveals: true }),
    status: oneOf("active", "discharged", { default: "active" }),
    doctor: ref(accounts, { required: true }),
    score: integer({ min: 0, max: 100 }),
    weight: number(),
    urgent: boolean(),
    seen_at: dateTime(),
    tags: json(),
    picture: bytes({ max: 64 }),
    remark: text({ max: 500 }),
    diagnosis: text({ max: 500 }),
    ward: text({ max: 20 }),
  },
  indexes: [["doctor", "status"], ["ward"]],
  access: ({ row, actor, any, all }) => ({
    read: any(row.doctor.is(actor.id), actor.role.is("auditor"), row.ward.is("open")),
    create: all(actor.role.is("doctor"), row.doctor.is(actor.id)),
    update: { old: row.doctor.is(actor.id), new: all(row.doctor.unchanged(), row.name.unchanged()) },
    delete: all(actor.role.is("supervisor"), actor.mfa.within("10m")),
    fields: {
      // For all but supervisors there is no such field.
      remark: { read: actor.role.is("supervisor"), write: row.doctor.is(actor.id) },
      // The auditor sees the row, and this field only where she is the doctor.
      diagnosis: { read: row.doctor.is(actor.id) },
      ward: { write: actor.role.is("supervisor") },
    },
  }),
});

const members = collection({
  fields: { team: text({ max: 20, required: true }), account: ref(accounts, { required: true }) },
  indexes: [
    ["account", "team"],
    ["team", "account"],
  ],
  access: ({ row, actor, any }) => ({
    read: row.account.is(actor.id),
    create: actor.role.is("doctor"),
    delete: any(row.account.is(actor.id), actor.role.is("doctor")),
  }),
});

const notes = collection({
  fields: { team: text({ max: 20, required: true }), body: text({ max: 1000 }), about: ref(patients), parent: ref("notes") },
  indexes: [["team"]],
  access: ({ row, actor, exists, all }) => {
    const isMember = exists(members, (member) => all(member.team.is(row.team), member.account.is(actor.id)));
    return { read: isMember, create: isMember, update: isMember, delete: isMember };
  },
});

const records = collection({
  fields: {
    title: text({ max: 100 }).encrypted({ lookup: true }).unique(),
    owner: ref(accounts, { required: true }),
    body: text().encrypted(),
  },
  subject: "owner",
  access: ({ actor }) => ({ read: actor.signedIn(), create: actor.signedIn(), update: actor.signedIn(), delete: actor.signedIn() }),
}).tenant();

const news = collection({
  fields: { title: text({ max: 100, required: true }), likes: integer({ default: 0 }) },
  indexes: [["likes"]],
  access: (words) => ({ read: words.public(), create: words.actor.role.is("editor") }),
});

/** Whoever may change a row may not always read it. */
const boxes = collection({
  fields: { owner: ref(accounts, { required: true }), label: text({ max: 20 }), about: ref(patients), stamp: text() },
  access: ({ row, actor }) => ({
    fields: { stamp: { read: actor.role.is("supervisor"), write: actor.role.is("supervisor") } },
    read: row.owner.is(actor.id),
    create: actor.signedIn(),
    update: { old: actor.signedIn(), new: row.owner.unchanged() },
    delete: actor.signedIn(),
  }),
});

/** No rule at all: nobody. */
const sealed = collection({ fields: { title: text() } });

export const hospital = define({
  name: "Hospital",
  roles: ["doctor", "auditor", "supervisor", "editor"],
  collections: { patients, members, notes, records, news, boxes, sealed },
  limits: { rowsPerInsertMax: 50, rowsPerAnswerMax: 100, rowsPerWriteMax: 40, inListMax: 50, filtersMax: 20 },
});
