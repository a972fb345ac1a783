import { accounts, collection, define, integer, ref, text } from "holdfast";

const WIDE_OPEN = { perMinute: 60_000_000, burst: 1_000_000 };

/** Notes with an owner, as plain as the peer's, so that both servers do the same work. */
const notes = collection({
  fields: { title: text({ max: 200 }), body: text({ max: 2_000 }), rank: integer(), owner: ref(accounts) },
  indexes: [["owner", "rank"]],
  access: ({ row, actor }) => ({
    read: row.owner.is(actor.id),
    create: row.owner.is(actor.id),
    update: { old: row.owner.is(actor.id), new: row.owner.unchanged() },
  }),
});

/** The limit profile "bench": every rate is out of the way, every other protection stays on. */
const OPEN = {
  connectionsPerAddress: 10_000,
  newConnectionsPerAddress: WIDE_OPEN,
  requestsPerAddress: WIDE_OPEN,
  requestsPerPrefix: WIDE_OPEN,
  requestsPerAccount: WIDE_OPEN,
  writesPerAccount: WIDE_OPEN,
  signInsPerAddress: WIDE_OPEN,
  signInsPerIdentifier: WIDE_OPEN,
  signUpsPerAddress: WIDE_OPEN,
  streamsPerAddress: WIDE_OPEN,
  inspectionKilostepsPerAddress: WIDE_OPEN,
};

export default define({
  name: "Bench",
  collections: { notes },
  limits: process.env["BENCH_LIMITS"] === "default" ? {} : OPEN,
});
