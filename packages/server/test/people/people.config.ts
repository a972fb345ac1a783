import { accounts, collection, define, json, ref, text } from "holdfast";

const journal = collection({
  fields: { owner: ref(accounts, { required: true }), body: text({ personal: true }).encrypted(), tags: json() },
  subject: "owner",
  access: ({ row, actor }) => ({ read: row.owner.is(actor.id), create: row.owner.is(actor.id), update: row.owner.is(actor.id) }),
});

const visits = collection({
  fields: { host: ref(accounts), guest: ref(accounts, { erase: "clear" }), place: text() },
  access: ({ row, actor, any }) => ({ read: any(row.host.is(actor.id), row.guest.is(actor.id)), create: actor.signedIn() }),
});

export default define({ name: "People", collections: { journal, visits }, accounts: { deletionGrace: "1d", factorReset: "1d" } });
