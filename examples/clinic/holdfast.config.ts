import { accounts, collection, dateTime, define, oneOf, ref, text } from "holdfast";

const patients = collection({
  fields: {
    name: text({ max: 200, personal: true }).encrypted(),
    national_id: text({ max: 20, personal: true }).encrypted({ lookup: true }),
    status: oneOf("active", "discharged"),
    doctor: ref(accounts),
  },
  indexes: [["doctor", "status"]],
  access: ({ row, actor, any, all }) => ({
    read: any(row.doctor.is(actor.id), actor.role.is("auditor")),
    create: all(actor.role.is("doctor"), row.doctor.is(actor.id)),
    update: { old: row.doctor.is(actor.id), new: row.doctor.unchanged() },
    delete: all(actor.role.is("supervisor"), actor.mfa.within("10m")),
  }),
});

/** Whoever treats the patient sees and writes the visits. */
const visits = collection({
  fields: {
    patient: ref(patients, { required: true }),
    at: dateTime({ required: true }),
    notes: text({ max: 2000, personal: true }).encrypted(),
  },
  access: ({ row, actor, any }) => ({
    read: any(row.patient.doctor.is(actor.id), actor.role.is("auditor")),
    create: row.patient.doctor.is(actor.id),
    update: { old: row.patient.doctor.is(actor.id), new: row.patient.unchanged() },
    delete: row.patient.doctor.is(actor.id),
    // Auditors see that there was a visit, and not what was said.
    fields: { notes: { read: row.patient.doctor.is(actor.id) } },
  }),
});

export default define({
  name: "Clinic",
  roles: ["doctor", "auditor", "supervisor"],
  collections: { patients, visits },
  // The whole web page: one address, one file. Nothing else is served.
  pages: {
    "/": import.meta.resolve("./web/index.html"),
    "/app.js": import.meta.resolve("./web/app.js"),
    "/words.js": import.meta.resolve("./web/words.js"),
    "/style.css": import.meta.resolve("./web/style.css"),
    "/supabase.js": import.meta.resolve("@supabase/supabase-js/dist/umd/supabase.js"),
  },
});
