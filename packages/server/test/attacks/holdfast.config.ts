import { accounts, collection, define, ref, text } from "holdfast";

/** No scan may be blinded by a limit: each would find nothing, and prove nothing. */
const PLENTY = { perMinute: 1_000_000, burst: 1_000_000 };

export default define({
  name: "Scanned",
  roles: ["doctor"],
  collections: {
    patients: collection({
      fields: { name: text({ max: 200 }), status: text({ max: 20 }), doctor: ref(accounts) },
      indexes: [["doctor"], ["status"]],
      access: ({ row, actor }) => ({
        read: row.doctor.is(actor.id),
        create: row.doctor.is(actor.id),
        update: { old: row.doctor.is(actor.id), new: row.doctor.unchanged() },
      }),
    }),
  },
  pages: {
    "/": import.meta.resolve("../../../../examples/clinic/web/index.html"),
    "/app.js": import.meta.resolve("../../../../examples/clinic/web/app.js"),
    "/large.js": import.meta.resolve("@supabase/supabase-js/dist/umd/supabase.js"),
  },
  // The rules of the firewall stop a scanner at its name: what they stand in front of has to hold without them.
  firewall: { mode: "off" },
  limits: {
    connectionsPerAddress: 10_000,
    newConnectionsPerAddress: PLENTY,
    requestsPerAddress: PLENTY,
    requestsPerPrefix: PLENTY,
    requestsPerAccount: PLENTY,
    writesPerAccount: PLENTY,
    signInsPerAddress: PLENTY,
    streamsPerAddress: PLENTY,
    inspectionKilostepsPerAddress: PLENTY,
  },
});
