import { env } from "node:process";
import { storeContract } from "../contract/store.ts";
import { openTestStore } from "./fixture.ts";

storeContract("SQLite with aegis", (schema, limits) => openTestStore(schema.tables, { limits }));
// The same engine with another page cipher: in the slow run. The byte scan looks at both always.
if (env["HOLDFAST_SLOW"] !== undefined) {
  storeContract("SQLite with chacha20", (schema, limits) => openTestStore(schema.tables, { limits, cipher: "chacha20" }));
}
