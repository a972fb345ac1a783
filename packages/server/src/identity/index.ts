export { type Actor, NOBODY } from "./actor.ts";
export type * from "./contract.ts";
export { createIdentity, type IdentityNeeds } from "./create-identity.ts";
export { KEY_LIFETIME_MS } from "./keys.ts";
export { createMailbox, type Mailbox, type Outbox } from "./mailbox.ts";
export { notices, type Served } from "./notices.ts";
export { type Refusal, refusal } from "./refusals.ts";
export { isUnfinished } from "./standings.ts";
export { tables } from "./tables.ts";
