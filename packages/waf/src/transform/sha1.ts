import { hash } from "node:crypto";
import type { Transform } from "./contract.ts";

/** The twenty raw bytes of the digest. A name for a value, no protection of it. */
export const sha1: Transform = {
  name: "sha1",
  apply: (value) => hash("sha1", Buffer.from(value, "latin1"), "buffer").toString("latin1"),
  touches: undefined,
};
