export type { Action, Check, CreateAccess, Grant, GrantOf, Passes, PlainRow } from "./contract.ts";
export { createAccess } from "./create-access.ts";
export { passes } from "./passes.ts";
