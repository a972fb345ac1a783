import { personal } from "../../../src/kit/index.ts";
import { addressOf, MINUTE, SECOND, START, times, type Vectors } from "./vector.ts";

const forged = (at: number, count: number, from = addressOf(1)) =>
  ({ kind: "tokens.forged", at, address: personal(from, null), count }) as const;

export const vectors: Vectors = {
  detection: "forged-tokens",
  attacks: [
    { name: "a burst from one address", events: times(3, (n) => forged(START + n * SECOND, 10)) },
    { name: "a burst from many addresses", events: times(5, (n) => forged(START + n * SECOND, 10, addressOf(n))) },
    { name: "one big burst", events: [forged(START, 400)] },
  ],
  benign: [
    {
      name: "an app with the key of another project that asks now and then",
      events: times(20, (n) => forged(START + n * 10 * MINUTE, 10)),
    },
    { name: "one short mishap", events: [forged(START, 12)] },
  ],
};
