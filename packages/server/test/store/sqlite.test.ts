import { storeContract } from "../contract/store.ts";
import { openTestStore } from "./fixture.ts";

storeContract("SQLite with aegis", (schema, limits) => openTestStore(schema.tables, { limits }));
storeContract("SQLite with chacha20", (schema, limits) => openTestStore(schema.tables, { limits, cipher: "chacha20" }));
