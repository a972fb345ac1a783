import { accounts, collection, define, ref, text } from "holdfast";

const notes = collection({
  fields: { owner: ref(accounts), title: text({ max: 200 }) },
  indexes: [["owner"]],
  access: ({ row, actor }) => ({ read: row.owner.is(actor.id), create: row.owner.is(actor.id) }),
});

export default define({ name: "Notes", roles: ["editor"], collections: { notes } });
