export type { Action, Check, CreateAccess, Grant, GrantOf, Passes, PlainRow } from "./contract.ts";
export { createAccess } from "./create-access.ts";
export { passes } from "./passes.ts";
export { printWhoCan } from "./print-who-can.ts";
export { type Extent, type FieldExtent, type WhoCanRow, whoCan } from "./who-can.ts";
