import { personal } from "../../../src/kit/index.ts";
import { idOf, START, times, type Vectors } from "./vector.ts";

export const vectors: Vectors = {
  detection: "integrity",
  attacks: [
    { name: "a trail that refuses to sign", events: [{ kind: "trail.refused", at: START, because: "it is smaller than what was signed" }] },
    {
      name: "a value that does not open",
      events: [{ kind: "record.damaged", at: START, collection: "patients", field: "name", row: personal(idOf(1), null) }],
    },
  ],
  benign: [
    {
      name: "look-ups that find nothing",
      events: times(50, (n) => ({ kind: "lookup.missed", at: START + n, collection: "patients", field: "national_id" }) as const),
    },
  ],
};
