import { accounts, collection, define, ref, text } from "../../../src/index.ts";

const MUCH = { perMinute: 1_000_000, burst: 1_000_000 };
const notes = collection({
  fields: { number: text({ max: 20 }), body: text({ max: 100_000 }), owner: ref(accounts) },
  indexes: [["owner", "number"]],
  access: ({ row, actor }) => ({ read: row.owner.is(actor.id), create: row.owner.is(actor.id) }),
});

/** Notes that hold any text, and a page. */
export function notesWith(firewall: { readonly rules?: string; readonly setup?: string }): ReturnType<typeof define> {
  return define({
    name: "Notes",
    collections: { notes },
    pages: { "/": import.meta.resolve("./index.html") },
    firewall,
    limits: { requestsPerAddress: MUCH, requestsPerPrefix: MUCH, requestsPerAccount: MUCH, writesPerAccount: MUCH },
  });
}
