import { id } from "./id.ts";
import type { Kind } from "./kind.ts";

/** The id of a row of another collection, or of an account. Whether that row is there is the store's to check. */
export const ref: Kind = { ...id, asks: { ...id.asks, order: false } };
