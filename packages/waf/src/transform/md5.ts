import { hash } from "node:crypto";
import type { Transform } from "./contract.ts";

/** The sixteen raw bytes of the digest. A name for a value, no protection of it. */
export const md5: Transform = {
  name: "md5",
  apply: (value) => hash("md5", Buffer.from(value, "latin1"), "buffer").toString("latin1"),
  touches: undefined,
};
