import { type EventOf, personal } from "../../../src/kit/index.ts";
import { addressOf, HOUR, idOf, SECOND, START, times, type Vectors } from "./vector.ts";

const missed = (at: number, account: number, count = 20): EventOf<"rows.missed"> => ({
  kind: "rows.missed",
  at,
  actor: personal(idOf(account), idOf(account)),
  count,
});
const missedFrom = (at: number, from: string, count = 20): EventOf<"rows.missed"> => ({
  kind: "rows.missed",
  at,
  address: personal(from, null),
  count,
});

export const vectors: Vectors = {
  detection: "id-probing",
  attacks: [
    { name: "an account that tries a hundred ids", events: times(5, (n) => missed(START + n * SECOND, 1)) },
    { name: "a stranger who tries a hundred ids", events: times(5, (n) => missedFrom(START + n * SECOND, addressOf(1))) },
    { name: "slowly, over an hour", events: times(30, (n) => missed(START + n * 120 * SECOND, 1)) },
  ],
  benign: [
    { name: "an app that looks for what others deleted", events: times(2, (n) => missed(START + n * SECOND, 1)) },
    { name: "the same every hour for a day", events: times(24, (n) => missed(START + n * HOUR, 1, 40)) },
    { name: "fifty people, each a little", events: times(50, (n) => missed(START + n * SECOND, n)) },
  ],
};
